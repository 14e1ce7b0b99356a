// mailctl user delegate: whom users let send as them. AUTH-07
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/table.h"
#include "cmd/user/user.h"
#include "conf/config.h"
#include "core/delegation/change.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string owner;
    std::vector<std::string> delegates;
    bool on_behalf = false, all = false;
};

std::string sentence(const std::string& owner, const delegation::Changed& one, bool is_done)
{
    const std::string may = is_done ? " may now " : " could then ";
    switch (one.after) {
    case conf::Delegation::SendAs: return one.delegate + may + "send as " + owner;
    case conf::Delegation::OnBehalf: return one.delegate + may + "send on behalf of " + owner;
    case conf::Delegation::Off: break;
    }
    return one.delegate + (is_done ? " may no longer" : " could no longer") + " send as " + owner;
}

/// Each address once, as an account. Errors: those of find_delegate.
Result<delegation::Wish> wish_of(Context& ctx, store::Store& store, const store::User& owner,
                                 const Options& options, conf::Delegation as)
{
    delegation::Wish wish;
    wish.only_these_send_as = wish.only_these_on_behalf = options.all;
    for (const auto& address : options.delegates) {
        TRY(const auto account, ctx.wait(delegation::find_delegate(store, owner, address)));
        if (as == conf::Delegation::Off &&
            delegation::given_to(owner, account) == conf::Delegation::Off)
            return Error(Errc::NotFound,
                         address + " is no delegate of " + to_string(owner.address));
        wish.grants.push_back({account, as});
    }
    return wish;
}

/// What --dry-run shows: only that the words are right.
int rehearse(Context& ctx, const store::User& owner, const Options& options, conf::Delegation as)
{
    for (const auto& address : options.delegates)
        ctx.note(sentence(to_string(owner.address), {address, {}, as}, false));
    if (options.all)
        ctx.note("nobody could then send as " + to_string(owner.address) + " any more");
    return EX_OK;
}

int change(Context& ctx, const store::User& owner, const Options& options, conf::Delegation as)
{
    const auto config = ctx.config();
    if (!config)
        return ctx.fail(config.error());
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    auto wish = wish_of(ctx, **store, owner, options, as);
    if (!wish)
        return ctx.fail(wish.error());
    if (ctx.dry_run)
        return rehearse(ctx, owner, options, as);
    delegation::Origin origin;
    origin.service = "command";
    const auto changed = ctx.wait(delegation::change_delegates(**store, **config, owner,
                                                               *std::move(wish), std::move(origin)));
    if (!changed)
        return ctx.fail(changed.error());
    for (const auto& one : *changed)
        ctx.note(sentence(to_string(owner.address), one, true));
    if (changed->empty())
        ctx.note("nothing changed");
    return EX_OK;
}

int run_change(Context& ctx, const Options& options, conf::Delegation as)
{
    return for_each_user(ctx, {options.owner}, {}, [&](UserView& view) {
        return change(ctx, view.user, options, as);
    });
}

Result<> list_of(Context& ctx, const store::User& owner, Table& table)
{
    if (owner.delegates.empty())
        return ok();
    TRY(const auto config, ctx.config());
    TRY(store::Store* const store, ctx.store());
    TRY(const auto allowed, ctx.wait(delegation::allowed_to_give(*store, *config, owner)));
    for (const auto& one : delegation::delegates_of(owner)) {
        const auto user = ctx.wait(store->directory().find_account(one.account));
        if (!user && user.error().code() == Errc::NotFound)
            continue; // erased: it goes with the next change
        if (!user)
            return user.error();
        table.row(to_string(owner.address), to_string(user->address), delegation::name_of(one.as),
                  delegation::name_of(std::min(one.as, allowed)), one.since);
    }
    return ok();
}

int run_list(Context& ctx, const std::vector<std::string>& names)
{
    Table table(ctx, {"mailctl.user.delegate.list/1",
                      {"address", "delegate", "given", "in_force", "since"}});
    return for_each_user(ctx, names, {}, [&](UserView& view) {
        const auto listed = list_of(ctx, view.user, table);
        return listed ? EX_OK : ctx.fail(listed.error());
    });
}

/// "user delegate", made with the first of its verbs.
CLI::App& delegate_of(CLI::App& user)
{
    for (auto* verb : user.get_subcommands([](const CLI::App*) { return true; }))
        if (verb->get_name() == "delegate")
            return *verb;
    auto* made = user.add_subcommand("delegate", "Whom users let send as them");
    made->require_subcommand(1);
    return *made;
}

} // namespace

void add_user_delegate_add(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* add = delegate_of(user).add_subcommand(
        "add", "Let users send as another one, as far as user.delegation allows");
    add->add_option("ADDRESS", options->owner, "The user as whom they may send")->required();
    add->add_option("DELEGATE", options->delegates, "Users of this server who may")->required();
    add->add_flag("--on-behalf", options->on_behalf,
                  "Only with a Sender field that says who sent it; the server puts it there");
    add_change_options(*add, ctx);
    add->callback([options, &ctx] {
        ctx.action = [options, &ctx] {
            using enum conf::Delegation;
            return run_change(ctx, *options, options->on_behalf ? OnBehalf : SendAs);
        };
    });
}

void add_user_delegate_list(CLI::App& user, Context& ctx)
{
    auto names = std::make_shared<std::vector<std::string>>();
    auto* list = delegate_of(user).add_subcommand(
        "list", "List whom users let send as them, and how much of that holds now");
    list->add_option("ADDRESS", *names, "Users; without any, all of them");
    list->callback([names, &ctx] { ctx.action = [names, &ctx] { return run_list(ctx, *names); }; });
}

void add_user_delegate_remove(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* remove = delegate_of(user).add_subcommand("remove", "Take that back");
    remove->add_option("ADDRESS", options->owner, "The user as whom they may send")->required();
    remove->add_option("DELEGATE", options->delegates, "Users who may no longer");
    remove->add_flag("--all", options->all, "Nobody may any more");
    add_change_options(*remove, ctx);
    remove->callback([options, &ctx] {
        ctx.action = [options, &ctx] {
            if (options->delegates.empty() != options->all)
                return ctx.usage("name delegates, or give --all");
            return run_change(ctx, *options, conf::Delegation::Off);
        };
    });
}

} // namespace mailctl::cmd
