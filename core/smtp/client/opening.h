// From a connected stream to a session that takes messages. For core/smtp/client only.
#pragma once

#include <optional>

#include "core/smtp/client/session.h"

namespace mailctl::smtp {

/// Greeting, EHLO, STARTTLS, EHLO, AUTH. Borrows: the session.
class Opening {
public:
    explicit Opening(ClientSession& session) : session_(session) {}

    /// What went wrong; nothing: the session is ready.
    Awaitable<std::optional<Failure>> run();

private:
    Awaitable<bool> open();
    Awaitable<bool> read_greeting();
    Awaitable<bool> say_hello();
    Awaitable<bool> secure();
    Awaitable<> start_tls();

    bool fail(PeerReply reply);
    bool fail_tls(PeerReply reply, std::string_view result);
    Failure lost(const net::Disconnected& why);

    ClientSession& session_;
    Stage stage_ = Stage::Connect;
    bool in_handshake_ = false;
    std::optional<Failure> failure_;
};

/// RFC 8460 §4.3: the result type that fits what TLS said.
std::string_view tls_result_of(std::string_view reason);

} // namespace mailctl::smtp
