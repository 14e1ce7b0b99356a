// The queue's runner: who gets what, when, over which connection, and what becomes of the rest.
#include <boost/test/unit_test.hpp>

#include "tests/core/queue/relay.h"

using namespace mailctl;
using namespace mailctl::queue;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(a_message_is_delivered_and_kept_in_the_history)
{
    Relay relay;
    relay.start();
    relay.add("hello", {"ann@far.example"});
    relay.until_event("192.0.2.1 message hello");
    relay.until_empty();
    const auto history = relay.history();
    BOOST_REQUIRE(history.size() == 1U);
    BOOST_TEST((history[0].entry.recipients[0].state == store::QueueRecipient::State::Delivered));
    BOOST_REQUIRE(history[0].attempts.size() == 1U);
    BOOST_TEST(history[0].attempts[0].host == "mx.far.example");
    BOOST_TEST(history[0].attempts[0].address == "192.0.2.1:25");
    BOOST_TEST(history[0].attempts[0].delivered == 1U);
    BOOST_TEST(relay.runner->view(10).delivered == 1U);
}

BOOST_AUTO_TEST_CASE(what_was_queued_before_the_start_is_found)
{
    Relay relay;
    relay.add("before", {"ann@far.example"});
    relay.start();
    relay.until_event("192.0.2.1 message before");
    relay.until_empty();
}

BOOST_AUTO_TEST_CASE(a_greylisting_peer_gets_it_later)
{
    Relay relay;
    relay.peer("192.0.2.1").replies["RCPT ann@far.example"] = {"451 4.7.1 Later", "250 2.1.5 OK"};
    relay.start();
    const auto id = relay.add("hello", {"ann@far.example"});
    const std::string waiting = "ann@far.example waiting 1 451 4.7.1 Later";
    relay.until("it waits", [&] { return relay.state(id) == waiting; });
    relay.pass(5min); // queue.retry[0]
    relay.add("other", {"ann@other.example"});
    relay.until_event("192.0.2.2 message other");
    BOOST_TEST(relay.count("192.0.2.1 MAIL bob@here.example") == 1U);
    relay.pass(5min);
    relay.until_event("192.0.2.1 message hello");
    relay.until_empty();
    BOOST_TEST(relay.count("192.0.2.1 MAIL bob@here.example") == 2U);
    BOOST_TEST(relay.count("notice delay ann@far.example 4.7.1") == 0U);
}

BOOST_AUTO_TEST_CASE(the_last_wait_of_the_list_repeats)
{
    Relay relay;
    relay.peer("192.0.2.1").replies["MAIL"] = {"451 4.3.0 No"};
    relay.start();
    relay.add("hello", {"ann@far.example"});
    relay.until_events("192.0.2.1 MAIL bob@here.example", 1);
    unsigned tries = 1;
    for (const auto wait : {10min, 60min, 60min}) {
        relay.settle();
        relay.pass(wait - 5min);
        relay.settle();
        BOOST_TEST(relay.count("192.0.2.1 MAIL bob@here.example") == tries);
        relay.pass(5min);
        relay.until_events("192.0.2.1 MAIL bob@here.example", ++tries);
    }
}

BOOST_AUTO_TEST_CASE(each_recipient_has_a_fate_of_its_own)
{
    Relay relay;
    auto& peer = relay.peer("192.0.2.1");
    peer.replies["RCPT bad@far.example"] = {"550 5.1.1 No such user"};
    peer.replies["RCPT late@far.example"] = {"452 4.2.2 Full"};
    relay.start();
    const auto id = relay.add("hello", {"ann@far.example", "bad@far.example", "late@far.example",
                                        "eve@other.example"});
    const std::string wanted = "ann@far.example delivered 1 250 2.0.0 Taken; "
                               "bad@far.example failed 1 550 5.1.1 No such user; "
                               "late@far.example waiting 1 452 4.2.2 Full; "
                               "eve@other.example delivered 1 250 2.0.0 Taken";
    relay.until("all tried", [&] { return relay.state(id) == wanted; });
    BOOST_TEST(relay.count("192.0.2.1 message hello") == 1U); // one transaction
    BOOST_TEST(relay.count("192.0.2.2 message hello") == 1U);
    BOOST_TEST(relay.count("notice failure bad@far.example 5.1.1") == 1U);
    peer.replies.clear();
    relay.pass(10min);
    relay.until_empty();
    BOOST_TEST(relay.count("192.0.2.1 RCPT ann@far.example") == 1U);
    BOOST_TEST(relay.count("192.0.2.1 RCPT late@far.example") == 2U);
    BOOST_TEST(relay.count("notice failure bad@far.example 5.1.1") == 1U);
}

