// Two connected streams in memory: a whole protocol session without a port. For tests.
#pragma once

#include <chrono>
#include <memory>
#include <utility>

#include "core/net/stream.h"

namespace mailctl::net {

struct MemoryStreamOptions {
    Endpoint local{"127.0.0.1", 25};
    Endpoint peer{"192.0.2.1", 40000};
    bool start_tls_is_fake = true; ///< start_tls succeeds at once and sets tls()
    std::optional<TlsInfo> tls;    ///< already under TLS
};

/// The server's end and the client's end. Both use `executor`: a strand, or a context that one
/// thread runs. A write never waits.
std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>> memory_stream_pair(
    boost::asio::any_io_executor executor, const MemoryStreamOptions& options = {});

/// Moves the deadlines of the waits under way at both ends nearer, as if that much time had
/// passed: idle limits without waiting. Does nothing to other streams. Call on the executor.
void elapse(Stream& memory_stream, std::chrono::milliseconds by);

} // namespace mailctl::net
