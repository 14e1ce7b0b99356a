// mailctl user rename: gives a user another address; the mail stays.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/arguments.h"
#include "cmd/user/user.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string from, to;
    bool keep_alias = false;
};

int rename(const Options& options, const UserView& view, Context& ctx)
{
    const auto to = parse_address_argument(options.to);
    if (!to)
        return ctx.fail(to.error());
    const address::Address from = view.user.address;
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    store::Directory& directory = (*store)->directory();
    if (ctx.dry_run) {
        if (ctx.wait(directory.find(*to)))
            return ctx.fail(Error(Errc::Exists, "address taken: " + to_string(*to)));
        ctx.note("would rename " + to_string(from) + " to " + to_string(*to));
        return EX_OK;
    }
    const auto former = options.keep_alias ? store::FormerAddress::Alias : store::FormerAddress::Freed;
    if (const auto renamed = ctx.wait(directory.rename_user(from, *to, former)); !renamed)
        return ctx.fail(renamed.error());
    ctx.note(to_string(from) + " is now " + to_string(*to));
    if (options.keep_alias)
        ctx.note(to_string(from) + " stays as an alias");
    return EX_OK;
}

} // namespace

void add_user_rename(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = user.add_subcommand("rename", "Give a user another address; the mail stays");
    verb->add_option("ADDRESS", options->from, "The user's address")->required();
    verb->add_option("NEW", options->to, "The new one")->required();
    verb->add_flag("--keep-alias", options->keep_alias, "Mail to the old address still arrives");
    add_change_options(*verb, ctx);
    verb->callback([options, &ctx] {
        ctx.action = [options, &ctx] {
            return for_each_user(ctx, {options->from}, {}, [&](UserView& view) {
                return rename(*options, view, ctx);
            });
        };
    });
}

} // namespace mailctl::cmd