BOOST_AUTO_TEST_CASE(many_recipients_take_many_transactions_on_one_connection)
{
    Relay relay([](conf::Config& config) { config.outbound.recipients_per_transaction = 2; });
    relay.start();
    relay.add("hello", {"a@far.example", "b@far.example", "c@far.example"});
    relay.until_events("192.0.2.1 message hello", 2);
    relay.until_empty();
    BOOST_TEST(relay.count("192.0.2.1 connect") == 1U);
}

BOOST_AUTO_TEST_CASE(the_next_host_is_tried)
{
    Relay relay;
    relay.peer("192.0.2.3").refuses = true;
    relay.start();
    relay.add("dead", {"ann@two.example"});
    relay.until_event("192.0.2.4 message dead");
    relay.peer("192.0.2.3").refuses = false;
    relay.peer("192.0.2.3").banner = "421 4.3.2 Busy";
    relay.pass(1h);
    relay.settle();
    relay.add("busy", {"ann@two.example"});
    relay.until_event("192.0.2.4 message busy");
    relay.until_empty();
}

BOOST_AUTO_TEST_CASE(a_stalling_destination_never_delays_another)
{
    Relay relay([](conf::Config& config) { config.outbound.connections_per_destination = 3; });
    relay.peer("192.0.2.1").is_mute = true;
    relay.start();
    for (int i = 0; i < 50; ++i)
        relay.add("stuck", {"ann@far.example"});
    relay.until_events("192.0.2.1 connect", 3);
    for (int i = 0; i < 50; ++i)
        relay.add("goes", {"ann@other.example"});
    relay.until_events("192.0.2.2 message goes", 50);
    BOOST_TEST(relay.count("192.0.2.1 connect") == 3U); // and no more than its share
    BOOST_TEST(relay.count("192.0.2.1 message stuck") == 0U);
}

BOOST_AUTO_TEST_CASE(a_dead_destination_backs_off_for_all_of_its_mail)
{
    Relay relay([](conf::Config& config) {
        config.outbound.back_off = 5min;
        config.outbound.connections_per_destination = 1;
    });
    relay.peer("192.0.2.1").refuses = true;
    std::vector<QueueId> ids;
    for (int i = 0; i < 20; ++i)
        ids.push_back(relay.add("hello", {"ann@far.example"}));
    relay.start();
    relay.until("the rest is put off", [&] {
        unsigned off = 0;
        for (const auto id : ids) {
            const auto entry = relay.run(relay.store->queue().find(id));
            off += entry && entry->next_attempt > relay.clock.now();
        }
        return off == ids.size();
    });
    BOOST_TEST(relay.count("192.0.2.1 connect") == 1U);
    BOOST_TEST(relay.runner->view(10).destinations.front().backs_off_until.has_value());
    relay.add("new", {"ann@far.example"}); // comes in meanwhile: nothing is tried for it
    relay.settle();
    BOOST_TEST(relay.count("192.0.2.1 connect") == 1U);
    relay.peer("192.0.2.1").refuses = false;
    relay.pass(5min);
    relay.until_events("192.0.2.1 message hello", 19);
    relay.pass(5min); // the one that was tried has the wait of queue.retry
    relay.until_empty();
    BOOST_TEST(relay.count("192.0.2.1 message hello") == 20U);
    BOOST_TEST(relay.count("192.0.2.1 message new") == 1U);
}

