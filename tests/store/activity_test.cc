// What users did comes back in its order, and ends. LOG-13
#include "store/activity.h"

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

struct Fixture {
    ManualClock clock{Time(seconds(1'700'000'000))};
    SeededRandom random{1};
    std::unique_ptr<Store> store = make_store(std::make_unique<MemoryEngine>(), clock, random);

    void record(ActivityKind kind, const std::string& what, AccountId account = kAnn)
    {
        Activity one;
        one.kind = kind;
        one.what = what;
        must(record_activity(*store, account, std::move(one)));
        clock.advance(milliseconds(1));
    }
    std::string read(Time since = {}, AccountId account = kAnn, std::uint32_t limit = 100)
    {
        std::string out, from;
        do {
            auto page = must(read_activities(*store, account, since, from, limit));
            for (const auto& one : page.activities)
                out += (out.empty() ? "" : " ") + one.what;
            from = page.next;
        } while (!from.empty());
        return out;
    }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(everything_comes_back, Fixture)
{
    Activity sent;
    sent.kind = ActivityKind::Send;
    sent.service = "smtp";
    sent.peer = "192.0.2.1";
    sent.tls = true;
    sent.id = "abc";
    sent.sender = "ann@example.org";
    sent.addresses = {"bob@example.org", "cid@example.net"};
    sent.octets = 1234;
    sent.target = "Archive";
    sent.local = 1;
    sent.remote = 1;
    must(record_activity(*store, kAnn, sent));
    const auto page = must(read_activities(*store, kAnn, Time{}, "", 10));
    BOOST_REQUIRE(page.activities.size() == 1u);
    const auto& one = page.activities.front();
    BOOST_TEST((one.time == clock.now()));
    BOOST_TEST((one.kind == ActivityKind::Send));
    BOOST_TEST(one.peer == "192.0.2.1");
    BOOST_TEST(one.tls);
    BOOST_TEST(one.sender == "ann@example.org");
    BOOST_TEST(one.addresses == sent.addresses, boost::test_tools::per_element());
    BOOST_TEST(one.octets == 1234u);
    BOOST_TEST(one.target == "Archive");
    BOOST_TEST(one.local + one.remote == 2u);
    BOOST_TEST(page.next.empty());
}

BOOST_FIXTURE_TEST_CASE(records_have_an_order_and_pages, Fixture)
{
    record(ActivityKind::Login, "a");
    const Time second = clock.now();
    record(ActivityKind::Delete, "b");
    record(ActivityKind::Secret, "c");
    record(ActivityKind::Login, "other", kBob);
    BOOST_TEST(read() == "a b c");
    BOOST_TEST(read({}, kAnn, 1) == "a b c");
    BOOST_TEST(read(second) == "b c");
    BOOST_TEST(read({}, kBob) == "other");
}

BOOST_FIXTURE_TEST_CASE(old_records_end, Fixture)
{
    record(ActivityKind::Login, "a");
    const Time second = clock.now();
    record(ActivityKind::Login, "b");
    BOOST_TEST(must(end_activities(*store, kAnn, second)) == 1u);
    BOOST_TEST(read() == "b");
    BOOST_TEST(must(end_activities(*store, kAnn, second)) == 0u);
    record(ActivityKind::Login, "c", kBob);
    BOOST_TEST(must(end_all_activities(*store, clock.now())) == 2u);
    BOOST_TEST(read() == "");
    BOOST_TEST(read({}, kBob) == "");
}

BOOST_FIXTURE_TEST_CASE(the_last_records_stay_past_the_limit, Fixture)
{
    for (std::size_t i = 0; i <= kMaxActivities; ++i) {
        Activity one;
        one.what = std::to_string(i);
        must(record_activity(*store, kAnn, std::move(one)));
        if (i + 1 == kMaxActivities) {
            BOOST_TEST(must(end_activities(*store, kAnn, Time{})) == 0u);
        }
        clock.advance(milliseconds(1));
    }
    BOOST_TEST(must(end_activities(*store, kAnn, Time{})) == 1u);
    BOOST_TEST(must(read_activities(*store, kAnn, Time{}, "", 1)).activities.front().what == "1");
}

BOOST_FIXTURE_TEST_CASE(records_of_one_millisecond_stay_in_order, Fixture)
{
    std::string written;
    for (int i = 0; i < 50; ++i) {
        Activity one;
        one.what = std::to_string(i);
        written += (written.empty() ? "" : " ") + one.what;
        must(record_activity(*store, kAnn, std::move(one)));
    }
    BOOST_TEST(read() == written);
}

BOOST_FIXTURE_TEST_CASE(what_is_too_much_is_cut, Fixture)
{
    Activity one;
    one.sender = std::string(kMaxActivityTextOctets + 1, 's');
    one.addresses.assign(kMaxActivityAddresses + 1, "bob@example.org");
    must(record_activity(*store, kAnn, one));
    const auto page = must(read_activities(*store, kAnn, Time{}, "", 1));
    BOOST_TEST(page.activities.front().sender.size() == kMaxActivityTextOctets);
    BOOST_TEST(page.activities.front().addresses.size() == kMaxActivityAddresses);
}

BOOST_AUTO_TEST_CASE(kinds_have_names)
{
    for (const auto kind : {ActivityKind::Login, ActivityKind::Send, ActivityKind::Receive,
                            ActivityKind::Delete, ActivityKind::Secret})
        BOOST_TEST((parse_activity_kind(name_of(kind)) == kind));
    BOOST_TEST(!parse_activity_kind("nap"));
}
