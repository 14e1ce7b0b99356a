// mailctl mailbox create, rename, delete and subscribe: mailboxes themselves.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/mailbox/mailbox.h"
#include "core/base/ascii.h"
#include "core/keeping/chosen.h"
#include "store/account/mailbox_name.h"

namespace mailctl::cmd {
namespace {

struct Options {
    MailboxChoice choice;
    std::string name, to, role;
    bool off = false;
};

/// Tells what was done, or would be.
void tell(Context& ctx, std::string_view would, std::string_view done, const Owner& owner,
          const std::string& what)
{
    if (ctx.dry_run)
        ctx.note("would " + std::string(would) + " " + what + " of " + owner.name);
    else
        ctx.detail(std::string(done) + " " + what + " of " + owner.name);
}

/// Whether there is one of that name already. Errors: Invalid (a name that is not allowed).
Result<bool> is_there(Context& ctx, const Owner& owner, const std::string& name)
{
    TRY_VOID(store::check_mailbox_name(store::canonical_mailbox_name(name)));
    const auto found = ctx.wait(owner.account->find_mailbox(name));
    if (!found && found.error().code() != Errc::NotFound)
        return found.error();
    return found.has_value();
}

int run_create(const Options& options, Context& ctx)
{
    const auto role = keeping::parse_role(options.role);
    if (!options.role.empty() && role == store::SpecialUse::None)
        return ctx.usage("--role: archive, drafts, junk, sent, trash, all or flagged");
    if (options.choice.is_public) {
        const auto made = make_public_owners(ctx, options.choice);
        if (!made)
            return made.error().code() == Errc::Invalid ? ctx.usage(made.error().detail())
                                                        : ctx.fail(made.error());
        if (!*made)
            return EX_OK;
    }
    return each_owner(ctx, options.choice, [&](Owner& owner) -> Result<> {
        TRY(const bool exists, is_there(ctx, owner, options.name));
        if (exists) {
            ctx.note(owner.name + ": there is a mailbox " + ascii::printable(options.name));
            return ok();
        }
        if (!ctx.dry_run)
            TRY_VOID(ctx.wait(owner.account->create_mailbox(options.name, role)));
        if (!ctx.dry_run && !options.off)
            TRY_VOID(ctx.wait(owner.account->subscribe(options.name, true)));
        tell(ctx, "create", "created", owner, options.name);
        return ok();
    });
}

int run_rename(const Options& options, Context& ctx)
{
    return each_owner(ctx, options.choice, [&](Owner& owner) -> Result<> {
        TRY_VOID(ctx.wait(owner.account->find_mailbox(options.name)));
        TRY(const bool taken, is_there(ctx, owner, options.to));
        if (taken)
            return Error(Errc::Exists, "there is a mailbox " + ascii::printable(options.to));
        if (!ctx.dry_run)
            TRY_VOID(ctx.wait(owner.account->rename_mailbox(options.name, options.to)));
        tell(ctx, "rename", "renamed", owner, options.name + " to " + options.to);
        return ok();
    });
}

/// What is asked before mailboxes with messages go.
std::string question(std::uint64_t boxes, std::uint64_t messages)
{
    return "Delete " + std::to_string(boxes) + (boxes == 1 ? " mailbox" : " mailboxes") + " with " +
           count_of(messages, "message") + "?";
}

int run_delete(const Options& options, Context& ctx)
{
    std::uint64_t boxes = 0, messages = 0;
    const int looked = each_owner(ctx, options.choice, [&](Owner& owner) -> Result<> {
        TRY(const auto box, ctx.wait(owner.account->find_mailbox(options.name)));
        if (box.role == store::SpecialUse::Inbox)
            return Error(Errc::Denied, "INBOX cannot be deleted; see mailbox empty");
        ++boxes;
        messages += box.messages;
        if (ctx.dry_run)
            ctx.note("would delete " + box.name + " of " + owner.name + " with " +
                     count_of(box.messages, "message"));
        return ok();
    });
    if (looked != EX_OK || ctx.dry_run)
        return looked;
    if (messages > 0) {
        const auto sure = ctx.confirm(question(boxes, messages));
        if (!sure)
            return ctx.usage(sure.error().detail());
        if (!*sure)
            return kExitNo;
    }
    return each_owner(ctx, options.choice, [&](Owner& owner) -> Result<> {
        TRY_VOID(ctx.wait(owner.account->delete_mailbox(options.name)));
        TRY_VOID(ctx.wait(owner.account->subscribe(options.name, false)));
        tell(ctx, "delete", "deleted", owner, options.name);
        return ok();
    });
}

int run_subscribe(const Options& options, Context& ctx)
{
    return each_owner(ctx, options.choice, [&](Owner& owner) -> Result<> {
        TRY_VOID(store::check_mailbox_name(store::canonical_mailbox_name(options.name)));
        if (!ctx.dry_run)
            TRY_VOID(ctx.wait(owner.account->subscribe(options.name, !options.off)));
        if (options.off)
            tell(ctx, "unsubscribe", "unsubscribed", owner, options.name);
        else
            tell(ctx, "subscribe", "subscribed", owner, options.name);
        return ok();
    });
}

/// A verb with the words of all: owners, MAILBOX and what changes take.
CLI::App* add_verb(CLI::App& mailbox, Context& ctx, const std::shared_ptr<Options>& options,
                   const std::string& word, const std::string& help,
                   int (*run)(const Options&, Context&))
{
    auto* verb = mailbox.add_subcommand(word, help);
    add_owners(*verb, options->choice);
    verb->add_option("MAILBOX", options->name, "Its name, / between levels")->required();
    add_change_options(*verb, ctx);
    verb->callback(
        [options, run, &ctx] { ctx.action = [options, run, &ctx] { return run(*options, ctx); }; });
    return verb;
}

} // namespace

void add_mailbox_create(CLI::App& mailbox, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = add_verb(mailbox, ctx, options, "create",
                          "Create a mailbox, subscribed; those above it too", run_create);
    verb->add_option("--role", options->role,
                     "What it is for: archive, drafts, junk, sent, trash, all, flagged (RFC 6154)")
        ->type_name("ROLE");
    verb->add_flag("--unsubscribed", options->off, "Do not subscribe it");
}

void add_mailbox_rename(CLI::App& mailbox, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = add_verb(mailbox, ctx, options, "rename",
                          "Rename a mailbox with those below it; of INBOX the messages move",
                          run_rename);
    verb->add_option("NEW", options->to, "Its new name")->required();
}

void add_mailbox_delete(CLI::App& mailbox, Context& ctx)
{
    auto options = std::make_shared<Options>();
    add_verb(mailbox, ctx, options, "delete",
             "Delete a mailbox with its messages; undelete brings it back for deleted.keep",
             run_delete);
}

void add_mailbox_subscribe(CLI::App& mailbox, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = add_verb(mailbox, ctx, options, "subscribe",
                          "Subscribe a mailbox, so that clients show it", run_subscribe);
    verb->add_flag("--off", options->off, "End the subscription");
}

} // namespace mailctl::cmd
