// The queue's runner: who is told what, and when.
#include <boost/test/unit_test.hpp>

#include "tests/core/queue/relay.h"

using namespace mailctl;
using namespace mailctl::queue;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(a_message_is_given_up_after_its_lifetime)
{
    Relay relay([](conf::Config& config) {
        config.queue.lifetime = 2h;
        config.queue.bounce_lifetime = 30min;
        config.queue.delay_notice = 0ms;
    });
    relay.peer("192.0.2.1").replies["MAIL"] = {"451 4.3.0 No"};
    relay.start();
    relay.add("hello", {"ann@far.example"});
    relay.add("bounce", {"eve@far.example"}, [](store::QueueEntry& e) { e.sender.clear(); });
    relay.until_events("192.0.2.1 MAIL bob@here.example", 1);
    relay.settle();
    for (int i = 0; i < 4; ++i) {
        relay.pass(30min);
        relay.settle();
    }
    relay.until_empty();
    BOOST_TEST(relay.count("notice failure ann@far.example 4.4.7") == 1U);
    BOOST_TEST(relay.count("notice failure eve@far.example 4.4.7") == 0U); // no bounce of a bounce
    for (const auto& done : relay.history())
        BOOST_TEST((done.entry.recipients[0].state == store::QueueRecipient::State::Expired));
}

BOOST_AUTO_TEST_CASE(the_sender_is_told_of_a_delay_once)
{
    Relay relay([](conf::Config& config) { config.queue.delay_notice = 1h; });
    relay.peer("192.0.2.1").replies["MAIL"] = {"451 4.3.0 No"};
    relay.start();
    relay.add("hello", {"ann@far.example"});
    relay.until_event("192.0.2.1 MAIL bob@here.example");
    for (int i = 0; i < 6; ++i) {
        relay.settle();
        relay.pass(30min);
    }
    relay.settle();
    BOOST_TEST(relay.count("notice delay ann@far.example 4.3.0") == 1U);
}

BOOST_AUTO_TEST_CASE(the_sender_is_told_of_each_attempt_that_fails)
{
    Relay relay([](conf::Config& config) {
        config.queue.delay_notice = 1h;
        config.queue.delay_notices = conf::DelayNotices::Each;
        config.queue.retry = {"30m"};
        config.queue.jitter_percent = 0;
    });
    relay.peer("192.0.2.1").replies["MAIL"] = {"451 4.3.0 No"};
    relay.start();
    const auto id = relay.add("hello", {"ann@far.example"});
    relay.add("bounce", {"eve@far.example"}, [](store::QueueEntry& e) { e.sender.clear(); });
    relay.add("quiet", {"joe@far.example"}, [](store::QueueEntry& e) {
        e.recipients[0].notify = static_cast<std::uint8_t>(store::DsnNotify::Failure);
    });
    for (const std::size_t told : {0U, 0U, 1U, 2U, 3U}) { // at 0, 30, 60, 90 and 120 minutes
        relay.settle();
        BOOST_TEST(relay.count("notice delay ann@far.example 4.3.0") == told);
        relay.pass(30min);
    }
    relay.settle();
    BOOST_TEST(relay.state(id) == "ann@far.example waiting 6 451 4.3.0 No");
    for (const auto nobody : {"eve@far.example", "joe@far.example"})
        BOOST_TEST(relay.count("notice delay " + std::string(nobody) + " 4.3.0") == 0U);
}

BOOST_AUTO_TEST_CASE(the_sender_is_never_told_of_a_delay)
{
    Relay relay([](conf::Config& config) {
        config.queue.delay_notice = 1h;
        config.queue.delay_notices = conf::DelayNotices::Never;
    });
    relay.peer("192.0.2.1").replies["MAIL"] = {"451 4.3.0 No"};
    relay.start();
    relay.add("hello", {"ann@far.example"});
    for (int i = 0; i < 6; ++i) {
        relay.settle();
        relay.pass(30min);
    }
    relay.settle();
    BOOST_TEST(relay.count("notice delay ann@far.example 4.3.0") == 0U);
}

