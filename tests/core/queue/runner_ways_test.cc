// The queue's runner: ways with attempts of their own, one after the other.
#include <boost/test/unit_test.hpp>

#include "tests/core/queue/relay.h"

using namespace mailctl;
using namespace mailctl::queue;
using namespace std::chrono_literals;

namespace {

/// far.example by two hosts, the second after two attempts at the first and with three of its own.
void two_ways(conf::Config& config)
{
    conf::SmartHost second;
    second.name = "second";
    second.hop.hosts = {"[192.0.2.7]"};
    second.hop.attempts = 3;
    config.smart_hosts.push_back(second);
    conf::Route route;
    route.name = "far";
    route.recipients = {"far.example"};
    route.hop.hosts = {"[192.0.2.6]"};
    route.hop.attempts = 2;
    route.fallback = {"second"};
    config.routes.push_back(route);
    config.queue.retry = {"10m"};
    config.queue.jitter_percent = 0;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_next_way_is_taken_when_attempts_are_used_up)
{
    Relay relay(two_ways);
    relay.peer("192.0.2.6").replies["MAIL"] = {"451 4.3.0 No"};
    relay.start();
    relay.add("hello", {"ann@far.example"});
    relay.settle();
    relay.pass(10min);
    relay.settle();
    BOOST_TEST(relay.count("192.0.2.6 MAIL bob@here.example") == 2U);
    BOOST_TEST(relay.count("192.0.2.7 message hello") == 0U);
    relay.pass(10min);
    relay.until_empty();
    BOOST_TEST(relay.count("192.0.2.6 MAIL bob@here.example") == 2U);
    BOOST_TEST(relay.count("192.0.2.7 message hello") == 1U);
}

BOOST_AUTO_TEST_CASE(a_message_is_given_up_when_no_way_has_attempts_left)
{
    Relay relay(two_ways);
    for (const auto host : {"192.0.2.6", "192.0.2.7"})
        relay.peer(host).replies["MAIL"] = {"451 4.3.0 No"};
    relay.start();
    relay.add("hello", {"ann@far.example"});
    for (int i = 0; i < 4; ++i) {
        relay.settle();
        relay.pass(10min);
    }
    relay.until_empty(); // with the fifth attempt, long before queue.lifetime
    BOOST_TEST(relay.count("192.0.2.6 MAIL bob@here.example") == 2U);
    BOOST_TEST(relay.count("192.0.2.7 MAIL bob@here.example") == 3U);
    BOOST_TEST(relay.count("notice failure ann@far.example 4.4.7") == 1U);
    const auto history = relay.history();
    BOOST_REQUIRE(history.size() == 1U);
    BOOST_TEST((history[0].entry.recipients[0].state == store::QueueRecipient::State::Expired));
}

// OUT-18: what is under way when deliveries are stopped.
BOOST_AUTO_TEST_CASE(what_is_being_sent_is_told_and_can_be_cut)
{
    Relay relay;
    relay.peer("192.0.2.1").replies["MAIL"] = {"wait", "250 2.1.0 Go on"};
    relay.start();
    const auto id = relay.add("hello", {"ann@far.example"});
    relay.until_event("192.0.2.1 MAIL bob@here.example");
    BOOST_TEST((relay.runner->delivering() == std::vector<QueueId>{id}));
    BOOST_TEST(relay.run(relay.store->queue().set_paused(true)).has_value());
    relay.runner->cut();
    relay.until("it is cut", [&] { return relay.runner->delivering().empty(); });
    relay.until("it waits", [&] { return relay.state(id).find("waiting 1") != std::string::npos; });
    relay.pass(10min);
    relay.settle();
    BOOST_TEST(relay.count("192.0.2.1 MAIL bob@here.example") == 1U);
    BOOST_TEST(relay.run(relay.store->queue().set_paused(false)).has_value());
    relay.until_empty();
    BOOST_TEST(relay.count("192.0.2.1 message hello") == 1U);
    BOOST_TEST(relay.runner->delivering().empty());
}

// A host that cannot be reached is left at once: the message has other ways, and no attempt was used.
BOOST_AUTO_TEST_CASE(a_way_that_cannot_be_reached_is_left_at_once)
{
    Relay relay(two_ways);
    relay.peer("192.0.2.6").refuses = true;
    relay.start();
    relay.add("hello", {"ann@far.example"});
    relay.until_empty();
    BOOST_TEST(relay.count("192.0.2.7 message hello") == 1U);
}
