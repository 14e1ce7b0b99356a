// mailctl user passwd: sets a user's password.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/passwords.h"
#include "cmd/user/secrets.h"
#include "cmd/user/user.h"
#include "conf/config.h"
#include "core/auth/secrets/former_secrets.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string address;
    PasswordOptions password;
    bool revokes = false;
};

int set(const Options& options, UserView& view, Context& ctx)
{
    const auto config = ctx.config();
    if (!config)
        return ctx.fail(config.error());
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    if (ctx.dry_run) {
        ctx.note("would set the password of " + to_string(view.user.address));
        return EX_OK;
    }
    const auto own = settings_of(ctx, **store, view.user);
    if (!own)
        return ctx.fail(own.error());
    const auto salt = auth::salt_after(view.user, !options.revokes, own->old_password,
                                       (*config)->auth.scram_iterations);
    const auto secret = read_secret(options.password, ctx, (*config)->auth, salt);
    if (!secret)
        return ctx.fail(secret.error());
    store::User before = view.user;
    if (!options.revokes)
        before.app_passwords.clear(); // they go on letting the user in
    if (const auto kept = remember_former_secrets(ctx, before, true); !kept)
        return ctx.fail(kept.error());
    const auto changed = ctx.wait((*store)->directory().update_user(
        view.user.address, [&](store::User& user) {
            user.credentials = secret->credentials;
            if (options.revokes) {
                user.app_passwords.clear();
                user.certificates.clear();
            }
            return ok();
        }));
    if (!changed)
        return ctx.fail(changed.error());
    record_secret_change(ctx, view.user, "password changed", "");
    ctx.note("changed the password of " + to_string(view.user.address));
    if (!secret->shown.empty()) {
        Table table(ctx, {"mailctl.user.password/1", {"address", "password"}});
        table.row(to_string(view.user.address), secret->shown);
    }
    return EX_OK;
}

} // namespace

void add_user_passwd(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* passwd = user.add_subcommand("passwd", "Set a user's password");
    passwd->add_option("ADDRESS", options->address, "The user's address")->required();
    add_password_options(*passwd, ctx, options->password, NoPassword::Allowed);
    passwd->add_flag("--revoke-app-passwords", options->revokes,
                     "Also take away app passwords and certificates");
    add_change_options(*passwd, ctx);
    passwd->callback([options, &ctx] {
        ctx.action = [options, &ctx] {
            return for_each_user(ctx, {options->address}, {}, [&](UserView& view) {
                return set(*options, view, ctx);
            });
        };
    });
}

} // namespace mailctl::cmd
