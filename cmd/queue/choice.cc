// Which queue entries a command is about.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/queue/queue.h"
#include "store/store.h"

namespace mailctl::cmd {

void add_queue_choice(CLI::App& verb, QueueChoice& choice)
{
    verb.add_option("ID", choice.ids, "Their ids");
    verb.add_option("--from", choice.filter.from, "Only of this sender (* allowed); <>: bounces")
        ->type_name("ADDRESS");
    verb.add_option("--to", choice.filter.to, "Only for this recipient (* allowed)")
        ->type_name("ADDRESS");
    verb.add_option("--domain", choice.filter.domain, "Only for this recipient domain (* allowed)")
        ->type_name("DOMAIN");
    verb.add_option("--account", choice.filter.account, "Only submitted by this login (* allowed)")
        ->type_name("ADDRESS");
    verb.add_option("--limit", choice.filter.limit, "At most so many (default 1000)")
        ->type_name("N")
        ->check(CLI::Range(1u, 1'000'000u));
}

Result<std::vector<store::QueueEntry>> chosen_entries(Context& ctx, const QueueChoice& choice)
{
    TRY(store::Store* store, ctx.store());
    if (choice.ids.empty())
        return ctx.wait(store->queue().list(choice.filter));
    std::vector<store::QueueEntry> entries;
    for (const auto& text : choice.ids) {
        TRY(const QueueId id, parse_queue_id(text));
        TRY(auto entry, ctx.wait(store->queue().find(id)));
        entries.push_back(std::move(entry));
    }
    return entries;
}

} // namespace mailctl::cmd
