// Making and checking the load of crash tests.
#include "tests/store/workload.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <thread>
#include <vector>

#include "core/base/random.h"
#include "store/keys.h"
#include "tests/store/run.h"

namespace mailctl::tests {
namespace {

namespace asio = boost::asio;
namespace keys = store::keys;

constexpr std::uint64_t kWindow = 20;

std::uint64_t seed_of(AccountId account, std::uint64_t n)
{
    return value_of(account) * 1'000'003 + n;
}

BlobId blob_of(std::uint64_t n)
{
    BlobId id;
    for (int i = 0; i < 8; ++i)
        id.octets[15 - i] = static_cast<std::uint8_t>(n >> 8 * i);
    return id;
}

std::string noise(AccountId account, std::uint64_t n, std::size_t octets)
{
    std::string text(octets, 'x');
    SeededRandom random(seed_of(account, n));
    random.fill({reinterpret_cast<std::uint8_t*>(text.data()), octets});
    return text;
}

bool has_inline(std::uint64_t n) { return n % 2 == 0; }
bool has_blob(std::uint64_t n) { return n % 5 == 0; }
std::string row_of(AccountId account, std::uint64_t n) { return noise(account, n, 20 + n % 400); }
std::string inline_of(AccountId account, std::uint64_t n)
{
    return noise(account, n, 100 + n * 977 % 20'000);
}
std::string body_of(AccountId account, std::uint64_t n)
{
    return noise(account, n, n % 3 == 0 ? 300'000 + n % 300'000 : n * 7919 % 60'000);
}

store::Batch batch_of(AccountId account, std::uint64_t n)
{
    store::Batch batch;
    batch.expect.push_back(
        {"c", n == 1 ? std::nullopt : std::optional(std::to_string(n - 1))});
    batch.put.push_back({"c", std::to_string(n)});
    batch.put.push_back({keys::with_number('m', n), row_of(account, n)});
    if (has_inline(n))
        batch.put.push_back({keys::inline_body(blob_of(n)), inline_of(account, n)});
    if (n > kWindow) {
        batch.erase.push_back(keys::with_number('m', n - kWindow));
        batch.erase.push_back(keys::inline_body(blob_of(n - kWindow)));
    }
    return batch;
}

Awaitable<Result<>> step(store::Engine& engine, AccountId account, std::uint64_t n)
{
    const auto partition = keys::account(account);
    if (has_blob(n)) {
        const auto body = body_of(account, n);
        const auto writer = engine.blob_writer(partition, blob_of(n));
        CO_TRY_VOID(co_await writer->write(body));
        CO_TRY_VOID(co_await writer->finish());
    }
    auto batch = batch_of(account, n);
    CO_TRY_VOID(co_await engine.commit(partition, std::move(batch)));
    if (n > kWindow && has_blob(n - kWindow))
        CO_TRY_VOID(co_await engine.blob_erase(partition, blob_of(n - kWindow)));
    co_return ok();
}

std::uint64_t counter_in(store::Engine& engine, AccountId account)
{
    store::Query query;
    query.keys.push_back("c");
    const auto answer = must(engine.read(keys::account(account), query));
    return answer.values[0] ? std::stoull(*answer.values[0]) : 0;
}

Awaitable<void> load_account(store::Engine& engine, AccountId account, std::uint64_t n,
                             const std::atomic<bool>& stop,
                             const std::function<void(AccountId, std::uint64_t)>& on_acknowledged)
{
    while (!stop) {
        const auto done = co_await step(engine, account, ++n);
        if (!done)
            co_return;
        on_acknowledged(account, n);
    }
}

/// What is wrong in one account.
std::string check_account(store::Engine& engine, AccountId account, std::uint64_t counter)
{
    const auto partition = keys::account(account);
    store::Query query;
    query.ranges.push_back({"m", "", 1000});
    query.ranges.push_back({"y", "", 1000});
    const auto answer = must(engine.read(partition, query));
    std::map<std::string, std::string> expected;
    for (std::uint64_t n = counter > kWindow ? counter - kWindow + 1 : 1; n <= counter; ++n) {
        expected[keys::with_number('m', n)] = row_of(account, n);
        if (has_inline(n))
            expected[keys::inline_body(blob_of(n))] = inline_of(account, n);
        if (!has_blob(n))
            continue;
        const auto body = run(engine.blob_get(partition, blob_of(n), 0, 1 << 30));
        if (!body)
            return "body " + std::to_string(n) + ": " + to_string(body.error());
        if (*body != body_of(account, n))
            return "body " + std::to_string(n) + " has other octets";
    }
    std::map<std::string, std::string> found;
    for (const auto& page : answer.pages)
        for (const auto& row : page.rows)
            found[row.key] = row.value;
    if (found != expected)
        return std::to_string(found.size()) + " rows are not the expected " +
               std::to_string(expected.size());
    // Bodies that no row names may be left over, but whole.
    for (const auto& id : must(engine.blobs(partition, {}, 1000)))
        if (const auto body = run(engine.blob_get(partition, id, 0, 1 << 30)); !body)
            return "left-over body: " + to_string(body.error());
    return {};
}

} // namespace

void run_load(store::Engine& engine, int threads, const std::atomic<bool>& stop,
              const std::function<void(AccountId, std::uint64_t)>& on_acknowledged)
{
    asio::io_context io;
    for (int i = 1; i <= kAccounts; ++i) {
        const AccountId account{static_cast<std::uint64_t>(i)};
        asio::co_spawn(asio::make_strand(io),
                       load_account(engine, account, counter_in(engine, account), stop,
                                    on_acknowledged),
                       asio::detached);
    }
    std::vector<std::thread> pool;
    for (int i = 0; i < threads; ++i)
        pool.emplace_back([&] { io.run(); });
    for (auto& thread : pool)
        thread.join();
}

std::string check_load(store::Engine& engine, const Acknowledged& acknowledged,
                       Acknowledged& counters)
{
    for (int i = 1; i <= kAccounts; ++i) {
        const AccountId account{static_cast<std::uint64_t>(i)};
        const auto last = acknowledged.find(account);
        const std::uint64_t least = last == acknowledged.end() ? 0 : last->second;
        const auto counter = counter_in(engine, account);
        counters[account] = counter;
        const std::string who = to_string(account) + " at " + std::to_string(counter) + ": ";
        if (counter < least)
            return who + "commit " + std::to_string(least) + " was acknowledged";
        if (auto wrong = check_account(engine, account, counter); !wrong.empty())
            return who + wrong;
    }
    return {};
}

} // namespace mailctl::tests
