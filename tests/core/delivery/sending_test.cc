// Sending limits: windows at the limit and one past it, what survives a restart, who is new.
#include "core/delivery/sending.h"

#include <boost/test/unit_test.hpp>

#include <set>

#include "core/delivery/sending_limits.h"
#include "core/settings/own_settings.h"
#include "tests/fixture/server_fixture.h"

namespace mailctl::delivery {
namespace {

struct Fixture {
    Fixture()
    {
        account.id = AccountId{7};
        account.name = "ann@example.org";
        account.domain = "example.org";
    }

    SendingVerdict send(std::vector<std::string> recipients, std::uint64_t octets = 100,
                        std::string subject = "", bool always = false, std::uint64_t remote = 0)
    {
        SendingCharge charge;
        charge.remote = remote;
        charge.recipients = std::move(recipients);
        charge.octets = octets;
        charge.subject = std::move(subject);
        const auto verdict = server.run(server.sending->charge(account, charge, always));
        BOOST_REQUIRE(verdict.has_value());
        return *verdict;
    }

    fixture::Server server;
    SendingAccount account;
};

const std::vector<std::string> kOne{"a@far.example"};
const std::vector<std::string> kTwo{"a@far.example", "b@far.example"};

BOOST_FIXTURE_TEST_CASE(windows_slide, Fixture)
{
    account.own.messages_per_minute = 2;
    BOOST_TEST(!send(kOne).is_reached());
    BOOST_TEST(!send(kOne).is_reached());
    const auto first = send(kOne);
    BOOST_TEST(first.limit == "messages_per_minute");
    BOOST_TEST(first.subject == "ann@example.org");
    BOOST_TEST(first.is_first);
    BOOST_TEST(!send(kOne).is_first);
    server.clock.advance(std::chrono::seconds(59));
    BOOST_TEST(send(kOne).is_reached());
    server.clock.advance(std::chrono::seconds(12));
    BOOST_TEST(!send(kOne).is_reached());
}

BOOST_FIXTURE_TEST_CASE(a_day_ends, Fixture)
{
    account.own.recipients_per_day = 3;
    BOOST_TEST(!send(kTwo).is_reached());
    BOOST_TEST(send(kTwo).limit == "recipients_per_day");
    BOOST_TEST(!send(kOne).is_reached());
    server.clock.advance(std::chrono::hours(25));
    BOOST_TEST(!send(kTwo).is_reached());
}

BOOST_FIXTURE_TEST_CASE(octets_at_the_limit, Fixture)
{
    account.own.octets_per_day = 200;
    BOOST_TEST(!send(kOne, 200).is_reached());
    BOOST_TEST(send(kOne, 1).limit == "octets_per_day");
}

BOOST_FIXTURE_TEST_CASE(octets_of_an_hour, Fixture)
{
    account.own.octets_per_hour = 200;
    BOOST_TEST(!send(kOne, 200).is_reached());
    BOOST_TEST(send(kOne, 1).limit == "octets_per_hour");
    server.clock.advance(std::chrono::minutes(66));
    BOOST_TEST(!send(kOne, 200).is_reached());
}

BOOST_FIXTURE_TEST_CASE(local_and_remote_recipients_are_counted_apart, Fixture)
{
    const auto send_to = [this](std::uint64_t local, std::uint64_t remote) {
        std::vector<std::string> recipients;
        while (recipients.size() < local + remote)
            recipients.push_back(std::to_string(recipients.size()) + "@x.example");
        return send(std::move(recipients), 100, "", false, remote).limit;
    };
    account.own.remote_recipients_per_hour = 2;
    account.own.local_recipients_per_day = 3;
    BOOST_TEST(send_to(1, 2) == "");
    BOOST_TEST(send_to(0, 1) == "remote_recipients_per_hour");
    BOOST_TEST(send_to(2, 0) == "");
    BOOST_TEST(send_to(1, 0) == "local_recipients_per_day");
    server.clock.advance(std::chrono::minutes(66));
    BOOST_TEST(send_to(0, 2) == "");
    BOOST_TEST(send_to(1, 0) == "local_recipients_per_day");
    account.of_domain.remote_recipients_per_day = 5;
    server.clock.advance(std::chrono::minutes(66));
    BOOST_TEST(send_to(0, 1) == "");
    BOOST_TEST(send_to(0, 1) == "remote_recipients_per_day");
}

BOOST_FIXTURE_TEST_CASE(octets_count_for_each_side_once, Fixture)
{
    account.own.remote_octets_per_day = 100;
    account.own.local_octets_per_day = 150;
    BOOST_TEST(!send(kTwo, 100, "", false, 1).is_reached()); // to one of each
    BOOST_TEST(send(kOne, 1, "", false, 1).limit == "remote_octets_per_day");
    BOOST_TEST(!send(kTwo, 50, "", false, 0).is_reached());
    BOOST_TEST(send(kOne, 1, "", false, 0).limit == "local_octets_per_day");
}

BOOST_FIXTURE_TEST_CASE(where_a_recipient_leads_is_known_at_its_turn, Fixture)
{
    account.own.remote_recipients_per_hour = 1;
    account.own.recipients_per_hour = 3;
    const auto limit = [this](std::uint64_t all, std::uint64_t local, std::uint64_t remote) {
        const auto verdict = server.run(server.sending->look(account, {all, local, remote}));
        BOOST_REQUIRE(verdict.has_value());
        return verdict->limit;
    };
    send(kOne, 1, "", false, 1);
    BOOST_TEST(limit(1, 0, 0) == ""); // MAIL: it may be local yet
    BOOST_TEST(limit(1, 0, 1) == "remote_recipients_per_hour");
    BOOST_TEST(limit(2, 2, 0) == "");
    BOOST_TEST(limit(3, 3, 0) == "recipients_per_hour");
}

BOOST_FIXTURE_TEST_CASE(a_domain_counts_all_its_users, Fixture)
{
    account.of_domain.messages_per_hour = 2;
    BOOST_TEST(!send(kOne).is_reached());
    account.name = "bob@example.org";
    BOOST_TEST(!send(kOne).is_reached());
    BOOST_TEST(send(kOne).subject == "@example.org");
}

BOOST_FIXTURE_TEST_CASE(correspondents_are_new_once, Fixture)
{
    account.own.new_correspondents_per_day = 2;
    BOOST_TEST(!send(kTwo).is_reached());
    BOOST_TEST(!send(kTwo).is_reached());
    BOOST_TEST(send({"c@far.example"}).limit == "new_correspondents_per_day");
    server.clock.advance(std::chrono::hours(26));
    BOOST_TEST(!send({"c@far.example"}).is_reached());
}

BOOST_FIXTURE_TEST_CASE(too_many_bounces_end_sending_for_an_hour, Fixture)
{
    const auto bounce = [this] {
        SendingAccount ann;
        ann.name = "ann@example.org";
        ann.domain = "example.org";
        const auto done = server.run(server.sending->bounced(ann, 1));
        BOOST_REQUIRE(done.has_value());
    };
    account.own.bounces_per_hour = 2;
    bounce();
    BOOST_TEST(!send(kOne).is_reached());
    bounce();
    BOOST_TEST(send(kOne).limit == "bounces_per_hour");
    account.own.bounces_per_hour = 0;
    account.of_domain.bounces_per_hour = 3;
    account.name = "bob@example.org";
    BOOST_TEST(!send(kOne).is_reached());
    bounce();
    BOOST_TEST(send(kOne).subject == "@example.org");
    server.clock.advance(std::chrono::minutes(66));
    BOOST_TEST(!send(kOne).is_reached());
}

BOOST_FIXTURE_TEST_CASE(equal_messages, Fixture)
{
    account.detect.equal_subjects = 2;
    account.detect.action = conf::DetectAction::Hold;
    BOOST_TEST(send(kOne, 1, "buy").fired.empty());
    BOOST_TEST(send(kOne, 2, "Re: buy").fired.empty());
    BOOST_TEST(!send(kOne, 2, "other").hold);
    const auto verdict = send(kOne, 3, "buy");
    BOOST_TEST(!verdict.is_reached()); // no limit: it goes on, though it waits
    BOOST_TEST(verdict.fired.size() == 1U);
    BOOST_TEST(verdict.hold.has_value());
    BOOST_TEST(send(kOne, 3, "other").hold.has_value());
    // What fired is on the disk at once.
    server.sending = std::make_unique<Sending>(*server.store);
    BOOST_TEST(send(kOne, 4, "other").hold.has_value());
    BOOST_TEST(server.run(server.sending->reset("ann@example.org")).has_value());
    BOOST_TEST(!send(kOne, 5, "buy").hold);
}

BOOST_FIXTURE_TEST_CASE(counters_survive_a_restart_once_written, Fixture)
{
    account.own.messages_per_day = 1;
    BOOST_TEST(!send(kOne).is_reached());
    BOOST_TEST(server.run(server.sending->flush()).has_value());
    server.sending = std::make_unique<Sending>(*server.store);
    BOOST_TEST(send(kOne).is_reached());
    BOOST_TEST(server.run(server.sending->reset("ann@example.org")).has_value());
    BOOST_TEST(!send(kOne).is_reached());
}

BOOST_FIXTURE_TEST_CASE(what_was_not_accepted_is_not_counted, Fixture)
{
    account.own.messages_per_day = 1;
    SendingCharge charge;
    charge.recipients = kOne;
    BOOST_TEST(!send(kOne, 0).is_reached());
    server.sending->release(account, charge);
    BOOST_TEST(!send(kOne, 0).is_reached());
    BOOST_TEST(send(kOne, 0).is_reached());
    BOOST_TEST(send(kOne, 0, "", true).is_reached()); // held, and counted
}

BOOST_FIXTURE_TEST_CASE(one_or_all_are_shown, Fixture)
{
    send(kTwo);
    const auto subjects_of = [this](const std::string& subject) {
        const auto views = server.run(server.sending->view(subject, server.services->config));
        BOOST_REQUIRE(views.has_value());
        std::set<std::string> subjects;
        for (const auto& view : *views)
            subjects.insert(view.subject);
        return subjects;
    };
    BOOST_TEST((subjects_of("") == std::set<std::string>{"@example.org", "ann@example.org"}));
    BOOST_TEST((subjects_of("@example.org") == std::set<std::string>{"@example.org"}));
    BOOST_TEST((subjects_of("ann@example.org") == std::set<std::string>{"ann@example.org"}));
    BOOST_TEST(subjects_of("nn@example.org").empty());
}

// Logins of an hour ago, for one whose own window is longer than the server's.
BOOST_FIXTURE_TEST_CASE(detections_are_shown_within_the_users_own_window, Fixture)
{
    server.add_user("eve@example.org", "");
    server.add_user("wide@example.org", "", [](store::User& user) {
        user.settings = {"abuse.detect.window=2h"};
    });
    for (const std::string name : {"eve@example.org", "wide@example.org"}) {
        account.name = name;
        account.detect.logins = 5;
        account.detect.window = std::chrono::hours(2);
        BOOST_TEST(server.run(server.sending->logged_in(account)).has_value());
    }
    server.clock.advance(std::chrono::minutes(60));
    const auto views = server.run(server.sending->view("", server.services->config));
    BOOST_REQUIRE(views.has_value());
    std::vector<std::string> shown;
    for (const auto& view : *views)
        if (view.limit == "detect.logins")
            shown.push_back(view.subject);
    BOOST_TEST((shown == std::vector<std::string>{"wide@example.org"}));
}

BOOST_AUTO_TEST_CASE(own_limits_go_before_the_settings)
{
    conf::SendingLimits limits;
    limits.messages_per_day = 5;
    limits.recipients_per_day = 10;
    const auto own = with_own(limits, {"recipients_per_day=0", "octets_per_day=7"});
    BOOST_TEST(own.messages_per_day == 5U);
    BOOST_TEST(own.recipients_per_day == 0U);
    BOOST_TEST(own.octets_per_day == 7U);
    std::vector<std::string> lines;
    BOOST_TEST(change_sending({"recipients-per-day=3"}, lines, SendingOf::User).has_value());
    BOOST_TEST(change_sending({"recipients_per_day=4"}, lines, SendingOf::User).has_value());
    BOOST_REQUIRE(lines.size() == 1U);
    BOOST_TEST(lines[0] == "recipients_per_day=4");
    BOOST_TEST(!change_sending({"recipients_per_day=many"}, lines, SendingOf::User).has_value());
    BOOST_TEST(change_sending({"recipients_per_day=4294967295"}, lines, SendingOf::User).has_value());
    BOOST_TEST(!change_sending({"recipients_per_day=4294967296"}, lines, SendingOf::User).has_value());
    std::vector<std::string> octets;
    BOOST_TEST(change_sending({"octets_per_hour=100MiB"}, octets, SendingOf::User).has_value());
    BOOST_TEST(change_sending({"remote_octets_per_day=5GiB"}, octets, SendingOf::User).has_value());
    BOOST_TEST((octets == std::vector<std::string>{"octets_per_hour=104857600",
                                                   "remote_octets_per_day=5368709120"}));
    BOOST_TEST(with_own({}, octets).remote_octets_per_day == 5ULL << 30);
    BOOST_TEST(change_sending({"recipients_per_day=none"}, lines, SendingOf::User).has_value());
    BOOST_TEST(lines.empty());
}

BOOST_AUTO_TEST_CASE(a_domain_sets_limits_of_each_of_its_users)
{
    std::vector<std::string> lines;
    BOOST_TEST(change_sending({"user.recipients-per-day=50", "recipients_per_day=500"}, lines,
                              SendingOf::Domain)
                   .has_value());
    BOOST_TEST(
        change_sending({"user.recipients_per_day=60"}, lines, SendingOf::Domain).has_value());
    BOOST_TEST((lines == std::vector<std::string>{"recipients_per_day=500",
                                                  "user.recipients_per_day=60"}));
    BOOST_TEST(!check_sending({"user.recipients_per_day=60"}, SendingOf::User).has_value());
    BOOST_TEST(!check_sending({"user.user.recipients_per_day=6"}, SendingOf::Domain).has_value());
    BOOST_TEST(with_own({}, lines).recipients_per_day == 500U);
    conf::Config config;
    config.sending.account.recipients_per_day = 10;
    config.sending.account.messages_per_day = 5;
    store::Domain domain;
    domain.sending = lines;
    store::User user;
    BOOST_TEST(sending_account(config, {}, user, domain).own.recipients_per_day == 60U);
    BOOST_TEST(sending_account(config, {}, user, domain).own.messages_per_day == 5U);
    BOOST_TEST(sending_account(config, {}, user, domain).of_domain.recipients_per_day == 500U);
    user.sending = {"recipients_per_day=0"};
    BOOST_TEST(sending_account(config, {}, user, domain).own.recipients_per_day == 0U);
    BOOST_TEST(
        change_sending({"user.recipients_per_day=none"}, lines, SendingOf::Domain).has_value());
    BOOST_TEST(lines.size() == 1U);
}

} // namespace
} // namespace mailctl::delivery
