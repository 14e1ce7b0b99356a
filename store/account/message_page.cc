// Packs message rows: each tells how it differs from the one before it.
#include "store/account/message_page.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <tuple>

#include "store/record.h"

namespace mailctl::store {
namespace {

constexpr char kVersion = 1;

/// What a row leaves out. DO NOT CHANGE: on disk since 0.1
enum Shape : std::uint8_t {
    kSameModSeq = 1,
    kNextEmail = 2, ///< its email is the one after that of the row before
    kSameSaved = 4,
    kDateIsSaved = 8,
    kHasKeywords = 16,
    kOtherZone = 32, ///< than the row before
};
constexpr std::uint8_t kKnownShapes = 63;

/// The octets of a row without keywords are fewer; of one with them hardly ever more.
constexpr std::size_t kUsualOctets = 24;

std::uint64_t bits_of(Time time)
{
    return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

std::uint64_t bits_of(std::chrono::minutes zone)
{
    return static_cast<std::uint64_t>(zone.count());
}

Time time_of(std::uint64_t bits)
{
    return Time(milliseconds(static_cast<std::int64_t>(bits)));
}

/// The octets of one row. It never takes more than kMostOctets.
class Octets {
public:
    void octet(std::uint8_t value) { octets_[size_++] = static_cast<char>(value); }
    void varint(std::uint64_t value)
    {
        for (; value >= 0x80; value >>= 7)
            octet(static_cast<std::uint8_t>(value | 0x80));
        octet(static_cast<std::uint8_t>(value));
    }
    /// Any difference, small ones in few octets: zigzag.
    void difference(std::uint64_t value, std::uint64_t from)
    {
        const auto difference = static_cast<std::int64_t>(value - from);
        varint(static_cast<std::uint64_t>(difference) << 1 ^ (difference < 0 ? ~std::uint64_t{0} : 0));
    }
    std::string_view view() const { return {octets_.data(), size_}; }

private:
    static constexpr std::size_t kMostOfVarint = 10;
    static constexpr std::size_t kVarints = 6 + std::tuple_size_v<decltype(Flags::keywords)>;
    static constexpr std::size_t kMostOctets = 3 + kVarints * kMostOfVarint;
    std::array<char, kMostOctets> octets_;
    std::size_t size_ = 0;
};

std::uint8_t shape_of(const MessageRow& row, const MessageRow& before)
{
    unsigned shape = 0;
    if (row.mod_seq == before.mod_seq)
        shape |= kSameModSeq;
    if (value_of(row.email) == value_of(before.email) + 1)
        shape |= kNextEmail;
    if (row.saved == before.saved)
        shape |= kSameSaved;
    if (row.internal_date == row.saved)
        shape |= kDateIsSaved;
    if (row.flags.keywords != decltype(row.flags.keywords){})
        shape |= kHasKeywords;
    if (row.date_zone != before.date_zone)
        shape |= kOtherZone;
    return static_cast<std::uint8_t>(shape);
}

void put_row(std::string& out, const MessageRow& row, const MessageRow& before)
{
    const auto shape = shape_of(row, before);
    Octets octets;
    octets.octet(static_cast<std::uint8_t>(value_of(row.uid) % kPageUids));
    octets.octet(shape);
    octets.octet(row.flags.system);
    octets.varint(row.octets);
    if (!(shape & kSameModSeq))
        octets.difference(value_of(row.mod_seq), value_of(before.mod_seq));
    if (!(shape & kNextEmail))
        octets.difference(value_of(row.email), value_of(before.email));
    if (!(shape & kSameSaved))
        octets.difference(bits_of(row.saved), bits_of(before.saved));
    if (!(shape & kDateIsSaved))
        octets.difference(bits_of(row.internal_date), bits_of(before.internal_date));
    if (shape & kHasKeywords)
        for (const auto bits : row.flags.keywords)
            octets.varint(bits);
    if (shape & kOtherZone)
        octets.difference(bits_of(row.date_zone), bits_of(before.date_zone));
    out += octets.view();
}

/// Walks the octets of a page.
class Cursor {
public:
    explicit Cursor(std::string_view octets) : at_(octets.data()), end_(octets.data() + octets.size()) {}

    bool is_at_end() const { return at_ == end_; }
    bool is_corrupt() const { return corrupt_; }
    std::uint8_t octet()
    {
        if (at_ != end_)
            return static_cast<std::uint8_t>(*at_++);
        corrupt_ = true;
        return 0;
    }
    std::uint64_t varint()
    {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const std::uint64_t next = octet();
            value |= (next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        corrupt_ = true;
        return 0;
    }
    std::uint64_t difference_from(std::uint64_t from)
    {
        const auto zigzag = varint();
        return from + ((zigzag >> 1) ^ (~(zigzag & 1) + 1));
    }

private:
    const char* at_;
    const char* end_;
    bool corrupt_ = false;
};

void take_row(Cursor& cursor, std::uint8_t shape, const MessageRow& before, MessageRow& row)
{
    row.flags.system = cursor.octet();
    row.octets = cursor.varint();
    row.mod_seq = before.mod_seq;
    if (!(shape & kSameModSeq))
        row.mod_seq = ModSeq{cursor.difference_from(value_of(before.mod_seq))};
    row.email = EmailId{value_of(before.email) + 1};
    if (!(shape & kNextEmail))
        row.email = EmailId{cursor.difference_from(value_of(before.email))};
    row.saved = before.saved;
    if (!(shape & kSameSaved))
        row.saved = time_of(cursor.difference_from(bits_of(before.saved)));
    row.internal_date = row.saved;
    if (!(shape & kDateIsSaved))
        row.internal_date = time_of(cursor.difference_from(bits_of(before.internal_date)));
    if (shape & kHasKeywords)
        for (auto& bits : row.flags.keywords)
            bits = cursor.varint();
    row.date_zone = before.date_zone;
    if (shape & kOtherZone)
        row.date_zone = std::chrono::minutes(
            static_cast<std::int64_t>(cursor.difference_from(bits_of(before.date_zone))));
}

} // namespace

std::string encode_page(std::span<const MessageRow> rows)
{
    std::string stored;
    stored.reserve(1 + rows.size() * kUsualOctets);
    stored.push_back(kVersion);
    MessageRow none;
    const MessageRow* before = &none;
    for (const auto& row : rows) {
        put_row(stored, row, *before);
        before = &row;
    }
    return stored;
}

Result<> decode_page(std::uint32_t page, std::string_view stored, std::vector<MessageRow>& rows)
{
    Cursor cursor(stored);
    if (cursor.octet() != kVersion || cursor.is_at_end())
        return RecordReader::error("page of message rows");
    MessageRow before;
    int last = -1;
    while (!cursor.is_at_end()) {
        const int place = cursor.octet();
        const auto shape = cursor.octet();
        auto& row = rows.emplace_back();
        row.uid = Uid{page * kPageUids + static_cast<std::uint32_t>(place)};
        take_row(cursor, shape, before, row);
        const bool is_next = place > last && place < static_cast<int>(kPageUids);
        if (cursor.is_corrupt() || !is_next || (shape & ~kKnownShapes) != 0)
            return RecordReader::error("page of message rows");
        last = place;
        before = row;
    }
    return ok();
}

std::vector<MessageRow> with_changes(const std::vector<MessageRow>& rows, std::span<const MessageChange> changes)
{
    std::vector<MessageRow> made;
    made.reserve(rows.size() + changes.size());
    auto row = rows.begin();
    for (const auto& change : changes) {
        for (; row != rows.end() && row->uid < change.uid; ++row)
            made.push_back(*row);
        if (row != rows.end() && row->uid == change.uid)
            ++row;
        if (!change.is_gone)
            made.push_back(change.row);
    }
    made.insert(made.end(), row, rows.end());
    return made;
}

} // namespace mailctl::store
