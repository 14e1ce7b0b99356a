// One TLS session over a socket that never blocks: for core/net only.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/net/stream.h"

namespace mailctl::net {

/// What a step of a TLS session needs before it can go on.
enum class TlsWant { Nothing, Read, Write, Closed, Failed };

/// Threads: one at a time. Borrows: the descriptor.
class TlsSession {
public:
    struct Outcome {
        TlsWant want = TlsWant::Failed;
        std::size_t octets = 0;
    };

    /// Errors: Unavailable (no memory).
    static Result<std::unique_ptr<TlsSession>> make(std::shared_ptr<const TlsContext> context,
                                                    int descriptor);
    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    TlsWant handshake();
    Outcome read(char* buffer, std::size_t size);
    Outcome write(std::string_view octets);
    /// Octets that were decrypted and not read yet.
    bool has_pending() const;
    /// Says goodbye as far as it can without waiting. RFC 8446 §6.1
    void shutdown();
    /// Why the last step failed, for the log.
    const std::string& failure() const { return failure_; }

    /// After the handshake.
    TlsInfo info() const;

private:
    struct Implementation;
    explicit TlsSession(std::unique_ptr<Implementation> implementation);
    TlsWant want_after(int result);

    std::unique_ptr<Implementation> implementation_;
    std::string failure_;
};

} // namespace mailctl::net
