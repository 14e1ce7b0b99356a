// What the verbs that change entries have in common: choose, ask, change, tell.
#pragma once

#include <functional>
#include <string>

#include "cmd/queue/queue.h"

namespace mailctl::cmd {

/// One change of entries.
struct QueueAction {
    std::string verb; ///< "hold", after "would"
    std::string done; ///< "held"
    std::string question; ///< what is asked before more than one is changed: "Hold"
    /// False: it is so already.
    std::function<bool(const store::QueueFilter&, store::QueueEntry&, Time now)> change;
};

/// Changes what is chosen in few commits and wakes whoever works the queue off. Exit status: 1 where
/// nothing was chosen.
int act_on_entries(Context& ctx, const QueueChoice& choice, const QueueAction& action);

// The changes themselves. They are for the recipients that the filter's words mean; where these are
// all that are open, for the entry.
bool hold_entry(const store::QueueFilter& filter, store::QueueEntry& entry,
                const std::string& reason);
bool release_entry(const store::QueueFilter& filter, store::QueueEntry& entry, Time now);
bool retry_entry(const store::QueueFilter& filter, store::QueueEntry& entry, Time now, bool reset);
bool reroute_entry(const store::QueueFilter& filter, store::QueueEntry& entry,
                   const std::string& route, Time now);
/// The sender is told by whoever works the queue off.
bool fail_entry(const store::QueueFilter& filter, store::QueueEntry& entry,
                const std::string& reply, Time now);
bool drop_entry(const store::QueueFilter& filter, store::QueueEntry& entry,
                const std::string& reason);

} // namespace mailctl::cmd
