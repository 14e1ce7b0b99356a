// mailctl user wipe-clients: what knew a secret of the user before knows none now. USR-12
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/passwords.h"
#include "cmd/table.h"
#include "cmd/user/secrets.h"
#include "cmd/user/user.h"
#include "conf/config.h"
#include "core/auth/secrets/former_secrets.h"
#include "core/server/server.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string address;
    PasswordOptions password;
};

/// What went.
struct Wiped {
    std::size_t app_passwords = 0, certificates = 0, sessions = 0;
    bool has_new_password = false;
    std::string shown;
};

Result<Wiped> wipe(const Options& options, const store::User& user, Context& ctx)
{
    TRY(const auto config, ctx.config());
    TRY(store::Store* const store, ctx.store());
    Wiped out;
    out.has_new_password = options.password.is_given();
    out.app_passwords = user.app_passwords.size();
    out.certificates = user.certificates.size();
    if (ctx.dry_run)
        return out;
    Secret secret;
    if (out.has_new_password) {
        TRY(const auto own, settings_of(ctx, *store, user));
        const auto salt = auth::salt_after(user, false, own.old_password, config->auth.scram_iterations);
        TRY(secret, read_secret(options.password, ctx, config->auth, salt));
        out.shown = secret.shown;
    }
    TRY_VOID(remember_former_secrets(ctx, user, out.has_new_password));
    const bool replaces = out.has_new_password;
    TRY_VOID(ctx.wait(store->directory().update_user(
        user.address, [&secret, replaces](store::User& one) -> Result<> {
            if (replaces)
                one.credentials = secret.credentials;
            one.app_passwords.clear();
            one.certificates.clear();
            return ok();
        })));
    // Also those that user.end_sessions would leave, and those whose password did not change.
    if (ctx.server())
        out.sessions = ctx.server()->kick_user(to_string(user.address));
    record_secret_change(ctx, user, "clients wiped", "");
    return out;
}

int run_one(const Options& options, const store::User& user, Context& ctx)
{
    const auto wiped = wipe(options, user, ctx);
    if (!wiped)
        return ctx.fail(wiped.error());
    if (!wiped->has_new_password)
        ctx.note("the password of " + to_string(user.address) +
                 " is as before: who knows it still logs in");
    Sheet sheet(ctx, "mailctl.user.wipe_clients/1");
    sheet.field("address", to_string(user.address))
        .field("app_passwords_ended", std::uint64_t{wiped->app_passwords})
        .field("certificates_ended", std::uint64_t{wiped->certificates})
        .field("sessions_ended", std::uint64_t{wiped->sessions})
        .field("password_changed", wiped->has_new_password)
        .field("password", wiped->shown);
    return EX_OK;
}

} // namespace

void add_user_wipe_clients(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* wipe = user.add_subcommand(
        "wipe-clients", "End app passwords, certificates and sessions, as after a lost telephone");
    wipe->add_option("ADDRESS", options->address, "The user's address")->required();
    add_password_options(*wipe, ctx, options->password, NoPassword::Refused);
    add_change_options(*wipe, ctx);
    wipe->callback([options, &ctx] {
        ctx.action = [options, &ctx] {
            return for_each_user(ctx, {options->address}, {}, [&](UserView& view) {
                return run_one(*options, view.user, ctx);
            });
        };
    });
}

} // namespace mailctl::cmd
