// mailctl queue show and cat: one queued message, its recipients and its text.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/queue/queue.h"
#include "cmd/table.h"
#include "store/engine.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

std::string_view name_of(store::QueueRecipient::State state)
{
    switch (state) {
    case store::QueueRecipient::State::Waiting: return "waiting";
    case store::QueueRecipient::State::Delivered: return "delivered";
    case store::QueueRecipient::State::Failed: return "failed";
    case store::QueueRecipient::State::Held: return "held";
    case store::QueueRecipient::State::Relayed: return "relayed";
    case store::QueueRecipient::State::Expired: return "expired";
    case store::QueueRecipient::State::Dropped: return "dropped";
    }
    return "unknown";
}

Result<store::QueueEntry> named_entry(const std::string& id, Context& ctx)
{
    QueueChoice choice;
    choice.ids.push_back(id);
    TRY(auto entries, chosen_entries(ctx, choice));
    return std::move(entries.front());
}

int run_show(const std::string& id, Context& ctx)
{
    const auto entry = named_entry(id, ctx);
    if (!entry)
        return ctx.fail(entry.error());
    std::vector<std::string> recipients;
    for (const auto& recipient : entry->recipients) {
        std::string line = recipient.address + " " + std::string(name_of(recipient.state));
        if (!recipient.last_reply.empty())
            line += " (" + recipient.last_reply + ")";
        recipients.push_back(std::move(line));
    }
    Sheet sheet(ctx, "mailctl.queue.show/1");
    sheet.field("id", to_string(entry->id))
        .field("sender", entry->sender.empty() ? "<>" : entry->sender)
        .field("recipients", recipients)
        .field("account", entry->account)
        .field("peer", entry->peer)
        .field("envelope_id", entry->envelope_id)
        .field("size", Octets{entry->body.octets})
        .field("arrived", entry->arrived)
        .field("next_attempt", entry->next_attempt)
        .field("held", entry->held)
        .field("priority", static_cast<unsigned>(entry->priority))
        .field("smtp_utf8", entry->smtp_utf8)
        .field("return_full", entry->return_full);
    return EX_OK;
}

int run_cat(const std::string& id, Context& ctx)
{
    const auto entry = named_entry(id, ctx);
    if (!entry)
        return ctx.fail(entry.error());
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    for (std::uint64_t offset = 0; offset < entry->body.octets;) {
        const auto part =
            ctx.wait((*store)->queue().read_body(*entry, offset, store::kBlobChunkOctets));
        if (!part)
            return ctx.fail(part.error());
        if (part->empty())
            return ctx.fail(Error(Errc::Corrupt, id + ": the body is shorter than its entry says"));
        ctx.write(*part);
        offset += part->size();
    }
    return EX_OK;
}

void set_action(CLI::App& verb, Context& ctx, int (*run)(const std::string&, Context&))
{
    auto id = std::make_shared<std::string>();
    verb.add_option("ID", *id, "Its id, q_...")->required();
    verb.callback([=, &ctx] { ctx.action = [=, &ctx] { return run(*id, ctx); }; });
}

} // namespace

void add_queue_show(CLI::App& queue, Context& ctx)
{
    set_action(*queue.add_subcommand("show", "Show everything about a queued message"), ctx,
               run_show);
}

void add_queue_cat(CLI::App& queue, Context& ctx)
{
    set_action(*queue.add_subcommand("cat", "Write a queued message as it will be sent"), ctx,
               run_cat);
}

} // namespace mailctl::cmd
