// queue_bench [--fill] DIR [ENTRIES [DOMAINS]]: what a long queue costs.
//
// Fills the queue with messages of one recipient to many domains, then lists one domain, counts,
// scans what is due, shapes, delivers some, and opens the store again. With --fill it only fills the
// store DIR, with the queue paused, and leaves it.
#include <malloc.h>
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <thread>

#include "store/queue.h"
#include "store/store.h"
#include "tests/store/run.h"

using namespace mailctl;
using mailctl::tests::must;
namespace asio = boost::asio;

namespace {

using Clock = std::chrono::steady_clock;
constexpr int kSessions = 100;

double ms_since(Clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double cpu_seconds()
{
    rusage use{};
    ::getrusage(RUSAGE_SELF, &use);
    return static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

double resident_mib()
{
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        if (word == "VmRSS:") {
            status >> word;
            return std::stod(word) / 1024;
        }
    }
    return 0;
}

struct Load {
    store::Queue* queue = nullptr;
    std::uint64_t entries = 0, domains = 0;
    std::atomic<std::uint64_t> next{0}, failed{0};
};

Load load_of(store::Queue& queue, int count, char** arguments)
{
    return Load{&queue, count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1'000'000,
                count > 3 ? std::strtoull(arguments[3], nullptr, 10) : 10'000};
}

store::QueueEntry entry_of(std::uint64_t n, std::uint64_t domains)
{
    store::QueueEntry entry;
    entry.sender = "sender" + std::to_string(n % 1000) + "@example.org";
    entry.arrived = entry.next_attempt = system_clock().now();
    entry.inline_body = "From: <" + entry.sender + ">\r\nSubject: message " + std::to_string(n) +
                        "\r\n\r\n" + std::string(600, 'x') + "\r\n";
    entry.body.octets = entry.inline_body.size();
    entry.recipients.resize(1);
    entry.recipients[0].address =
        "user" + std::to_string(n) + "@d" + std::to_string(n % domains) + ".example";
    return entry;
}

Awaitable<void> fill(Load& load)
{
    for (std::uint64_t n = load.next++; n < load.entries; n = load.next++) {
        auto entry = entry_of(n, load.domains);
        const auto added = co_await load.queue->add(std::move(entry));
        load.failed += added ? 0 : 1;
    }
}

/// One message after the other, as a server does: added, and gone once it is delivered.
Awaitable<void> relay(Load& load)
{
    for (std::uint64_t n = load.next++; n < load.entries; n = load.next++) {
        auto entry = entry_of(n, load.domains);
        entry.body.blob = new_blob_id(entry.arrived, system_random());
        entry.recipients[0].next_attempt = entry.next_attempt;
        store::QueueEntry before = entry;
        const auto added = co_await load.queue->add(std::move(entry));
        load.failed += added ? 0 : 1;
        if (!added)
            continue;
        before.id = *added;
        store::QueueEntry after = before;
        after.recipients[0].state = store::QueueRecipient::State::Delivered;
        after.recipients[0].last_reply = "250 2.0.0 Ok: queued";
        store::QueueAttempt attempt;
        attempt.start = after.arrived;
        attempt.destination = "d.example";
        attempt.reply = "250 2.0.0 Ok: queued";
        std::vector<store::QueueAttempt> attempts{attempt};
        const auto done =
            co_await load.queue->replace(before, std::move(after), std::move(attempts));
        load.failed += done ? 0 : 1;
    }
}

double run_all(Load& load, Awaitable<void> (*work)(Load&))
{
    const auto start = Clock::now();
    asio::io_context io;
    for (int i = 0; i < kSessions; ++i)
        asio::co_spawn(asio::make_strand(io), work(load), asio::detached);
    std::thread second([&] { io.run(); });
    io.run();
    second.join();
    return ms_since(start) / 1000;
}

void timed(const char* name, const std::function<std::uint64_t()>& work)
{
    const auto start = Clock::now();
    const std::uint64_t count = work();
    std::printf("%-28s %10.2f ms  (%llu)\n", name, ms_since(start),
                static_cast<unsigned long long>(count));
    std::fflush(stdout);
}

std::uint64_t scan_due(store::Queue& queue)
{
    std::uint64_t count = 0;
    for (std::uint16_t shard = 0; shard < queue.shards(); ++shard) {
        std::optional<store::Queue::Due> after;
        for (;;) {
            const auto page = must(queue.due(shard, system_clock().now(), after, 1000));
            count += page.size();
            if (page.size() < 1000)
                break;
            after = page.back();
        }
    }
    return count;
}

std::unique_ptr<store::Store> open(const std::filesystem::path& folder)
{
    store::StoreOptions options;
    options.directory = folder;
    const auto start = Clock::now();
    auto opened = store::open_store(options);
    if (!opened) {
        std::fprintf(stderr, "%s\n", to_string(opened.error()).c_str());
        std::exit(1);
    }
    std::printf("%-28s %10.2f ms\n", "open", ms_since(start));
    return std::move(*opened);
}

void measure(store::Queue& queue, std::uint64_t domains)
{
    timed("list one domain", [&] {
        store::QueueFilter filter;
        filter.domain = "d" + std::to_string(domains / 2) + ".example";
        return must(queue.list(filter)).size();
    });
    timed("list one domain again", [&] {
        store::QueueFilter filter;
        filter.domain = "d" + std::to_string(domains / 3) + ".example";
        return must(queue.list(filter)).size();
    });
    timed("list one sender", [&] {
        store::QueueFilter filter;
        filter.from = "sender7@example.org";
        return must(queue.list(filter)).size();
    });
    timed("first 1000 of all", [&] { return must(queue.list({})).size(); });
    timed("next due", [&] {
        return must(queue.next_due(system_clock().now())).has_value() ? 1u : 0u;
    });
    timed("scan all that is due", [&] { return scan_due(queue); });
    timed("count", [&] { return must(queue.count()); });
    timed("shape by domain", [&] {
        return must(queue.shape({}, {std::chrono::minutes(5), std::chrono::minutes(10)})).size();
    });
    timed("filter all by last reply", [&] {
        store::QueueFilter filter;
        filter.error = "mailbox full";
        return must(queue.list(filter)).size();
    });
    ::malloc_trim(0);
    std::printf("%-28s %10.1f MiB\n", "resident", resident_mib());
}

} // namespace

int main(int count, char** arguments)
{
    const bool fills_only = count > 1 && std::string_view(arguments[1]) == "--fill";
    if (fills_only) {
        ++arguments;
        --count;
    }
    if (count < 2) {
        std::fprintf(stderr, "usage: queue_bench [--fill] DIR [ENTRIES [DOMAINS]]\n");
        return 64;
    }
    if (fills_only) {
        auto store = open(arguments[1]);
        must(store->queue().set_paused(true));
        Load load = load_of(store->queue(), count, arguments);
        run_all(load, fill);
        return load.failed == 0 ? 0 : 1;
    }
    const std::filesystem::path folder = std::filesystem::path(arguments[1]) / "queue_bench";
    std::filesystem::remove_all(folder);
    auto store = open(folder);
    Load load = load_of(store->queue(), count, arguments);
    Load relayed;
    relayed.queue = load.queue;
    relayed.entries = std::min<std::uint64_t>(load.entries, 50'000);
    relayed.domains = load.domains;
    double cpu = cpu_seconds();
    double seconds = run_all(relayed, relay);
    std::printf("%-28s %10.0f /s  cpu %.3f ms each, %llu failed\n", "add and deliver",
                static_cast<double>(relayed.entries) / seconds,
                (cpu_seconds() - cpu) / static_cast<double>(relayed.entries) * 1e3,
                static_cast<unsigned long long>(relayed.failed));
    cpu = cpu_seconds();
    seconds = run_all(load, fill);
    std::printf("%-28s %10.0f /s  cpu %.3f ms each, %llu failed\n", "add",
                static_cast<double>(load.entries) / seconds,
                (cpu_seconds() - cpu) / static_cast<double>(load.entries) * 1e3,
                static_cast<unsigned long long>(load.failed));
    measure(store->queue(), load.domains);
    store.reset();
    store = open(folder);
    measure(store->queue(), load.domains);
    store.reset();
    std::filesystem::remove_all(folder);
}
