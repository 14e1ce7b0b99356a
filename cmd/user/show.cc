// mailctl user show: everything about one user, with what the mailbox holds.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/sending/sending.h"
#include "cmd/user/user.h"
#include "core/delegation/change.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

constexpr std::string_view kServices[] = {"smtp", "imap", "pop3"};

/// "recipients_per_day=12/500", or without a limit "recipients_per_day=12".
std::vector<std::string> as_lines(const std::vector<SendingWindow>& windows)
{
    std::vector<std::string> lines;
    for (const auto& [counted, limit] : windows) {
        lines.push_back(counted.limit + '=' + std::to_string(counted.used));
        if (limit != 0)
            lines.back() += '/' + std::to_string(limit);
        if (counted.fired)
            lines.back() += " fired " + to_rfc3339(counted.fired->since) + ' ' +
                            std::string(abuse::name_of(counted.fired->action));
    }
    return lines;
}

/// Who may send in this user's name, by the user's word.
Result<> put_delegates(Sheet& sheet, store::Store& store, const store::User& user, Context& ctx)
{
    using enum conf::Delegation;
    TRY(const auto send_as, ctx.wait(delegation::addresses_of(store, user, SendAs)));
    TRY(const auto on_behalf, ctx.wait(delegation::addresses_of(store, user, OnBehalf)));
    sheet.field("delegates_send_as", send_as).field("delegates_on_behalf", on_behalf);
    return ok();
}

int show(UserView& view, Context& ctx)
{
    if (const auto read = read_usage(ctx, view); !read)
        return ctx.fail(read.error());
    const auto sent = sending_windows(ctx, to_string(view.user.address));
    if (!sent)
        return ctx.fail(sent.error());
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
    if (const auto put = put_delegates(sheet, **store, view.user, ctx); !put)
        return ctx.fail(put.error());
    sheet.field("sending_windows", as_lines(*sent));
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
