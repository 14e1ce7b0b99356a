// GETQUOTA and GETQUOTAROOT: what an account uses of what it may.
#include <string>
#include <string_view>

#include "core/imap/server/commands.h"
#include "core/imap/write.h"

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

/// An account has one quota root, named "", whose mailboxes are all of its own.
Awaitable<Result<>> put_quota(Session& session)
{
    CO_TRY(const auto usage, co_await session.account->usage());
    CO_TRY(const auto limits, co_await session.account->limits());
    std::string resources;
    put_resource(resources, "STORAGE", units(usage.octets), units(limits.octets));
    put_resource(resources, "MESSAGE", usage.messages, limits.messages);
    if (!resources.empty())
        resources.pop_back();
    session.out.append("* QUOTA \"\" (").append(resources).append(")\r\n");
    co_return ok();
}

} // namespace

/// RFC 9208 §4.1.2.
Awaitable<Completion> on_get_quota(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(const auto root, args.astring());
    CO_PARSE_TRY_VOID(args.end());
    if (!root.empty())
        co_return Completion::no("NONEXISTENT", "No such quota root");
    const auto told = co_await put_quota(session);
    if (!told)
        co_return refuse(told.error());
    co_return Completion::ok("GETQUOTA completed");
}

/// RFC 9208 §4.1.3: also of a mailbox that is still to be made.
Awaitable<Completion> on_get_quota_root(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(const auto name, args.mailbox());
    CO_PARSE_TRY_VOID(args.end());
    session.out += "* QUOTAROOT ";
    put_mailbox(session.out, name, session.delimiter(), session.names());
    session.out += " \"\"\r\n";
    const auto told = co_await put_quota(session);
    if (!told)
        co_return refuse(told.error());
    co_return Completion::ok("GETQUOTAROOT completed");
}

} // namespace mailctl::imap
