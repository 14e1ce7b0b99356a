// Who wants to hear of commits, by partition.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/engine.h"

namespace mailctl::store {

/// The watches of one engine. Threads: any. A watch may outlive it.
class Watchers {
public:
    Watchers();

    std::unique_ptr<Watch> add(const Partition& partition, std::function<void()> changed);
    /// Calls everyone who watches the partition, on this thread. Costs next to nothing where
    /// nobody watches anything.
    void notify(const Partition& partition);

private:
    using Callback = std::shared_ptr<const std::function<void()>>;
    struct State {
        std::atomic<std::size_t> count{0};
        std::mutex mutex;
        std::unordered_map<Partition, std::vector<Callback>> by_partition;
    };
    class Registered;
    std::shared_ptr<State> state_;
};

} // namespace mailctl::store
