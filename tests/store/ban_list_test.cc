// The ban list outlives the process.
#include <boost/test/unit_test.hpp>

#include "store/ban_list.h"
#include "store/engine/memory_engine.h"
#include "tests/store/run.h"

using namespace mailctl;
using namespace mailctl::store;
using mailctl::tests::must;
using mailctl::tests::run;

BOOST_AUTO_TEST_CASE(bans_survive_a_restart)
{
    MemoryEngine engine;
    Ban ban;
    ban.network = "192.0.2.0/24";
    ban.reason = "10 failed logins";
    ban.user = "ann@example.org";
    ban.start = Time(milliseconds(1'800'000'000'000));
    ban.end = ban.start + std::chrono::hours(1);
    ban.hits = 3;
    must(write_ban(engine, ban));
    Ban second;
    second.network = "2001:db8::/64";
    must(write_ban(engine, second));
    ban.hits = 4;
    must(write_ban(engine, ban));

    MemoryEngine again(engine.disk());
    const auto bans = must(read_bans(again));
    BOOST_REQUIRE_EQUAL(bans.size(), 2);
    BOOST_TEST(bans[0].network == "192.0.2.0/24");
    BOOST_TEST(bans[0].reason == "10 failed logins");
    BOOST_TEST(bans[0].user == "ann@example.org");
    BOOST_TEST((bans[0].end == ban.end));
    BOOST_TEST(bans[0].hits == 4);
    BOOST_TEST((bans[1].end == std::nullopt));
    must(erase_ban(again, "192.0.2.0/24"));
    BOOST_TEST((run(erase_ban(again, "192.0.2.0/24")).error().code() == Errc::NotFound));
    BOOST_TEST(must(read_bans(again)).size() == 1);
    BOOST_TEST((run(write_ban(again, Ban())).error().code() == Errc::Invalid));
}
