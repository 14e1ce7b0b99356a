// Whose mailboxes a command is about, and which messages in them.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/mailbox/mailbox.h"
#include "core/keeping/chosen.h"
#include "store/store.h"

namespace mailctl::cmd {

void add_owners(CLI::App& verb, MailboxChoice& choice)
{
    // One value each: what follows is the query.
    verb.add_option("--user", choice.users, "Whose mailboxes; may be repeated")
        ->type_name("ADDRESS")
        ->allow_extra_args(false);
    verb.add_option("--domain", choice.selection.domains,
                    "Those of all users of this domain; may be repeated")
        ->type_name("DOMAIN")
        ->allow_extra_args(false);
    verb.add_option("--where", choice.selection.where,
                    "Those of users where FIELD=VALUE holds, as user list has them; may be repeated")
        ->type_name("CONDITION")
        ->allow_extra_args(false);
    verb.add_flag("--all", choice.all, "Those of all users");
    verb.add_flag("--public", choice.is_public,
                  "Public folders: of the server, or of --domain, or with --all of all domains");
}

void add_mailbox_choice(CLI::App& verb, MailboxChoice& choice)
{
    add_owners(verb, choice);
    verb.add_option("QUERY", choice.query,
                    "Which messages: from:bob older:30d, see QUERIES; all: every one");
}

namespace {

bool names_nobody(const MailboxChoice& choice)
{
    return !choice.is_public && !choice.all && choice.users.empty() && choice.selection.is_empty();
}

} // namespace

Result<query::Query> read_query(const MailboxChoice& choice)
{
    std::string text;
    for (const auto& word : choice.query)
        text += (text.empty() ? "" : " ") + word;
    auto query = query::Query::parse(text);
    if (!query && names_nobody(choice)) // "mailbox list ann@example.org"
        return Error(query.error().code(), query.error().detail() + "; whose mailboxes it is, --user tells");
    return query;
}

namespace {

int each_of(Context& ctx, const std::vector<std::string>& users, const Selection& selection,
            const std::function<Result<>(Owner&)>& each)
{
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    int worst = EX_OK;
    const int status = for_each_user(ctx, users, selection, [&](UserView& view) {
        const std::string name = address::to_string(view.user.address);
        auto account = ctx.wait((*store)->account(view.user.account));
        Result<> done = ok();
        if (account) {
            Owner owner{view.user, name, *std::move(account)};
            done = each(owner);
        } else if (account.error().code() != Errc::NotFound) { // else being made or erased just now
            done = account.error();
        }
        if (!done)
            worst = ctx.fail(done.error().within(name));
        return EX_OK;
    });
    return status != EX_OK ? status : worst;
}

/// With --all, domains that have no public folders are passed over.
int each_public_owner(Context& ctx, const MailboxChoice& choice,
                      const std::function<Result<>(Owner&)>& each)
{
    const auto owners = public_owners(ctx, choice);
    if (!owners)
        return owners.error().code() == Errc::Invalid ? ctx.usage(owners.error().detail())
                                                      : ctx.fail(owners.error());
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    std::vector<std::string> there;
    for (const auto& owner : *owners) {
        const auto found = ctx.wait((*store)->directory().find(owner));
        if (!found && found.error().code() != Errc::NotFound)
            return ctx.fail(found.error());
        if (found || !choice.all)
            there.push_back(address::to_string(owner));
    }
    return there.empty() ? EX_OK : each_of(ctx, there, {}, each);
}

} // namespace

int each_owner(Context& ctx, const MailboxChoice& choice,
               const std::function<Result<>(Owner&)>& each)
{
    if (choice.is_public)
        return each_public_owner(ctx, choice, each);
    if (names_nobody(choice))
        return ctx.usage("whose mailboxes? Name them with --user, --domain or --where; --all is "
                         "everybody's, --public are public folders");
    return each_of(ctx, choice.users, choice.selection, each);
}

Result<std::vector<ChosenMessages>> choose_messages(Context& ctx, const Owner& owner,
                                                    const query::Query& query)
{
    TRY(store::Store* store, ctx.store());
    TRY(auto boxes, ctx.wait(owner.account->mailboxes()));
    std::vector<ChosenMessages> chosen;
    for (auto& box : boxes) {
        if (ctx.cancelled())
            break;
        const auto key = query.for_mailbox({box.name, keeping::name_of(box.role)});
        if (!key || box.messages == 0)
            continue;
        auto uids = ctx.wait(keeping::chosen_in(*owner.account, box, *key, store->clock().now()));
        if (!uids && uids.error().code() == Errc::NotFound)
            continue; // deleted meanwhile
        if (!uids)
            return uids.error();
        if (!uids->empty())
            chosen.push_back({owner.name, owner.user.account, std::move(box), *std::move(uids)});
    }
    return chosen;
}

std::string count_of(std::uint64_t number, std::string_view what)
{
    return std::to_string(number) + " " + std::string(what) + (number == 1 ? "" : "s");
}

} // namespace mailctl::cmd
