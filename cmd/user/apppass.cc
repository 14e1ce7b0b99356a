// mailctl user apppass: passwords for one program each, beside the user's own. AUTH-11
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/arguments.h"
#include "cmd/table.h"
#include "cmd/user/secrets.h"
#include "cmd/user/user.h"
#include "conf/config.h"
#include "core/auth/secrets/app_password.h"
#include "core/base/ascii.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string name, label, expires;
    std::vector<std::string> services, networks, ids;
    bool all = false;
};

std::vector<std::string> words_of(std::uint32_t services)
{
    std::vector<std::string> words;
    for (const auto service : auth::kAppPasswordServices)
        if ((services & static_cast<std::uint32_t>(service)) != 0)
            words.emplace_back(store::name_of(service));
    return words;
}

/// Without words: all that an app password may be for.
Result<std::uint32_t> services_of(const std::vector<std::string>& words)
{
    std::uint32_t services = 0;
    for (const auto service : auth::kAppPasswordServices) {
        const auto word = std::find(words.begin(), words.end(), store::name_of(service));
        if (words.empty() || word != words.end())
            services |= static_cast<std::uint32_t>(service);
    }
    for (const auto& word : words) {
        const auto right = store::parse_right(word);
        if (!right || (services & static_cast<std::uint32_t>(*right)) == 0)
            return Error(Errc::Invalid,
                         "\"" + ascii::printable(word) + "\" is none of imap, pop3 and smtp");
    }
    return services;
}

Result<auth::AppPasswordWish> wish_of(const Options& options, const conf::Config& config)
{
    auth::AppPasswordWish wish;
    wish.label = options.label;
    TRY(wish.services, services_of(options.services));
    wish.networks = options.networks;
    if (!options.expires.empty()) {
        TRY(wish.expires, parse_expiry(options.expires));
    }
    wish.scram_iterations = config.auth.scram_iterations;
    return wish;
}

/// Shown once: nobody can read it later.
void show_secret(Context& ctx, const store::User& user, const auth::NewAppPassword& made)
{
    Table table(ctx, {"mailctl.user.apppass.add/1",
                      {"address", "id", "label", "services", "networks", "expires", "password"}});
    table.row(to_string(user.address), made.kept.id, made.kept.label, words_of(made.kept.services),
              made.kept.networks, made.kept.expires, made.secret);
}

int add_to(UserView& view, const Options& options, Context& ctx)
{
    const auto config = ctx.config();
    if (!config)
        return ctx.fail(config.error());
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const auto wish = wish_of(options, **config);
    if (!wish)
        return ctx.fail(wish.error());
    auto made = auth::make_app_password(view.user, *wish, (*store)->clock().now(), system_random());
    if (!made)
        return ctx.fail(made.error());
    if (ctx.dry_run) {
        ctx.note("would add an app password to " + to_string(view.user.address));
        return EX_OK;
    }
    const std::string line = to_string(made->kept);
    const auto change = [line](store::User& user) -> Result<> {
        if (user.app_passwords.size() >= auth::kMaxAppPasswords)
            return Error(Errc::OverQuota, "a user has at most " +
                                              std::to_string(auth::kMaxAppPasswords) +
                                              " app passwords");
        user.app_passwords.push_back(line);
        return ok();
    };
    const auto changed = ctx.wait((*store)->directory().update_user(view.user.address, change));
    if (!changed)
        return ctx.fail(changed.error());
    record_secret_change(ctx, *changed, "app password added", made->kept.label);
    show_secret(ctx, *changed, *made);
    return EX_OK;
}

/// When and from where it was last used, as the account's note has it.
struct LastUse {
    std::optional<std::string> time, address;
};

Result<LastUse> last_use_of(store::Account& account, const std::string& id, Context& ctx)
{
    LastUse use;
    TRY(const auto note, ctx.wait(account.note(auth::app_password_note(id))));
    if (!note)
        return use;
    const auto space = note->find(' ');
    use.time = note->substr(0, space);
    if (space != std::string::npos)
        use.address = note->substr(space + 1);
    return use;
}

int list_of(UserView& view, Table& table, Context& ctx)
{
    if (view.user.app_passwords.empty())
        return EX_OK;
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const auto account = ctx.wait((*store)->account(view.user.account));
    if (!account)
        return ctx.fail(account.error());
    const Time now = (*store)->clock().now();
    for (const auto& one : auth::app_passwords_of(view.user)) {
        const auto use = last_use_of(**account, one.id, ctx);
        if (!use)
            return ctx.fail(use.error());
        const std::string_view state = view.user.contained  ? "contained"
                                       : one.is_expired(now) ? "expired"
                                                             : "active";
        table.row(to_string(view.user.address), one.id, one.label, words_of(one.services),
                  one.networks, one.created, one.expires, state, use->time, use->address);
    }
    return EX_OK;
}

