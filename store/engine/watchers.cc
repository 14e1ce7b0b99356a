// Registering and calling watches.
#include "store/engine/watchers.h"

#include <algorithm>
#include <utility>

namespace mailctl::store {

class Watchers::Registered : public Watch {
public:
    Registered(std::shared_ptr<State> state, Partition partition, Callback callback)
        : state_(std::move(state)), partition_(std::move(partition)), callback_(std::move(callback))
    {
    }
    ~Registered() override
    {
        const std::lock_guard lock(state_->mutex);
        const auto found = state_->by_partition.find(partition_);
        std::erase(found->second, callback_);
        if (found->second.empty())
            state_->by_partition.erase(found);
        --state_->count;
    }

private:
    std::shared_ptr<State> state_;
    Partition partition_;
    Callback callback_;
};

Watchers::Watchers() : state_(std::make_shared<State>()) {}

std::unique_ptr<Watch> Watchers::add(const Partition& partition, std::function<void()> changed)
{
    auto callback = std::make_shared<const std::function<void()>>(std::move(changed));
    {
        const std::lock_guard lock(state_->mutex);
        state_->by_partition[partition].push_back(callback);
        ++state_->count;
    }
    return std::make_unique<Registered>(state_, partition, std::move(callback));
}

void Watchers::notify(const Partition& partition)
{
    if (state_->count == 0)
        return;
    std::vector<Callback> callbacks;
    {
        const std::lock_guard lock(state_->mutex);
        const auto found = state_->by_partition.find(partition);
        if (found == state_->by_partition.end())
            return;
        callbacks = found->second;
    }
    for (const auto& callback : callbacks)
        (*callback)();
}

} // namespace mailctl::store
