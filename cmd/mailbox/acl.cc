// mailctl mailbox acl: who else may do what in a user's mailboxes. RFC 4314, FLD-02
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <optional>

#include "cmd/arguments.h"
#include "cmd/mailbox/mailbox.h"
#include "cmd/table.h"
#include "core/base/ascii.h"
#include "store/account.h"
#include "store/acl.h"
#include "store/directory.h"
#include "store/sharing.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

using store::AclChange;

struct Options {
    std::string owner;
    std::string mailbox; ///< list: empty is all
    std::string who;
    std::string rights;
    std::string take;
    std::string preset;
    std::string seen;
};

/// Sets of rights by name, each with those before it. FLD-02
struct Preset {
    std::string_view name, letters;
};
constexpr Preset kPresets[] = {
    {"none", ""},           {"lookup", "l"},
    {"read", "lrs"},        {"read-write", "lrswip"},
    {"read-write-delete", "lrswipte"}, {"full", "lrswipkxtea"},
};

/// The account whose mailboxes it is about.
struct Sharer {
    store::Store* store = nullptr;
    store::User user;
    std::shared_ptr<store::Account> account;
};

Result<Sharer> find_sharer(Context& ctx, const std::string& name)
{
    Sharer owner;
    TRY(owner.store, ctx.store());
    TRY(auto at, parse_address_argument(name));
    const auto entry = ctx.wait(owner.store->directory().find(std::move(at)));
    if (!entry)
        return entry.error().within(name);
    const auto* user = std::get_if<store::User>(&*entry);
    if (user == nullptr)
        return Error(Errc::NotFound, name + " is an alias, which has no mailboxes");
    owner.user = *user;
    TRY(owner.account, ctx.wait(owner.store->account(user->account)));
    return owner;
}

/// "anyone", "@example.org", an address; a name alone is of the owner's domain.
Result<store::AclSubject> find_who(Context& ctx, const Sharer& owner, std::string who)
{
    if (who.find('@') == std::string::npos && !ascii::equals_ignoring_case(who, "anyone"))
        who += "@" + owner.user.address.domain;
    const auto subject = ctx.wait(store::find_subject(owner.store->directory(), who));
    if (!subject)
        return subject.error().within(who);
    if (subject->kind == store::AclSubject::Kind::User &&
        subject->account == owner.user.account)
        return Error(Errc::Denied, "the owner always has all rights");
    return *subject;
}

int run_list(const Options& options, Context& ctx)
{
    const auto owner = find_sharer(ctx, options.owner);
    if (!owner)
        return ctx.fail(owner.error());
    std::optional<MailboxId> only;
    if (!options.mailbox.empty()) {
        const auto found = ctx.wait(owner->account->find_mailbox(options.mailbox));
        if (!found)
            return ctx.fail(found.error().within(options.mailbox));
        only = found->id;
    }
    const auto mailboxes = ctx.wait(owner->account->mailboxes());
    if (!mailboxes)
        return ctx.fail(mailboxes.error());
    const auto acls = ctx.wait(owner->account->acls().acls_by_mailbox());
    if (!acls)
        return ctx.fail(acls.error());
    Table table(ctx, {"mailctl.mailbox.acl/1", {"mailbox", "who", "rights", "seen"}});
    for (const auto& mailbox : *mailboxes) {
        const auto acl = acls->find(mailbox.id);
        if (acl == acls->end() || (only && *only != mailbox.id))
            continue;
        for (const auto& entry : acl->second.entries) {
            const auto who = ctx.wait(store::identifier_of(owner->store->directory(), entry.who));
            if (!who && who.error().code() != Errc::NotFound)
                return ctx.fail(who.error());
            // A user who is gone is named by the account: the entry can be seen, and means nobody.
            table.row(mailbox.name, who ? *who : to_string(entry.who.account),
                      to_string(entry.rights), acl->second.own_seen ? "own" : "shared");
        }
    }
    return EX_OK;
}

/// "lrs", "+w", what to take away, or a preset.
struct Wanted {
    AclChange how = AclChange::Set;
    store::MailboxRights rights;
};

Result<Wanted> wanted_of(const Options& options)
{
    Wanted wanted;
    std::string letters = options.rights;
    for (const auto& preset : kPresets)
        if (preset.name == options.preset)
            letters = preset.letters;
    if (!options.take.empty()) {
        letters = options.take;
        wanted.how = AclChange::Remove;
    } else if (letters.starts_with('+')) {
        letters.erase(0, 1);
        wanted.how = AclChange::Add;
    }
    for (const char letter : letters) {
        const auto right = store::parse_mailbox_rights({&letter, 1});
        if (!right)
            return Error(Errc::Invalid, "\"" + ascii::printable({&letter, 1}) +
                                            "\" is no right; rights are letters of lrswipkxtea");
        wanted.rights = wanted.rights | *right;
    }
    return wanted;
}

