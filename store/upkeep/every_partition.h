// Walks the partitions of a kind, one after the other.
#pragma once

#include <deque>
#include <string>
#include <utility>

#include "store/engine.h"

namespace mailctl::store {

/// Borrows: engine.
class EveryPartition {
public:
    EveryPartition(Engine& engine, std::string prefix) : engine_(engine), prefix_(std::move(prefix))
    {}

    /// Empty after the last.
    Awaitable<Result<Partition>> next()
    {
        if (page_.empty() && !at_end_) {
            const auto read = co_await engine_.partitions(prefix_, after_, kPartitionsAPage);
            if (!read)
                co_return read.error();
            page_.assign(read->begin(), read->end());
            at_end_ = read->size() < kPartitionsAPage;
            if (!read->empty())
                after_ = read->back();
        }
        if (page_.empty())
            co_return Partition();
        auto first = std::move(page_.front());
        page_.pop_front();
        co_return first;
    }

private:
    static constexpr std::uint32_t kPartitionsAPage = 1000;

    Engine& engine_;
    std::string prefix_;
    Partition after_;
    std::deque<Partition> page_;
    bool at_end_ = false;
};

} // namespace mailctl::store
