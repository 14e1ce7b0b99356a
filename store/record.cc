// Encodes and walks tagged records.
#include "store/record.h"

namespace mailctl::store {

void RecordWriter::put_varint(std::uint64_t value)
{
    while (value >= 0x80) {
        record_.push_back(static_cast<char>(value | 0x80));
        value >>= 7;
    }
    record_.push_back(static_cast<char>(value));
}

void RecordWriter::put_number(unsigned tag, std::uint64_t value)
{
    put_varint(std::uint64_t{tag} << 1);
    put_varint(value);
}

void RecordWriter::put_text(unsigned tag, std::string_view value)
{
    put_varint(std::uint64_t{tag} << 1 | 1);
    put_varint(value.size());
    record_.append(value);
}

RecordReader::RecordReader(std::string_view record) : rest_(record)
{
    if (rest_.empty() || rest_.front() == 0) {
        corrupt_ = true;
        rest_ = {};
        return;
    }
    version_ = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
}

bool RecordReader::take_varint(std::uint64_t& out)
{
    std::uint64_t value = 0;
    for (unsigned i = 0; i < rest_.size() && i < 10; ++i) {
        const auto octet = static_cast<unsigned char>(rest_[i]);
        value |= static_cast<std::uint64_t>(octet & 0x7F) << (7 * i);
        if (octet < 0x80) {
            rest_.remove_prefix(i + 1);
            out = value;
            return true;
        }
    }
    corrupt_ = true;
    return false;
}

bool RecordReader::next()
{
    std::uint64_t head = 0;
    if (corrupt_ || rest_.empty() || !take_varint(head))
        return false;
    tag_ = static_cast<unsigned>(head >> 1);
    number_ = 0;
    text_ = {};
    if (!take_varint(number_))
        return false;
    if ((head & 1) == 0)
        return true;
    if (number_ > rest_.size()) {
        corrupt_ = true;
        return false;
    }
    text_ = rest_.substr(0, number_);
    rest_.remove_prefix(number_);
    number_ = 0;
    return true;
}

Error RecordReader::error(std::string_view what)
{
    return Error(Errc::Corrupt, std::string(what) + ": record does not decode");
}

} // namespace mailctl::store
