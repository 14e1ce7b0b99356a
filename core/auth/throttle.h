// Failures by address and by account: how long to wait, whom to ban, which account to lock.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "conf/config.h"
#include "core/base/clock.h"

namespace mailctl::auth {

/// Entries kept of each kind; past it the ones that no longer matter go, then any.
inline constexpr std::size_t kMostThrottled = 50'000;
/// Wrong passwords remembered of one address or account, so that a repeated one counts once.
inline constexpr std::size_t kMostWrongRemembered = 8;

/// Pure bookkeeping: the time comes from the caller. Threads: any.
class Throttle {
public:
    explicit Throttle(conf::BanSettings settings) : settings_(std::move(settings)) {}
    void configure(conf::BanSettings settings);

    /// One failure, of an address, an account or both.
    struct Failure {
        std::string address; ///< net text; empty: exempt, never banned
        std::string account; ///< login name in its one form; empty: not a login
        std::string secret;  ///< stands for the password tried; empty: always counts
        Time at{};
    };
    struct Verdict {
        milliseconds delay{}; ///< before the answer
        bool ban = false;     ///< the address is due for a ban
        bool locked = false;  ///< this failure locked the account
        bool is_new = true;   ///< no repetition of the same wrong password from one address
    };
    Verdict failed(const Failure& failure);

    /// A good login: the address is known to be good, and its failures on this account are forgotten.
    void succeeded(const std::string& address, const std::string& account, Time now);
    /// True where the address had a good login within ban.good_login_protects.
    bool is_known_good(const std::string& address, Time now) const;

    /// True where the account is locked for this address; one that logged in as this account
    /// before is not held up by strangers' guesses.
    bool is_locked(const std::string& account, const std::string& address, Time now) const;

    struct Lock {
        std::string account;
        Time until{};
    };
    std::vector<Lock> locks(Time now) const;
    /// Ends a lock and forgets the failures that led to it. False: not locked.
    bool unlock(const std::string& account, Time now);

private:
    struct Miss {
        Time at{};
        std::string address;
    };
    struct Record {
        std::vector<Miss> misses; ///< within the window
        std::vector<std::string> wrong;
        Time locked_until{};
    };
    using Records = std::unordered_map<std::string, Record>;

    struct Counted {
        std::size_t failures = 0; ///< within the window
        bool is_new = true;       ///< this one is among them
    };
    Counted count(Records& records, const std::string& key, const Failure& failure);
    void shrink(Records& records, Time now) const;
    milliseconds delay_after(std::size_t failures) const;

    mutable std::mutex mutex_;
    conf::BanSettings settings_;
    Records addresses_;
    Records accounts_;
    std::unordered_map<std::string, Time> good_;          ///< address -> last good login
    std::unordered_map<std::string, Time> good_accounts_; ///< address and account -> the same
};

} // namespace mailctl::auth
