// mailctl mailbox list: the mailboxes of users, with what they hold.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/mailbox/mailbox.h"
#include "cmd/table.h"
#include "core/imap/server/rows.h"
#include "core/keeping/chosen.h"

namespace mailctl::cmd {
namespace {

constexpr std::string_view kColumns[] = {"user",   "mailbox", "messages",  "unseen",
                                         "octets", "role",    "subscribed"};

/// The same mailbox with the sums of those messages alone.
Result<store::MailboxInfo> counted(Context& ctx, store::Account& account, ChosenMessages chosen)
{
    auto box = std::move(chosen.mailbox);
    box.messages = box.unseen = 0;
    box.octets = 0;
    imap::Rows rows(account, box.id, std::move(chosen.uids));
    for (;;) {
        TRY(const auto page, ctx.wait(rows.next()));
        if (page.empty())
            return box;
        for (const auto& row : page) {
            ++box.messages;
            box.unseen += row.flags.has(store::SystemFlag::Seen) ? 0 : 1;
            box.octets += row.octets;
        }
    }
}

/// Without a query: all of them, as they count themselves.
Result<std::vector<store::MailboxInfo>> boxes_of(Context& ctx, const Owner& owner,
                                                 const MailboxChoice& choice,
                                                 const query::Query& query)
{
    if (choice.query.empty())
        return ctx.wait(owner.account->mailboxes());
    std::vector<store::MailboxInfo> boxes;
    TRY(auto chosen, choose_messages(ctx, owner, query));
    for (auto& one : chosen) {
        TRY(auto box, counted(ctx, *owner.account, std::move(one)));
        boxes.push_back(std::move(box));
    }
    return boxes;
}

int run(const MailboxChoice& choice, Context& ctx)
{
    const auto query = read_query(choice);
    if (!query)
        return ctx.usage(query.error().detail());
    Table table(ctx, {"mailctl.mailbox.list/1", {std::begin(kColumns), std::end(kColumns)}});
    return each_owner(ctx, choice, [&](Owner& owner) -> Result<> {
        TRY(const auto boxes, boxes_of(ctx, owner, choice, *query));
        for (const auto& box : boxes)
            table.row(owner.name, box.name, box.messages, box.unseen, Octets{box.octets},
                      keeping::name_of(box.role), box.subscribed);
        return ok();
    });
}

} // namespace

void add_mailbox_list(CLI::App& mailbox, Context& ctx)
{
    auto choice = std::make_shared<MailboxChoice>();
    auto* list = mailbox.add_subcommand(
        "list", "List mailboxes; with a query those that hold such messages, and how many");
    add_mailbox_choice(*list, *choice);
    list->callback([choice, &ctx] { ctx.action = [choice, &ctx] { return run(*choice, ctx); }; });
}

} // namespace mailctl::cmd
