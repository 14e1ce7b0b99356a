// Logins checked against the directory, connections against lists and limits.
#include "core/auth/directory_authenticator.h"

#include <algorithm>
#include <functional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/activity/activity.h"
#include "core/auth/ban_refresh.h"
#include "core/auth/peer_key.h"
#include "core/auth/secrets/login_holds.h"
#include "core/auth/secrets/scram_keys.h"
#include "core/auth/service_access.h"
#include "core/base/ascii.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "core/crypto/digest.h"
#include "core/crypto/password.h"
#include "core/crypto/saslprep.h"
#include "core/crypto/scram.h"
#include "core/crypto/secret.h"

namespace mailctl::auth {
namespace {

using boost::asio::use_awaitable;

crypto::HashOptions hash_options(const conf::Config& config)
{
    return {config.auth.hash_memory_kib, config.auth.hash_passes};
}

std::uint32_t scram_iterations(const conf::Config& config)
{
    return std::max(config.auth.scram_iterations, crypto::kMinScramIterations);
}

/// On a worker. An empty hash stands for a user that does not exist: it costs the same.
Awaitable<bool> verify_job(std::string hash, std::string password, crypto::HashOptions options)
{
    const crypto::WipeAtEnd wipe_password(password);
    if (hash.empty()) {
        crypto::verify_nothing(password, options);
        co_return false;
    }
    co_return crypto::verify_password(hash, password);
}

struct Derive {
    bool hash = false;
    bool scram = false;
    crypto::HashOptions options;
    std::uint32_t iterations = 0;
    std::optional<crypto::ScramKeys> shared; ///< its salt is the user's: app passwords have it
};

std::string scram_for(const std::string& password, const Derive& what)
{
    if (!what.shared)
        return crypto::make_scram_sha_256(password, what.iterations);
    const auto keys =
        crypto::derive_scram_sha_256(password, what.shared->salt, what.shared->iterations);
    return keys ? crypto::encode_scram(*keys) : std::string();
}

/// On a worker: what is asked for, else empty.
Awaitable<store::Credentials> derive_job(std::string password, Derive what)
{
    const crypto::WipeAtEnd wipe_password(password);
    store::Credentials made;
    if (what.hash)
        made.hash = crypto::hash_password(password, what.options);
    if (what.scram)
        made.scram_sha_256 = scram_for(password, what);
    co_return made;
}

Awaitable<> pause(milliseconds time)
{
    if (time <= milliseconds(0))
        co_return;
    auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer(executor, time);
    co_await timer.async_wait(boost::asio::as_tuple(use_awaitable));
}

/// Where app passwords have keys, theirs is the salt: else no client could use both.
bool has_current_scram(const store::User& user, const std::optional<crypto::ScramKeys>& shared,
                       const conf::Config& config)
{
    const auto keys = crypto::decode_scram(user.credentials.scram_sha_256);
    if (keys && shared)
        return keys->salt == shared->salt && keys->iterations == shared->iterations;
    return keys && keys->iterations >= scram_iterations(config);
}

std::vector<net::Network> parse_all(const std::vector<std::string>& texts)
{
    std::vector<net::Network> out;
    for (const std::string& text : texts)
        if (const auto network = net::Network::parse(text))
            out.push_back(*network);
    return out;
}

bool holds(const std::vector<net::Network>& networks, std::string_view address)
{
    return std::any_of(networks.begin(), networks.end(),
                       [&](const net::Network& one) { return one.contains(address); });
}

bool has_keys(const store::Credentials& credentials, const std::string& stored_key)
{
    const auto keys = crypto::decode_scram(credentials.scram_sha_256);
    return keys && keys->stored_key == stored_key;
}

bool is_unix(std::string_view address)
{
    return address.starts_with("unix");
}

/// Why a user may not log in, for the log.
std::string_view reason_of(const store::User& user)
{
    switch (user.state) {
    case store::UserState::Suspended: return "account suspended";
    case store::UserState::Pending: return "account waits for approval";
    default: return "account disabled or expired";
    }
}

} // namespace

AuthLimits::AuthLimits(std::shared_ptr<const conf::Config> settings, const std::vector<std::string>& own)
    : config(std::move(settings)), exempt(parse_all(config->ban.exempt))
{
    const auto ours = parse_all(own);
    exempt.insert(exempt.end(), ours.begin(), ours.end());
    for (const auto protocol : {conf::Protocol::Smtp, conf::Protocol::Submission, conf::Protocol::Lmtp,
                                conf::Protocol::Imap, conf::Protocol::Pop3, conf::Protocol::Http}) {
        const conf::AccessList& list = access_of(*config, protocol);
        access.push_back({parse_all(list.allow), parse_all(list.deny)});
    }
}

bool AuthLimits::is_exempt(const net::Endpoint& peer) const
{
    return is_unix(peer.address) || peer.is_loopback() || holds(exempt, peer.address);
}

bool AuthLimits::is_allowed(conf::Protocol protocol, std::string_view address) const
{
    const Access& list = access.at(static_cast<std::size_t>(protocol));
    if (is_unix(address))
        return true;
    if (holds(list.deny, address))
        return false;
    return list.allow.empty() || holds(list.allow, address);
}

DirectoryAuthenticator::DirectoryAuthenticator(store::Store& store, std::shared_ptr<const conf::Config> config,
                                               boost::asio::any_io_executor workers,
                                               OwnAddresses own_addresses)
    : store_(store),
      workers_(workers),
      own_addresses_(std::move(own_addresses)),
      bans_(std::make_shared<BanList>(store, workers)),
      connections_(std::make_shared<Connections>()),
      last_logins_(store),
      throttle_(config->ban),
      rules_(config->ban.rules),
      verified_(store.random()),
      tokens_(workers),
      fake_salt_key_(32, '\0'),
      limits_(std::make_shared<const AuthLimits>(config, own_addresses_()))
{
    store.random().fill({reinterpret_cast<std::uint8_t*>(fake_salt_key_.data()), fake_salt_key_.size()});
    bans_->set_exec(config->ban.exec);
    tokens_.configure(config->oauth);
    bans_->find("0.0.0.0", store.clock().now()); // starts reading the list
}

std::shared_ptr<const AuthLimits> DirectoryAuthenticator::limits() const
{
    const std::lock_guard lock(mutex_);
    return limits_;
}

void DirectoryAuthenticator::configure(std::shared_ptr<const conf::Config> config)
{
    auto fresh = std::make_shared<const AuthLimits>(config, own_addresses_());
    throttle_.configure(config->ban);
    bans_->set_exec(config->ban.exec);
    rules_.configure(config->ban.rules);
    tokens_.configure(config->oauth);
    const std::lock_guard lock(mutex_);
    limits_ = std::move(fresh);
}

/// What every attempt passes before its password or proof is looked at.
Awaitable<Result<DirectoryAuthenticator::Trial>> DirectoryAuthenticator::start(Attempt attempt, std::string name,
                                                                               std::string_view mechanism)
{
    Trial trial;
    trial.limits = limits();
    trial.now = store_.clock().now();
    trial.mechanism = mechanism;
    const bool is_exempt = trial.limits->is_exempt(attempt.peer);
    trial.address = is_exempt ? std::string() : peer_key(attempt.peer.address);
    trial.attempt = std::move(attempt);
    if (!is_exempt && bans_->find(trial.attempt.peer.address, trial.now))
        co_return Error(Errc::Denied, "the address is banned");
    std::string domain = trial.attempt.domain;
    if (domain.empty())
        domain = trial.limits->config->server.default_domain;
    auto whom = co_await find_login_name(store_.directory(), *trial.limits->config,
                                         std::move(domain), std::move(name));
    if (!whom)
        co_return whom.error();
    trial.whom = *std::move(whom);
    if (throttle_.is_locked(trial.whom.key, trial.address, trial.now))
        co_return Error(Errc::Busy, "the account is locked after failed logins");
    co_return trial;
}

Awaitable<bool> DirectoryAuthenticator::verify(const Trial& trial, const std::string& mark, std::string password)
{
    const crypto::WipeAtEnd wipe_password(password);
    if (const auto known = verified_.find(mark, trial.now))
        co_return *known;
    std::string hash = trial.whom.user ? trial.whom.user->credentials.hash : std::string();
    const auto options = hash_options(*trial.limits->config);
    auto work = boost::asio::co_spawn(workers_, verify_job(std::move(hash), password, options), use_awaitable);
    const bool is_good = co_await std::move(work);
    verified_.put(mark, is_good, trial.now);
    co_return is_good;
}

Awaitable<bool> DirectoryAuthenticator::verify_former(const Trial& trial, std::string hash,
                                                      std::string password)
{
    const crypto::WipeAtEnd wipe_password(password);
    const std::string mark = verified_.mark(hash, password);
    if (const auto known = verified_.find(mark, trial.now))
        co_return *known;
    const auto options = hash_options(*trial.limits->config);
    auto work = boost::asio::co_spawn(workers_, verify_job(std::move(hash), password, options), use_awaitable);
    const bool is_good = co_await std::move(work);
    verified_.put(mark, is_good, trial.now);
    co_return is_good;
}

Awaitable<Result<Login>> DirectoryAuthenticator::check_password(Attempt attempt, std::string name,
                                                                std::string password)
{
    const crypto::WipeAtEnd wipe_password(password);
    auto started = co_await start(std::move(attempt), std::move(name), "password");
    if (!started)
        co_return started.error();
    Trial trial = *std::move(started);
    const std::string identity = trial.whom.user ? trial.whom.user->credentials.hash : trial.whom.key;
    std::string mark = verified_.mark(identity, password);
    if (trial.whom.user) {
        auto secret = find_app_password(*trial.whom.user, password);
        if (secret)
            co_return co_await good_with(std::move(trial), *std::move(secret), std::move(mark));
    }
    bool is_good = false;
    if (!password.empty() && password.size() <= kMostPasswordOctets)
        is_good = co_await verify(trial, mark, password);
    if (!is_good) {
        const bool was_good = co_await is_former(trial, password);
        if (was_good)
            co_return co_await wiped(std::move(trial));
        const std::string_view reason = trial.whom.user ? "wrong password" : "no such user";
        Error error = co_await bad(std::move(trial), std::move(mark), reason);
        co_return error;
    }
    if (auto allowed = co_await let_in(trial, Shown::Password); !allowed)
        co_return allowed.error();
    co_await upgrade(trial, password);
    co_return co_await good(std::move(trial));
}

/// The secret was right: whether it lets the user in now, and to this. AUTH-03
Awaitable<Result<>> DirectoryAuthenticator::let_in(const Trial& trial, Shown shown)
{
    std::string_view reason = why_no_rights(trial);
    if (reason.empty())
        reason = why_not_so(trial, shown);
    if (reason.empty())
        co_return ok();
    co_await record_refused(trial, reason);
    co_return refuse(trial, reason);
}

std::string_view DirectoryAuthenticator::why_no_rights(const Trial& trial)
{
    const store::User& user = *trial.whom.user;
    if (!trial.whom.is_domain_enabled)
        return "domain disabled";
    if (!user.may_login(trial.now))
        return reason_of(user);
    if (!user.has(trial.attempt.service))
        return "no right to this service";
    if (!is_open_to(user, trial.attempt.service, trial.attempt.peer.address))
        return "not from this address";
    return {};
}

/// The user may log in: whether with this. AUTH-11, AUTH-12
std::string_view DirectoryAuthenticator::why_not_so(const Trial& trial, Shown shown)
{
    const std::string_view reason = refusal_of(trial.whom.own.auth, *trial.whom.user, shown,
                                               trial.attempt.fingerprint, trial.now);
    const bool is_main_password = trial.credential.empty();
    if (reason.empty() && is_main_password &&
        demands_app_password(*trial.limits->config, trial.attempt.service))
        return "an app password is demanded";
    return reason;
}

/// LOG-13
Awaitable<> DirectoryAuthenticator::record_refused(const Trial& trial, std::string_view reason)
{
    if (!trial.whom.user || !trial.whom.own.activity_log)
        co_return;
    store::Activity refused = login_of(trial);
    refused.kind = store::ActivityKind::Refused;
    refused.what = reason;
    co_await activity::record(store_, trial.whom.user->account, std::move(refused));
}

/// Refuses a right secret: nothing is counted.
Error DirectoryAuthenticator::refuse(const Trial& trial, std::string_view reason)
{
    log::warn("auth", "login refused",
              {{"user", trial.whom.key}, {"service", trial.attempt.area},
               {"peer", trial.attempt.peer.address}, {"reason", reason}});
    return Error(Errc::Denied, std::string(reason));
}

/// For the user's record. LOG-13
store::Activity DirectoryAuthenticator::login_of(const Trial& trial)
{
    store::Activity login;
    login.kind = store::ActivityKind::Login;
    login.what = trial.app_password.empty() ? std::string(trial.mechanism) : "app password";
    login.service = store::name_of(trial.attempt.service);
    login.peer = trial.attempt.peer.address;
    login.method = trial.mechanism;
    login.tls = trial.attempt.tls;
    if (const auto one = find_app_password_by_id(*trial.whom.user, trial.app_password))
        login.secret = one->label;
    return login;
}

Awaitable<Result<Login>> DirectoryAuthenticator::good(Trial trial)
{
    throttle_.succeeded(trial.address, trial.whom.key, trial.now);
    log::info("auth", "login",
              {{"user", trial.whom.key}, {"service", trial.attempt.area}, {"peer", trial.attempt.peer.address},
               {"method", trial.mechanism}, {"app_password", trial.app_password},
               {"tls", trial.attempt.tls ? "yes" : "no"}});
    co_await last_logins_.note(trial.whom.user->account, trial.attempt.service, trial.attempt.peer.address,
                               trial.now);
    if (trial.whom.own.activity_log) {
        store::Activity activity = login_of(trial);
        co_await activity::record(store_, trial.whom.user->account, std::move(activity));
    }
    Login login;
    login.user = *std::move(trial.whom.user);
    login.name = std::move(trial.whom.key);
    login.credential =
        !trial.credential.empty() ? std::move(trial.credential) : password_credential(login.user);
    co_return login;
}

/// Counts and logs a failure, bans where it is due, and takes its time.
Awaitable<Error> DirectoryAuthenticator::bad(Trial trial, std::string secret, std::string_view reason)
{
    const auto verdict = throttle_.failed({trial.address, trial.whom.key, std::move(secret), trial.now});
    log::warn("auth", "login failed",
              {{"user", trial.whom.key}, {"service", trial.attempt.area}, {"peer", trial.attempt.peer.address},
               {"method", trial.mechanism}, {"reason", reason}});
    if (verdict.locked)
        log::warn("auth", "account locked",
                  {{"user", trial.whom.key}, {"for", to_text(trial.limits->config->ban.account_lock)}});
    if (verdict.is_new) // a client that tries the same again and again would fill the record
        co_await record_refused(trial, reason);
    const std::string detail(reason);
    const auto& settings = trial.limits->config->ban;
    std::optional<milliseconds> ban_for;
    if (!trial.address.empty() && settings.enabled && verdict.is_new &&
        !throttle_.is_known_good(trial.address, trial.now))
        ban_for = rules_.count(conf::BanTrigger::FailedLogin, trial.address, trial.now);
    if (verdict.ban)
        ban_for = std::max(ban_for.value_or(milliseconds(0)), settings.duration);
    if (ban_for)
        co_await ban_unless_known(std::move(trial), "failed logins", *ban_for);
    co_await pause(verdict.delay);
    co_return Error(Errc::Denied, detail);
}

/// ABU-03: an address from which this user logged in lately is not banned, also
/// where this process started after that login.
Awaitable<> DirectoryAuthenticator::ban_unless_known(Trial trial, std::string reason,
                                                     milliseconds time)
{
    const conf::BanSettings& settings = trial.limits->config->ban;
    if (trial.whom.user) {
        const Time since = trial.now - settings.good_login_protects;
        const bool is_known =
            co_await last_logins_.is_noted(trial.whom.user->account, trial.attempt.peer.address, since);
        if (is_known)
            co_return;
    }
    store::Ban due;
    due.network = trial.address;
    due.reason = std::move(reason);
    due.user = trial.whom.key;
    due.start = trial.now;
    ban(std::move(due), time);
}

void DirectoryAuthenticator::ban(store::Ban ban, milliseconds time)
{
    ban.end = ban.start + time;
    log::warn("auth", "address banned",
              {{"network", ban.network}, {"reason", ban.reason}, {"for", to_text(time)}});
    bans_->add(std::move(ban));
}

/// Replaces a foreign or weak hash and adds SCRAM keys while the password is at hand. AUTH-13
Awaitable<> DirectoryAuthenticator::upgrade(const Trial& trial, std::string password)
{
    const crypto::WipeAtEnd wipe_password(password);
    const conf::Config& config = *trial.limits->config;
    const store::Credentials& stored = trial.whom.user->credentials;
    Derive what;
    what.options = hash_options(config);
    what.iterations = scram_iterations(config);
    what.hash = crypto::needs_rehash(stored.hash, what.options);
    what.shared = shared_scram_of(*trial.whom.user);
    what.scram = !has_current_scram(*trial.whom.user, what.shared, config) && crypto::saslprep(password).has_value();
    if (!what.hash && !what.scram)
        co_return;
    auto work = boost::asio::co_spawn(workers_, derive_job(password, what), use_awaitable);
    const store::Credentials made = co_await std::move(work);
    // Only while the hash is still the one that was checked: a new password is never undone.
    std::function<Result<>(store::User&)> change = [expected = stored.hash, made](store::User& user) -> Result<> {
        if (user.credentials.hash != expected)
            return ok();
        if (!made.hash.empty())
            user.credentials.hash = made.hash;
        if (!made.scram_sha_256.empty())
            user.credentials.scram_sha_256 = made.scram_sha_256;
        return ok();
    };
    auto updated = co_await store_.directory().update_user(trial.whom.user->address, std::move(change));
    if (!updated) {
        log::warn("auth", "password not upgraded",
                  {{"user", trial.whom.key}, {"reason", to_string(updated.error())}});
        co_return;
    }
    verified_.put(verified_.mark(updated->credentials.hash, password),
                  made.hash.empty() || updated->credentials.hash == made.hash, trial.now);
}

Awaitable<Result<Authenticator::ScramKeys>> DirectoryAuthenticator::scram_keys(Attempt attempt, std::string name)
{
    auto started = co_await start(std::move(attempt), std::move(name), "scram");
    if (!started)
        co_return started.error();
    Trial& trial = *started;
    ScramKeys out;
    out.name = trial.whom.key;
    if (trial.whom.user) {
        if (auto keys = first_scram_keys(*trial.whom.user, trial.attempt.service, *trial.limits->config)) {
            out.iterations = keys->iterations;
            out.salt = std::move(keys->salt);
            out.stored_key = std::move(keys->stored_key);
            out.server_key = std::move(keys->server_key);
            out.former = co_await former_keys(trial, out);
            out.user = std::move(trial.whom.user);
            co_return out;
        }
        out.is_missing = true;
    }
    out.iterations = scram_iterations(*trial.limits->config);
    out.salt = crypto::hmac(crypto::Hash::Sha256, fake_salt_key_, "salt" + out.name)
                   .substr(0, crypto::kScramSaltOctets);
    out.stored_key = crypto::hmac(crypto::Hash::Sha256, fake_salt_key_, "stored" + out.name);
    out.server_key = crypto::hmac(crypto::Hash::Sha256, fake_salt_key_, "server" + out.name);
    co_return out;
}

Awaitable<Result<Login>> DirectoryAuthenticator::scram_done(Attempt attempt, ScramKeys keys, bool proof_ok)
{
    const bool is_missing = keys.is_missing;
    const bool is_good = proof_ok && keys.user.has_value();
    auto started = co_await start(std::move(attempt), std::move(keys.name), "scram");
    if (!started)
        co_return started.error();
    Trial trial = *std::move(started);
    // The user and the settings may have changed since the exchange began.
    if (is_good && keys.is_former && opens_to_former(trial))
        co_return co_await wiped(std::move(trial));
    const bool is_own = trial.whom.user && has_keys(trial.whom.user->credentials, keys.stored_key);
    std::optional<AppPassword> secret;
    if (is_good && trial.whom.user && !is_own)
        secret = find_app_password_by_keys(*trial.whom.user, keys.stored_key);
    if (secret)
        co_return co_await good_with(std::move(trial), *std::move(secret), std::string());
    if (!is_good || !is_own) {
        if (is_missing) {
            log::warn("auth", "no SCRAM keys yet: the next login by PLAIN or a new password makes them",
                      {{"user", trial.whom.key}, {"peer", trial.attempt.peer.address}});
            co_await pause(trial.limits->config->ban.delay);
            co_return Error(Errc::Denied, "no SCRAM keys yet");
        }
        const std::string_view reason = is_good ? "keys changed" : "wrong proof";
        Error error = co_await bad(std::move(trial), std::string(), reason);
        co_return error;
    }
    if (auto allowed = co_await let_in(trial, Shown::Password); !allowed)
        co_return allowed.error();
    co_return co_await good(std::move(trial));
}

std::vector<Authenticator::Lock> DirectoryAuthenticator::locks() const
{
    std::vector<Lock> out;
    for (const auto& one : throttle_.locks(store_.clock().now()))
        out.push_back({one.account, one.until});
    return out;
}

Result<> DirectoryAuthenticator::unlock(std::string_view account)
{
    if (!throttle_.unlock(ascii::lower(account), store_.clock().now()))
        return Error(Errc::NotFound, "not locked");
    return ok();
}

Awaitable<Result<>> refresh_bans(Authenticator& authenticator)
{
    auto* own = dynamic_cast<DirectoryAuthenticator*>(&authenticator);
    if (own == nullptr)
        co_return ok();
    co_return co_await own->read_bans();
}

std::unique_ptr<Authenticator> make_authenticator(store::Store& store, std::shared_ptr<const conf::Config> config,
                                                  boost::asio::any_io_executor workers,
                                                  OwnAddresses own_addresses)
{
    return std::make_unique<DirectoryAuthenticator>(store, std::move(config), std::move(workers),
                                                    std::move(own_addresses));
}

} // namespace mailctl::auth
