// One row a domain that something was told of, in the server's partition.
#include "store/domain_told.h"

#include <utility>

#include "core/base/ascii.h"
#include "store/engine.h"
#include "store/keys.h"

namespace mailctl::store {
namespace {

/// DO NOT CHANGE: on disk since 0.1
constexpr std::string_view kToldPrefix = "told quota ";

std::string key_of(const std::string& domain)
{
    return std::string(kToldPrefix) + domain;
}

} // namespace

Awaitable<Result<unsigned>> domain_level_told(Engine& engine, std::string domain)
{
    Query query;
    query.keys.push_back(key_of(domain));
    const auto answer = co_await engine.read(keys::server(), std::move(query));
    if (!answer)
        co_return answer.error();
    if (!answer->values[0])
        co_return 0U;
    const auto level = ascii::parse_number<unsigned>(*answer->values[0]);
    if (!level)
        co_return Error(Errc::Corrupt, "what was told of the quota of " + domain);
    co_return *level;
}

Awaitable<Result<>> set_domain_level_told(Engine& engine, std::string domain, unsigned level)
{
    Batch batch;
    if (level == 0)
        batch.erase.push_back(key_of(domain));
    else
        batch.put.push_back({key_of(domain), std::to_string(level)});
    co_return co_await engine.commit(keys::server(), std::move(batch));
}

} // namespace mailctl::store
