// Who may log in: passwords against the directory, throttling and bans.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conf/listener.h"
#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/net/own_addresses.h"
#include "core/net/stream.h"
#include "store/directory.h"

namespace mailctl::conf {
enum class BanTrigger : std::uint8_t; // conf/config.h
struct Config;                        // conf/config.h
} // namespace mailctl::conf

namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::auth {

/// A successful login.
struct Login {
    store::User user;
    std::string name; ///< as the directory writes it: the full address
    /// What let the user in: "password:TIME" (of its last change), "app_password:ID",
    /// "certificate:FINGERPRINT", "token". See core/auth/secrets/login_holds.h.
    std::string credential;
    bool is_wiped = false; ///< an old password: the session is to find no mail. USR-12
    Login() = default;
};

/// One attempt: what throttling and logs need to know.
struct Attempt {
    net::Endpoint peer;
    store::Right service{};   ///< smtp, imap, pop3
    std::string_view area;    ///< the log area ("submission", "imap", "pop3")
    bool tls = false;
    std::string fingerprint;  ///< of the certificate that the client showed; empty: none
    std::string domain;       ///< of bare names, by the address that was reached; empty: the default
    Attempt() = default; // no aggregate: it is passed by value to coroutines
};

/// Threads: any.
class Authenticator {
public:
    virtual ~Authenticator() = default;

    /// Checks a name and password. Takes its time for a bad one; same time for unknown users.
    /// Name forms of AUTH-10: full address, address in an alias domain, bare name with the default
    /// domain. Errors: Denied (wrong, disabled, expired, no right: all the same to the peer),
    /// Busy (throttled: try later), Unavailable.
    virtual Awaitable<Result<Login>> check_password(Attempt attempt, std::string name,
                                                    std::string password) = 0;
    /// The user's SCRAM keys, or made-up ones that stay the same for an unknown name (RFC 5802 §9
    /// reasoning: no telling who exists). Errors: Busy, Unavailable.
    struct ScramKeys {
        std::uint32_t iterations = 0;
        std::string salt, stored_key, server_key; ///< octets
        std::optional<store::User> user; ///< nullopt: made up; the proof must fail
        std::string name;                ///< the login name in its one form, for counting
        /// Keys under the same salt of passwords from before, which open an empty mailbox. USR-12
        std::vector<std::string> former;
        bool is_former = false; ///< the proof is one of those
        bool is_missing = false; ///< the user exists, but has no keys yet: no fault of the client
        ScramKeys() = default;
    };
    virtual Awaitable<Result<ScramKeys>> scram_keys(Attempt attempt, std::string name) = 0;
    /// Ends a SCRAM exchange: counts the success or failure, checks rights.
    virtual Awaitable<Result<Login>> scram_done(Attempt attempt, ScramKeys keys, bool proof_ok) = 0;

    /// Whether this address may connect now, counting the connection. Errors: Denied (banned, access
    /// list), Busy (too many connections or too fast). The Guard counts it while it lives.
    class Guard {
    public:
        virtual ~Guard() = default;
    };
    virtual Result<std::unique_ptr<Guard>> admit(const net::Endpoint& peer,
                                                 const conf::Listener& listener) = 0;
    /// For what is not a listener. Errors: Denied (banned).
    virtual Result<> check_ban(const net::Endpoint& peer) = 0;
    /// Whether over conf::kLoadedPercent of the protocol's connections are in use. SMTP-08
    virtual bool is_loaded(conf::Protocol protocol) const = 0;
    /// Counts bad behaviour that is not a login (unknown recipients, bad commands): ABU-03.
    virtual void misbehaved(const net::Endpoint& peer, std::string_view what) = 0;
    /// Counts for the [[ban.rule]] tables what is no fault by itself. ABU-03
    virtual void happened(const net::Endpoint& peer, conf::BanTrigger trigger) = 0;

    /// An account locked after failures, until when. ABU-05
    struct Lock {
        std::string account;
        Time until{};
    };
    virtual std::vector<Lock> locks() const = 0;
    /// Ends a lock early. Errors: NotFound (not locked).
    virtual Result<> unlock(std::string_view account) = 0;

    /// A reload brings new limits.
    virtual void configure(std::shared_ptr<const conf::Config> config) = 0;
    /// Looks for bans that began or ended meanwhile, for ban.exec: call it every kBanListAge. ABU-04
    virtual void keep_bans() = 0;
    /// Starts nothing more that lasts: before the workers are joined.
    virtual void stop() = 0;
};

/// The machine's own addresses, asked at start and at every configure(): never banned.
using OwnAddresses = std::function<std::vector<std::string>()>;

/// Passwords are hashed on `workers`; bans are written there too.
/// Order: stop and join `workers` before this and the store go.
std::unique_ptr<Authenticator> make_authenticator(store::Store& store,
                                                  std::shared_ptr<const conf::Config> config,
                                                  boost::asio::any_io_executor workers,
                                                  OwnAddresses own_addresses = net::own_addresses);

} // namespace mailctl::auth
