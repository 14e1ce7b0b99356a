// mailctl mailbox deleted and undelete: what was expunged, and its way back.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/arguments.h"
#include "cmd/mailbox/mailbox.h"
#include "cmd/mailbox/message_view.h"
#include "core/base/ascii.h"
#include "core/keeping/chosen.h"
#include "core/mime/encoded_word.h"
#include "store/deleted.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Options {
    MailboxChoice choice;
    std::string since, into;
};

/// "2h": so long ago; else a date or time. Nothing: everything there is.
Result<Time> read_since(const std::string& text, Time now)
{
    if (text.empty())
        return Time{};
    if (const auto ago = parse_duration(text))
        return now - *ago;
    const auto time = parse_rfc3339(text);
    if (!time)
        return Error(Errc::Invalid, "--since: no time, and no duration such as 2h: " +
                                        ascii::printable(text));
    return *time;
}

/// Query and time, read. Errors: Invalid.
struct Wanted {
    query::Query query;
    Time since{};
    Time now{};
};
Result<Wanted> read_wanted(const Options& options, Context& ctx)
{
    Wanted wanted;
    TRY(store::Store* store, ctx.store());
    wanted.now = store->clock().now();
    TRY(wanted.query, read_query(options.choice));
    TRY(wanted.since, read_since(options.since, wanted.now));
    return wanted;
}

Result<std::vector<store::DeletedMailbox>> deleted_mailboxes(Context& ctx, store::Account& account,
                                                             Time since)
{
    TRY(auto boxes, ctx.wait(account.deleted().mailboxes()));
    std::erase_if(boxes, [since](const auto& box) { return box.deleted < since; });
    return boxes;
}

Result<> list_messages(Context& ctx, const Owner& owner, const Wanted& wanted, Table& table)
{
    TRY(const auto chosen, ctx.wait(keeping::chosen_deleted(*owner.account, wanted.query,
                                                            wanted.since, wanted.now)));
    for (const auto& message : chosen) {
        Cell from, subject;
        const auto email = ctx.wait(owner.account->email(message.row.email));
        if (email) {
            from = shown_addresses(email->card.envelope.from);
            subject = mime::decode_header_text(email->card.envelope.subject);
        } else if (email.error().code() != Errc::NotFound) {
            return email.error();
        }
        table.row(owner.name, "message", message.mailbox, value_of(message.id.uid),
                  message.id.deleted, message.row.internal_date, Octets{message.row.octets}, from,
                  subject);
    }
    return ok();
}

int run_deleted(const Options& options, Context& ctx)
{
    const auto wanted = read_wanted(options, ctx);
    if (!wanted)
        return ctx.usage(wanted.error().detail());
    Table table(ctx, {"mailctl.mailbox.deleted/1",
                      {"user", "what", "mailbox", "uid", "deleted", "received", "size", "from",
                       "subject"}});
    return each_owner(ctx, options.choice, [&](Owner& owner) -> Result<> {
        if (options.choice.query.empty()) {
            TRY(const auto boxes, deleted_mailboxes(ctx, *owner.account, wanted->since));
            for (const auto& box : boxes)
                table.row(owner.name, "mailbox", box.name, Cell(), box.deleted, Cell(), Cell(),
                          Cell(), Cell());
        }
        return list_messages(ctx, owner, *wanted, table);
    });
}

/// Sums of one run.
struct Sums {
    std::uint64_t messages = 0, mailboxes = 0;
};

Result<> restore(Context& ctx, const Owner& owner, const Options& options, const Wanted& wanted,
                 Sums& sums)
{
    auto& deleted = owner.account->deleted();
    if (options.choice.query.empty() && options.into.empty()) {
        TRY(const auto boxes, deleted_mailboxes(ctx, *owner.account, wanted.since));
        for (const auto& box : boxes) {
            if (ctx.dry_run) {
                ctx.note("would bring back mailbox " + box.name + " of " + owner.name);
            } else {
                TRY_VOID(ctx.wait(deleted.restore_mailbox(box)));
            }
            ++sums.mailboxes;
        }
    }
    TRY(const auto chosen, ctx.wait(keeping::chosen_deleted(*owner.account, wanted.query,
                                                            wanted.since, wanted.now)));
    if (chosen.empty())
        return ok();
    if (ctx.dry_run) {
        ctx.note("would bring back " + count_of(chosen.size(), "message") + " of " + owner.name);
        sums.messages += chosen.size();
        return ok();
    }
    std::vector<store::DeletedId> ids;
    for (const auto& message : chosen)
        ids.push_back(message.id);
    TRY(const auto restored, ctx.wait(deleted.restore(std::move(ids), options.into)));
    sums.messages += restored.messages;
    sums.mailboxes += restored.mailboxes.size();
    ctx.detail("brought back " + count_of(restored.messages, "message") + " of " + owner.name);
    return ok();
}

int run_undelete(const Options& options, Context& ctx)
{
    if (options.since.empty() && options.choice.query.empty())
        return ctx.usage("what? Say --since 2h, a query, or both; all is everything that was "
                         "deleted");
    const auto wanted = read_wanted(options, ctx);
    if (!wanted)
        return ctx.usage(wanted.error().detail());
    Sums sums;
    const int status = each_owner(ctx, options.choice, [&](Owner& owner) {
        return restore(ctx, owner, options, *wanted, sums);
    });
    ctx.note((ctx.dry_run ? "would bring back " : "brought back ") +
             count_of(sums.messages, "message") + " and " + std::to_string(sums.mailboxes) +
             (sums.mailboxes == 1 ? " mailbox" : " mailboxes"));
    if (status != EX_OK)
        return sums.messages > 0 ? kExitPartial : status;
    return sums.messages + sums.mailboxes > 0 ? EX_OK : kExitNo;
}

void add_words(CLI::App& verb, Options& options)
{
    add_mailbox_choice(verb, options.choice);
    verb.add_option("--since", options.since,
                    "Only what was deleted since then: 2h (so long ago), a date or a time")
        ->type_name("TIME");
}

} // namespace

void add_mailbox_deleted(CLI::App& mailbox, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = mailbox.add_subcommand(
        "deleted", "List expunged messages and deleted mailboxes that can be brought back");
    add_words(*verb, *options);
    verb->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_deleted(*options, ctx); }; });
}

void add_mailbox_undelete(CLI::App& mailbox, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = mailbox.add_subcommand(
        "undelete", "Bring expunged messages and deleted mailboxes back");
    add_words(*verb, *options);
    verb->add_option("--into", options->into,
                     "Put messages there; else into the mailboxes they were in, made anew where "
                     "they are gone")
        ->type_name("MAILBOX");
    add_change_options(*verb, ctx);
    verb->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_undelete(*options, ctx); }; });
}

} // namespace mailctl::cmd
