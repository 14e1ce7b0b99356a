// GETQUOTA, SETQUOTA and GETQUOTAROOT: what an account uses of what it may.
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/imap/server/commands.h"
#include "core/imap/server/sharing/place.h"
#include "core/imap/write.h"
#include "store/deleted.h"
#include "store/directory.h"
#include "store/store.h"

namespace mailctl::imap {
namespace {

constexpr std::uint64_t kStorageUnit = 1024; // RFC 9208 §5.1: octets of one

std::uint64_t units(std::uint64_t octets)
{
    return octets / kStorageUnit + (octets % kStorageUnit != 0);
}

/// "STORAGE 12 100 " where there is such a limit.
void put_resource(std::string& out, std::string_view name, std::uint64_t used, std::uint64_t limit)
{
    if (limit == 0)
        return;
    out.append(name).append(" ").append(std::to_string(used));
    out.append(" ").append(std::to_string(limit)).append(" ");
}

void put_root(Session& session, const std::string& root)
{
    put_mailbox(session.out, root, session.delimiter(), session.names());
}

/// An account has one quota root, whose mailboxes are all of its own: what is put there counts
/// against it, whoever does it. One's own is named "", another's like the level above its mailboxes.
std::string root_of(const std::string& prefix)
{
    return prefix.substr(0, prefix.empty() ? 0 : prefix.size() - 1);
}

Awaitable<Result<>> put_quota(Session& session, store::Account& account, std::string root)
{
    CO_TRY(const auto usage, co_await store::usage_of_quota(account));
    CO_TRY(const auto limits, co_await account.limits());
    std::string resources;
    put_resource(resources, "STORAGE", units(usage.octets), units(limits.octets));
    put_resource(resources, "MESSAGE", usage.messages, limits.messages);
    if (!resources.empty())
        resources.pop_back();
    session.out += "* QUOTA ";
    put_root(session, root);
    session.out.append(" (").append(resources).append(")\r\n");
    co_return ok();
}

/// The account of a quota root. Errors: NotFound, those of the store.
Awaitable<Result<std::shared_ptr<store::Account>>> account_of_root(Session& session,
                                                                   std::string root)
{
    if (root.empty())
        co_return session.account;
    CO_TRY(const auto place, co_await place_of(session, root + "/INBOX"));
    if (place.is_own() || root_of(place.prefix) != root)
        co_return Error(Errc::NotFound, "no such quota root");
    co_return place.account;
}

Awaitable<Result<bool>> is_administrator(Session& session)
{
    auto& directory = session.services->store->directory();
    CO_TRY(const auto user, co_await directory.find_account(session.account->id()));
    co_return user.role == store::Role::Admin;
}

/// Another's root is for administrators. Errors: NotFound, Denied, those of the store.
Awaitable<Result<std::shared_ptr<store::Account>>> governed_root(Session& session,
                                                                 std::string root, bool own_too)
{
    if (!root.empty() || !own_too) {
        CO_TRY(const bool governs, co_await is_administrator(session));
        if (!governs)
            co_return Error(Errc::Denied, "for administrators");
    }
    co_return co_await account_of_root(session, std::move(root));
}

Completion refuse_root(const Error& error)
{
    if (error.code() == Errc::NotFound)
        return Completion::no("NONEXISTENT", "No such quota root");
    return refuse(error);
}

/// "(" [resource SP limit *(SP resource SP limit)] ")": what is not named has no limit. RFC 9208 §7
Result<store::Usage> parse_limits(Lexer& args)
{
    store::Usage limits;
    TRY_VOID(args.expect('('));
    while (!args.accept(')')) {
        const bool is_storage = args.accept_word("STORAGE");
        if (!is_storage && !args.accept_word("MESSAGE"))
            return Error(Errc::Invalid, "Unknown resource");
        TRY_VOID(args.space());
        TRY(const auto limit, args.mod_seq()); // any value of 63 bits
        const std::uint64_t value = value_of(limit);
        if (is_storage && value > (std::uint64_t{1} << 53) - 1)
            return Error(Errc::Invalid, "Limit is too large");
        (is_storage ? limits.octets : limits.messages) = is_storage ? value * kStorageUnit : value;
        if (args.peek() != ')')
            TRY_VOID(args.space());
    }
    return limits;
}

/// In the directory, where commands and files have it too; 0 leaves the domain's default.
Awaitable<Result<>> set_limits(Session& session, AccountId account, store::Usage limits)
{
    auto& directory = session.services->store->directory();
    CO_TRY(const auto user, co_await directory.find_account(account));
    std::function<Result<>(store::User&)> change = [limits](store::User& changed) {
        changed.quota_octets = limits.octets;
        changed.quota_messages = limits.messages;
        return ok();
    };
    const auto done = co_await directory.update_user(user.address, std::move(change));
    if (!done)
        co_return done.error();
    co_return ok();
}

} // namespace

/// RFC 9208 §4.1.2.
Awaitable<Completion> on_get_quota(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(const auto root, args.mailbox());
    CO_PARSE_TRY_VOID(args.end());
    const auto account = co_await governed_root(session, root, true);
    if (!account)
        co_return refuse_root(account.error());
    const auto told = co_await put_quota(session, **account, root);
    if (!told)
        co_return refuse(told.error());
    co_return Completion::ok("GETQUOTA completed");
}

/// RFC 9208 §4.1.1: for users with role = admin.
Awaitable<Completion> on_set_quota(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(const auto root, args.mailbox());
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(const auto limits, parse_limits(args));
    CO_PARSE_TRY_VOID(args.end());
    const auto account = co_await governed_root(session, root, false);
    if (!account)
        co_return refuse_root(account.error());
    const auto set = co_await set_limits(session, (*account)->id(), limits);
    if (!set)
        co_return refuse(set.error());
    const auto told = co_await put_quota(session, **account, root);
    if (!told)
        co_return refuse(told.error());
    co_return Completion::ok("SETQUOTA completed");
}

/// RFC 9208 §4.1.3: also of a mailbox that is still to be made. Of other users' only where one may
/// read the mailbox: it says how full they are.
Awaitable<Completion> on_get_quota_root(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(const auto name, args.mailbox());
    CO_PARSE_TRY_VOID(args.end());
    const auto place = co_await place_of(session, name);
    if (!place)
        co_return refuse(place.error());
    if (!place->is_own()) {
        const auto located = co_await find_mailbox(*place, store::MailboxRight::Read);
        if (!located)
            co_return refuse(located.error());
    }
    const auto root = root_of(place->prefix);
    session.out += "* QUOTAROOT ";
    put_mailbox(session.out, name, session.delimiter(), session.names());
    session.out += ' ';
    put_root(session, root);
    session.out += "\r\n";
    const auto told = co_await put_quota(session, *place->account, root);
    if (!told)
        co_return refuse(told.error());
    co_return Completion::ok("GETQUOTAROOT completed");
}

} // namespace mailctl::imap
