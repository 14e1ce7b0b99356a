// The keys of the directory: which shard keeps a name, and under what key.
//
// A domain with all its users and aliases is one partition, so that a domain's counts change in
// the same commit as its entries. The shard of a domain alias is that of the alias's own name:
// whatever a name is, one read of one partition tells.
//   shard of a domain     d DOMAIN          the domain
//                         e DOMAIN 0 LOCAL  a user or an alias
//                         w DOMAIN          the local parts of its wildcard aliases
//                         x ACCOUNT         an account whose entry is gone and whose mail is not yet
//                         n NAME            "NAME is an alias of": a domain name
//                         k NAME            DKIM keys and policy of a name, domain or alias
//   shard of an account   i ACCOUNT         the address, or during a rename both addresses
// DO NOT CHANGE: on disk since 0.1
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/address/address.h"
#include "core/base/ids.h"
#include "store/keys.h"

namespace mailctl::store::keys {

/// Partitions 0 to 255 keep domains, 256 to 511 find accounts. DO NOT CHANGE: on disk since 0.1
inline constexpr std::uint16_t kDomainShards = 256;
inline constexpr std::uint16_t kIndexShards = 256;
inline constexpr std::uint16_t kDirectoryShards = kDomainShards + kIndexShards;

/// FNV-1a: the same on every machine, for ever. DO NOT CHANGE: on disk since 0.1
std::uint64_t stable_hash(std::string_view octets);

/// The shard of a name: keys::directory(shard) is its partition.
std::uint16_t domain_shard(std::string_view name);
std::uint16_t index_shard(AccountId id);

inline constexpr std::string_view kDomainPrefix = "d";
inline constexpr std::string_view kErasurePrefix = "x";
inline constexpr std::string_view kDomainAliasPrefix = "n";
inline constexpr std::string_view kPatternsPrefix = "w";
inline constexpr std::string_view kEntryPrefix = "e";
inline constexpr std::string_view kIndexPrefix = "i";
inline constexpr std::string_view kDkimPrefix = "k";

std::string domain(std::string_view name);
std::string entry(const address::Address& address);
std::string entries(std::string_view domain); ///< prefix of all entries of a domain
std::string patterns(std::string_view domain);
std::string erasure(AccountId id);
std::string domain_alias(std::string_view name);
std::string dkim(std::string_view name);
std::string account_index(AccountId id);

} // namespace mailctl::store::keys
