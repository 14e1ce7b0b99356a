// Merges the shards' rows.
#include "store/queue/row_walk.h"

#include <algorithm>
#include <utility>

#include "store/keys.h"

namespace mailctl::store {
namespace {

constexpr std::uint32_t kLeastPageRows = 16;
constexpr std::uint32_t kMostPageRows = 512;

} // namespace

RowWalk::RowWalk(Engine& engine, std::string prefix, std::string after, std::uint32_t expected)
    : engine_(engine),
      prefix_(std::move(prefix)),
      page_rows_(expected == 0 ? kMostPageRows
                               : std::clamp(expected / keys::kQueueShards + kLeastPageRows / 2,
                                            kLeastPageRows, kMostPageRows))
{
    for (auto& shard : shards_)
        shard.after = after;
}

/// Sees to it that every shard that has not ended has a row at hand.
Awaitable<Result<>> RowWalk::fill()
{
    for (std::uint16_t number = 0; number < keys::kQueueShards; ++number) {
        Shard& shard = shards_[number];
        if (shard.ended || shard.at < shard.rows.size())
            continue;
        Query query;
        query.ranges.push_back({prefix_, shard.after, page_rows_});
        auto answer = co_await engine_.read(keys::queue(number), std::move(query));
        if (!answer)
            co_return answer.error();
        Page& page = answer->pages[0];
        shard.rows = std::move(page.rows);
        shard.at = 0;
        shard.ended = !page.more;
        if (!shard.rows.empty())
            shard.after = shard.rows.back().key;
    }
    co_return ok();
}

RowWalk::Shard* RowWalk::least()
{
    Shard* least = nullptr;
    for (auto& shard : shards_) {
        if (shard.at < shard.rows.size() &&
            (!least || shard.rows[shard.at].key < least->rows[least->at].key))
            least = &shard;
    }
    return least;
}

Awaitable<Result<std::vector<Row>>> RowWalk::next(std::size_t count)
{
    std::vector<Row> rows;
    while (rows.size() < count) {
        auto filled = co_await fill();
        if (!filled)
            co_return filled.error();
        Shard* from = least();
        if (!from)
            break;
        // Until one of them runs dry, nothing needs to be read.
        while (from && rows.size() < count) {
            rows.push_back(std::move(from->rows[from->at++]));
            from = from->at == from->rows.size() && !from->ended ? nullptr : least();
        }
    }
    // Short pages are for those who want little.
    page_rows_ = std::min(page_rows_ * 2, kMostPageRows);
    co_return rows;
}

} // namespace mailctl::store
