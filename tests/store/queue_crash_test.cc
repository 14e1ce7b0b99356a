// Power cuts while the queue works: what was promised waits or is in the history, whole, and its
// index rows agree.
//
// MAILCTL_CRASH_ROUNDS asks for more rounds than the few of every run.
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "core/base/log.h"
#include "store/engine/rocks_engine.h"
#include "store/queue/engine_queue.h"
#include "tests/store/folder.h"
#include "tests/store/lossy_disk.h"
#include "tests/store/queue_fixture.h"

using namespace mailctl;
using namespace mailctl::store;
using mailctl::tests::must;
using mailctl::tests::run;

namespace {

constexpr int kThreads = 3;

int rounds(int in_every_run)
{
    const char* wanted = std::getenv("MAILCTL_CRASH_ROUNDS");
    return wanted ? std::atoi(wanted) : in_every_run;
}

/// What was acknowledged of one message.
struct Promised {
    bool added = false, ended = false;
    std::size_t body_octets = 0;
};

class Load {
public:
    Load(Engine& engine, unsigned seed, std::function<void()> on_promise)
        : queue_(engine, bodies_, system_clock(), system_random()),
          seed_(seed),
          on_promise_(std::move(on_promise))
    {}

    void run_all()
    {
        std::vector<std::thread> threads;
        for (int i = 0; i < kThreads; ++i)
            threads.emplace_back([this, i] { work(seed_ * 100 + static_cast<unsigned>(i)); });
        for (auto& thread : threads)
            thread.join();
    }
    std::map<QueueId, Promised> promised;

private:
    /// Adds, defers, puts off and ends messages until something fails.
    void work(unsigned seed)
    {
        SeededRandom random(seed);
        for (;;) {
            QueueEntry entry;
            entry.sender = "s" + std::to_string(seed) + "@example.org";
            entry.arrived = entry.next_attempt = system_clock().now();
            const std::size_t recipients = random.next_u64() % 10 == 0 ? 200 : 2;
            for (std::size_t i = 0; i < recipients; ++i) {
                QueueRecipient one;
                one.address = "u@d" + std::to_string(i) + ".example";
                entry.recipients.push_back(one);
            }
            entry.inline_body = std::string(random.next_u64() % 9000, 'b');
            entry.body.octets = entry.inline_body.size();
            const auto octets = entry.inline_body.size();
            const auto id = run(queue_.add(std::move(entry)));
            if (!id)
                return;
            note(*id, {true, false, octets});
            if (random.next_u64() % 3 == 0)
                continue;
            auto before = run(queue_.find(*id));
            if (!before)
                return;
            QueueEntry after = *before;
            after.recipients[0].attempts = 1;
            after.recipients[0].next_attempt += std::chrono::minutes(15);
            QueueAttempt attempt;
            attempt.start = after.arrived;
            if (!run(queue_.replace(*before, after, {attempt})))
                return;
            if (!run(queue_.postpone({*id}, "d1.example", after.arrived, "later")))
                return;
            if (random.next_u64() % 2 == 0)
                continue;
            const auto end = [](QueueEntry& one) -> Result<> {
                for (auto& recipient : one.recipients)
                    recipient.state = QueueRecipient::State::Delivered;
                return ok();
            };
            if (!run(queue_.update(*id, end)))
                return;
            note(*id, {true, true, octets});
        }
    }
    void note(QueueId id, Promised what)
    {
        const std::lock_guard lock(mutex_);
        promised[id] = what;
        on_promise_();
    }

    tests::SharedBodies bodies_;
    EngineQueue queue_;
    unsigned seed_;
    std::function<void()> on_promise_;
    std::mutex mutex_;
};

void check(Engine& engine, const std::map<QueueId, Promised>& promised)
{
    tests::SharedBodies bodies;
    EngineQueue queue(engine, bodies, system_clock(), system_random());
    const auto findings = must(queue.check(false));
    BOOST_TEST(findings.empty(), (findings.empty() ? "" : findings[0]));
    for (const auto& [id, what] : promised) {
        QueueFilter filter;
        filter.id = id;
        const auto found = must(queue.find_all({id}));
        const auto history = must(queue.history(filter));
        BOOST_TEST(found.size() + history.size() == 1u);
        if (what.ended)
            BOOST_TEST(history.size() == 1u);
        if (!found.empty())
            BOOST_TEST(found[0].inline_body.size() == what.body_octets);
    }
    QueueFilter all;
    all.limit = 0;
    BOOST_TEST(must(queue.count()) == must(queue.list(all)).size());
}

} // namespace

BOOST_AUTO_TEST_SUITE(queue_crash)

BOOST_AUTO_TEST_CASE(a_power_cut_takes_nothing_that_was_promised)
{
    log::set_level("store", log::Level::Off);
    const tests::Folder folder;
    SeededRandom random(5);
    tests::Power power;
    const auto env = tests::lossy_env(power);
    const auto disk = tests::lossy_disk(power);
    RocksOptions options;
    options.directory = folder.path() / "store";
    options.segment_octets = 2 << 20;
    options.write_buffer_octets = 1 << 20;
    options.env = env.get();
    options.disk = disk.get();
    std::map<QueueId, Promised> promised;
    for (int round = 0; round < rounds(4); ++round) {
        BOOST_TEST_CONTEXT("round " << round)
        {
            std::atomic<int> left = static_cast<int>(20 + random.next_u64() % 150);
            {
                auto engine = RocksEngine::open(options);
                BOOST_REQUIRE_MESSAGE(engine.has_value(), to_string(engine.error()));
                Load load(**engine, static_cast<unsigned>(round + 1), [&] {
                    if (--left == 0)
                        power.cut();
                });
                load.run_all();
                promised.merge(load.promised);
            }
            power.lose_unsynced(random);
            const auto engine = RocksEngine::open(options);
            BOOST_REQUIRE_MESSAGE(engine.has_value(), to_string(engine.error()));
            check(**engine, promised);
        }
    }
    log::set_level("store", log::Level::Info);
}

BOOST_AUTO_TEST_SUITE_END()
