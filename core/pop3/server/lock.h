// Which mailboxes are open by POP3 now: one session each. RFC 1939 §4
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"

namespace mailctl::pop3 {

/// The exclusive locks of this process. Threads: any.
class Locks : public std::enable_shared_from_this<Locks> {
public:
    /// Held by a session; gives the mailbox free when it goes.
    class Lock {
    public:
        Lock(std::shared_ptr<Locks> locks, AccountId account, std::uint64_t number)
            : locks_(std::move(locks)), account_(account), number_(number)
        {
        }
        Lock(const Lock&) = delete;
        Lock& operator=(const Lock&) = delete;
        ~Lock();
        /// False once somebody cleared it: the session must end and change nothing.
        bool is_held() const;

    private:
        std::shared_ptr<Locks> locks_;
        AccountId account_;
        std::uint64_t number_;
    };

    /// nullptr where another session holds it.
    std::unique_ptr<Lock> take(AccountId account, std::string holder, Time now);

    struct View {
        AccountId account{};
        std::string holder; ///< the peer's address
        Time since{};
    };
    std::vector<View> list() const;
    /// Takes the mailbox from whoever holds it: "mailctl mailbox unlock". POP-03. False: not locked.
    bool clear(AccountId account);

    /// True where the last login was less than `delay` ago; else notes this one. RFC 2449 §6.5
    bool is_too_soon(AccountId account, milliseconds delay, Time now);

private:
    friend class Lock;
    struct Held {
        std::uint64_t number = 0;
        std::string holder;
        Time since{};
    };
    void release(AccountId account, std::uint64_t number);
    bool is_held(AccountId account, std::uint64_t number) const;

    mutable std::mutex mutex_;
    std::uint64_t next_ = 1;
    std::unordered_map<AccountId, Held> held_;
    std::unordered_map<AccountId, Time> last_login_;
};

/// The process's one registry.
const std::shared_ptr<Locks>& locks();

} // namespace mailctl::pop3
