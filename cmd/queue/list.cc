// mailctl queue list: the messages that wait, oldest first.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/queue/queue.h"
#include "cmd/table.h"

namespace mailctl::cmd {
namespace {

int run(const QueueChoice& choice, Context& ctx)
{
    const auto entries = chosen_entries(ctx, choice);
    if (!entries)
        return ctx.fail(entries.error());
    Table table(ctx, {"mailctl.queue.list/1",
                      {"id", "arrived", "size", "sender", "recipients", "account", "attempts",
                       "next_attempt", "held", "last_reply"}});
    for (const auto& entry : *entries) {
        std::vector<std::string> recipients;
        unsigned attempts = 0;
        std::string last_reply;
        for (const auto& recipient : entry.recipients) {
            recipients.push_back(recipient.address);
            attempts = std::max(attempts, recipient.attempts);
            if (!recipient.last_reply.empty())
                last_reply = recipient.last_reply;
        }
        table.row(to_string(entry.id), entry.arrived, Octets{entry.body.octets},
                  entry.sender.empty() ? "<>" : entry.sender, recipients, entry.account, attempts,
                  entry.next_attempt, entry.held, last_reply);
    }
    if (choice.ids.empty() && entries->size() == choice.filter.limit)
        ctx.note("stopped after " + std::to_string(choice.filter.limit) + "; see --limit");
    return EX_OK;
}

} // namespace

void add_queue_list(CLI::App& queue, Context& ctx)
{
    auto choice = std::make_shared<QueueChoice>();
    auto* list = queue.add_subcommand("list", "List messages that wait, oldest first");
    add_queue_choice(*list, *choice);
    list->callback([choice, &ctx] { ctx.action = [choice, &ctx] { return run(*choice, ctx); }; });
}

} // namespace mailctl::cmd
