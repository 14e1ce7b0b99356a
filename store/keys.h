// Every partition name and row key of the store, and the prefixes they start with.
//
// Numbers in keys are big-endian and of fixed width, so that octet order is numeric order.
// DO NOT CHANGE: on disk since 0.1
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/ids.h"
#include "store/engine.h"

namespace mailctl::store::keys {

// Encoders ------------------------------------------------------------------------------------

/// Appends `value`, big-endian.
template <class Integer>
void append_be(std::string& key, Integer value)
{
    for (int shift = 8 * (static_cast<int>(sizeof value) - 1); shift >= 0; shift -= 8)
        key += static_cast<char>(static_cast<std::uint64_t>(value) >> shift & 0xFF);
}

/// The number at `offset`, big-endian; nullopt where the key is too short.
template <class Integer>
std::optional<Integer> read_be(std::string_view key, std::size_t offset)
{
    if (offset > key.size() || key.size() - offset < sizeof(Integer))
        return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(Integer); ++i)
        value = value << 8 | static_cast<unsigned char>(key[offset + i]);
    return static_cast<Integer>(value);
}

/// `prefix` and a number: what most keys are.
template <class Integer>
std::string with_number(char prefix, Integer value)
{
    std::string key(1, prefix);
    append_be(key, value);
    return key;
}

// Partitions ----------------------------------------------------------------------------------
// Kind octet: A account, B server-wide (bans, notes), D directory shard, J journal,
// Q queue shard, S shard of bodies that several accounts share.

inline constexpr char kAccountKind = 'A';
inline constexpr char kServerKind = 'B';
inline constexpr char kDirectoryKind = 'D';
inline constexpr char kJournalKind = 'J';
inline constexpr char kQueueKind = 'Q';
inline constexpr char kSharedKind = 'S';

inline Partition account(AccountId id) { return with_number(kAccountKind, value_of(id)); }
inline Partition server() { return Partition(1, kServerKind); }
inline Partition directory(std::uint16_t shard) { return with_number(kDirectoryKind, shard); }
inline Partition journal() { return Partition(1, kJournalKind); }
inline Partition queue(std::uint16_t shard) { return with_number(kQueueKind, shard); }
inline Partition shared_bodies(std::uint16_t shard) { return with_number(kSharedKind, shard); }

/// The account whose partition this is; nullopt for another kind.
inline std::optional<AccountId> account_of(std::string_view partition)
{
    if (partition.size() != 9 || partition[0] != kAccountKind)
        return std::nullopt;
    return AccountId{*read_be<std::uint64_t>(partition, 1)};
}

// Rows of any partition -------------------------------------------------------------------------

/// 'y' blob id: a small body, as store/body_codec.h writes it. The engine may keep the value of
/// such a row in the body log, so that a body's octets are written once.
inline constexpr char kInlineBodyPrefix = 'y';
inline std::string inline_body(const BlobId& id)
{
    std::string key(1, kInlineBodyPrefix);
    key += id.view();
    return key;
}
/// True for every key that inline_body gives.
inline bool is_inline_body(std::string_view key)
{
    return key.size() == 17 && key[0] == kInlineBodyPrefix;
}

} // namespace mailctl::store::keys
