// mailctl mailbox retention: applies [[retention]] now, or tells what it would end.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/mailbox/mailbox.h"
#include "cmd/table.h"
#include "conf/config.h"
#include "core/keeping/retention.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

int run(const MailboxChoice& choice, Context& ctx)
{
    const auto config = ctx.config();
    if (!config)
        return ctx.fail(config.error());
    const auto rules = keeping::retention_rules((*config)->retentions);
    if (!rules)
        return ctx.fail(rules.error());
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    if (rules->empty())
        ctx.note("the settings have no [[retention]]");
    const auto how = ctx.dry_run ? keeping::Retain::Preview : keeping::Retain::Apply;
    const Time now = (*store)->clock().now();
    std::uint64_t messages = 0;
    Table table(ctx, {"mailctl.mailbox.retention/1",
                      {"user", "mailbox", "messages", "octets", "rule"}});
    const int status = each_owner(ctx, choice, [&](Owner& owner) -> Result<> {
        TRY(const auto ended,
            ctx.wait(keeping::retain(*owner.account, owner.user, *rules, now, how)));
        for (const auto& one : ended) {
            messages += one.messages;
            table.row(owner.name, one.mailbox, one.messages, Octets{one.octets}, one.rule);
        }
        return ok();
    });
    table.finish();
    if (status == EX_OK)
        ctx.note((ctx.dry_run ? "would expunge " : "expunged ") + count_of(messages, "message"));
    return status;
}

} // namespace

void add_mailbox_retention(CLI::App& mailbox, Context& ctx)
{
    auto choice = std::make_shared<MailboxChoice>();
    auto* verb = mailbox.add_subcommand(
        "retention", "Apply the settings' [[retention]] now, as the server does once a day");
    add_owners(*verb, *choice);
    add_change_options(*verb, ctx);
    verb->callback([choice, &ctx] { ctx.action = [choice, &ctx] { return run(*choice, ctx); }; });
}

} // namespace mailctl::cmd
