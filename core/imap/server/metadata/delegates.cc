// Reads and changes who may send as the user.
#include "core/imap/server/metadata/delegates.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "conf/config.h"
#include "core/base/log.h"
#include "core/delegation/change.h"
#include "core/imap/server/notify/notify.h"
#include "store/account.h"
#include "store/store.h"

namespace mailctl::imap {
namespace {

constexpr std::string_view kBetween = ", \t\r\n;";

std::vector<std::string> addresses_in(std::string_view value)
{
    std::vector<std::string> found;
    while (!value.empty()) {
        const auto start = value.find_first_not_of(kBetween);
        if (start == std::string_view::npos)
            break;
        value.remove_prefix(start);
        const auto end = std::min(value.find_first_of(kBetween), value.size());
        found.emplace_back(value.substr(0, end));
        value.remove_prefix(end);
    }
    return found;
}

std::string joined(const std::vector<std::string>& addresses)
{
    std::string text;
    for (const auto& address : addresses)
        text += (text.empty() ? "" : ", ") + address;
    return text;
}

/// Replies never repeat what the peer sent.
Completion why_not(const Error& error)
{
    switch (error.code()) {
    case Errc::Invalid: return Completion::no("CANNOT", "Name addresses of others, between commas");
    case Errc::NotFound: return Completion::no("CANNOT", "Name users of this server");
    case Errc::Denied: return Completion::no("NOPERM", "The administrator does not allow this");
    case Errc::OverQuota:
        return Completion::no("METADATA TOOMANY",
                              "At most " + std::to_string(delegation::kMaxDelegates) + " users");
    default: return refuse(error);
    }
}

Awaitable<Result<>> add_those(store::Store& store, const store::User& owner, conf::Delegation as,
                              std::vector<store::MetadataEntry>& entries)
{
    CO_TRY(const auto addresses, co_await delegation::addresses_of(store, owner, as));
    if (addresses.empty())
        co_return ok();
    const bool is_send_as = as == conf::Delegation::SendAs;
    entries.push_back({std::string(is_send_as ? delegation::kSendAsEntry : delegation::kOnBehalfEntry),
                       joined(addresses)});
    co_return ok();
}

/// Errors: Invalid (an address twice), those of find_delegate.
Awaitable<Result<delegation::Wish>> wish_of(Session& session, const store::User& owner,
                                            const SetMetadata& request)
{
    delegation::Wish wish;
    for (const auto& [entry, value] : request.values) {
        const bool is_send_as = entry == delegation::kSendAsEntry;
        (is_send_as ? wish.only_these_send_as : wish.only_these_on_behalf) = true;
        auto addresses = addresses_in(value.value_or(""));
        if (addresses.size() > delegation::kMaxDelegates)
            co_return Error(Errc::OverQuota, "too many delegates");
        for (auto& address : addresses) {
            CO_TRY(const auto account, co_await delegation::find_delegate(
                                           *session.services->store, owner, std::move(address)));
            const bool is_twice =
                std::any_of(wish.grants.begin(), wish.grants.end(),
                            [account](const auto& one) { return one.account == account; });
            if (is_twice)
                co_return Error(Errc::Invalid, "an address is there twice");
            using enum conf::Delegation;
            wish.grants.push_back({account, is_send_as ? SendAs : OnBehalf});
        }
    }
    co_return wish;
}

} // namespace

bool is_of_delegates(std::string_view entry)
{
    return entry == delegation::kSendAsEntry || entry == delegation::kOnBehalfEntry;
}

Awaitable<Result<>> add_delegates(const Session& session,
                                  std::vector<store::MetadataEntry>& entries)
{
    store::Store& store = *session.services->store;
    const auto owner = co_await store.directory().find_account(session.account->id());
    if (!owner)
        co_return owner.error().code() == Errc::NotFound ? ok() : Result<>(owner.error());
    if (owner->delegates.empty())
        co_return ok();
    CO_TRY_VOID(co_await add_those(store, *owner, conf::Delegation::OnBehalf, entries));
    co_return co_await add_those(store, *owner, conf::Delegation::SendAs, entries);
}

Awaitable<Completion> set_delegates(Session& session, SetMetadata request)
{
    const bool are_alone =
        std::all_of(request.values.begin(), request.values.end(),
                    [](const auto& value) { return is_of_delegates(value.first); });
    if (!are_alone) // one command is all or nothing, and these are kept elsewhere
        co_return Completion::no("CANNOT", "Set who may send in a command of its own");
    store::Store& store = *session.services->store;
    auto owner = co_await store.directory().find_account(session.account->id());
    if (!owner)
        co_return refuse(owner.error());
    auto wish = co_await wish_of(session, *owner, request);
    if (!wish)
        co_return why_not(wish.error());
    note_caused(session, "");
    delegation::Origin origin;
    origin.service = "imap";
    origin.peer = session.stream->peer().address;
    const auto changed = co_await delegation::change_delegates(
        store, session.config(), *std::move(owner), *std::move(wish), std::move(origin));
    if (!changed)
        co_return why_not(changed.error());
    for (const auto& one : *changed)
        log::info("imap", "delegation",
                  {{"user", session.user},
                   {"delegate", one.delegate},
                   {"before", delegation::name_of(one.before)},
                   {"now", delegation::name_of(one.after)},
                   {"peer", session.stream->peer().address}});
    co_return Completion::ok("SETMETADATA completed");
}

} // namespace mailctl::imap
