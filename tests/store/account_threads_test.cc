// Many threads on one account: nothing is shared that must not be, nothing is lost.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <atomic>
#include <set>
#include <thread>

#include "tests/store/account_fixture.h"

using namespace mailctl;
using namespace mailctl::store;
using namespace mailctl::tests;

namespace asio = boost::asio;

namespace {

constexpr int kThreads = 8;
constexpr int kAppends = 20;

/// Threads that write down what they were told.
struct Told {
    std::mutex mutex;
    std::multiset<std::uint32_t> uids;
    std::atomic<int> failed{0};
    std::atomic<int> flagged{0}; ///< commands that ended
};

Awaitable<> append_some(std::shared_ptr<MailAccount> account, MailboxId box,
                        std::shared_ptr<Told> told)
{
    for (int i = 0; i < kAppends; ++i) {
        auto message = message_of(letter("x"));
        const auto appended = co_await account->append(box, std::move(message));
        if (!appended) {
            ++told->failed;
            continue;
        }
        const std::lock_guard lock(told->mutex);
        told->uids.insert(value_of(appended->uid));
    }
}

Awaitable<> flag_some(std::shared_ptr<MailAccount> account, MailboxId box,
                      std::shared_ptr<Told> told)
{
    for (std::uint32_t uid = 1; uid <= 100; ++uid) {
        FlagsUpdate update;
        update.uids = {Uid{uid}};
        update.flags.set(uid % 2 ? SystemFlag::Seen : SystemFlag::Deleted);
        const auto updated = co_await account->update_flags(box, std::move(update));
        told->failed += updated ? 0 : 1;
        const UidRange all;
        const auto rows = co_await account->messages(box, all, 50);
        told->failed += rows ? 0 : 1;
        const auto boxes = co_await account->mailboxes();
        told->failed += boxes ? 0 : 1;
    }
}

Awaitable<> flag_all(std::shared_ptr<MailAccount> account, MailboxId box, SystemFlag flag,
                     std::shared_ptr<Told> told)
{
    const UidRange all;
    const auto rows = co_await account->messages(box, all, 100'000);
    FlagsUpdate update;
    for (const auto& row : *rows)
        update.uids.push_back(row.uid);
    update.flags.set(flag);
    const auto updated = co_await account->update_flags(box, std::move(update));
    told->failed += updated ? 0 : 1;
    ++told->flagged;
}

Awaitable<> read_whole(std::shared_ptr<MailAccount> account, MailboxId box,
                       std::shared_ptr<Told> told)
{
    for (int i = 0; i < kAppends; ++i) {
        const UidRange all;
        const auto rows = co_await account->messages(box, all, 100000);
        told->failed += rows ? 0 : 1;
    }
}

void run_threads(asio::io_context& io)
{
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back([&] { io.run(); });
    for (auto& thread : threads)
        thread.join();
}

} // namespace

BOOST_AUTO_TEST_SUITE(account_threads)

BOOST_AUTO_TEST_CASE(eight_threads_append_to_one_mailbox)
{
    AccountFixture f;
    const auto told = std::make_shared<Told>();
    asio::io_context io;
    for (int i = 0; i < kThreads; ++i)
        asio::co_spawn(asio::make_strand(io), append_some(f.account, f.inbox(), told),
                       asio::detached);
    run_threads(io);
    BOOST_TEST(told->failed == 0);
    std::multiset<std::uint32_t> expected;
    for (std::uint32_t uid = 1; uid <= kThreads * kAppends; ++uid)
        expected.insert(uid);
    BOOST_TEST((told->uids == expected));
    f.open();
    BOOST_TEST(f.rows(f.inbox()).size() == expected.size());
    f.check();
}

BOOST_AUTO_TEST_CASE(appends_that_wait_share_a_commit)
{
    AccountFixture f;
    const auto told = std::make_shared<Told>();
    f.engine->hold();
    const auto writes = f.engine->writes();
    asio::io_context io;
    for (int i = 0; i < kThreads; ++i)
        asio::co_spawn(io, append_some(f.account, f.inbox(), told), asio::detached);
    const std::size_t all = kThreads * kAppends;
    while (told->uids.size() + static_cast<std::size_t>(told->failed) < all) {
        io.poll();
        f.engine->flush();
    }
    f.engine->release();
    BOOST_TEST(told->failed == 0);
    BOOST_TEST(f.engine->writes() - writes <= kAppends + 2);
    f.check();
}

// Whole pages are read with what goes before in the same commit laid over them.
BOOST_AUTO_TEST_CASE(flags_of_many_messages_share_a_commit)
{
    AccountFixture f;
    constexpr std::uint32_t kMessages = 1300;
    for (std::uint32_t i = 0; i < kMessages; ++i)
        f.append(f.inbox(), letter("x"));
    const auto told = std::make_shared<Told>();
    f.engine->hold();
    const auto writes = f.engine->writes();
    asio::io_context io;
    for (const auto flag : {SystemFlag::Seen, SystemFlag::Answered, SystemFlag::Flagged})
        asio::co_spawn(io, flag_all(f.account, f.inbox(), flag, told), asio::detached);
    while (told->flagged < 3) {
        io.poll();
        f.engine->flush();
    }
    f.engine->release();
    BOOST_TEST(told->failed == 0);
    BOOST_TEST(f.engine->writes() - writes == 2u); // the first alone, then those that waited for it
    f.open();
    const auto rows = f.rows(f.inbox());
    BOOST_REQUIRE(rows.size() == kMessages);
    for (const auto& row : rows)
        BOOST_REQUIRE((row.flags.has(SystemFlag::Seen) && row.flags.has(SystemFlag::Answered) &&
                       row.flags.has(SystemFlag::Flagged)));
    f.check();
}

BOOST_AUTO_TEST_CASE(readers_and_writers_together)
{
    AccountFixture f;
    const auto told = std::make_shared<Told>();
    asio::io_context io;
    for (int i = 0; i < 4; ++i) {
        asio::co_spawn(asio::make_strand(io), append_some(f.account, f.inbox(), told),
                       asio::detached);
        asio::co_spawn(asio::make_strand(io), flag_some(f.account, f.inbox(), told),
                       asio::detached);
    }
    run_threads(io);
    BOOST_TEST(told->failed == 0);
    f.check();
}

// Rows that are kept while a commit ends must be those of the commit too.
BOOST_AUTO_TEST_CASE(a_mailbox_read_whole_while_others_append)
{
    AccountFixture f;
    const auto told = std::make_shared<Told>();
    for (int round = 0; round < 50; ++round) {
        f.open(); // nothing is kept yet
        asio::io_context io;
        asio::co_spawn(asio::make_strand(io), append_some(f.account, f.inbox(), told), asio::detached);
        for (int i = 0; i < 2; ++i)
            asio::co_spawn(asio::make_strand(io), read_whole(f.account, f.inbox(), told), asio::detached);
        run_threads(io);
        BOOST_REQUIRE(f.rows(f.inbox()).size() == told->uids.size());
    }
    BOOST_TEST(told->failed == 0);
}

// Two objects on one partition stand for two processes: the cell decides.
BOOST_AUTO_TEST_CASE(two_committers_do_not_lose_each_others_changes)
{
    AccountFixture f;
    MailAccount::Environment environment{*f.engine, f.clock, system_random()};
    const auto other = must(MailAccount::open(environment, kAnn));
    const auto told = std::make_shared<Told>();
    asio::io_context io;
    for (int i = 0; i < 2; ++i) {
        asio::co_spawn(asio::make_strand(io), append_some(f.account, f.inbox(), told),
                       asio::detached);
        asio::co_spawn(asio::make_strand(io), append_some(other, f.inbox(), told), asio::detached);
    }
    run_threads(io);
    BOOST_TEST(told->uids.size() + static_cast<std::size_t>(told->failed) == 4u * kAppends);
    BOOST_TEST(std::set<std::uint32_t>(told->uids.begin(), told->uids.end()).size() ==
               told->uids.size());
    f.open();
    BOOST_TEST(f.rows(f.inbox()).size() == told->uids.size());
    f.check();
}

BOOST_AUTO_TEST_SUITE_END()
