// mailctl export domains: domains and their settings as CSV.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/export/export.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

Columns columns()
{
    return {"mailctl.export.domains/1",
            {"domain", "enabled", "aliases", "catch_all", "postmaster", "subaddress_separators",
             "max_users", "max_aliases", "max_octets", "max_message_octets", "quota",
             "quota_messages", "comment", "users", "alias_addresses", "created", "recipients",
             "abuse", "require_auth", "sending", "settings"}};
}

int run(const ExportOptions& options, Context& ctx)
{
    default_to_csv(ctx);
    if (const auto status = check_export_columns(columns(), options.columns, ctx))
        return *status;
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const auto domains = ctx.wait((*store)->directory().domains());
    if (!domains)
        return ctx.fail(domains.error());
    Table table(ctx, columns(), options.columns);
    for (const auto& domain : *domains) {
        table.row(domain.name, domain.enabled, domain.aliases, domain.catch_all, domain.postmaster,
                  domain.subaddress_separators, domain.limits.users, domain.limits.aliases,
                  domain.limits.octets, domain.limits.message_octets, domain.default_quota_octets,
                  domain.default_quota_messages, domain.comment, domain.users, domain.alias_count,
                  domain.created, domain.limits.recipients, domain.abuse, domain.requires_auth,
                  domain.sending, domain.settings);
    }
    table.finish();
    return EX_OK;
}

} // namespace

void add_export_domains(CLI::App& noun, Context& ctx)
{
    auto options = std::make_shared<ExportOptions>();
    auto* domains = noun.add_subcommand("domains", "Write domains and their settings as CSV");
    add_export_options(*domains, options, false);
    domains->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
