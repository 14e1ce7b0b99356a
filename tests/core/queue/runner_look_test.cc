// When the runner looks into the store again: never later than something is due.
#include <boost/test/unit_test.hpp>

#include "tests/core/queue/relay.h"

using namespace mailctl;
using namespace mailctl::queue;
using namespace std::chrono_literals;

namespace {

QueueId add_for_later(Relay& relay, Time due)
{
    return relay.add("later", {"ann@far.example"}, [&](store::QueueEntry& entry) {
        entry.recipients[0].next_attempt = due;
    });
}

void until_it_sleeps(Relay& relay)
{
    relay.until("the runner sleeps", [&] { return relay.runner->view(0).next_look.has_value(); });
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_queued_for_later_shortens_the_sleep)
{
    Relay relay;
    relay.start();
    until_it_sleeps(relay);
    const Time due = relay.clock.now() + 20s;
    BOOST_TEST((*relay.runner->view(0).next_look > due));
    add_for_later(relay, due);
    relay.settle();
    until_it_sleeps(relay);
    BOOST_TEST((*relay.runner->view(0).next_look == due));
}

// A look goes until the time at which it began; what comes due while it goes on is the next one's.
BOOST_AUTO_TEST_CASE(what_comes_due_during_a_look_is_not_slept_past)
{
    unsigned at = 1;
    for (bool is_within = true; is_within; ++at) {
        BOOST_REQUIRE(at < 200U);
        Relay relay;
        const Time due = relay.clock.now() + 20s;
        add_for_later(relay, due);
        relay.clock.advance_at(at, 20s);
        relay.start();
        until_it_sleeps(relay);
        relay.settle();
        is_within = relay.clock.has_advanced();
        const auto next = relay.runner->view(0).next_look;
        BOOST_TEST_CONTEXT("the clock moves at its look " << at)
            BOOST_TEST((relay.count("192.0.2.1 message later") == 1U || (next && *next <= due)));
    }
    BOOST_TEST(at > 5U); // there was something to come in between
}

BOOST_AUTO_TEST_CASE(the_end_of_a_back_off_is_not_slept_past)
{
    Relay relay([](conf::Config& config) { config.outbound.back_off = 10s; });
    relay.peer("192.0.2.1").refuses = true;
    relay.start();
    until_it_sleeps(relay);
    relay.add("one", {"ann@far.example"});
    relay.until("it backs off", [&] {
        const auto view = relay.runner->view(1);
        return !view.destinations.empty() && view.destinations[0].backs_off_until && view.next_look;
    });
    const auto view = relay.runner->view(1);
    BOOST_TEST((*view.next_look <= *view.destinations[0].backs_off_until));
}
