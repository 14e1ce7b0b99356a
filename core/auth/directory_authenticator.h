// The authenticator over the store's directory.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "core/auth/ban_rules.h"
#include "core/auth/bans.h"
#include "core/auth/connections.h"
#include "core/auth/last_login.h"
#include "core/auth/oauth/tokens.h"
#include "core/auth/secrets/app_password.h"
#include "core/auth/secrets/login_way.h"
#include "core/auth/secrets/other_logins.h"
#include "core/auth/login_name.h"
#include "core/auth/throttle.h"
#include "core/auth/verified.h"
#include "core/net/network.h"
#include "store/activity.h"
#include "store/store.h"

namespace mailctl::auth {
class Authenticator; // core/auth/authenticator.h
}

namespace mailctl::auth {

inline constexpr std::size_t kMostPasswordOctets = 1024; ///< longer ones are nobody's

/// One generation of settings with what is parsed from them once.
struct AuthLimits {
    std::shared_ptr<const conf::Config> config;
    std::vector<net::Network> exempt; ///< ban.exempt and the machine's own addresses
    struct Access {
        std::vector<net::Network> allow, deny;
    };
    std::vector<Access> access; ///< by conf::Protocol

    AuthLimits(std::shared_ptr<const conf::Config> settings, const std::vector<std::string>& own);
    bool is_exempt(const net::Endpoint& peer) const;
    bool is_allowed(conf::Protocol protocol, std::string_view address) const;
};

/// Threads: any.
class DirectoryAuthenticator : public Authenticator, public OtherLogins {
public:
    DirectoryAuthenticator(store::Store& store, std::shared_ptr<const conf::Config> config,
                           boost::asio::any_io_executor workers, OwnAddresses own_addresses);

    Awaitable<Result<Login>> check_password(Attempt attempt, std::string name, std::string password) override;
    Awaitable<Result<ScramKeys>> scram_keys(Attempt attempt, std::string name) override;
    Awaitable<Result<Login>> scram_done(Attempt attempt, ScramKeys keys, bool proof_ok) override;
    Awaitable<Result<Login>> check_certificate(Attempt attempt, std::string name,
                                               std::string fingerprint) override;
    Awaitable<Result<Login>> check_token(Attempt attempt, std::string name, std::string token) override;
    Result<std::unique_ptr<Guard>> admit(const net::Endpoint& peer, const conf::Listener& listener) override;
    Result<> check_ban(const net::Endpoint& peer) override;
    bool is_loaded(conf::Protocol protocol) const override;
    void misbehaved(const net::Endpoint& peer, std::string_view what) override;
    void happened(const net::Endpoint& peer, conf::BanTrigger trigger) override;
    std::vector<Lock> locks() const override;
    Result<> unlock(std::string_view account) override;
    void configure(std::shared_ptr<const conf::Config> config) override;
    void keep_bans() override { bans_->keep(store_.clock().now()); }
    void stop() override { bans_->stop(); }
    /// Errors: Unavailable.
    Awaitable<Result<>> read_bans() { return bans_->refresh(store_.clock().now()); }

private:
    /// One attempt on its way through the checks.
    struct Trial {
        Attempt attempt;
        LoginName whom;
        std::shared_ptr<const AuthLimits> limits;
        std::string address; ///< as counted; empty: exempt
        Time now{};
        std::string_view mechanism;
        std::string app_password; ///< the id of the one that was used; empty: none
        std::string credential;   ///< Login::credential; empty: the user's own password
    };

    Awaitable<Result<Trial>> start(Attempt attempt, std::string name, std::string_view mechanism);
    Awaitable<bool> verify(const Trial& trial, const std::string& mark, std::string password);
    Awaitable<Result<Login>> good(Trial trial);
    Awaitable<Result<Login>> good_with(Trial trial, AppPassword secret, std::string mark);
    Awaitable<Error> bad(Trial trial, std::string secret, std::string_view reason);
    Awaitable<bool> verify_former(const Trial& trial, std::string hash, std::string password);
    Awaitable<bool> is_former(const Trial& trial, std::string password);
    Awaitable<Result<Login>> wiped(Trial trial);
    bool opens_to_former(const Trial& trial) const;
    Awaitable<std::vector<std::string>> former_keys(const Trial& trial, const ScramKeys& salt);
    Awaitable<> upgrade(const Trial& trial, std::string password);
    Awaitable<> ban_unless_known(Trial trial, std::string reason, milliseconds time);
    void ban(store::Ban ban, milliseconds time);
    Awaitable<Result<>> let_in(const Trial& trial, Shown shown);
    static std::string_view why_no_rights(const Trial& trial);
    static std::string_view why_not_so(const Trial& trial, Shown shown);
    Awaitable<> record_refused(const Trial& trial, std::string_view reason);
    static store::Activity login_of(const Trial& trial);
    static Error refuse(const Trial& trial, std::string_view reason);
    std::shared_ptr<const AuthLimits> limits() const;

    store::Store& store_;
    boost::asio::any_io_executor workers_;
    OwnAddresses own_addresses_;
    std::shared_ptr<BanList> bans_;
    std::shared_ptr<Connections> connections_;
    LastLogins last_logins_;
    Throttle throttle_;
    BanRules rules_;
    Verified verified_;
    Tokens tokens_;
    std::string fake_salt_key_;
    mutable std::mutex mutex_;
    std::shared_ptr<const AuthLimits> limits_;
};

} // namespace mailctl::auth
