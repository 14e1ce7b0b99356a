// mailctl queue: mail for other servers that waits here.
#pragma once

#include <string>
#include <vector>

#include "cmd/context.h"
#include "store/queue.h"

namespace mailctl::cmd {

void add_queue_list(CLI::App& queue, Context& ctx);
void add_queue_show(CLI::App& queue, Context& ctx);
void add_queue_cat(CLI::App& queue, Context& ctx);
void add_queue_drop(CLI::App& queue, Context& ctx);

/// The words that choose entries, the same on every verb.
struct QueueChoice {
    std::vector<std::string> ids;
    store::QueueFilter filter;

    bool is_empty() const
    {
        return ids.empty() && filter.from.empty() && filter.to.empty() && filter.domain.empty() &&
               filter.account.empty();
    }
};
void add_queue_choice(CLI::App& verb, QueueChoice& choice);

/// The entries that are named, or those of the filter, oldest first.
/// Errors: Invalid (an id), NotFound.
Result<std::vector<store::QueueEntry>> chosen_entries(Context& ctx, const QueueChoice& choice);

} // namespace mailctl::cmd