BOOST_AUTO_TEST_CASE(refused_recipients_are_no_reason_to_back_off)
{
    Relay relay;
    relay.peer("192.0.2.1").replies["RCPT bad@far.example"] = {"451 4.2.1 No"};
    relay.start();
    relay.add("bad", {"bad@far.example"});
    relay.until_event("192.0.2.1 RCPT bad@far.example");
    relay.add("good", {"ann@far.example"});
    relay.until_event("192.0.2.1 message good");
}

BOOST_AUTO_TEST_CASE(retry_now_forgets_a_back_off)
{
    Relay relay;
    relay.peer("192.0.2.1").refuses = true;
    relay.start();
    const auto id = relay.add("hello", {"ann@far.example"});
    relay.until("it waits", [&] { return relay.state(id).find("waiting 1") != std::string::npos; });
    relay.peer("192.0.2.1").refuses = false;
    const std::function<Result<>(store::QueueEntry&)> now = [&](store::QueueEntry& entry) {
        entry.recipients[0].next_attempt = relay.clock.now();
        return Result<>(ok());
    };
    BOOST_TEST(relay.run(relay.store->queue().update(id, now)).has_value());
    relay.runner->retry_now("far.example");
    relay.until_event("192.0.2.1 message hello");
}

BOOST_AUTO_TEST_CASE(connections_at_once_are_limited)
{
    Relay relay([](conf::Config& config) { config.outbound.connections_per_destination = 2; });
    for (int i = 0; i < 40; ++i)
        relay.add("hello", {"ann@far.example"});
    relay.start();
    relay.until_events("192.0.2.1 message hello", 40);
    BOOST_TEST(relay.most_open <= 2U);
}

BOOST_AUTO_TEST_CASE(deliveries_at_once_are_limited_over_all)
{
    Relay relay([](conf::Config& config) { config.outbound.deliveries = 1; });
    relay.start();
    for (const auto domain : {"far", "other", "plain", "two"})
        relay.add("hello", {std::string("ann@") + domain + ".example"});
    relay.until_empty();
    BOOST_TEST(relay.count("192.0.2.1 message hello") == 1U);
    BOOST_TEST(relay.count("192.0.2.5 message hello") == 1U);
}

BOOST_AUTO_TEST_CASE(a_connection_is_used_again_up_to_its_limit)
{
    Relay relay([](conf::Config& config) {
        config.outbound.connections_per_destination = 1;
        config.outbound.messages_per_connection = 3;
    });
    for (int i = 0; i < 7; ++i)
        relay.add("hello", {"ann@far.example"});
    relay.start();
    relay.until_events("192.0.2.1 message hello", 7);
    relay.until_empty();
    BOOST_TEST(relay.count("192.0.2.1 connect") == 3U);
    BOOST_TEST(relay.count("192.0.2.1 QUIT") >= 2U);
    relay.add("idle", {"ann@far.example"}); // the kept connection takes it
    relay.until_event("192.0.2.1 message idle");
    BOOST_TEST(relay.count("192.0.2.1 connect") == 3U);
}

BOOST_AUTO_TEST_CASE(messages_an_hour_are_limited)
{
    Relay relay([](conf::Config& config) { config.outbound.messages_per_hour = 2; });
    for (int i = 0; i < 5; ++i)
        relay.add("hello", {"ann@far.example"});
    relay.start();
    relay.until_events("192.0.2.1 message hello", 2);
    relay.settle();
    BOOST_TEST(relay.count("192.0.2.1 message hello") == 2U);
    relay.pass(1h);
    relay.until_events("192.0.2.1 message hello", 4);
    relay.settle();
    BOOST_TEST(relay.count("192.0.2.1 message hello") == 4U);
    relay.pass(1h);
    relay.until_empty();
}