// While a destination backs off the sender learns once that the message is late, and nothing more
// before the next attempt.
BOOST_AUTO_TEST_CASE(a_back_off_is_told_of_once)
{
    Relay relay([](conf::Config& config) {
        config.queue.delay_notice = 1ms;
        config.queue.delay_notices = conf::DelayNotices::Each;
        config.queue.retry = {"1m"};
        config.queue.jitter_percent = 0;
        config.outbound.back_off = 1h;
        config.outbound.max_back_off = 1h;
    });
    relay.peer("192.0.2.1").refuses = true;
    relay.start();
    relay.add("hello", {"ann@far.example"});
    for (int i = 0; i < 30; ++i) {
        relay.settle();
        relay.pass(1min);
    }
    relay.settle();
    BOOST_TEST(relay.count("notice delay ann@far.example 4.4.1") == 1U);
    relay.pass(31min);
    relay.settle();
    BOOST_TEST(relay.count("notice delay ann@far.example 4.4.1") == 2U);
}

BOOST_AUTO_TEST_CASE(success_is_told_where_it_was_asked_for)
{
    Relay relay;
    relay.start();
    relay.add("hello", {"ann@far.example"}, [](store::QueueEntry& e) {
        e.recipients[0].notify = static_cast<std::uint8_t>(store::DsnNotify::Success);
    });
    relay.add("plain", {"ann@other.example"});
    relay.until_empty();
    // The peer has no DSN: it will not tell further (RFC 3461 §5.2.2).
    BOOST_TEST(relay.count("notice relayed ann@far.example 2.0.0") == 1U);
    BOOST_TEST(relay.count("notice relayed ann@other.example 2.0.0") == 0U);
    BOOST_TEST(relay.count("notice success ann@other.example 2.0.0") == 0U);
}

// RFC 3461 §5.2.1: the peer that took over the request tells, and nobody else.
BOOST_AUTO_TEST_CASE(success_is_left_to_a_peer_that_was_asked_to_tell)
{
    Relay relay;
    relay.peer("192.0.2.1").extensions.push_back("DSN");
    relay.start();
    relay.add("hello", {"ann@far.example"}, [](store::QueueEntry& e) {
        e.recipients[0].notify = static_cast<std::uint8_t>(store::DsnNotify::Success);
    });
    relay.until_empty();
    BOOST_TEST(relay.count("notice success ann@far.example 2.0.0") == 0U);
    BOOST_TEST(relay.count("notice relayed ann@far.example 2.0.0") == 0U);
    BOOST_TEST(relay.history().at(0).attempts.at(0).delivered == 1U);
}

BOOST_AUTO_TEST_CASE(nothing_is_forgotten_where_a_bounce_cannot_be_made)
{
    Relay relay;
    relay.peer("192.0.2.1").replies["RCPT bad@far.example"] = {"550 5.1.1 No"};
    relay.notices_work = false;
    relay.start();
    const auto id = relay.add("hello", {"bad@far.example"});
    relay.until("it waits on", [&] {
        return relay.state(id) == "bad@far.example waiting 1 550 5.1.1 No";
    });
    relay.notices_work = true;
    relay.pass(1min);
    relay.until_empty();
    BOOST_TEST(relay.count("notice failure bad@far.example 5.1.1") == 1U);
}

BOOST_AUTO_TEST_CASE(what_a_command_failed_is_told)
{
    Relay relay;
    relay.peer("192.0.2.1").replies["MAIL"] = {"451 4.3.0 No"};
    relay.start();
    const auto id = relay.add("hello", {"ann@far.example"});
    relay.until("it waits", [&] { return relay.state(id).find("waiting 1") != std::string::npos; });
    const std::function<Result<>(store::QueueEntry&)> fail = [&](store::QueueEntry& entry) {
        entry.recipients[0].state = store::QueueRecipient::State::Failed;
        entry.recipients[0].notice_due = true;
        entry.recipients[0].last_reply = "550 5.7.1 By hand";
        entry.recipients[0].next_attempt = relay.clock.now();
        return Result<>(ok());
    };
    BOOST_TEST(relay.run(relay.store->queue().update(id, fail)).has_value());
    relay.store->queue().wake();
    relay.until_empty();
    BOOST_TEST(relay.count("notice failure ann@far.example 5.7.1") == 1U);
}
