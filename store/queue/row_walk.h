// Walks the rows under one prefix in all shards of the queue, in the order of their keys.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "store/engine.h"
#include "store/queue/queue_keys.h"

namespace mailctl::store {

/// Borrows: engine. Reads each shard in pages of its own, so that every row is read once.
class RowWalk {
public:
    /// Strictly after `after` where it is not empty. `expected`: how many rows will be asked for,
    /// about; 0: all.
    RowWalk(Engine& engine, std::string prefix, std::string after, std::uint32_t expected);

    /// The next `count` rows; fewer only at the end.
    Awaitable<Result<std::vector<Row>>> next(std::size_t count);

private:
    struct Shard {
        std::vector<Row> rows;
        std::size_t at = 0;
        std::string after;
        bool ended = false;
    };
    Awaitable<Result<>> fill();
    Shard* least();

    Engine& engine_;
    std::string prefix_;
    std::uint32_t page_rows_;
    std::array<Shard, keys::kQueueShards> shards_;
};

} // namespace mailctl::store