BOOST_AUTO_TEST_CASE(the_highest_priority_goes_first)
{
    Relay relay([](conf::Config& config) { config.outbound.connections_per_destination = 1; });
    for (const int priority : {1, 5, 10, 7})
        relay.add("p" + std::to_string(priority), {"ann@far.example"}, [&](store::QueueEntry& e) {
            e.priority = static_cast<std::uint8_t>(priority);
        });
    relay.start();
    relay.until_empty();
    BOOST_TEST(relay.place("192.0.2.1 message p10") < relay.place("192.0.2.1 message p7"));
    BOOST_TEST(relay.place("192.0.2.1 message p7") < relay.place("192.0.2.1 message p5"));
    BOOST_TEST(relay.place("192.0.2.1 message p5") < relay.place("192.0.2.1 message p1"));
}

BOOST_AUTO_TEST_CASE(priority_falls_with_attempts)
{
    Relay relay([](conf::Config& config) {
        config.queue.priority = {{"after_2", "4"}, {"after_3", "2"}};
    });
    relay.peer("192.0.2.1").replies["MAIL"] = {"451 4.3.0 No"};
    relay.start();
    const auto id = relay.add("hello", {"ann@far.example"});
    const auto priority = [&] {
        return unsigned{relay.run(relay.store->queue().find(id)).value().priority};
    };
    const unsigned expected[] = {5, 4, 2, 2};
    unsigned tries = 0;
    for (const unsigned wanted : expected) {
        relay.until_events("192.0.2.1 MAIL bob@here.example", ++tries);
        relay.settle();
        BOOST_TEST(priority() == wanted);
        relay.pass(1h);
    }
}

BOOST_AUTO_TEST_CASE(a_paused_queue_rests)
{
    Relay relay;
    relay.start();
    BOOST_TEST(relay.run(relay.store->queue().set_paused(true)).has_value());
    relay.until("it paused", [&] { return relay.runner->view(1).paused; });
    relay.add("hello", {"ann@far.example"});
    relay.settle();
    BOOST_TEST(relay.count("192.0.2.1 connect") == 0U);
    BOOST_TEST(relay.run(relay.store->queue().set_paused(false)).has_value());
    relay.until_event("192.0.2.1 message hello");
}

BOOST_AUTO_TEST_CASE(held_mail_rests_until_it_is_released)
{
    Relay relay;
    relay.start();
    const auto id =
        relay.add("hello", {"ann@far.example"}, [](store::QueueEntry& e) { e.held = true; });
    relay.settle();
    BOOST_TEST(relay.count("192.0.2.1 connect") == 0U);
    const std::function<Result<>(store::QueueEntry&)> release = [](store::QueueEntry& entry) {
        entry.held = false;
        return Result<>(ok());
    };
    BOOST_TEST(relay.run(relay.store->queue().update(id, release)).has_value());
    relay.store->queue().wake();
    relay.until_event("192.0.2.1 message hello");
}

BOOST_AUTO_TEST_CASE(an_override_leads_elsewhere)
{
    Relay relay;
    relay.start();
    relay.add("all", {"ann@far.example"},
              [](store::QueueEntry& e) { e.route = "relay.example:26"; });
    relay.until_event("192.0.2.6 message all");
    relay.add("one", {"ann@far.example", "eve@far.example"},
              [](store::QueueEntry& e) { e.recipients[1].route = "[192.0.2.7]"; });
    relay.until_empty();
    BOOST_TEST(relay.count("192.0.2.7 RCPT eve@far.example") == 1U);
    BOOST_TEST(relay.count("192.0.2.1 RCPT ann@far.example") == 1U);
    BOOST_TEST(relay.count("192.0.2.1 RCPT eve@far.example") == 0U);
}

BOOST_AUTO_TEST_CASE(a_killed_runner_loses_nothing)
{
    Relay relay;
    relay.peer("192.0.2.1").replies["."] = {"wait"}; // taken, never answered
    relay.start();
    const auto id = relay.add("hello", {"ann@far.example"});
    relay.until_event("192.0.2.1 message hello");
    relay.kill();
    BOOST_TEST(relay.state(id).find("waiting") != std::string::npos);
    relay.peer("192.0.2.1").replies.clear();
    relay.start();
    relay.pass(10min); // whether the cut was kept as an attempt or not
    relay.until_events("192.0.2.1 message hello", 2);
    relay.until_empty();
}

