// Looks up TLSA records.
#include "core/dane/dane.h"

#include <algorithm>

namespace mailctl::dane {
namespace {

constexpr std::size_t kSha256Octets = 32;
constexpr std::size_t kSha512Octets = 64;

} // namespace

bool is_usable(const dns::Tlsa& record)
{
    if ((record.usage != 2 && record.usage != 3) || record.selector > 1)
        return false;
    switch (record.matching) {
        case 0:
            return !record.data.empty();
        case 1:
            return record.data.size() == kSha256Octets;
        case 2:
            return record.data.size() == kSha512Octets;
        default:
            return false;
    }
}

Awaitable<Result<Records>> look_up(dns::Resolver& resolver, std::string host, std::uint16_t port)
{
    Records records;
    std::string name = "_" + std::to_string(port) + "._tcp." + host;
    auto answer = co_await resolver.tlsa(std::move(name));
    if (!answer && answer.error().code() == Errc::Invalid)
        co_return records;
    if (!answer)
        co_return answer.error();
    if (!answer->is_found() || !answer->secure)
        co_return records;
    std::copy_if(answer->records.begin(), answer->records.end(), std::back_inserter(records.usable),
                 is_usable);
    records.use = records.usable.empty() ? Records::Use::Encrypt : Records::Use::Verify;
    co_return records;
}

} // namespace mailctl::dane
