// Logins by what stands in for the user's own password: app passwords, certificates and tokens.
#include <utility>

#include "core/activity/activity.h"
#include "core/auth/directory_authenticator.h"
#include "core/auth/secrets/client_certificate.h"
#include "core/auth/secrets/former_secrets.h"
#include "core/auth/secrets/login_holds.h"
#include "core/base/ascii.h"
#include "core/base/log.h"
#include "core/crypto/digest.h"
#include "core/crypto/secret.h"
#include "store/store.h"

namespace mailctl::auth {

/// An app password was right. One that is expired, or used for what it is not for, counts as a
/// wrong password: it may have been stolen. AUTH-11
Awaitable<Result<Login>> DirectoryAuthenticator::good_with(Trial trial, AppPassword secret, std::string mark)
{
    const std::string_view reason = refusal_of(secret, trial.attempt.service,
                                               trial.attempt.peer.address, trial.now);
    if (!reason.empty()) {
        Error error = co_await bad(std::move(trial), std::move(mark), reason);
        co_return error;
    }
    trial.app_password = secret.id;
    trial.credential = app_password_credential(secret.id);
    if (auto allowed = co_await let_in(trial, Shown::Password); !allowed)
        co_return allowed.error();
    co_await last_logins_.note_as(trial.whom.user->account, app_password_note(secret.id),
                                  trial.attempt.peer.address, trial.now);
    co_return co_await good(std::move(trial));
}

/// EXTERNAL. RFC 4422 Appendix A
Awaitable<Result<Login>> DirectoryAuthenticator::check_certificate(Attempt attempt, std::string name,
                                                                   std::string fingerprint)
{
    auto started = co_await start(std::move(attempt), std::move(name), "certificate");
    if (!started)
        co_return started.error();
    Trial trial = *std::move(started);
    const std::string_view reason =
        trial.whom.user ? auth::refusal_of(*trial.whom.user, fingerprint, trial.now) : "no such user";
    if (!reason.empty()) {
        Error error = co_await bad(std::move(trial), std::move(fingerprint), reason);
        co_return error;
    }
    trial.credential = certificate_credential(fingerprint);
    if (auto allowed = co_await let_in(trial, Shown::Certificate); !allowed)
        co_return allowed.error();
    co_return co_await good(std::move(trial));
}

/// OAUTHBEARER and XOAUTH2. RFC 7628 §3.2
Awaitable<Result<Login>> DirectoryAuthenticator::check_token(Attempt attempt, std::string name,
                                                             std::string token)
{
    std::string secret = crypto::digest(crypto::Hash::Sha256, token);
    const auto user = co_await tokens_.check(std::move(token), store_.clock().now());
    if (!user && user.error().code() != Errc::Denied) {
        log::error("auth", "tokens cannot be checked", {{"why", to_string(user.error())}});
        co_return user.error();
    }
    std::string whose = user ? *user : name;
    auto started = co_await start(std::move(attempt), std::move(whose), "token");
    if (!started)
        co_return started.error();
    Trial trial = *std::move(started);
    std::string reason = user ? std::string() : user.error().detail();
    const bool is_same = name.empty() || (user && ascii::equals_ignoring_case(name, *user)) ||
                         ascii::equals_ignoring_case(name, trial.whom.key);
    if (reason.empty() && !is_same)
        reason = "token of another user";
    if (reason.empty() && !trial.whom.user)
        reason = "no such user";
    if (!reason.empty()) {
        Error error = co_await bad(std::move(trial), std::move(secret), reason);
        co_return error;
    }
    trial.credential = kTokenCredential;
    if (auto allowed = co_await let_in(trial, Shown::Password); !allowed)
        co_return allowed.error();
    co_return co_await good(std::move(trial));
}

/// Where a secret from before opens a mailbox without mail. USR-12
bool DirectoryAuthenticator::opens_to_former(const Trial& trial) const
{
    const store::Right service = trial.attempt.service;
    const bool reads = service == store::Right::Imap || service == store::Right::Pop3;
    return trial.whom.user && reads && trial.whom.own.old_password == conf::OldPassword::Empty;
}

/// Keys under the salt that the client is told.
Awaitable<std::vector<std::string>> DirectoryAuthenticator::former_keys(const Trial& trial,
                                                                        const ScramKeys& salt)
{
    if (!opens_to_former(trial))
        co_return std::vector<std::string>();
    const auto account = co_await store_.account(trial.whom.user->account);
    if (!account)
        co_return std::vector<std::string>();
    const auto former = co_await former_secrets(**account);
    if (!former)
        co_return std::vector<std::string>();
    crypto::ScramKeys told;
    told.salt = salt.salt;
    told.iterations = salt.iterations;
    co_return former_scram_keys(*former, told);
}

/// A password from before, or an app password that was ended.
Awaitable<bool> DirectoryAuthenticator::is_former(const Trial& trial, std::string password)
{
    const crypto::WipeAtEnd wipe_password(password);
    if (!opens_to_former(trial) || password.empty() || password.size() > kMostPasswordOctets)
        co_return false;
    const auto account = co_await store_.account(trial.whom.user->account);
    if (!account)
        co_return false;
    const auto former = co_await former_secrets(**account);
    if (!former)
        co_return false;
    if (has_app_password(*former, password))
        co_return true;
    for (const auto& hash : former->hashes) {
        const bool is_good = co_await verify_former(trial, hash, password);
        if (is_good)
            co_return true;
    }
    co_return false;
}

/// Nothing is counted: the client means no harm, and whoever has the telephone shall not learn that
/// the password is another one.
Awaitable<Result<Login>> DirectoryAuthenticator::wiped(Trial trial)
{
    if (const auto reason = why_no_rights(trial); !reason.empty()) {
        co_await record_refused(trial, reason);
        co_return refuse(trial, reason);
    }
    log::warn("auth", "login with an old password: no mail is shown",
              {{"user", trial.whom.key},
               {"service", trial.attempt.area},
               {"peer", trial.attempt.peer.address}});
    if (trial.whom.own.activity_log) {
        store::Activity activity = login_of(trial);
        activity.what = "old password";
        co_await activity::record(store_, trial.whom.user->account, std::move(activity));
    }
    Login login;
    login.user = *std::move(trial.whom.user);
    login.name = std::move(trial.whom.key);
    login.credential = "former";
    login.is_wiped = true;
    co_return login;
}

} // namespace mailctl::auth
