// Writing and checking records of body logs.
#include "store/body_log/body_record.h"

#include <algorithm>

#include "store/keys.h"

namespace mailctl::store {
namespace {

constexpr char kVersion = 1;
constexpr std::uint8_t kLast = 1, kRow = 2, kZstd = 4;
constexpr std::size_t kRawLengthAt = 28;
constexpr std::size_t kCrcAt = 36;

std::uint32_t crc_of(std::string_view record)
{
    return crc32c(record.substr(kBodyRecordHeadOctets), crc32c(record.substr(0, kCrcAt)));
}

void overwrite(std::string& record, std::size_t at, std::uint32_t number)
{
    std::string octets;
    keys::append_be(octets, number);
    record.replace(at, octets.size(), octets);
}

} // namespace

std::string encode_body_record(BodyRecordHead& head, std::string_view octets)
{
    std::string record;
    record.reserve(kBodyRecordHeadOctets + head.owner.size() + octets.size());
    record += kBodyRecordMagic;
    record += kVersion;
    record += '\0'; // flags
    record += static_cast<char>(head.owner.size());
    record += '\0';
    record += head.id.view();
    keys::append_be(record, head.chunk);
    record.resize(kBodyRecordHeadOctets);
    record += head.owner;
    head.raw_octets = static_cast<std::uint32_t>(octets.size());
    if (head.kind == BodyRecordHead::Kind::Row)
        record += octets;
    else
        head.codec = pack(octets, record);
    head.stored_octets =
        static_cast<std::uint32_t>(record.size() - kBodyRecordHeadOctets - head.owner.size());
    record[5] = static_cast<char>((head.last ? kLast : 0) |
                                  (head.kind == BodyRecordHead::Kind::Row ? kRow : 0) |
                                  (head.codec == BodyCodec::Zstd ? kZstd : 0));
    overwrite(record, kRawLengthAt, head.raw_octets);
    overwrite(record, kRawLengthAt + 4, head.stored_octets);
    overwrite(record, kCrcAt, crc_of(record));
    return record;
}

std::optional<BodyRecordHead> peek_body_record(std::string_view octets)
{
    if (octets.size() < kBodyRecordHeadOctets || !octets.starts_with(kBodyRecordMagic) ||
        octets[4] != kVersion)
        return std::nullopt;
    const auto flags = static_cast<std::uint8_t>(octets[5]);
    const auto owner_octets = static_cast<std::uint8_t>(octets[6]);
    BodyRecordHead head;
    head.kind = flags & kRow ? BodyRecordHead::Kind::Row : BodyRecordHead::Kind::Chunk;
    head.codec = flags & kZstd ? BodyCodec::Zstd : BodyCodec::Raw;
    head.last = flags & kLast;
    head.owner = octets.substr(kBodyRecordHeadOctets, owner_octets);
    head.owner.resize(owner_octets);
    std::ranges::copy(octets.substr(8, head.id.octets.size()), head.id.octets.begin());
    head.chunk = *keys::read_be<std::uint32_t>(octets, 24);
    head.raw_octets = *keys::read_be<std::uint32_t>(octets, kRawLengthAt);
    head.stored_octets = *keys::read_be<std::uint32_t>(octets, kRawLengthAt + 4);
    if (head.raw_octets > kBlobChunkOctets || head.stored_octets > kBlobChunkOctets)
        return std::nullopt;
    return head;
}

Result<BodyRecordHead> check_body_record(std::string_view record)
{
    auto head = peek_body_record(record);
    if (!head || head->record_octets() != record.size())
        return Error(Errc::Corrupt, "body log: not a record");
    if (crc_of(record) != *keys::read_be<std::uint32_t>(record, kCrcAt))
        return Error(Errc::Corrupt, "body log: checksum mismatch");
    return std::move(*head);
}

Result<> unpack_body_record(const BodyRecordHead& head, std::string_view record, std::string& out,
                            std::size_t octets)
{
    const auto payload = record.substr(kBodyRecordHeadOctets + head.owner.size());
    return unpack_start(head.codec, payload, head.raw_octets, octets, out);
}

} // namespace mailctl::store
