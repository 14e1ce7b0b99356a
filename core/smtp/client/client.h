// One connection to another mail server: greeting, TLS, AUTH, and message after message over it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/net/stream.h"
#include "core/smtp/peer_extensions.h"
#include "core/smtp/peer_reply.h"

namespace mailctl::net {
class TlsContext; // core/net/tls.h
}

namespace mailctl::smtp {

/// How far a connection or transaction came.
enum class Stage : std::uint8_t {
    Connect,
    Greeting,
    Hello,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    Data,
    FinalDot,
    Quit
};
std::string_view name_of(Stage stage);

/// Why something did not work: for the log, the queue and bounces.
struct Failure {
    Stage stage = Stage::Connect;
    PeerReply reply; ///< the peer's, or code 0 and our own words
    /// The peer's 5xx; never of AUTH, whose secrets are ours to set right.
    bool permanent = false;
    bool tls = false; ///< TLS, or a certificate, is what failed
    /// RFC 8460 §4.3: "starttls-not-supported", "certificate-host-mismatch", ...; empty: no TLS
    /// failure.
    std::string tls_result;
};

/// How long to wait for what. RFC 5321 §4.5.3.2
struct ClientTimeouts {
    std::chrono::milliseconds connect{30'000}, greeting{300'000}, command{300'000}, data{180'000},
        final{600'000}, quit{5'000};
};

enum class ClientTls : std::uint8_t { None, May, Required, Implicit };

struct ClientCredentials {
    std::string user, secret;            ///< secret: password, or token for XOAUTH2
    std::vector<std::string> mechanisms; ///< best first; empty: all but XOAUTH2
};

struct ClientOptions {
    std::string hello; ///< our name
    bool lmtp = false; ///< LHLO. RFC 2033
    ClientTls tls = ClientTls::May;
    /// What the peer is held to; with None unused. A context that verifies makes a certificate that
    /// does not fit a failure; May with one that fails reconnects in the clear is the caller's job.
    std::shared_ptr<const net::TlsContext> tls_context;
    std::optional<ClientCredentials> credentials;
    ClientTimeouts timeouts;
};

/// One message on its way out.
struct Envelope {
    std::string sender; ///< empty: null
    struct Recipient {
        std::string address;
        std::uint8_t notify = 0;        ///< NOTIFY bits (core/smtp/parameters.h); 0: not said
        std::string original_recipient; ///< ORCPT decoded; empty: none
    };
    std::vector<Recipient> recipients;
    std::string envelope_id; ///< ENVID decoded
    bool return_given = false, return_full = false;
    bool smtp_utf8 = false; ///< needs SMTPUTF8: RFC 6531 §3.4
    bool body_8bit = false, body_binary = false;
    bool require_tls = false; ///< RFC 8689
    std::uint64_t octets = 0; ///< of prefix and body
};

/// Where a message's octets come from, in order; an empty piece: the end. Lines end with CRLF.
class MessageSource {
public:
    virtual ~MessageSource() = default;
    /// Errors: those of the store; the transaction is broken off.
    virtual Awaitable<Result<std::string_view>> next() = 0;
    /// Starts over, for another try.
    virtual void rewind() = 0;
};

/// What became of each recipient, in the order of the envelope.
struct Outcome {
    struct Recipient {
        enum class State : std::uint8_t {
            Delivered,
            Relayed, ///< to a peer without DSN that will not report success: RFC 3461 §5.2.2
            Deferred,
            Failed
        } state = State::Deferred;
        Stage stage = Stage::Mail;
        PeerReply reply;
        bool peer_tells = false; ///< of success, as it was asked to: RFC 3461 §5.2.1
    };
    std::vector<Recipient> recipients;
    bool usable = false; ///< the connection can take another message
    /// The connection broke after the last octet was sent and before the reply: the peer may have
    /// it.
    bool in_doubt = false;
};

/// Threads: one at a time, on its stream's executor.
class Client {
public:
    virtual ~Client() = default;

    virtual const PeerExtensions& extensions() const = 0;
    virtual const std::optional<net::TlsInfo>& tls() const = 0;
    virtual const net::Endpoint& peer() const = 0;
    virtual const std::string& greeting_name() const = 0; ///< as the peer called itself
    virtual unsigned messages() const = 0;                ///< sent so far

    /// Sends one message: MAIL, RCPTs and DATA or BDAT, pipelined where the peer can. A message
    /// that the peer cannot take as it is (SIZE, 8-bit text without 8BITMIME: converted; SMTPUTF8,
    /// BINARYMIME, REQUIRETLS missing) fails without being tried. Never throws Disconnected.
    virtual Awaitable<Outcome> send(Envelope envelope, MessageSource& message) = 0;
    /// MAIL FROM:<> and RCPT alone, then RSET: whether the peer would take it. GWY-01
    virtual Awaitable<Outcome> ask(Envelope envelope) = 0;
    /// ETRN. RFC 1985
    virtual Awaitable<PeerReply> etrn(std::string domain) = 0;
    /// True where the connection still stands, as far as can be told without waiting.
    virtual bool is_alive() = 0;
    /// Says QUIT and closes; never longer than ClientTimeouts::quit.
    virtual Awaitable<> quit() = 0;
    /// Ends whatever it does. Threads: any.
    virtual std::function<void()> closer() = 0;
};

/// Greets, hellos, secures and authenticates over a connected stream. The result is one of the two.
struct Opened {
    std::unique_ptr<Client> client;
    std::optional<Failure> failure;
};
Awaitable<Opened> open_client(std::unique_ptr<net::Stream> stream, ClientOptions options);

} // namespace mailctl::smtp
