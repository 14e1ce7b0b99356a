// One record of a body log: a chunk of a body, with everything needed to read it alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/ids.h"
#include "core/base/result.h"
#include "store/body/body_codec.h"
#include "store/engine.h"

namespace mailctl::store {

/// Header, big-endian: magic u32, version u8, flags u8, owner length u8, zero u8, blob id 16,
/// chunk number u32, raw length u32, stored length u32, CRC-32C u32 over the header before it,
/// the owner and the payload. Then the owner partition, then the payload.
/// DO NOT CHANGE: on disk since 0.1
inline constexpr std::size_t kBodyRecordHeadOctets = 40;
inline constexpr std::string_view kBodyRecordMagic = "\xE9MB\x1A";

/// What a record holds beside its payload.
struct BodyRecordHead {
    /// A body's chunk, or the value of an inline body's row (see keys::inline_body).
    enum class Kind : std::uint8_t { Chunk, Row } kind = Kind::Chunk;
    BodyCodec codec = BodyCodec::Raw; ///< of a chunk; a row is kept as it is
    bool last = true;                 ///< the body's last chunk
    Partition owner;
    BlobId id;
    std::uint32_t chunk = 0;
    std::uint32_t raw_octets = 0;
    std::uint32_t stored_octets = 0;

    std::size_t record_octets() const
    {
        return kBodyRecordHeadOctets + owner.size() + stored_octets;
    }
};

/// Builds a record of `octets`, packed where that helps; `head`'s codec and lengths are set here.
std::string encode_body_record(BodyRecordHead& head, std::string_view octets);

/// The head at the start of `octets`, not yet checked against its checksum; nullopt where no
/// record can start so.
std::optional<BodyRecordHead> peek_body_record(std::string_view octets);

/// Checks a whole record. Errors: Corrupt.
Result<BodyRecordHead> check_body_record(std::string_view record);

/// Appends the chunk's octets (or the row's value) of a checked record to `out`: the first
/// `octets`, or all where it has fewer.
Result<> unpack_body_record(const BodyRecordHead& head, std::string_view record, std::string& out,
                            std::size_t octets = std::string_view::npos);

} // namespace mailctl::store
