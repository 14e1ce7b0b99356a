// mailctl queue history: what became of messages that left the queue.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/queue/queue.h"
#include "cmd/table.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

constexpr std::uint32_t kPage = 1000;

std::vector<std::string> recipients_of(const store::QueueEntry& entry)
{
    std::vector<std::string> all;
    for (const auto& recipient : entry.recipients)
        all.push_back(recipient.address);
    return all;
}

/// "delivered"; "mixed" where they ended in different ways.
std::string_view result_of(const store::QueueEntry& entry)
{
    if (entry.recipients.empty())
        return "unknown";
    const auto first = entry.recipients.front().state;
    const bool same =
        std::all_of(entry.recipients.begin(), entry.recipients.end(),
                    [&](const auto& recipient) { return recipient.state == first; });
    return same ? name_of(first) : "mixed";
}

std::string last_reply_of(const store::QueueEntry& entry)
{
    std::string last;
    for (const auto& recipient : entry.recipients) {
        if (!recipient.last_reply.empty())
            last = recipient.last_reply;
    }
    return last;
}

void add_finished(Table& table, const store::QueueHistory& one)
{
    const auto& entry = one.entry;
    unsigned attempts = 0;
    for (const auto& recipient : entry.recipients)
        attempts = std::max(attempts, recipient.attempts);
    table.row(to_string(entry.id), one.finished, entry.arrived, Octets{entry.body.octets},
              sender_of(entry), recipients_of(entry), result_of(entry),
              std::max<std::uint64_t>(attempts, one.attempts.size()), entry.account,
              last_reply_of(entry));
}

void add_attempts(Table& table, const store::QueueHistory& one)
{
    for (const auto& attempt : one.attempts)
        table.row(to_string(one.entry.id), attempt.start,
                  static_cast<std::int64_t>(attempt.took.count()), attempt.destination,
                  attempt.host, attempt.address, attempt.tls,
                  static_cast<unsigned>(attempt.delivered),
                  static_cast<unsigned>(attempt.deferred), static_cast<unsigned>(attempt.failed),
                  attempt.reply);
}

/// Of ids that are named: each by itself. Else: the latest ones, in pages where all are wanted.
Result<> each_page(Context& ctx, const ChosenEntries& chosen,
                   const std::function<void(std::vector<store::QueueHistory>)>& show)
{
    TRY(store::Store* store, ctx.store());
    store::QueueFilter filter = chosen.filter;
    for (const QueueId id : chosen.ids) {
        filter.id = id;
        TRY(auto found, ctx.wait(store->queue().history(filter)));
        show(std::move(found));
    }
    if (chosen.by_id)
        return ok();
    if (filter.limit != 0) {
        TRY(auto found, ctx.wait(store->queue().history(filter)));
        show(std::move(found));
        return ok();
    }
    filter.limit = kPage;
    for (bool more = true; more && !ctx.cancelled();) {
        TRY(auto found, ctx.wait(store->queue().history(filter)));
        more = found.size() == kPage;
        if (more)
            filter.after = found.front().entry.id;
        std::reverse(found.begin(), found.end()); // latest first, as the pages come
        show(std::move(found));
        more = more && ctx.flush();
    }
    return ok();
}

int run(const QueueChoice& choice, Context& ctx)
{
    const auto chosen = read_queue_choice(ctx, choice);
    if (!chosen)
        return ctx.fail(chosen.error());
    const Columns finished{"mailctl.queue.history/1",
                           {"id", "finished", "arrived", "size", "sender", "recipients", "result",
                            "attempts", "account", "last_reply"}};
    const Columns attempts{"mailctl.queue.attempts/1",
                           {"id", "start", "took_ms", "destination", "host", "address", "tls",
                            "delivered", "deferred", "failed", "reply"}};
    Table table(ctx, ctx.verbose ? attempts : finished);
    const auto done =
        each_page(ctx, *chosen, [&](std::vector<store::QueueHistory> page) {
            for (const auto& one : page) {
                if (ctx.verbose)
                    add_attempts(table, one);
                else
                    add_finished(table, one);
            }
        });
    return done ? EX_OK : ctx.fail(done.error());
}

} // namespace

void add_queue_history(CLI::App& queue, Context& ctx)
{
    auto choice = std::make_shared<QueueChoice>();
    auto* history = queue.add_subcommand(
        "history", "List what left the queue, latest last; -v: every attempt at delivering it");
    add_queue_choice(*history, ctx, *choice, ChoiceUse::History);
    history->callback([choice, &ctx] { ctx.action = [choice, &ctx] { return run(*choice, ctx); }; });
}

} // namespace mailctl::cmd