BOOST_AUTO_TEST_CASE(a_connection_cut_after_the_dot_repeats)
{
    Relay relay;
    relay.peer("192.0.2.1").replies["."] = {"cut", "250 2.0.0 Taken"};
    relay.start();
    const auto id = relay.add("hello", {"ann@far.example"});
    relay.until("it waits", [&] { return relay.state(id).find("waiting 1") != std::string::npos; });
    relay.pass(10min);
    relay.until_events("192.0.2.1 message hello", 2);
    relay.until_empty();
}

BOOST_AUTO_TEST_CASE(the_fallback_takes_what_the_first_way_cannot)
{
    Relay relay([](conf::Config& config) {
        conf::SmartHost out;
        out.name = "out";
        out.hop.hosts = {"relay.example"};
        config.smart_hosts.push_back(out);
        config.outbound.mode = conf::OutboundMode::Fallback;
        config.outbound.smart_hosts = {"out"};
    });
    relay.peer("192.0.2.1").refuses = true;
    relay.start();
    relay.add("hello", {"ann@far.example", "eve@other.example"});
    relay.until_event("192.0.2.6 message hello");
    relay.until_empty();
    BOOST_TEST(relay.count("192.0.2.6 RCPT eve@other.example") == 0U); // it had its own way
    BOOST_TEST(relay.count("192.0.2.2 RCPT eve@other.example") == 1U);
}

BOOST_AUTO_TEST_CASE(lmtp_answers_for_each_recipient)
{
    Relay relay([](conf::Config& config) {
        conf::Route route;
        route.name = "lmtp";
        route.recipients = {"far.example"};
        route.hop.hosts = {"unix:/run/lmtp"};
        route.hop.protocol = conf::HopProtocol::Lmtp;
        config.routes.push_back(route);
    });
    auto& peer = relay.peer("unix:/run/lmtp");
    peer.extensions.push_back("X-LMTP");
    peer.replies[". bad@far.example"] = {"552 5.2.2 Full"};
    relay.start();
    relay.add("hello", {"ann@far.example", "bad@far.example"});
    relay.until_empty();
    BOOST_TEST(relay.count("notice failure bad@far.example 5.2.2") == 1U);
    const auto history = relay.history();
    BOOST_REQUIRE(history.size() == 1U);
    BOOST_TEST((history[0].entry.recipients[0].state == store::QueueRecipient::State::Delivered));
}

BOOST_AUTO_TEST_CASE(a_command_takes_mail)
{
    Relay relay([](conf::Config& config) {
        conf::Route route;
        route.name = "pipe";
        route.recipients = {"far.example"};
        route.via = conf::RouteVia::Exec;
        route.exec = {"/bin/sh", "-c", "grep -q '^Subject: good' || exit 67"};
        config.routes.push_back(route);
    });
    relay.start();
    relay.add("good", {"ann@far.example"});
    relay.add("bad", {"eve@far.example"});
    relay.until_empty();
    BOOST_TEST(relay.count("notice failure eve@far.example 5.1.1") == 1U);
    BOOST_TEST(relay.count("notice failure ann@far.example 5.1.1") == 0U);
}

