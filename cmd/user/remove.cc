// mailctl user remove, restore and erase: the way out, and back as long as there is one.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/user/user.h"
#include "conf/config.h"
#include "core/base/octets.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct EraseOptions {
    UserChoice choice;
    bool overdue = false;
};

int run_remove(const UserChoice& choice, Context& ctx)
{
    const auto config = ctx.config();
    if (!config)
        return ctx.fail(config.error());
    const Time now = system_clock().now();
    const int status = change_users(ctx, choice, [now](store::User& user) -> Result<> {
        if (user.state == store::UserState::Removed)
            return Error(Errc::Exists, "is removed already");
        user.state = store::UserState::Removed;
        user.removed = now;
        return ok();
    });
    if (status == EX_OK && !ctx.dry_run)
        ctx.note("the addresses stay taken; mailctl user restore brings them back for " +
                 to_text((*config)->store.keep_removed_users));
    return status;
}

int run_restore(const UserChoice& choice, Context& ctx)
{
    return change_users(ctx, choice, [](store::User& user) -> Result<> {
        if (user.state != store::UserState::Removed)
            return Error(Errc::Invalid, "is not removed");
        user.state = store::UserState::Active;
        user.removed.reset();
        return ok();
    });
}

/// Who goes, with what each has.
int gather_doomed(const EraseOptions& options, Context& ctx, milliseconds kept,
                  std::vector<UserView>& doomed)
{
    const Time now = system_clock().now();
    Selection selection = options.choice.selection;
    return for_each_user(ctx, options.choice.names, selection, [&](UserView& view) {
        if (options.overdue && (!view.user.removed || now < *view.user.removed + kept))
            return EX_OK;
        if (const auto read = read_usage(ctx, view); !read)
            return ctx.fail(read.error());
        doomed.push_back(view);
        return EX_OK;
    });
}

int run_erase(const EraseOptions& options, Context& ctx)
{
    if (options.choice.names.empty() && options.choice.selection.is_empty() && !options.overdue)
        return ctx.usage("which users? Name them, choose with --domain or --where, or --overdue");
    const auto config = ctx.config();
    if (!config)
        return ctx.fail(config.error());
    std::vector<UserView> doomed;
    const int status =
        gather_doomed(options, ctx, (*config)->store.keep_removed_users, doomed);
    if (status != EX_OK)
        return status;
    if (doomed.empty()) {
        ctx.note("no user to erase");
        return EX_OK;
    }
    std::uint64_t octets = 0, messages = 0;
    for (const auto& view : doomed) {
        const store::Usage usage = view.usage.value_or(store::Usage());
        octets += usage.octets;
        messages += usage.messages;
        ctx.note(to_string(view.user.address) + ": " + std::to_string(usage.messages) +
                 " messages, " + to_rough_octets(usage.octets));
    }
    const std::string what = std::to_string(doomed.size()) +
                             (doomed.size() == 1 ? " user, " : " users, ") +
                             std::to_string(messages) + " messages, " + to_rough_octets(octets);
    if (ctx.dry_run) {
        ctx.note("would erase " + what);
        return EX_OK;
    }
    const auto sure = ctx.confirm("Erase for ever: " + what + "?");
    if (!sure)
        return ctx.usage(sure.error().detail());
    if (!*sure)
        return kExitNo;
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    for (const auto& view : doomed) {
        const auto erased = ctx.wait((*store)->directory().erase_user(view.user.address));
        if (!erased)
            return ctx.fail(erased.error().within(to_string(view.user.address)));
    }
    ctx.note("erased " + what);
    return EX_OK;
}

} // namespace

void add_user_remove(CLI::App& user, Context& ctx)
{
    auto choice = std::make_shared<UserChoice>();
    auto* remove =
        user.add_subcommand("remove", "Remove users; they can be restored for some time");
    add_user_choice(*remove, ctx, *choice);
    remove->callback(
        [choice, &ctx] { ctx.action = [choice, &ctx] { return run_remove(*choice, ctx); }; });
}

void add_user_restore(CLI::App& user, Context& ctx)
{
    auto choice = std::make_shared<UserChoice>();
    auto* restore = user.add_subcommand("restore", "Bring removed users back with all their mail");
    add_user_choice(*restore, ctx, *choice);
    restore->callback(
        [choice, &ctx] { ctx.action = [choice, &ctx] { return run_restore(*choice, ctx); }; });
}

void add_user_erase(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<EraseOptions>();
    auto* erase = user.add_subcommand("erase", "Erase users and all their mail for ever");
    add_user_choice(*erase, ctx, options->choice);
    erase->add_flag("--overdue", options->overdue,
                    "Only those removed longer ago than store.keep_removed_users");
    erase->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_erase(*options, ctx); }; });
}

} // namespace mailctl::cmd
