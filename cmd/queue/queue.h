// mailctl queue: mail for other servers that waits here.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cmd/context.h"
#include "store/queue.h"

namespace mailctl::cmd {

void add_queue_list(CLI::App& queue, Context& ctx);
void add_queue_show(CLI::App& queue, Context& ctx);
void add_queue_cat(CLI::App& queue, Context& ctx);
void add_queue_headers(CLI::App& queue, Context& ctx);
void add_queue_hold(CLI::App& queue, Context& ctx);
void add_queue_release(CLI::App& queue, Context& ctx);
void add_queue_retry(CLI::App& queue, Context& ctx);
void add_queue_reroute(CLI::App& queue, Context& ctx);
void add_queue_fail(CLI::App& queue, Context& ctx);
void add_queue_drop(CLI::App& queue, Context& ctx);
void add_queue_priority(CLI::App& queue, Context& ctx);
void add_queue_shape(CLI::App& queue, Context& ctx);
void add_queue_report(CLI::App& queue, Context& ctx);
void add_queue_top(CLI::App& queue, Context& ctx);
void add_queue_history(CLI::App& queue, Context& ctx);
void add_queue_rules_list(CLI::App& queue, Context& ctx);
void add_queue_rules_add(CLI::App& queue, Context& ctx);
void add_queue_rules_remove(CLI::App& queue, Context& ctx);
void add_queue_pause(CLI::App& queue, Context& ctx);
void add_queue_resume(CLI::App& queue, Context& ctx);
void add_queue_export(CLI::App& queue, Context& ctx);

/// The words that choose entries, the same on every verb.
struct QueueChoice {
    std::vector<std::string> ids, more_ids; ///< words, --id
    std::string ids_from;
    std::string state, age, size, attempts; ///< as they were given
    bool all = false;
    store::QueueFilter filter;

    /// Nothing was said at all.
    bool is_empty() const;
};
enum class ChoiceUse {
    Look,    ///< nothing said: everything
    Change,  ///< nothing said: nothing, unless --all
    History, ///< what is gone: no --state
    Shape,   ///< as Look, without ids
    Rule,    ///< what may come: senders, recipients, accounts and sizes
};
void add_queue_choice(CLI::App& verb, Context& ctx, QueueChoice& choice, ChoiceUse use);

/// What the words mean.
struct ChosenEntries {
    store::QueueFilter filter;
    bool by_id = false;
    std::vector<QueueId> ids;
    bool may_be_gone = false; ///< ids come from a list: what left the queue since is no mistake
};
/// Errors: Invalid (an id, an amount), NotFound (the file of ids).
Result<ChosenEntries> read_queue_choice(Context& ctx, const QueueChoice& choice);

/// Calls `each` with every entry that is chosen, oldest first or as ids were named, until it gives
/// false. Errors: NotFound (an id that was named).
Result<> each_entry(Context& ctx, const ChosenEntries& chosen,
                    const std::function<bool(store::QueueEntry&)>& each);

/// Entries that a running server sends at this moment, in order.
std::vector<QueueId> delivering_now(Context& ctx);

/// "waiting", "retry", "held" or "failing".
std::string_view state_of(const store::QueueEntry& entry);
std::string_view name_of(store::QueueRecipient::State state);
std::string sender_of(const store::QueueEntry& entry);
/// "1 message", "3 messages".
std::string messages(std::uint64_t count);

} // namespace mailctl::cmd
