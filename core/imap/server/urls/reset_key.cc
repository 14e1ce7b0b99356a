// RESETKEY: makes URLs void that were signed before.
#include <string>
#include <utility>

#include "core/base/ascii.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/sharing/place.h"
#include "core/urls/url_authority.h"
#include "store/account.h"
#include "store/url_keys.h"

namespace mailctl::imap {
namespace {

std::string mechanisms()
{
    return "URLMECH " + std::string(urls::kUrlMechanism);
}

/// *(SP mechanism): whether the one that there is is among them; it is where none is named.
Result<> parse_mechanisms(Lexer& args)
{
    bool is_known = args.at_end();
    while (args.accept(' ')) {
        TRY(const auto mechanism, args.atom());
        is_known = is_known || ascii::equals_ignoring_case(mechanism, urls::kUrlMechanism);
    }
    TRY_VOID(args.end());
    return is_known ? ok() : Result<>(Error(Errc::Invalid, "Unknown mechanism"));
}

Awaitable<Completion> reset_all(Session& session)
{
    const auto done = co_await session.account->url_keys().reset_url_keys();
    if (!done)
        co_return refuse(done.error());
    if (session.view)
        session.out.append("* OK [").append(mechanisms()).append("] New key\r\n");
    co_return Completion::ok("All keys removed");
}

} // namespace

/// RFC 4467 §7. A mailbox has one key, whoever signed with it: of others' mailboxes those who
/// administer them may reset it.
Awaitable<Completion> on_reset_key(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    if (args.at_end())
        co_return co_await reset_all(session);
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(auto name, args.mailbox());
    CO_PARSE_TRY_VOID(parse_mechanisms(args));
    const auto found =
        co_await find_mailbox(session, std::move(name), store::MailboxRight::Administer);
    if (!found)
        co_return refuse(found.error());
    const auto done = co_await found->account->url_keys().reset_url_key(found->mailbox.id);
    if (!done)
        co_return refuse(done.error());
    co_return Completion::ok(mechanisms(), "RESETKEY completed");
}

} // namespace mailctl::imap
