// Reads and writes the rows of the ban list.
#include "store/ban_list.h"

#include <utility>

#include "store/directory/directory_records.h"
#include "store/keys.h"

namespace mailctl::store {
namespace {

/// DO NOT CHANGE: on disk since 0.1
constexpr std::string_view kBanPrefix = "ban ";
constexpr std::size_t kMaxNetworkOctets = 64; ///< the longest IPv6 network takes 43

std::string ban_key(std::string_view network)
{
    return std::string(kBanPrefix).append(network);
}

} // namespace

Awaitable<Result<std::vector<Ban>>> read_bans(Engine& engine)
{
    std::vector<Ban> bans;
    std::string after;
    for (bool more = true; more;) {
        Query query;
        query.ranges.push_back({std::string(kBanPrefix), after, 500});
        auto answer = co_await engine.read(keys::server(), std::move(query));
        if (!answer)
            co_return answer.error();
        Page& page = answer->pages[0];
        for (const Row& row : page.rows) {
            CO_TRY(Ban ban, decode_ban(row.value));
            bans.push_back(std::move(ban));
        }
        more = page.more && !page.rows.empty();
        if (more)
            after = std::move(page.rows.back().key);
    }
    co_return bans;
}

Awaitable<Result<>> write_ban(Engine& engine, Ban ban)
{
    if (ban.network.empty() || ban.network.size() > kMaxNetworkOctets)
        co_return Error(Errc::Invalid, "a ban needs a network");
    Batch batch;
    batch.put.push_back({ban_key(ban.network), encode(ban)});
    co_return co_await engine.commit(keys::server(), std::move(batch));
}

Awaitable<Result<>> erase_ban(Engine& engine, std::string network)
{
    const std::string key = ban_key(network);
    Query query;
    query.keys.push_back(key);
    auto answer = co_await engine.read(keys::server(), std::move(query));
    if (!answer)
        co_return answer.error();
    if (!answer->values[0])
        co_return Error(Errc::NotFound, "no ban of " + network);
    Batch batch;
    batch.erase.push_back(key);
    co_return co_await engine.commit(keys::server(), std::move(batch));
}

} // namespace mailctl::store
