// Keeps former secrets, and records that they changed.
#include "cmd/user/secrets.h"

#include "conf/config.h"
#include "core/activity/activity.h"
#include "core/auth/secrets/former_secrets.h"
#include "core/settings/own_settings.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

Result<> record(Context& ctx, const store::User& user, const std::string& what,
                const std::string& label)
{
    TRY(store::Store* const store, ctx.store());
    TRY(const auto own, settings_of(ctx, *store, user));
    if (!own.activity_log)
        return ok();
    store::Activity change;
    change.kind = store::ActivityKind::Secret;
    change.what = what;
    change.service = "command";
    change.secret = label;
    return ctx.wait(store::record_activity(*store, user.account, std::move(change)));
}

} // namespace

Result<conf::UserSettings> settings_of(Context& ctx, store::Store& store, const store::User& user)
{
    TRY(const auto config, ctx.config());
    TRY(const auto domain, ctx.wait(store.directory().find_domain(user.address.domain)));
    return settings::own_settings(*config, domain, user).user;
}

Result<> remember_former_secrets(Context& ctx, const store::User& user, bool with_password)
{
    TRY(store::Store* const store, ctx.store());
    TRY(const auto own, settings_of(ctx, *store, user));
    TRY(const auto account, ctx.wait(store->account(user.account)));
    if (own.old_password != conf::OldPassword::Empty)
        return ctx.wait(auth::forget_secrets(*account));
    return ctx.wait(auth::remember_secrets(*account, user, with_password));
}

void record_secret_change(Context& ctx, const store::User& user, const std::string& what,
                          const std::string& label)
{
    if (const auto done = record(ctx, user, what, label); !done)
        ctx.note("not recorded: " + to_string(done.error()));
}

} // namespace mailctl::cmd
