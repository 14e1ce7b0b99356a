// The form of every record: a version octet, then tagged fields; unknown tags are skipped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"

namespace mailctl::store {

/// Builds a record. A field is a varint of (tag << 1 | kind), then a varint (kind 0) or a length
/// and octets (kind 1). Zero numbers and empty texts are left out: absent means default.
/// A tag may repeat: lists are written one field an element (element() keeps empty ones).
/// DO NOT CHANGE: on disk since 0.1
class RecordWriter {
public:
    explicit RecordWriter(std::uint8_t version = 1)
    {
        record_.push_back(static_cast<char>(version));
    }

    RecordWriter& number(unsigned tag, std::uint64_t value)
    {
        if (value != 0)
            put_number(tag, value);
        return *this;
    }
    RecordWriter& flag(unsigned tag, bool value) { return number(tag, value ? 1 : 0); }
    /// Any sign: zigzag.
    RecordWriter& signed_number(unsigned tag, std::int64_t value)
    {
        const auto bits = static_cast<std::uint64_t>(value);
        return number(tag, (bits << 1) ^ (value < 0 ? ~std::uint64_t{0} : 0));
    }
    RecordWriter& time(unsigned tag, Time value)
    {
        return signed_number(tag, value.time_since_epoch().count());
    }
    RecordWriter& text(unsigned tag, std::string_view value)
    {
        if (!value.empty())
            put_text(tag, value);
        return *this;
    }
    /// One element of a list: written also where it is zero or empty.
    RecordWriter& element(unsigned tag, std::string_view value)
    {
        put_text(tag, value);
        return *this;
    }
    RecordWriter& element(unsigned tag, std::uint64_t value)
    {
        put_number(tag, value);
        return *this;
    }
    template <class Id>
    requires std::is_enum_v<Id> RecordWriter& id(unsigned tag, Id value)
    {
        return number(tag, static_cast<std::uint64_t>(value_of(value)));
    }

    std::size_t octets() const { return record_.size(); }
    std::string take() { return std::move(record_); }

private:
    void put_varint(std::uint64_t value);
    void put_number(unsigned tag, std::uint64_t value);
    void put_text(unsigned tag, std::string_view value);

    std::string record_;
};

/// Walks the fields of a record. Borrows: the record's octets.
///   while (reader.next())
///       switch (reader.tag()) { case 1: uid = Uid(reader.number()); break; ... }
///   if (reader.is_corrupt()) return reader.error("message row");
class RecordReader {
public:
    explicit RecordReader(std::string_view record);

    std::uint8_t version() const { return version_; }
    /// Goes to the next field; false at the end and where the record breaks off.
    bool next();
    unsigned tag() const { return tag_; }
    /// 0 where the field is a text.
    std::uint64_t number() const { return number_; }
    bool flag() const { return number_ != 0; }
    std::int64_t signed_number() const
    {
        return static_cast<std::int64_t>((number_ >> 1) ^ (~(number_ & 1) + 1));
    }
    Time time() const { return Time(milliseconds(signed_number())); }
    /// Empty where the field is a number.
    std::string_view text() const { return text_; }
    template <class Id>
    Id id() const
    {
        return Id{static_cast<std::underlying_type_t<Id>>(number_)};
    }
    bool is_corrupt() const { return corrupt_; }
    /// Errc::Corrupt, naming the kind of record.
    static Error error(std::string_view what);

private:
    bool take_varint(std::uint64_t& out);

    std::string_view rest_;
    std::string_view text_;
    std::uint64_t number_ = 0;
    unsigned tag_ = 0;
    std::uint8_t version_ = 0;
    bool corrupt_ = false;
};

} // namespace mailctl::store
