// mailctl user show: everything about one user, with what the mailbox holds.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/user/user.h"

namespace mailctl::cmd {
namespace {

constexpr std::string_view kServices[] = {"smtp", "imap", "pop3"};

int show(UserView& view, Context& ctx)
{
    if (const auto read = read_usage(ctx, view); !read)
        return ctx.fail(read.error());
    Sheet sheet(ctx, "mailctl.user.show/1");
    for (const auto& property : user_properties())
        sheet.field(property.name, property.get(view));
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const auto account = ctx.wait((*store)->account(view.user.account));
    for (const auto service : kServices) {
        const std::string name = "last_login." + std::string(service);
        std::optional<std::string> last;
        if (account) {
            const auto note = ctx.wait((*account)->note(name));
            if (!note)
                return ctx.fail(note.error());
            last = *note;
        }
        sheet.field(name, last);
    }
    return EX_OK;
}

} // namespace

void add_user_show(CLI::App& user, Context& ctx)
{
    auto name = std::make_shared<std::string>();
    auto* verb = user.add_subcommand("show", "Show everything about a user");
    verb->add_option("ADDRESS", *name, "The user's address")->required();
    verb->callback([name, &ctx] {
        ctx.action = [name, &ctx] {
            return for_each_user(ctx, {*name}, {}, [&](UserView& view) { return show(view, ctx); });
        };
    });
}

} // namespace mailctl::cmd
