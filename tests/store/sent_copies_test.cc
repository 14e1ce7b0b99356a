// One copy of a sent message, whoever stores it first. IMA-06
#include "store/sent_copies.h"

#include <boost/test/unit_test.hpp>

#include "core/base/random.h"
#include "store/engine/memory_engine.h"
#include "store/store.h"
#include "tests/store/run.h"

using namespace mailctl;
using namespace mailctl::store;
using tests::must;

namespace {

constexpr AccountId kAnn{7}, kBob{8};
const std::string kId = "<one@example.org>";
const SentCopy kCopy{MailboxId{3}, Uid{5}};

struct Fixture {
    ManualClock clock{Time(seconds(1'700'000'000))};
    SeededRandom random{1};
    std::unique_ptr<Store> store = make_store(std::make_unique<MemoryEngine>(), clock, random);

    bool begin(AccountId account = kAnn) { return must(begin_sent_copy(*store, account, kId)); }
    bool end() { return must(end_sent_copy(*store, kAnn, kId, kCopy)); }
    std::optional<SentCopy> take() { return must(take_sent_place(*store, kAnn, kId)); }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(the_clients_copy_takes_the_servers_place, Fixture)
{
    BOOST_TEST(begin());
    BOOST_TEST(end());
    const auto taken = take();
    BOOST_REQUIRE(taken.has_value());
    BOOST_TEST(value_of(taken->uid) == 5u);
    BOOST_TEST(value_of(taken->mailbox) == 3u);
    BOOST_TEST(!take().has_value()); // once
}

BOOST_FIXTURE_TEST_CASE(after_the_client_the_server_stores_nothing, Fixture)
{
    BOOST_TEST(!take().has_value());
    BOOST_TEST(!begin());
    BOOST_TEST(begin(kBob)); // another user's message
}

BOOST_FIXTURE_TEST_CASE(a_client_that_comes_between_keeps_its_copy, Fixture)
{
    BOOST_TEST(begin());
    BOOST_TEST(!take().has_value()); // nothing is there yet
    BOOST_TEST(!end());              // the server's goes
}

BOOST_FIXTURE_TEST_CASE(a_message_sent_twice_is_kept_once, Fixture)
{
    BOOST_TEST(begin());
    BOOST_TEST(!begin());
    BOOST_TEST(end());
    BOOST_TEST(!begin());
}

BOOST_FIXTURE_TEST_CASE(the_window_ends, Fixture)
{
    BOOST_TEST(begin());
    BOOST_TEST(end());
    clock.advance(kSentWindow - milliseconds(1));
    BOOST_TEST(!begin());
    clock.advance(milliseconds(1));
    BOOST_TEST(begin());
}

BOOST_FIXTURE_TEST_CASE(a_copy_that_was_never_ended_blocks_nobody_for_long, Fixture)
{
    BOOST_TEST(begin());
    clock.advance(kSentPending - milliseconds(1));
    BOOST_TEST(!begin());
    clock.advance(milliseconds(1));
    BOOST_TEST(begin());
}

BOOST_FIXTURE_TEST_CASE(old_rows_go, Fixture)
{
    for (int i = 0; i < 50; ++i)
        BOOST_TEST(must(begin_sent_copy(*store, kAnn, "<" + std::to_string(i) + "@x>")));
    clock.advance(kSentWindow);
    BOOST_TEST(begin());
    Query query;
    query.ranges.push_back({"n", "", 1000});
    const auto answer = must(store->engine().read(Partition("A") + std::string(7, '\0') + '\x07', query));
    BOOST_TEST(answer.pages[0].rows.size() == 1u);
}
