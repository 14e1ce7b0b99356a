// mailctl mailbox retention: applies [[retention]] now, or tells what it would end.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/mailbox/mailbox.h"
#include "cmd/sending_services.h"
#include "cmd/table.h"
#include "conf/config.h"
#include "core/keeping/retention.h"
#include "core/keeping/retention_report.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

/// By mail to upkeep.report, as the server does.
int tell(Context& ctx, const keeping::RetentionReport& report)
{
    auto services = SendingServices::open(ctx);
    if (!services)
        return ctx.fail(services.error());
    const auto sent = ctx.wait(keeping::send_report(*services->get(), report));
    return sent ? EX_OK : ctx.fail(sent.error().within("upkeep.report"));
}

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
    keeping::RetentionReport report;
    Table table(ctx, {"mailctl.mailbox.retention/1",
                      {"user", "mailbox", "messages", "octets", "rule"}});
    const int status = each_owner(ctx, choice, [&](Owner& owner) -> Result<> {
        const auto ended =
            ctx.wait(keeping::retain(*owner.account, owner.user, *rules, now, how));
        if (!ended) {
            report.add_failure(owner.name, ended.error());
            return ended.error();
        }
        for (const auto& one : *ended) {
            report.add(owner.name, one);
            table.row(owner.name, one.mailbox, one.messages, Octets{one.octets}, one.rule);
        }
        return ok();
    });
    table.finish();
    if (status == EX_OK)
        ctx.note((ctx.dry_run ? "would expunge " : "expunged ") +
                 count_of(report.messages(), "message"));
    if (ctx.dry_run || (*config)->upkeep.report.empty())
        return status;
    const int told = tell(ctx, report);
    return status != EX_OK ? status : told;
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
