// mailctl user add: makes a user with an empty mailbox.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/arguments.h"
#include "cmd/passwords.h"
#include "cmd/user/user.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string address;
    UserFields fields;
    PasswordOptions password;
    bool disabled = false;
};

int run(const Options& options, Context& ctx)
{
    const auto address = parse_address_argument(options.address);
    if (!address)
        return ctx.fail(address.error());
    store::User user;
    user.address = *address;
    if (options.disabled)
        user.state = store::UserState::Disabled;
    if (const auto applied = apply(options.fields, user); !applied)
        return ctx.fail(applied.error());
    const auto config = ctx.config();
    if (!config)
        return ctx.fail(config.error());
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    store::Directory& directory = (*store)->directory();
    if (ctx.dry_run) {
        const auto domain = ctx.wait(directory.find_domain(address->domain));
        if (!domain)
            return ctx.fail(domain.error());
        if (ctx.wait(directory.find(*address)))
            return ctx.fail(Error(Errc::Exists, "address taken: " + to_string(*address)));
        ctx.note("would add " + to_string(*address));
        return EX_OK;
    }
    const auto secret = read_secret(options.password, ctx, (*config)->auth);
    if (!secret)
        return ctx.fail(secret.error());
    user.credentials = secret->credentials;
    const auto added = ctx.wait(directory.add_user(std::move(user)));
    if (!added)
        return ctx.fail(added.error());
    ctx.note("added " + to_string(*address));
    if (!secret->shown.empty()) {
        Table table(ctx, {"mailctl.user.password/1", {"address", "password"}});
        table.row(to_string(*address), secret->shown);
    }
    return EX_OK;
}

} // namespace

void add_user_add(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* add = user.add_subcommand("add", "Add a user with an empty mailbox");
    add->add_option("ADDRESS", options->address, "The user's address")->required();
    add_user_fields(*add, options->fields);
    add->add_flag("--disabled", options->disabled, "No mail and no login yet");
    add_password_options(*add, ctx, options->password, NoPassword::Allowed);
    add_change_options(*add, ctx);
    add->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
