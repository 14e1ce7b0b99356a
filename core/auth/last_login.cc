// Writing and reading the notes of last logins.
#include "core/auth/last_login.h"

#include <array>

#include "core/base/log.h"
#include "store/account.h"
#include "store/store.h"

namespace mailctl::auth {
namespace {

constexpr std::size_t kMostRemembered = 100'000;
constexpr std::array kServices{store::Right::Imap, store::Right::Pop3, store::Right::Smtp};

} // namespace

std::string last_login_note(store::Right service)
{
    return "last_login." + std::string(store::name_of(service));
}

bool LastLogins::is_due(AccountId account, const std::string& name, Time now)
{
    const std::string key = to_string(account) + '.' + name;
    const std::lock_guard lock(mutex_);
    const auto it = written_.find(key);
    if (it != written_.end() && it->second + kLastLoginEvery > now)
        return false;
    if (written_.size() >= kMostRemembered)
        std::erase_if(written_, [&](const auto& entry) { return entry.second + kLastLoginEvery <= now; });
    if (written_.size() >= kMostRemembered)
        written_.clear();
    written_[key] = now;
    return true;
}

Awaitable<> LastLogins::note(AccountId account, store::Right service, std::string address, Time now)
{
    co_await note_as(account, last_login_note(service), std::move(address), now);
}

Awaitable<> LastLogins::note_as(AccountId account, std::string name, std::string address, Time now)
{
    if (!is_due(account, name, now))
        co_return;
    auto opened = co_await store_.account(account);
    if (!opened) {
        log::warn("auth", "last login not noted", {{"reason", to_string(opened.error())}});
        co_return;
    }
    std::string value = to_rfc3339(std::chrono::floor<seconds>(now)) + ' ' + address;
    auto written = co_await (*opened)->set_note(std::move(name), std::move(value));
    if (!written)
        log::warn("auth", "last login not noted", {{"reason", to_string(written.error())}});
}

Awaitable<bool> LastLogins::is_noted(AccountId account, std::string address, Time since)
{
    auto opened = co_await store_.account(account);
    if (!opened)
        co_return false;
    for (const store::Right service : kServices) {
        auto note = co_await (*opened)->note(last_login_note(service));
        if (!note || !*note)
            continue;
        const std::string& value = **note;
        const std::size_t space = value.find(' ');
        const auto when = parse_rfc3339(std::string_view(value).substr(0, space));
        if (space != std::string::npos && when && *when > since && value.substr(space + 1) == address)
            co_return true;
    }
    co_return false;
}

} // namespace mailctl::auth
