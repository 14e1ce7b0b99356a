// mailctl tlsrpt show: the report of one domain and day, as RFC 8460 §4.4 has it.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/hostname.h"
#include "cmd/tlsrpt/reports.h"
#include "cmd/tlsrpt/tlsrpt.h"
#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/tls_rpt/document.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string domain, day;
};

int run(const Options& options, Context& ctx)
{
    const auto reports = tls_reports(ctx, options.domain, options.day);
    if (!reports)
        return ctx.fail(reports.error());
    if (reports->empty())
        return ctx.fail(
            Error(Errc::NotFound,
                  "no session with hosts of " + ascii::printable(options.domain) + " was counted"));
    const auto config = ctx.config();
    if (!config)
        return ctx.fail(config.error());
    const conf::TlsRptSettings& settings = (*config)->tls_rpt;
    tls_rpt::Reporter reporter;
    reporter.host = hostname_of(ctx, **config);
    reporter.organization = settings.organization.empty() ? reporter.host : settings.organization;
    reporter.contact = settings.contact.empty() ? "postmaster@" + reporter.host : settings.contact;
    ctx.write(tls_rpt::document_of(reports->back(), reporter) + "\n");
    return EX_OK;
}

} // namespace

void add_tlsrpt_show(CLI::App& tlsrpt, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* show = tlsrpt.add_subcommand("show", "Print the report of a domain's day as JSON");
    show->add_option("DOMAIN", options->domain, "A domain that mail was sent to")->required();
    show->add_option("--day", options->day, "Which day, in UTC: 2026-11-25; default: the latest");
    show->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
