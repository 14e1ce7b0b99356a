// mailctl mailbox copy and move: messages into another mailbox, of the same user or of another.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/arguments.h"
#include "cmd/mailbox/mailbox.h"
#include "core/base/ascii.h"
#include "core/imap/server/selected/copy_across.h"
#include "store/account/mailbox_name.h"
#include "store/directory.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

enum class Transfer { Copy, Move };

struct Options {
    MailboxChoice choice;
    std::string to, to_user;
    bool create = false;
};

/// The account of --to-user. Errors: NotFound (nobody there, or an alias).
Result<std::shared_ptr<store::Account>> account_of(Context& ctx, const std::string& name)
{
    TRY(store::Store* store, ctx.store());
    TRY(auto at, parse_address_argument(name));
    const auto domain = ctx.wait(store->directory().find_domain(at.domain));
    if (!domain)
        return domain.error().within(name);
    at.domain = domain->name;
    const auto entry = ctx.wait(store->directory().find(std::move(at)));
    if (!entry)
        return entry.error().within(name);
    const auto* user = std::get_if<store::User>(&*entry);
    if (user == nullptr)
        return Error(Errc::NotFound, name + " is an alias, which has no mailboxes");
    return ctx.wait(store->account(user->account));
}

/// The mailbox of that name, made where it is missing and may be.
Result<store::MailboxInfo> target(Context& ctx, store::Account& account, const Options& options)
{
    auto found = ctx.wait(account.find_mailbox(options.to));
    if (found || found.error().code() != Errc::NotFound)
        return found;
    if (!options.create)
        return Error(Errc::NotFound,
                     "no mailbox " + ascii::printable(options.to) + "; --create makes it");
    TRY_VOID(ctx.wait(account.create_mailbox(options.to, store::SpecialUse::None)));
    TRY_VOID(ctx.wait(account.subscribe(options.to, true)));
    return ctx.wait(account.find_mailbox(options.to));
}

/// Within one account: one commit.
Result<std::uint64_t> transfer_within(Context& ctx, store::Account& account,
                                      const ChosenMessages& chosen, const store::MailboxInfo& box,
                                      Transfer how)
{
    if (box.id == chosen.mailbox.id && how == Transfer::Move)
        return std::uint64_t{0}; // they are there
    if (how == Transfer::Copy) {
        TRY(const auto done, ctx.wait(account.copy(chosen.mailbox.id, chosen.uids, box.id)));
        return std::uint64_t{done.to.size()};
    }
    TRY(const auto done, ctx.wait(account.move(chosen.mailbox.id, chosen.uids, box.id)));
    return std::uint64_t{done.to.size()};
}

/// Into another account: all are copied before one is taken away.
Result<std::uint64_t> transfer_across(Context& ctx, store::Account& from,
                                      const ChosenMessages& chosen, imap::Located there,
                                      Transfer how)
{
    TRY(store::Store* store, ctx.store());
    const imap::CopySource source(*store, from, chosen.mailbox.id);
    if (how == Transfer::Copy) {
        TRY(const auto done, ctx.wait(imap::copy_across(source, chosen.uids, there)));
        return std::uint64_t{done.to.size()};
    }
    TRY(const auto done, ctx.wait(imap::move_across(source, chosen.uids, there)));
    return std::uint64_t{done.to.size()};
}

int run(const Options& options, Context& ctx, Transfer how)
{
    const auto name = store::check_mailbox_name(store::canonical_mailbox_name(options.to));
    if (!name)
        return ctx.usage("--to: " + name.error().detail());
    std::shared_ptr<store::Account> other;
    if (!options.to_user.empty()) {
        auto found = account_of(ctx, options.to_user);
        if (!found)
            return ctx.fail(found.error());
        other = *std::move(found);
    }
    const bool copies = how == Transfer::Copy;
    MailboxAction action{copies ? "copy" : "move", copies ? "copied" : "moved",
                         copies ? "Copy" : "Move", {}};
    action.act = [&](store::Account& account,
                     const ChosenMessages& chosen) -> Result<std::uint64_t> {
        const bool across = other && other->id() != account.id();
        TRY(auto box, target(ctx, across ? *other : account, options));
        if (!across)
            return transfer_within(ctx, account, chosen, box, how);
        imap::Located there;
        there.account = other;
        there.mailbox = std::move(box);
        there.rights = store::kAllMailboxRights;
        return transfer_across(ctx, account, chosen, std::move(there), how);
    };
    return act_on_messages(ctx, options.choice, action);
}

void add_verb(CLI::App& mailbox, Context& ctx, const std::string& word, const std::string& help,
              Transfer how)
{
    auto options = std::make_shared<Options>();
    auto* verb = mailbox.add_subcommand(word, help);
    add_mailbox_choice(*verb, options->choice);
    verb->add_option("--to", options->to, "The mailbox they go to")
        ->required()
        ->type_name("MAILBOX");
    verb->add_option("--to-user", options->to_user, "Whose it is, where it is another user's")
        ->type_name("ADDRESS");
    verb->add_flag("--create", options->create, "Make it where it is missing");
    add_change_options(*verb, ctx);
    verb->callback(
        [options, how, &ctx] { ctx.action = [options, how, &ctx] { return run(*options, ctx, how); }; });
}

} // namespace

void add_mailbox_copy(CLI::App& mailbox, Context& ctx)
{
    add_verb(mailbox, ctx, "copy", "Copy messages into another mailbox", Transfer::Copy);
}

void add_mailbox_move(CLI::App& mailbox, Context& ctx)
{
    add_verb(mailbox, ctx, "move",
             "Move messages into another mailbox; to another user's they are copied first",
             Transfer::Move);
}

} // namespace mailctl::cmd
