// mailctl user unlock: lets users log in again whom failed logins have locked out.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/user/user.h"
#include "core/auth/authenticator.h"
#include "core/server/server.h"

namespace mailctl::cmd {
namespace {

int run(const UserChoice& choice, Context& ctx)
{
    if (choice.names.empty() && choice.selection.is_empty())
        return ctx.usage("which users? Name them, or choose with --domain or --where");
    if (!ctx.server()) {
        ctx.note("no server is running: locks live in its memory, so there is nothing to unlock");
        return kExitNo;
    }
    std::uint64_t count = 0;
    const int status = for_each_user(ctx, choice.names, choice.selection, [&](UserView& view) {
        const std::string name = to_string(view.user.address);
        const bool unlocked =
            view.locked_until &&
            (ctx.dry_run || ctx.server()->authenticator().unlock(name));
        if (unlocked)
            ctx.detail((ctx.dry_run ? "would unlock " : "unlocked ") + name);
        else if (!choice.names.empty())
            ctx.note(name + " is not locked");
        count += unlocked ? 1 : 0;
        return EX_OK;
    });
    if (status != EX_OK)
        return status;
    ctx.note((ctx.dry_run ? "would unlock " : "unlocked ") + std::to_string(count) +
             (count == 1 ? " user" : " users"));
    return count > 0 ? EX_OK : kExitNo;
}

} // namespace

void add_user_unlock(CLI::App& user, Context& ctx)
{
    auto choice = std::make_shared<UserChoice>();
    auto* unlock = user.add_subcommand(
        "unlock", "End the locks that failed logins put on users, in the running server");
    add_user_choice(*unlock, ctx, *choice);
    unlock->callback([choice, &ctx] { ctx.action = [choice, &ctx] { return run(*choice, ctx); }; });
}

} // namespace mailctl::cmd
