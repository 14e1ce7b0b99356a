// Sums the usage of a domain's users, a page of the directory at a time.
#include "store/domain_usage.h"

#include <utility>

#include "store/account/account_keys.h"
#include "store/account/records.h"
#include "store/directory.h"
#include "store/keys.h"

namespace mailctl::store {
namespace {

/// Read from the account's cell: opening thousands of accounts would push out those in use.
Awaitable<Result<Usage>> usage_of_account(Engine& engine, AccountId id)
{
    Query query;
    query.keys.push_back(keys::cell());
    auto answer = co_await engine.read(keys::account(id), std::move(query));
    if (!answer)
        co_return answer.error();
    if (!answer->values[0])
        co_return Usage(); // being made or erased just now
    CO_TRY(const Cell cell, decode_cell(*answer->values[0]));
    co_return cell.usage;
}

} // namespace

Awaitable<Result<Usage>> usage_of_domain(Store& store, std::string domain)
{
    Usage sum;
    ListQuery query{std::move(domain), {}, 500};
    for (;;) {
        auto page = co_await store.directory().list(query);
        if (!page)
            co_return page.error();
        if (page->empty())
            co_return sum;
        for (const Entry& entry : *page) {
            const auto* user = std::get_if<User>(&entry);
            if (!user)
                continue;
            auto usage = co_await usage_of_account(store.engine(), user->account);
            if (!usage)
                co_return usage.error();
            sum.octets += usage->octets;
            sum.messages += usage->messages;
        }
        query.after = std::visit(
            [](const auto& last) { return address::to_string(last.address); }, page->back());
    }
}

} // namespace mailctl::store
