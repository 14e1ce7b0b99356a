// mailctl mailbox unlock: ends the POP3 session that has a mailbox to itself. RFC 1939 §4
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/mailbox/mailbox.h"
#include "cmd/user/user.h"
#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/pop3/server/lock.h"
#include "core/server/server.h"

namespace mailctl::cmd {
namespace {

std::optional<pop3::Locks::View> lock_of(AccountId account)
{
    const auto all = pop3::locks()->list();
    const auto it = std::find_if(all.begin(), all.end(),
                                 [&](const auto& one) { return one.account == account; });
    if (it == all.end())
        return std::nullopt;
    return *it;
}

bool is_pop3(const conf::Config& config, const std::string& listener)
{
    return std::any_of(config.listeners.begin(), config.listeners.end(), [&](const auto& one) {
        return one.name == listener && one.protocol == conf::Protocol::Pop3;
    });
}

/// The lock goes first: a QUIT that is under way must delete nothing any more.
bool unlock(server::Server& server, const store::User& user, const pop3::Locks::View& lock)
{
    if (!pop3::locks()->clear(lock.account))
        return false;
    const std::string name = to_string(user.address);
    const auto config = server.config();
    for (const auto& session : server.sessions())
        if (ascii::equals_ignoring_case(session.user, name) && session.peer.address == lock.holder &&
            is_pop3(*config, session.protocol))
            server.kick(session.id);
    return true;
}

int run(const std::vector<std::string>& names, Context& ctx)
{
    bool is_any = false;
    const int status = for_each_user(ctx, names, {}, [&](UserView& view) {
        const std::string name = to_string(view.user.address);
        const auto lock = lock_of(view.user.account);
        if (!lock || (!ctx.dry_run && !unlock(*ctx.server(), view.user, *lock))) {
            ctx.note(name + ": no POP3 session has the mailbox locked");
            return EX_OK;
        }
        is_any = true;
        ctx.note((ctx.dry_run ? "would end" : "ended") + (" the POP3 session of " + name) +
                 " from " + lock->holder + ", since " + to_rfc3339(lock->since));
        return EX_OK;
    });
    if (status != EX_OK)
        return status;
    return is_any ? EX_OK : kExitNo;
}

} // namespace

void add_mailbox_unlock(CLI::App& mailbox, Context& ctx)
{
    auto names = std::make_shared<std::vector<std::string>>();
    auto* unlock =
        mailbox.add_subcommand("unlock", "End the POP3 sessions that have mailboxes to themselves");
    unlock->add_option("ADDRESS", *names, "Whose mailboxes")->required();
    add_change_options(*unlock, ctx);
    unlock->callback([names, &ctx] { ctx.action = [names, &ctx] { return run(*names, ctx); }; });
}

} // namespace mailctl::cmd
