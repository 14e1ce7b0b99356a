// mailctl queue show: everything about one message, in the queue or in its history.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/queue/queue.h"
#include "cmd/table.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

struct Found {
    store::QueueEntry entry;
    std::optional<Time> finished;
    std::vector<store::QueueAttempt> attempts;
};

/// Errors: Invalid (no id), NotFound (in neither).
Result<Found> find(Context& ctx, const std::string& text)
{
    TRY(const QueueId id, parse_queue_id(text));
    TRY(store::Store* store, ctx.store());
    auto entry = ctx.wait(store->queue().find(id));
    if (entry) {
        TRY(auto attempts, ctx.wait(store->queue().attempts(id)));
        return Found{std::move(*entry), {}, std::move(attempts)};
    }
    if (entry.error().code() != Errc::NotFound)
        return entry.error();
    store::QueueFilter filter;
    filter.id = id;
    TRY(auto history, ctx.wait(store->queue().history(filter)));
    if (history.empty())
        return entry.error();
    auto& last = history.front();
    return Found{std::move(last.entry), last.finished, std::move(last.attempts)};
}

std::string line_of(const store::QueueRecipient& recipient)
{
    std::string line = recipient.address + " " + std::string(name_of(recipient.state));
    if (recipient.attempts > 0)
        line += ", tried " + std::to_string(recipient.attempts) +
                (recipient.attempts == 1 ? " time" : " times");
    if (recipient.is_pending())
        line += ", next " + to_rfc3339(recipient.next_attempt);
    if (!recipient.route.empty())
        line += ", by " + recipient.route;
    if (!recipient.last_reply.empty())
        line += " (" + (recipient.last_host.empty() ? "" : recipient.last_host + ": ") +
                recipient.last_reply + ")";
    return line;
}

std::string line_of(const store::QueueAttempt& attempt)
{
    std::string line = to_rfc3339(attempt.start) + " " + attempt.destination;
    if (!attempt.host.empty() || !attempt.address.empty())
        line += " " + attempt.host + "[" + attempt.address + "]";
    if (!attempt.tls.empty())
        line += " " + attempt.tls;
    line += ": " + attempt.reply + " (" + to_text(attempt.took) + "; " +
            std::to_string(attempt.delivered) + " delivered, " + std::to_string(attempt.deferred) +
            " deferred, " + std::to_string(attempt.failed) + " failed)";
    return line;
}

int run(const std::string& id, Context& ctx)
{
    const auto found = find(ctx, id);
    if (!found)
        return ctx.fail(found.error());
    const auto& entry = found->entry;
    std::vector<std::string> recipients, attempts;
    for (const auto& recipient : entry.recipients)
        recipients.push_back(line_of(recipient));
    for (const auto& attempt : found->attempts)
        attempts.push_back(line_of(attempt));
    Sheet sheet(ctx, "mailctl.queue.show/1");
    sheet.field("id", to_string(entry.id))
        .field("state", found->finished ? "finished" : state_of(entry))
        .field("sender", sender_of(entry))
        .field("recipients", recipients)
        .field("account", entry.account)
        .field("peer", entry.peer)
        .field("spf", entry.spf)
        .field("envelope_id", entry.envelope_id)
        .field("size", Octets{entry.body.octets})
        .field("arrived", entry.arrived)
        .field("next_attempt", found->finished || entry.held
                                   ? Cell()
                                   : Cell(entry.next_attempt))
        .field("finished", found->finished)
        .field("expires", entry.expires)
        .field("not_before", entry.not_before)
        .field("held", entry.held)
        .field("hold_reason", entry.hold_reason)
        .field("priority", static_cast<unsigned>(entry.priority))
        .field("route", entry.route)
        .field("smtp_utf8", entry.smtp_utf8)
        .field("require_tls", entry.require_tls)
        .field("tls_optional", entry.tls_optional)
        .field("return_full", entry.return_full)
        .field("attempts", attempts);
    return EX_OK;
}

} // namespace

void add_queue_show(CLI::App& queue, Context& ctx)
{
    auto id = std::make_shared<std::string>();
    auto* show =
        queue.add_subcommand("show", "Show everything about a message, also one that is gone");
    show->add_option("ID", *id, "Its id, q_...")->required();
    show->callback([=, &ctx] { ctx.action = [=, &ctx] { return run(*id, ctx); }; });
}

} // namespace mailctl::cmd
