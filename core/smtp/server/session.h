// One SMTP connection: what was said so far, and how to answer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conf/listener.h"
#include "conf/user.h"
#include "core/auth/authenticator.h"
#include "core/base/awaitable.h"
#include "core/delivery/reached.h"
#include "core/delivery/router.h"
#include "core/delivery/sending.h"
#include "core/delivery/services.h"
#include "core/net/line_reader.h"
#include "core/net/session_info.h"
#include "core/net/stream.h"
#include "core/smtp/extensions.h"
#include "core/smtp/parameters.h"
#include "core/smtp/replies.h"
#include "core/smtp/server/local_caller.h"
#include "core/smtp/server/own_limits.h"

namespace mailctl::conf {
struct ConnectionLimits; // conf/config.h
}

namespace mailctl::conf {
struct Config; // conf/config.h
}

namespace mailctl::smtp {

class Incoming; // core/smtp/server/data/incoming.h

/// How long mail may be told to wait before it is sent. RFC 4865 §3
inline constexpr std::chrono::hours kMaxHold{24 * 366};

/// One accepted RCPT.
struct Recipient {
    RcptCommand rcpt;
    delivery::Resolution resolution;
};

/// From MAIL to the end of the data. RFC 5321 §3.3
struct Transaction {
    Transaction();
    ~Transaction();
    Transaction(Transaction&&) noexcept;
    Transaction& operator=(Transaction&&) noexcept;

    MailCommand mail;
    std::vector<Recipient> recipients;
    std::uint64_t remote_recipients = 0; ///< of other servers, as sending limits count them
    std::uint64_t message_octets = 0;   ///< smallest limit of theirs; 0: none
    std::string spf;          ///< as QueueEntry::spf; empty: nobody asked
    std::string received_spf; ///< the field that tells of it
    std::unique_ptr<Incoming> incoming; ///< chunks have started: BDAT
};

/// A command line as it came.
struct InputLine {
    enum class End { CrLf, Lf, TooLong, Never };
    End end = End::CrLf;
    std::string_view text; ///< good until the next read
};

/// Threads: one at a time. Lives in serve().
class Session {
public:
    Session(net::Stream& stream, std::shared_ptr<const delivery::Services> services,
            conf::Listener listener, std::shared_ptr<net::SessionInfo> info);

    // What it is ------------------------------------------------------------------------------
    bool is_lmtp() const { return listener.protocol == conf::Protocol::Lmtp; }
    bool is_submission() const { return listener.protocol == conf::Protocol::Submission; }
    bool is_tls() const { return stream.tls().has_value(); }
    /// The listener's word in the log.
    std::string_view area() const;
    const conf::Config& config() const { return *services->config; }
    const conf::ConnectionLimits& limits() const;
    /// Octets of one message, 0: no limit. The smallest of the listener's, the login's and those of
    /// the recipients so far: RFC 5321 §3.3 has one reply for all, and nobody gets what is too large
    /// for another.
    std::uint64_t message_limit() const;
    /// How long a client may say nothing from now on: SMTP-08.
    milliseconds idle_limit() const;
    std::uint64_t recipient_limit() const; ///< of one message; 0: none
    /// May send to other servers: AUTH-04.
    bool may_relay() const;
    bool is_disabled(std::string_view verb) const;
    /// AUTH is there, though perhaps not before TLS.
    bool has_auth() const { return !local && (listener.auth || is_submission()); }
    /// AUTH-02: no login in the clear, by any mechanism, unless the listener says so.
    bool may_auth_now() const
    {
        return is_tls() || listener.plaintext_auth == conf::PlaintextAuth::Always;
    }
    Time now() const { return services->clock->now(); }
    auth::Attempt attempt() const;
    /// What EHLO offers at this point.
    Extensions extensions() const;

    // Talking ---------------------------------------------------------------------------------
    /// Puts a reply behind those that wait to be written. RFC 2920 §3.2
    void say(Reply reply);
    void say(Say key) { say(make_reply(key)); }
    /// Writes what waits, in one go.
    Awaitable<> flush();
    /// Writes what waits, then reads at least one octet more.
    Awaitable<> more();
    /// Takes a line that is here already; false: read more().
    bool take_line(std::size_t limit, InputLine& line);
    /// Writes what waits, then lets time pass.
    Awaitable<> pause(milliseconds time);

    /// Forgets the transaction. RFC 5321 §4.1.1.5
    void reset() { transaction.reset(); }
    /// Back to the state after the greeting. RFC 3207 §4.2
    void start_over();

    net::Stream& stream;
    net::LineReader reader;
    std::shared_ptr<const delivery::Services> services;
    conf::Listener listener;
    std::shared_ptr<net::SessionInfo> info;
    Time start{};
    delivery::Reached reached; ///< the names under which the client reached this server
    bool trusted = false; ///< peer is in access.trusted: AUTH-05
    std::optional<LocalCaller> local; ///< a program of this machine: CLI-05

    std::string hello; ///< the name the client gave; empty: none yet
    bool extended = false;
    Extensions offered;
    std::optional<auth::Login> login;
    OwnLimits own; ///< of the login
    std::string account; ///< that sends the message under way: the login's, or a local program's
    bool is_bulk = false; ///< that account's mail is marked as sent to many
    AccountId account_id{};        ///< of that account; 0: none
    conf::UserSettings own_user;   ///< what holds for that account
    milliseconds own_delay{0}; ///< of that account's mail to other servers. OUT-21
    std::optional<delivery::SendingAccount> sending; ///< its sending limits: ABU-07
    std::optional<Transaction> transaction;

    unsigned bad_commands = 0;
    unsigned unknown_recipients = 0;
    unsigned mails = 0;
    unsigned resets = 0;
    unsigned accepted = 0;
    bool closing = false;

private:
    std::string out_;
    std::string line_;
    std::uint64_t skipped_ = 0; ///< of a line that is too long
};

} // namespace mailctl::smtp
