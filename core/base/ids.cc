// Text forms of identifiers.
#include "core/base/ids.h"

#include <charconv>
#include <cstdio>
#include <cstring>

namespace mailctl {
namespace {

std::string prefixed(const char* prefix, std::uint64_t value)
{
    char text[32];
    const int length = std::snprintf(text, sizeof text, "%s%016llx", prefix,
                                     static_cast<unsigned long long>(value));
    return std::string(text, static_cast<std::size_t>(length));
}

Result<std::uint64_t> parse_prefixed(std::string_view prefix, std::string_view text)
{
    if (text.size() != prefix.size() + 16 || text.substr(0, prefix.size()) != prefix)
        return Error(Errc::Invalid, "not an id of the form " + std::string(prefix) + "<16 hex>");
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + prefix.size(), end, value, 16);
    if (parsed.ec != std::errc() || parsed.ptr != end)
        return Error(Errc::Invalid, "id is not hexadecimal");
    return value;
}

} // namespace

std::string to_string(AccountId id)
{
    return prefixed("u_", value_of(id));
}

std::string to_string(QueueId id)
{
    return prefixed("q_", value_of(id));
}

std::string to_string(const BlobId& id)
{
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    text.reserve(id.octets.size() * 2);
    for (const auto octet : id.octets) {
        text += kDigits[octet >> 4];
        text += kDigits[octet & 15];
    }
    return text;
}

Result<AccountId> parse_account_id(std::string_view text)
{
    TRY(const auto value, parse_prefixed("u_", text));
    return AccountId{value};
}

Result<QueueId> parse_queue_id(std::string_view text)
{
    TRY(const auto value, parse_prefixed("q_", text));
    return QueueId{value};
}

Result<BlobId> blob_id_from(std::string_view sixteen_octets)
{
    BlobId id;
    if (sixteen_octets.size() != id.octets.size())
        return Error(Errc::Corrupt, "a blob id has 16 octets");
    std::memcpy(id.octets.data(), sixteen_octets.data(), id.octets.size());
    return id;
}

} // namespace mailctl
