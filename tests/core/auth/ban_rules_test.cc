// The [[ban.rule]] tables: what is counted, over which time, and who is banned for how long. ABU-03
#include <boost/test/unit_test.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "core/auth/authenticator.h"
#include "core/auth/ban_rules.h"
#include "core/smtp/server/serve.h"
#include "tests/fixture/server_fixture.h"

using namespace mailctl;
using auth::BanRules;
using conf::BanTrigger;

namespace {

conf::BanRule rule_of(BanTrigger trigger, unsigned count, milliseconds ban = std::chrono::hours(1))
{
    conf::BanRule rule;
    rule.trigger = trigger;
    rule.window = std::chrono::minutes(10);
    rule.count = count;
    rule.ban = ban;
    return rule;
}

const Time kStart = *parse_rfc3339("2026-11-21T02:03:04Z");

} // namespace

BOOST_AUTO_TEST_CASE(a_window_slides)
{
    BanRules rules({rule_of(BanTrigger::Connection, 3)});
    const auto at = [](int minute) { return kStart + std::chrono::minutes(minute); };
    BOOST_TEST(!rules.count(BanTrigger::Connection, "192.0.2.1", at(0)));
    BOOST_TEST(!rules.count(BanTrigger::Connection, "192.0.2.1", at(5)));
    BOOST_TEST(!rules.count(BanTrigger::Connection, "192.0.2.1", at(10))); // the first is forgotten
    BOOST_TEST(!rules.count(BanTrigger::Connection, "192.0.2.2", at(10)));
    BOOST_TEST(!rules.count(BanTrigger::Trap, "192.0.2.1", at(11)));
    BOOST_TEST((rules.count(BanTrigger::Connection, "192.0.2.1", at(11)) == std::chrono::hours(1)));
    BOOST_TEST(!rules.count(BanTrigger::Connection, "192.0.2.1", at(11))); // begins anew
}

BOOST_AUTO_TEST_CASE(the_longest_ban_of_several_rules)
{
    BanRules rules({rule_of(BanTrigger::Trap, 1), rule_of(BanTrigger::Trap, 2, std::chrono::hours(48))});
    BOOST_TEST((rules.count(BanTrigger::Trap, "192.0.2.1", kStart) == std::chrono::hours(1)));
    BOOST_TEST((rules.count(BanTrigger::Trap, "192.0.2.1", kStart) == std::chrono::hours(48)));
}

BOOST_AUTO_TEST_CASE(a_reload_keeps_the_counts_of_rules_that_stay)
{
    BanRules rules({rule_of(BanTrigger::Trap, 2)});
    rules.count(BanTrigger::Trap, "192.0.2.1", kStart);
    rules.configure({rule_of(BanTrigger::Connection, 2), rule_of(BanTrigger::Trap, 2)});
    BOOST_TEST(rules.count(BanTrigger::Trap, "192.0.2.1", kStart).has_value());
    rules.count(BanTrigger::Connection, "192.0.2.1", kStart);
    rules.configure({rule_of(BanTrigger::Connection, 3)});
    BOOST_TEST(!rules.count(BanTrigger::Connection, "192.0.2.1", kStart));
}

BOOST_AUTO_TEST_CASE(memory_has_a_limit)
{
    BanRules rules({rule_of(BanTrigger::Connection, 2)});
    for (std::size_t i = 0; i < auth::kMostCounted; ++i)
        rules.count(BanTrigger::Connection, std::to_string(i), kStart);
    BOOST_TEST(rules.counted() == auth::kMostCounted);
    rules.count(BanTrigger::Connection, "one more", kStart);
    BOOST_TEST(rules.counted() == auth::kMostCounted);
    rules.count(BanTrigger::Connection, "after the window", kStart + std::chrono::minutes(10));
    BOOST_TEST(rules.counted() == 1U);
}

namespace {

/// One address and what it does.
struct Attacker {
    fixture::Server& server;
    std::string address = "198.51.100.7";

