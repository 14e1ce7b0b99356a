// mailctl user send-as: which addresses users may send from beside their own. AUTH-07
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/arguments.h"
#include "cmd/table.h"
#include "cmd/user/delegation/senders.h"
#include "cmd/user/user.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string name;
    std::vector<std::string> names, senders;
    std::string sender; ///< list: only who may send from it
};

/// What list shows.
struct Shown {
    std::vector<std::string> logins; ///< empty: all
    std::string sender;              ///< empty: any

    bool has(const SenderRight& right) const
    {
        const bool is_login =
            logins.empty() || std::any_of(logins.begin(), logins.end(), [&](const auto& login) {
                return address::matches_wildcard(right.login, login);
            });
        return is_login && (sender.empty() || address::matches_wildcard(right.sender, sender));
    }
};

/// The names in their one form. Errors: Invalid, NotFound (no such user).
Result<Shown> shown_by(Context& ctx, const Options& options)
{
    Shown shown;
    TRY(store::Store* const store, ctx.store());
    for (const auto& name : options.names) {
        TRY(auto address, parse_address_argument(name));
        TRY(const auto domain, ctx.wait(store->directory().find_domain(address.domain)));
        address.domain = domain.name;
        TRY(const auto entry, ctx.wait(store->directory().find(address)));
        if (!std::holds_alternative<store::User>(entry))
            return Error(Errc::NotFound, to_string(address) + " is an alias, no user");
        shown.logins.push_back(to_string(address));
    }
    if (!options.sender.empty()) {
        TRY(shown.sender, parse_sender(options.sender));
    }
    return shown;
}

int run_list(Context& ctx, const Options& options)
{
    const auto shown = shown_by(ctx, options);
    if (!shown)
        return ctx.fail(shown.error());
    Table table(ctx, {"mailctl.user.send-as.list/1", {"address", "sender", "as", "by"}});
    const auto listed = each_sender_right(ctx, [&](const SenderRight& right) {
        if (shown->has(right))
            table.row(right.login, right.sender, right.as, right.by);
    });
    return listed ? EX_OK : ctx.fail(listed.error());
}

/// Errors: Invalid.
Result<std::vector<std::string>> senders_of(const Options& options)
{
    std::vector<std::string> senders;
    for (const auto& text : options.senders) {
        TRY(auto sender, parse_sender(text));
        senders.push_back(std::move(sender));
    }
    return senders;
}

void add_to(store::User& user, const std::vector<std::string>& senders)
{
    for (const auto& one : senders)
        if (std::find(user.send_as.begin(), user.send_as.end(), one) == user.send_as.end())
            user.send_as.push_back(one);
}

Result<> remove_from(store::User& user, const std::vector<std::string>& senders)
{
    for (const auto& one : senders)
        if (std::erase(user.send_as, one) == 0)
            return Error(Errc::NotFound, to_string(user.address) + " was not given " + one);
    return ok();
}

int run_change(Context& ctx, const Options& options,
               const std::function<Result<>(store::User&, const std::vector<std::string>&)>& edit)
{
    const auto senders = senders_of(options);
    if (!senders)
        return ctx.fail(senders.error());
    UserChoice choice;
    choice.names = {options.name};
    return change_users(ctx, choice,
                        [&](store::User& user) -> Result<> { return edit(user, *senders); });
}

/// "user send-as", made with the first of its verbs.
CLI::App& send_as_of(CLI::App& user)
{
    for (auto* verb : user.get_subcommands([](const CLI::App*) { return true; }))
        if (verb->get_name() == "send-as")
            return *verb;
    auto* made = user.add_subcommand("send-as", "Addresses that users may send from");
    made->require_subcommand(1);
    return *made;
}

std::shared_ptr<Options> add_change(CLI::App& verb, Context& ctx)
{
    auto options = std::make_shared<Options>();
    verb.add_option("ADDRESS", options->name, "The user's address")->required();
    verb.add_option("SENDER", options->senders, "An address, *@DOMAIN, or * (any address)")
        ->required();
    add_change_options(verb, ctx);
    return options;
}

} // namespace

void add_user_send_as_list(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* list = send_as_of(user).add_subcommand(
        "list", "List from which addresses users may send beside their own, and by whose word");
    list->add_option("ADDRESS", options->names, "Users; without any, all of them");
    list->add_option("--sender", options->sender, "Only who may send from this address")
        ->type_name("ADDRESS");
    list->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_list(ctx, *options); }; });
}

void add_user_send_as_add(CLI::App& user, Context& ctx)
{
    auto* add = send_as_of(user).add_subcommand("add", "Let a user send from more addresses");
    auto options = add_change(*add, ctx);
    add->callback([options, &ctx] {
        ctx.action = [options, &ctx] {
            return run_change(ctx, *options, [](store::User& one, const auto& senders) -> Result<> {
                add_to(one, senders);
                return ok();
            });
        };
    });
}

void add_user_send_as_remove(CLI::App& user, Context& ctx)
{
    auto* remove = send_as_of(user).add_subcommand("remove", "Take that back");
    auto options = add_change(*remove, ctx);
    remove->callback([options, &ctx] {
        ctx.action = [options, &ctx] { return run_change(ctx, *options, remove_from); };
    });
}

} // namespace mailctl::cmd
