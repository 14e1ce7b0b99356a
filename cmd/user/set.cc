// mailctl user set, enable and disable: change users, one or many.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/user/user.h"
#include "conf/config.h"

namespace mailctl::cmd {
namespace {

struct Options {
    UserChoice choice;
    UserFields fields;
    bool login_only = false;
    std::string reason;
};

/// What is allowed and yet likely to surprise.
void warn_of(const std::vector<std::string>& settings, Context& ctx)
{
    for (const auto& line : settings) {
        if (line == "user.delete=expunge")
            ctx.note("user.delete=expunge breaks RFC 9051: mail that a client only marks is gone at once");
        const bool needs_certificate = line == "user.auth=cert" || line == "user.auth=both";
        const auto config = ctx.config();
        if (needs_certificate && config && !(*config)->auth.client_certificates)
            ctx.note(line + " lets nobody in while auth.client_certificates is off");
    }
}

} // namespace

Result<> switch_to(store::User& user, store::UserState state, std::string reason)
{
    if (user.state == store::UserState::Removed)
        return Error(Errc::Denied, "is removed; see mailctl user restore");
    if (reason.size() > store::kMaxReasonOctets)
        return Error(Errc::Invalid,
                     "the reason is over " + std::to_string(store::kMaxReasonOctets) + " octets long");
    if (state == store::UserState::Active)
        user.contained.reset();
    user.state = state;
    user.reason = std::move(reason);
    return ok();
}

void add_user_set(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* set = user.add_subcommand("set", "Change the fields of users");
    add_user_choice(*set, ctx, options->choice);
    add_user_fields(*set, options->fields);
    set->callback([options, &ctx] {
        ctx.action = [options, &ctx] {
            warn_of(options->fields.settings, ctx);
            return change_users(ctx, options->choice, [&](store::User& one) {
                return apply(options->fields, one);
            });
        };
    });
}

void add_user_enable(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* enable = user.add_subcommand("enable", "Accept mail and logins of users again");
    add_user_choice(*enable, ctx, options->choice);
    enable->callback([options, &ctx] {
        ctx.action = [options, &ctx] {
            return change_users(ctx, options->choice, [](store::User& one) {
                return switch_to(one, store::UserState::Active);
            });
        };
    });
}

void add_user_disable(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* disable =
        user.add_subcommand("disable", "Refuse mail and logins of users; nothing is deleted");
    add_user_choice(*disable, ctx, options->choice);
    disable->add_flag("--login-only", options->login_only, "Mail still arrives");
    disable->callback([options, &ctx] {
        ctx.action = [options, &ctx] {
            const auto state = options->login_only ? store::UserState::NoLogin
                                                   : store::UserState::Disabled;
            return change_users(ctx, options->choice, [state](store::User& one) {
                return switch_to(one, state);
            });
        };
    });
}

void add_user_suspend(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* suspend = user.add_subcommand("suspend", "Refuse logins of users and put off their mail");
    add_user_choice(*suspend, ctx, options->choice);
    suspend->add_option("--reason", options->reason, "Why, for administrators")
        ->required()
        ->type_name("TEXT");
    suspend->callback([options, &ctx] {
        ctx.action = [options, &ctx] {
            return change_users(ctx, options->choice, [&](store::User& one) {
                return switch_to(one, store::UserState::Suspended, options->reason);
            });
        };
    });
}

} // namespace mailctl::cmd