    bool may_connect() const
    {
        const auto listener = fixture::Server::listener(conf::Protocol::Pop3);
        return server.authenticator->admit({address, 40000}, listener).has_value();
    }
    void session(const std::vector<std::string>& lines) const
    {
        net::MemoryStreamOptions options;
        options.peer = {address, 40000};
        const auto connect = server.connect(
            smtp::serve, fixture::Server::listener(conf::Protocol::Smtp), options);
        auto stream = connect(1);
        boost::asio::co_spawn(server.io, say(*stream, lines), boost::asio::detached);
        server.io.restart();
        server.io.run();
    }
    static Awaitable<> say(net::Stream& stream, std::vector<std::string> lines)
    {
        for (const std::string& line : lines)
            co_await stream.write(line + "\r\n");
        std::string answers(4096, '\0');
        try {
            for (;;)
                co_await stream.read_some(answers.data(), answers.size());
        } catch (const net::Disconnected&) {
            co_return;
        }
    }
};

void add_rule(conf::Config& config, BanTrigger trigger, unsigned count)
{
    config.ban.rules.push_back(rule_of(trigger, count));
}

} // namespace

BOOST_AUTO_TEST_CASE(sessions_without_mail)
{
    fixture::Server server([](conf::Config& c) { add_rule(c, BanTrigger::EmptySession, 2); });
    const Attacker one{server};
    const std::vector<std::string> mail = {"HELO client", "MAIL FROM:<x@example.net>",
                                           "RCPT TO:<ann@example.org>", "DATA", "Subject: x",
                                           "", "text", ".", "QUIT"};
    one.session({"HELO client", "QUIT"});
    one.session(mail);
    BOOST_TEST(one.may_connect());
    one.session({"QUIT"});
    BOOST_TEST(!one.may_connect());
    BOOST_TEST(server.messages("ann@example.org").size() == 1U);
    const auto bans = server.run(server.store->bans());
    BOOST_REQUIRE(bans->size() == 1U);
    BOOST_TEST(bans->front().reason == "empty_session");
    BOOST_TEST((bans->front().end == server.clock.now() + std::chrono::hours(1)));
}

BOOST_AUTO_TEST_CASE(recipients_commands_and_traps)
{
    fixture::Server server([](conf::Config& c) {
        add_rule(c, BanTrigger::UnknownRecipient, 3);
        add_rule(c, BanTrigger::BadCommand, 2);
        add_rule(c, BanTrigger::Trap, 1);
        c.spam.traps = {"bob@example.org"}; // refused although he exists
    });
    const Attacker guesser{server, "198.51.100.1"}, noisy{server, "198.51.100.2"},
        harvester{server, "198.51.100.3"};
    const std::vector<std::string> hello = {"HELO client", "MAIL FROM:<x@example.net>"};
    auto lines = hello;
    lines.insert(lines.end(), {"RCPT TO:<a@example.org>", "RCPT TO:<b@example.org>", "QUIT"});
    guesser.session(lines);
    BOOST_TEST(guesser.may_connect());
    guesser.session(lines);
    BOOST_TEST(!guesser.may_connect());

    noisy.session({"NONSENSE", "QUIT"});
    BOOST_TEST(noisy.may_connect());
    noisy.session({"NONSENSE", "QUIT"});
    BOOST_TEST(!noisy.may_connect());

    lines = hello;
    lines.insert(lines.end(), {"RCPT TO:<BOB@Example.Org>", "DATA", "QUIT"});
    harvester.session(lines);
    BOOST_TEST(!harvester.may_connect());
    BOOST_TEST(server.messages("bob@example.org").empty());
}

BOOST_AUTO_TEST_CASE(connections_and_logins)
{
    fixture::Server server([](conf::Config& c) {
        add_rule(c, BanTrigger::Connection, 3);
        add_rule(c, BanTrigger::FailedLogin, 2);
        c.ban.failures = 100;
        c.ban.delay = milliseconds(0);
    });
    const Attacker fast{server, "198.51.100.1"}, guesser{server, "198.51.100.2"};
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(fast.may_connect());
    BOOST_TEST(!fast.may_connect());

    const auto guess = [&](const std::string& password) {
        auth::Attempt attempt;
        attempt.peer = {guesser.address, 40000};
        attempt.service = store::Right::Imap;
        attempt.area = "imap";
        server.run(server.authenticator->check_password(attempt, "ann", password));
    };
    for (int i = 0; i < 5; ++i)
        guess("old"); // the same one again counts once
    BOOST_TEST(guesser.may_connect());
    guess("other");
    BOOST_TEST(!guesser.may_connect());
}

BOOST_AUTO_TEST_CASE(who_no_rule_bans)
{
    fixture::Server server([](conf::Config& c) {
        add_rule(c, BanTrigger::Connection, 1);
        c.ban.exempt = {"203.0.113.0/24"};
    });
    for (const std::string address : {"127.0.0.1", "203.0.113.5"})
        for (int i = 0; i < 5; ++i)
            BOOST_TEST((Attacker{server, address}.may_connect()), address);
}