int change(const Options& options, Context& ctx, const Wanted& wanted)
{
    const auto owner = find_sharer(ctx, options.owner);
    if (!owner)
        return ctx.fail(owner.error());
    const auto mailbox = ctx.wait(owner->account->find_mailbox(options.mailbox));
    if (!mailbox)
        return ctx.fail(mailbox.error().within(options.mailbox));
    const auto who = find_who(ctx, *owner, options.who);
    if (!who)
        return ctx.fail(who.error());
    const std::string what = options.who + " in " + mailbox->name + " of " +
                             address::to_string(owner->user.address);
    if (ctx.dry_run) {
        ctx.note("would change the rights of " + what);
        return EX_OK;
    }
    if (wanted.how == AclChange::Set || wanted.how == AclChange::Add) {
        const auto noted = ctx.wait(
            store::note_share(owner->store->engine(), *who, owner->user.account));
        if (!noted)
            return ctx.fail(noted.error());
    }
    const auto changed = ctx.wait(
        owner->account->acls().change_acl(mailbox->id, *who, wanted.how, wanted.rights));
    if (!changed)
        return ctx.fail(changed.error().within(options.mailbox));
    ctx.detail("changed the rights of " + what);
    return EX_OK;
}

int run_set(const Options& options, Context& ctx)
{
    if (options.preset.empty() + options.rights.empty() + options.take.empty() != 2)
        return ctx.usage("which rights? Letters, or --take, or --preset");
    const auto wanted = wanted_of(options);
    if (!wanted)
        return ctx.usage(wanted.error().detail());
    return change(options, ctx, *wanted);
}

int run_seen(const Options& options, Context& ctx)
{
    const auto owner = find_sharer(ctx, options.owner);
    if (!owner)
        return ctx.fail(owner.error());
    const auto mailbox = ctx.wait(owner->account->find_mailbox(options.mailbox));
    if (!mailbox)
        return ctx.fail(mailbox.error().within(options.mailbox));
    if (ctx.dry_run) {
        ctx.note("would make \\Seen " + options.seen + " in " + mailbox->name);
        return EX_OK;
    }
    const auto set = ctx.wait(owner->account->acls().set_own_seen(mailbox->id, options.seen == "own"));
    if (!set)
        return ctx.fail(set.error().within(options.mailbox));
    ctx.detail("\\Seen is " + options.seen + " in " + mailbox->name);
    return EX_OK;
}

int run_remove(const Options& options, Context& ctx)
{
    Wanted drop;
    drop.how = AclChange::Drop;
    return change(options, ctx, drop);
}

void add_target(CLI::App& verb, Options& options)
{
    verb.add_option("USER", options.owner, "Whose mailbox")->required();
    verb.add_option("MAILBOX", options.mailbox, "Its name, \"/\" between levels")->required();
    verb.add_option("WHO", options.who,
                    "A user, an alias (a group of those it leads to), \"@example.org\" or \"anyone\"")
        ->required();
}

CLI::App& acl_of(CLI::App& mailbox)
{
    for (auto* verb : mailbox.get_subcommands({}))
        if (verb->get_name() == "acl")
            return *verb;
    auto* acl = mailbox.add_subcommand("acl", "Who else may do what in mailboxes");
    acl->require_subcommand(1);
    return *acl;
}

} // namespace

void add_mailbox_acl_list(CLI::App& mailbox, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* list = acl_of(mailbox).add_subcommand("list", "List who may do what in a user's mailboxes");
    list->add_option("USER", options->owner, "Whose mailboxes")->required();
    list->add_option("MAILBOX", options->mailbox, "Only this one");
    list->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_list(*options, ctx); }; });
}

void add_mailbox_acl_set(CLI::App& mailbox, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* set = acl_of(mailbox).add_subcommand("set", "Give somebody rights in a mailbox");
    add_target(*set, *options);
    set->add_option("RIGHTS", options->rights,
                    "Letters of lrswipkxtea; with + before them they are added to what there is");
    set->add_option("--take", options->take, "Take these rights away")->type_name("RIGHTS");
    std::vector<std::string> names;
    for (const auto& preset : kPresets)
        names.emplace_back(preset.name);
    set->add_option("--preset", options->preset,
                    "Instead of letters: none, lookup, read, read-write, read-write-delete or full")
        ->check(CLI::IsMember(names))
        ->type_name("NAME");
    add_change_options(*set, ctx);
    set->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_set(*options, ctx); }; });
}

void add_mailbox_acl_remove(CLI::App& mailbox, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* remove = acl_of(mailbox).add_subcommand("remove", "Take somebody off a mailbox's list");
    add_target(*remove, *options);
    add_change_options(*remove, ctx);
    remove->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_remove(*options, ctx); }; });
}

void add_mailbox_acl_seen(CLI::App& mailbox, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* seen = acl_of(mailbox).add_subcommand(
        "seen", "Say whether others share what is seen with the owner, or have it of their own");
    seen->add_option("USER", options->owner, "Whose mailbox")->required();
    seen->add_option("MAILBOX", options->mailbox, "Its name, \"/\" between levels")->required();
    seen->add_option("WHOSE", options->seen, "own: each of the others; shared: everybody's")
        ->required()
        ->check(CLI::IsMember({"own", "shared"}));
    add_change_options(*seen, ctx);
    seen->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_seen(*options, ctx); }; });
}

} // namespace mailctl::cmd
