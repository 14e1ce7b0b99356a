// Bodies as they are kept: compressed where that helps, and checked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl::store {

/// How octets are packed. DO NOT CHANGE: on disk since 0.1
enum class BodyCodec : std::uint8_t { Raw = 0, Zstd = 1 };

/// Whether octets are packed: Raw, where they are gone before the room that it saves is missed.
enum class Packing : std::uint8_t { Packed, Raw };

/// A body as a row's value: version, codec, u32be raw length, payload, u32be CRC-32C of all before.
/// DO NOT CHANGE: on disk since 0.1
std::string encode_inline_body(std::string_view body, Packing packing = Packing::Packed);

/// Its first `octets`, or all where it has fewer. Errors: Corrupt (the checksum or the form is wrong).
Result<std::string> decode_inline_body(std::string_view value,
                                       std::size_t octets = std::string_view::npos);

/// Packs octets, raw where zstd makes them no smaller; appends to `out` and tells which it was. The
/// header of a message that they start with is a block of its own, so that it unpacks alone.
BodyCodec pack(std::string_view octets, std::string& out);
/// Appends `raw_octets` unpacked octets to `out`. Errors: Corrupt.
Result<> unpack(BodyCodec codec, std::string_view packed, std::size_t raw_octets,
                std::string& out);
/// The same of the first `octets` of `raw_octets`: costs what those cost, where pack() made the
/// header a block of its own and they lie in it. What comes after them is not looked at.
Result<> unpack_start(BodyCodec codec, std::string_view packed, std::size_t raw_octets,
                      std::size_t octets, std::string& out);

/// CRC-32C (Castagnoli, RFC 3720 §12.1), continued from `before`.
std::uint32_t crc32c(std::string_view octets, std::uint32_t before = 0);

} // namespace mailctl::store