BOOST_AUTO_TEST_CASE(ways_that_lead_nowhere)
{
    Relay relay([](conf::Config& config) {
        conf::Route inside, refused;
        inside.name = "inside";
        inside.recipients = {"inside.example"};
        inside.via = conf::RouteVia::Local;
        refused.name = "refused";
        refused.recipients = {"refused.example"};
        refused.via = conf::RouteVia::Refuse;
        refused.reason = "Not to them";
        config.routes = {inside, refused};
    });
    relay.start();
    relay.add("a", {"ann@inside.example"});
    relay.add("b", {"ann@refused.example"});
    for (int i = 0; i < 3; ++i)
        relay.add("c", {"ann@null.example"}); // RFC 7505
    relay.add("d", {"ann@ours.example"});     // its only MX is this server
    relay.until_empty();
    BOOST_TEST(relay.count("notice failure ann@refused.example 5.7.1") == 1U);
    BOOST_TEST(relay.count("notice failure ann@null.example 5.1.10") == 3U);
    BOOST_TEST(relay.count("notice failure ann@ours.example 5.4.6") == 1U);
    BOOST_TEST(relay.count("192.0.2.25 connect") == 0U);
}

BOOST_AUTO_TEST_CASE(required_tls_that_is_not_offered_defers)
{
    Relay relay([](conf::Config& config) { config.outbound.tls = conf::OutboundTls::Encrypt; });
    relay.start();
    const auto id = relay.add("hello", {"ann@far.example"});
    relay.until("it waits", [&] { return relay.state(id).find("waiting 1") != std::string::npos; });
    BOOST_TEST(relay.count("192.0.2.1 message hello") == 0U);
    BOOST_TEST(relay.count("192.0.2.1 MAIL bob@here.example") == 0U);
}

/// RFC 8460 §4.3: counted are sessions, not messages, and also those that went on in the clear.
BOOST_AUTO_TEST_CASE(sessions_without_tls_are_counted)
{
    using Lines = std::vector<std::string>;
    Relay relay([](conf::Config& config) { config.outbound.connections_per_destination = 1; });
    relay.add("one", {"ann@far.example"});
    relay.add("two", {"ann@far.example"});
    relay.start();
    relay.until_empty();
    BOOST_TEST(relay.count("192.0.2.1 connect") == 1U);
    BOOST_TEST((relay.sessions() == Lines{"far.example no-policy-found starttls-not-supported 1"}));

    Relay strict([](conf::Config& config) { config.outbound.tls = conf::OutboundTls::Encrypt; });
    strict.start();
    const auto id = strict.add("hello", {"ann@far.example"});
    strict.until("it waits",
                 [&] { return strict.state(id).find("waiting 1") != std::string::npos; });
    BOOST_TEST((strict.sessions() == Lines{"far.example no-policy-found starttls-not-supported 1"}));

    Relay silent([](conf::Config& config) { config.tls_rpt.keep = milliseconds(0); });
    silent.start();
    silent.add("one", {"ann@far.example"});
    silent.until_empty();
    BOOST_TEST(silent.sessions().empty());

    Relay refused;
    refused.peers["192.0.2.1"].refuses = true; // no session, and so no failed one
    refused.start();
    const auto waiting = refused.add("hello", {"ann@far.example"});
    refused.until("it waits",
                  [&] { return refused.state(waiting).find("waiting 1") != std::string::npos; });
    BOOST_TEST(refused.sessions().empty());
}

BOOST_AUTO_TEST_CASE(a_message_goes_out_once_though_a_look_and_its_writer_find_it)
{
    Relay relay;
    relay.start();
    for (int i = 0; i < 200; ++i) {
        relay.add("hello", {"ann@far.example"});
        relay.store->queue().wake(); // looks at the store while it is under way
    }
    relay.until_empty();
    BOOST_TEST(relay.count("192.0.2.1 message hello") == 200U);
}

