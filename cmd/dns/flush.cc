// mailctl dns flush: makes the running server ask anew.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/dns/dns.h"
#include "core/base/ascii.h"
#include "core/dns/raw.h"
#include "core/server/server.h"

namespace mailctl::cmd {
namespace {

int run(const std::string& given, Context& ctx)
{
    const auto name = dns::question_name(given);
    if (!name)
        return ctx.fail(name.error());
    const auto gone = ctx.server()->resolver().flush(*name);
    ctx.note("forgot " + std::to_string(gone) + (gone == 1 ? " answer" : " answers"));
    return EX_OK;
}

} // namespace

void add_dns_flush(CLI::App& dns, Context& ctx)
{
    auto name = std::make_shared<std::string>();
    auto* flush = dns.add_subcommand("flush", "Forget answers and keys that the server keeps");
    flush->add_option("NAME", *name, "Of this name and those below it only");
    flush->callback([name, &ctx] { ctx.action = [name, &ctx] { return run(*name, ctx); }; });
}

} // namespace mailctl::cmd
