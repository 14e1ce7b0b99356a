// mailctl alias add: makes an address that leads to others.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/alias/alias.h"
#include "cmd/arguments.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string address, comment;
    std::vector<std::string> targets, send_as;
    bool disabled = false;
};

int run(const Options& options, Context& ctx)
{
    const auto address = parse_address_argument(options.address);
    if (!address)
        return ctx.fail(address.error());
    store::Alias alias;
    alias.address = *address;
    alias.targets = options.targets;
    alias.send_as = options.send_as;
    if (const auto checked = check_addresses(alias.send_as); !checked)
        return ctx.fail(checked.error());
    alias.comment = options.comment;
    alias.enabled = !options.disabled;
    if (const auto checked = check_addresses(alias.targets); !checked)
        return ctx.fail(checked.error());
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    if (ctx.dry_run) {
        if (ctx.wait((*store)->directory().find(*address)))
            return ctx.fail(Error(Errc::Exists, "address taken: " + to_string(*address)));
        ctx.note("would add " + to_string(*address));
        return EX_OK;
    }
    const auto added = ctx.wait((*store)->directory().add_alias(std::move(alias)));
    if (!added)
        return ctx.fail(added.error());
    ctx.note("added " + to_string(*address));
    return EX_OK;
}

} // namespace

void add_alias_add(CLI::App& alias, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* add = alias.add_subcommand("add", "Add an address that leads to others");
    add->add_option("ADDRESS", options->address, "The alias; * in it makes it a wildcard")
        ->required();
    add->add_option("TARGET", options->targets, "Where it leads, here or elsewhere")->required();
    add->add_option("--send-as", options->send_as,
                    "Users, *@DOMAIN, or aliases whose targets may send from it, beside those it "
                    "leads to; may be repeated")
        ->type_name("ADDRESS");
    add->add_option("--comment", options->comment, "A remark")->type_name("TEXT");
    add->add_flag("--disabled", options->disabled, "Refuse its mail for now");
    add_change_options(*add, ctx);
    add->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
