// The index row of a body: how long it is and where its chunks are.
#pragma once

#include <cstdint>
#include <optional>
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

/// A place as in an index row, appended; and the one that stands there, nullopt where the octets end.
void put_place(std::string& out, const BodyPlace& place);
std::optional<BodyPlace> place_at(std::string_view value, std::size_t offset);

std::string encode(const BodyIndex& index);
/// Errors: Corrupt.
Result<BodyIndex> decode_body_index(std::string_view value);

} // namespace mailctl::store
