// The index row of a body: how long it is and where its chunks are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "store/body_log/body_log.h"

namespace mailctl::store {

/// Version u8, octets u64, then segment, offset and length u32 of each chunk, big-endian. Every
/// chunk but the last is kBlobChunkOctets long. DO NOT CHANGE: on disk since 0.1
struct BodyIndex {
    std::uint64_t octets = 0;
    std::vector<BodyPlace> places;

    std::uint64_t stored_octets() const;
};

std::string encode(const BodyIndex& index);
/// Errors: Corrupt.
Result<BodyIndex> decode_body_index(std::string_view value);

} // namespace mailctl::store
