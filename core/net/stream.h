// One connection: plain or TLS over TCP or a Unix socket, or memory in tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

#include "core/base/awaitable.h"
#include "core/base/result.h"

namespace mailctl::net {

/// The peer is gone, a deadline passed, or the server stops: nobody is left to tell.
/// Thrown by streams, caught once in each protocol's serve().
class Disconnected : public std::runtime_error {
public:
    enum class Why { Closed, Deadline, Stopping, Tls };
    Disconnected(Why why, const std::string& what) : std::runtime_error(what), why_(why) {}
    Why why() const { return why_; }

private:
    Why why_;
};

/// An address and port, as text: "192.0.2.1", "2001:db8::1", "unix" for a Unix socket.
struct Endpoint {
    std::string address;
    std::uint16_t port = 0;
    bool is_loopback() const;
};
std::string to_string(const Endpoint& endpoint); ///< "192.0.2.1:25", "[2001:db8::1]:25"

/// What TLS agreed on, for Received, logs and channel binding.
struct TlsInfo {
    std::string version;          ///< "TLS1.3"
    std::string cipher;           ///< "TLS_AES_256_GCM_SHA384"
    std::string server_name;      ///< SNI, empty where the client sent none
    std::string channel_binding;  ///< tls-exporter (RFC 9266) octets; empty under TLS 1.2
    std::string server_end_point; ///< tls-server-end-point (RFC 5929) octets
    std::string peer_name = {};   ///< in a client's verified certificate; empty: it showed none
    /// SHA-256 of the certificate that the client showed and has the key of, in hex; empty: none.
    std::string peer_fingerprint = {};
    std::string peer_address = {}; ///< of mail, in that certificate; empty: none. RFC 5280 §4.2.1.6
};

class TlsContext; // core/net/tls.h
struct Traffic;   // core/net/traffic.h

/// Threads: one at a time, on its executor (a strand).
class Stream {
public:
    virtual ~Stream() = default;

    /// Some octets, at least one; at most what fits `buffer`. Waits no longer than the deadline.
    /// Throws Disconnected (also at end of stream).
    virtual Awaitable<std::size_t> read_some(char* buffer, std::size_t size) = 0;
    /// What is here now, without waiting: at most `size` octets, 0 where nothing waits (then
    /// wait_readable). Throws Disconnected (also at end of stream).
    virtual std::size_t try_read(char* buffer, std::size_t size) = 0;
    /// All of `octets`. Throws Disconnected.
    virtual Awaitable<> write(std::string_view octets) = 0;

    /// Every wait from now on ends after `limit` with Disconnected(Deadline).
    virtual void set_deadline(std::chrono::milliseconds limit) = 0;

    /// Makes this end the server of a TLS session (the client, with a client's context). What was
    /// read ahead must be empty: RFC 3207 §4.2. Throws Disconnected(Tls).
    virtual Awaitable<> start_tls(std::shared_ptr<const TlsContext> context) = 0;
    virtual const std::optional<TlsInfo>& tls() const = 0;

    virtual const Endpoint& local() const = 0;
    virtual const Endpoint& peer() const = 0;
    virtual boost::asio::any_io_executor executor() = 0;
    /// What has passed so far, and goes on to; nullptr where nobody counts.
    virtual std::shared_ptr<const Traffic> traffic() const { return nullptr; }

    /// Waits until octets wait or reading would fail at once, without taking them and without a
    /// buffer, or until cancel_wait(): for IDLE and pipelining. It may return too early (a TLS
    /// record without content): try_read tells. Throws Disconnected (deadline).
    virtual Awaitable<> wait_readable() = 0;
    /// Ends a wait_readable of this stream early. Call on its executor.
    virtual void cancel_wait() = 0;

    /// Ends the session: reads and waits, under way or later, throw Disconnected(Stopping). What is
    /// promised still gets out: a write sends as far as it need not wait. The connection itself
    /// closes with the stream. Threads: any.
    virtual void close() = 0;
    /// A function that does the same, and nothing once the stream is gone. Threads: any.
    virtual std::function<void()> closer() = 0;
};

} // namespace mailctl::net
