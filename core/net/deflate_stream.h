// A stream whose octets are compressed on their way: raw DEFLATE in both directions.
#pragma once

#include <cstddef>
#include <memory>

#include "core/net/stream.h"

namespace mailctl::net {

/// What a compressed stream keeps of the octets it sent while it waits: their repetition later
/// compresses well.
inline constexpr std::size_t kKeptSentOctets = 4096;

/// Both ends compress all that follows (RFC 1951, without a header). Owns: the connection.
/// Every write ends at an octet boundary, so that the peer can read all of it.
/// Memory: under 200 KiB while octets move. While it waits for the peer kKeptSentOctets, and what
/// the peer may refer to: at most the last 32 KiB that it sent.
/// Throws, besides what the connection throws, Disconnected(Closed) where the peer's octets are not
/// DEFLATE, or it ended its half.
std::unique_ptr<Stream> make_deflate_stream(std::unique_ptr<Stream> connection);

} // namespace mailctl::net
