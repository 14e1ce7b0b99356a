// Octets of one connection, counted while they pass.
#pragma once

#include <atomic>
#include <cstdint>

namespace mailctl::net {

/// What the peer sent and got, without TLS. Threads: any.
struct Traffic {
    std::atomic<std::uint64_t> received{0};
    std::atomic<std::uint64_t> sent{0};
};

} // namespace mailctl::net
