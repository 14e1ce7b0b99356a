// When and whence each account last logged in, per service, kept cheaply.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "store/directory.h"

namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::auth {

/// A note is written again only when it is this old: no commit a login.
inline constexpr milliseconds kLastLoginEvery = std::chrono::minutes(10);

/// The account's note of a service: "last_login.imap". Its value: "2026-11-21T02:03:04Z 192.0.2.1".
std::string last_login_note(store::Right service);

/// Threads: any. Borrows: the store.
class LastLogins {
public:
    explicit LastLogins(store::Store& store) : store_(store) {}

    /// Notes a login where the last note is old enough. A failure to write is logged, no more.
    Awaitable<> note(AccountId account, store::Right service, std::string address, Time now);
    /// The same under another name: "app_password.ID".
    Awaitable<> note_as(AccountId account, std::string name, std::string address, Time now);
    /// True where one of the account's notes names this address since `since`.
    Awaitable<bool> is_noted(AccountId account, std::string address, Time since);

private:
    bool is_due(AccountId account, const std::string& name, Time now);

    store::Store& store_;
    std::mutex mutex_;
    std::unordered_map<std::string, Time> written_;
};

} // namespace mailctl::auth