int run_list(const std::vector<std::string>& names, const Selection& selection, Context& ctx)
{
    Table table(ctx, {"mailctl.user.apppass.list/1",
                      {"address", "id", "label", "services", "networks", "created", "expires",
                       "state", "last_used", "last_address"}});
    return for_each_user(ctx, names, selection,
                         [&](UserView& view) { return list_of(view, table, ctx); });
}

/// Takes out those that are meant; gives how many.
Result<std::size_t> take_out(const Options& options, store::User& user)
{
    if (options.all)
        return std::exchange(user.app_passwords, {}).size();
    std::size_t gone = 0;
    for (const auto& id : options.ids) {
        const auto count = std::erase_if(user.app_passwords, [&](const std::string& line) {
            const auto one = auth::parse_app_password(line);
            return one && one->id == id;
        });
        if (count == 0)
            return Error(Errc::NotFound, to_string(user.address) + " has no app password " +
                                             ascii::printable(id));
        gone += count;
    }
    return gone;
}

/// What those ids were made for.
std::string labels_of(const store::User& user, const std::vector<std::string>& ids)
{
    std::string labels;
    for (const auto& id : ids)
        if (const auto one = auth::find_app_password_by_id(user, id))
            labels += (labels.empty() ? "" : ", ") + one->label;
    return labels;
}

int revoke_of(UserView& view, const Options& options, Context& ctx)
{
    std::size_t gone = 0;
    const auto change = [&options, &gone](store::User& user) -> Result<> {
        TRY(gone, take_out(options, user));
        return ok();
    };
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    Result<> done = ok();
    if (ctx.dry_run) {
        done = change(view.user);
    } else if (auto changed =
                   ctx.wait((*store)->directory().update_user(view.user.address, change));
               !changed) {
        done = changed.error();
    }
    if (!done)
        return ctx.fail(done.error());
    if (!ctx.dry_run && gone > 0)
        record_secret_change(ctx, view.user, "app password revoked",
                             options.all ? "" : labels_of(view.user, options.ids));
    ctx.note((ctx.dry_run ? "would revoke " : "revoked ") + std::to_string(gone) +
             (gone == 1 ? " app password of " : " app passwords of ") + to_string(view.user.address));
    return EX_OK;
}

int run_revoke(const Options& options, Context& ctx)
{
    if (options.ids.empty() != options.all)
        return ctx.usage("name app passwords by their ids, or give --all");
    return for_each_user(ctx, {options.name}, {},
                         [&](UserView& view) { return revoke_of(view, options, ctx); });
}

/// "user apppass", made with the first of its verbs.
CLI::App& apppass_of(CLI::App& user)
{
    for (auto* verb : user.get_subcommands([](const CLI::App*) { return true; }))
        if (verb->get_name() == "apppass")
            return *verb;
    auto* made = user.add_subcommand("apppass", "Passwords for one program each");
    made->require_subcommand(1);
    return *made;
}

} // namespace

void add_user_apppass_add(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* add = apppass_of(user).add_subcommand("add", "Make a password and print it, once");
    add->add_option("ADDRESS", options->name, "The user's address")->required();
    add->add_option("LABEL", options->label, "What it is for: \"telephone\"")->required();
    add->add_option("--service", options->services,
                    "imap, pop3 or smtp; may be repeated; without it all of them")
        ->type_name("WORD")
        ->delimiter(',');
    add->add_option("--network", options->networks,
                    "Address or network it works from; may be repeated; without it anywhere")
        ->type_name("NETWORK")
        ->delimiter(',');
    add->add_option("--expires", options->expires, "A day or time, RFC 3339")->type_name("TIME");
    add_change_options(*add, ctx);
    add->callback([options, &ctx] {
        ctx.action = [options, &ctx] {
            return for_each_user(ctx, {options->name}, {}, [&](UserView& view) {
                return add_to(view, *options, ctx);
            });
        };
    });
}

void add_user_apppass_list(CLI::App& user, Context& ctx)
{
    struct Choice {
        std::vector<std::string> names;
        Selection selection;
    };
    auto choice = std::make_shared<Choice>();
    auto* list = apppass_of(user).add_subcommand(
        "list", "List app passwords, and when each was last used");
    list->add_option("ADDRESS", choice->names, "Users; without any, all of them");
    list->callback([choice, &ctx] {
        ctx.action = [choice, &ctx] { return run_list(choice->names, choice->selection, ctx); };
    });
}

void add_user_apppass_revoke(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* revoke = apppass_of(user).add_subcommand(
        "revoke", "Take app passwords away, which ends their sessions (user.end_sessions)");
    revoke->add_option("ADDRESS", options->name, "The user's address")->required();
    revoke->add_option("ID", options->ids, "As list shows them");
    revoke->add_flag("--all", options->all, "All of this user");
    add_change_options(*revoke, ctx);
    revoke->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_revoke(*options, ctx); }; });
}

} // namespace mailctl::cmd
