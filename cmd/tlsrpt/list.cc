// mailctl tlsrpt list: sessions counted, a line a policy.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/table.h"
#include "cmd/tlsrpt/reports.h"
#include "cmd/tlsrpt/tlsrpt.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string domain, day;
};

/// "certificate-expired 3, starttls-not-supported 1"
std::vector<std::string> results_of(const tls_rpt::Counts& counts)
{
    std::map<std::string, std::uint64_t> sums;
    for (const auto& [failure, sessions] : counts.details)
        sums[failure.result] += sessions;
    std::vector<std::string> out;
    for (const auto& [result, sessions] : sums)
        out.push_back(result + ' ' + std::to_string(sessions));
    return out;
}

int run(const Options& options, Context& ctx)
{
    const auto reports = tls_reports(ctx, options.domain, options.day);
    if (!reports)
        return ctx.fail(reports.error());
    Table table(ctx, {"mailctl.tlsrpt.list/1",
                      {"day", "domain", "policy", "policy_domain", "good", "failed", "results"}});
    for (const auto& report : *reports)
        for (const auto& [policy, counts] : report.policies)
            table.row(tls_rpt::to_text(report.day), report.domain, tls_rpt::name_of(policy.type),
                      policy.domain, counts.successes, counts.failures, results_of(counts));
    return EX_OK;
}

} // namespace

void add_tlsrpt_list(CLI::App& tlsrpt, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* list = tlsrpt.add_subcommand("list", "Show sessions counted, oldest day first");
    list->add_option("--domain", options->domain, "Mail for this domain only");
    list->add_option("--day", options->day, "This day only, in UTC: 2026-11-25");
    list->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