BOOST_AUTO_TEST_CASE(what_a_command_changes_is_not_sent_as_it_was)
{
    Relay relay([](conf::Config& config) { config.outbound.connections_per_destination = 1; });
    relay.peer("192.0.2.1").replies["."] = {"wait"};
    relay.start();
    relay.add("first", {"ann@far.example"});
    relay.until_event("192.0.2.1 message first");
    const auto dropped = relay.add("dropped", {"ann@far.example"});
    const auto held = relay.add("held", {"ann@far.example"});
    const auto rerouted = relay.add("rerouted", {"ann@far.example"});
    relay.add("last", {"ann@far.example"});
    BOOST_TEST(relay.run(relay.store->queue().remove(dropped)).has_value());
    const std::function<Result<>(store::QueueEntry&)> hold = [](store::QueueEntry& entry) {
        entry.held = true;
        return Result<>(ok());
    };
    const std::function<Result<>(store::QueueEntry&)> lead = [](store::QueueEntry& entry) {
        entry.route = "[192.0.2.7]";
        return Result<>(ok());
    };
    BOOST_TEST(relay.run(relay.store->queue().update(held, hold)).has_value());
    BOOST_TEST(relay.run(relay.store->queue().update(rerouted, lead)).has_value());
    relay.store->queue().wake();
    relay.peer("192.0.2.1").replies.clear();
    relay.hang_up(); // the first is done with
    relay.until_event("192.0.2.1 message last");
    relay.until_event("192.0.2.7 message rerouted");
    relay.settle();
    BOOST_TEST(relay.count("192.0.2.1 message dropped") == 0U);
    BOOST_TEST(relay.count("192.0.2.1 message held") == 0U);
    BOOST_TEST(relay.count("192.0.2.1 message rerouted") == 0U);
}

BOOST_AUTO_TEST_CASE(more_mail_than_is_kept_in_memory_goes_out_all_the_same)
{
    Relay relay([](conf::Config& config) { config.outbound.connections_per_destination = 2; });
    constexpr std::size_t kMany = 1200; // one destination keeps 1000
    for (std::size_t i = 0; i < kMany; ++i)
        relay.add("hello", {"ann@far.example"});
    relay.start();
    relay.until("all are there",
                [&] { return relay.count("192.0.2.1 message hello") >= kMany; });
    relay.until_empty();
    BOOST_TEST(relay.count("192.0.2.1 message hello") == kMany);
    BOOST_TEST(relay.count("192.0.2.1 connect") <= 30U);
}

BOOST_AUTO_TEST_CASE(new_settings_hold_for_what_starts_after)
{
    const auto smart_host = [](conf::Config& config, const std::string& host) {
        conf::SmartHost out;
        out.name = "out";
        out.hop.hosts = {host};
        out.hop.connections = 1;
        config.smart_hosts = {out};
        config.outbound.mode = conf::OutboundMode::SmartHost;
        config.outbound.smart_hosts = {"out"};
    };
    Relay relay([&](conf::Config& config) { smart_host(config, "192.0.2.8"); });
    relay.peer("192.0.2.8").replies["."] = {"wait"};
    relay.start();
    relay.add("first", {"ann@far.example"});
    relay.until_event("192.0.2.8 message first");
    relay.add("second", {"ann@far.example"});
    const auto changed = std::make_shared<conf::Config>(*relay.config);
    smart_host(*changed, "192.0.2.9");
    relay.runner->reload(changed);
    relay.hang_up();
    relay.until_event("192.0.2.9 message second");
    BOOST_TEST(relay.count("192.0.2.8 message second") == 0U);
}

BOOST_AUTO_TEST_CASE(recipients_with_reverse_paths_of_their_own_go_in_transactions_of_their_own)
{
    Relay relay;
    relay.start();
    const auto tell = [](store::QueueEntry& entry) {
        entry.recipients[0].sender = "l+a=far.example@here.example";
        entry.recipients[1].sender = "l+b=far.example@here.example";
    };
    relay.add("news", {"a@far.example", "b@far.example", "c@far.example", "d@far.example"}, tell);
    relay.until_empty();
    BOOST_TEST(relay.count("192.0.2.1 MAIL l+a=far.example@here.example") == 1U);
    BOOST_TEST(relay.count("192.0.2.1 MAIL l+b=far.example@here.example") == 1U);
    BOOST_TEST(relay.count("192.0.2.1 MAIL bob@here.example") == 1U);
    BOOST_TEST(relay.count("192.0.2.1 message news") == 3U);
    BOOST_TEST(relay.history().size() == 1U);
}
