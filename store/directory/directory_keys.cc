// Builds the directory's keys and chooses its shards.
#include "store/directory/directory_keys.h"

namespace mailctl::store::keys {

std::uint64_t stable_hash(std::string_view octets)
{
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : octets) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3ULL;
    }
    return hash;
}

std::uint16_t domain_shard(std::string_view name)
{
    const std::uint64_t hash = stable_hash(name);
    return static_cast<std::uint16_t>((hash ^ hash >> 32) % kDomainShards);
}

std::uint16_t index_shard(AccountId id)
{
    return static_cast<std::uint16_t>(kDomainShards + value_of(id) % kIndexShards);
}

std::string domain(std::string_view name)
{
    return std::string(kDomainPrefix).append(name);
}

std::string entry(const address::Address& address)
{
    return entries(address.domain) + address.local_part;
}

std::string entries(std::string_view domain)
{
    std::string key = std::string(kEntryPrefix).append(domain);
    key.push_back('\0');
    return key;
}

std::string patterns(std::string_view domain)
{
    return std::string(kPatternsPrefix).append(domain);
}

std::string erasure(AccountId id)
{
    return with_number(kErasurePrefix.front(), value_of(id));
}

std::string domain_alias(std::string_view name)
{
    return std::string(kDomainAliasPrefix).append(name);
}

std::string dkim(std::string_view name)
{
    return std::string(kDkimPrefix).append(name);
}

std::string account_index(AccountId id)
{
    return with_number(kIndexPrefix.front(), value_of(id));
}

} // namespace mailctl::store::keys
