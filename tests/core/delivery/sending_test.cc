// Sending limits: windows at the limit and one past it, what survives a restart, who is new.
#include "core/delivery/sending.h"

#include <boost/test/unit_test.hpp>

#include <set>

#include "core/delivery/sending_limits.h"
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
                        std::string subject = "", bool always = false)
    {
        SendingCharge charge;
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
        const auto views = server.run(server.sending->view(subject, std::chrono::minutes(10)));
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
    BOOST_TEST(change_sending({"recipients-per-day=3"}, lines).has_value());
    BOOST_TEST(change_sending({"recipients_per_day=4"}, lines).has_value());
    BOOST_REQUIRE(lines.size() == 1U);
    BOOST_TEST(lines[0] == "recipients_per_day=4");
    BOOST_TEST(!change_sending({"recipients_per_day=many"}, lines).has_value());
    BOOST_TEST(change_sending({"recipients_per_day=none"}, lines).has_value());
    BOOST_TEST(lines.empty());
}

} // namespace
} // namespace mailctl::delivery
