// Standing rules: what they do to mail that comes and to mail that waits.
#include <boost/test/unit_test.hpp>

#include "tests/store/queue_fixture.h"

using namespace mailctl;
using namespace mailctl::store;
using mailctl::tests::must;
using mailctl::tests::run;
using Site = mailctl::tests::QueueSite;
using Action = QueueRule::Action;
using RecipientState = QueueRecipient::State;

namespace {

QueueRule rule_for(const std::string& domain, Action action)
{
    QueueRule rule;
    rule.match.domain = domain;
    rule.action = action;
    rule.reason = "a storm";
    rule.owner = "ann";
    rule.route = action == Action::Route ? "mx" : "";
    return rule;
}

} // namespace

BOOST_AUTO_TEST_SUITE(queue_rules)

BOOST_AUTO_TEST_CASE(what_waits_and_what_comes_is_held)
{
    Site site;
    const auto before = must(site.queue.add(site.entry("a@example.org", {"x@far.example"})));
    const auto number = must(site.queue.add_rule(rule_for("far.example", Action::Hold)));
    BOOST_TEST(number == 1);
    const auto after = must(site.queue.add(site.entry("a@example.org", {"x@far.example"})));
    const auto other = must(site.queue.add(site.entry("a@example.org", {"x@other.example"})));
    BOOST_TEST(must(site.queue.find(before)).held);
    BOOST_TEST(must(site.queue.find(before)).hold_reason == "rule 1: a storm (ann)");
    BOOST_TEST(must(site.queue.find(after)).held);
    BOOST_TEST(!must(site.queue.find(other)).held);
    must(site.queue.remove_rule(number));
    BOOST_TEST((run(site.queue.remove_rule(number)).error().code() == Errc::NotFound));
    const auto last = must(site.queue.add(site.entry("a@example.org", {"x@far.example"})));
    BOOST_TEST(!must(site.queue.find(last)).held);
    BOOST_TEST(must(site.queue.find(after)).held);
    BOOST_TEST(must(site.queue.count()) == 4);
    BOOST_TEST(must(site.queue.check(false)).empty());
}

BOOST_AUTO_TEST_CASE(of_several_recipients_only_those_meant_are_touched)
{
    Site site;
    must(site.queue.add_rule(rule_for("held.example", Action::Hold)));
    must(site.queue.add_rule(rule_for("failed.example", Action::Fail)));
    must(site.queue.add_rule(rule_for("dropped.example", Action::Drop)));
    must(site.queue.add_rule(rule_for("routed.example", Action::Route)));
    const auto id = must(site.queue.add(
        site.entry("a@example.org", {"x@held.example", "x@failed.example", "x@dropped.example",
                                     "x@routed.example", "x@other.example"})));
    const auto entry = must(site.queue.find(id));
    BOOST_TEST(!entry.held);
    BOOST_TEST((entry.recipients[0].state == RecipientState::Held));
    BOOST_TEST((entry.recipients[1].state == RecipientState::Failed));
    BOOST_TEST(entry.recipients[1].notice_due);
    BOOST_TEST(entry.recipients[1].last_reply == "550 5.7.1 a storm");
    BOOST_TEST((entry.recipients[2].state == RecipientState::Dropped));
    BOOST_TEST(entry.recipients[3].route == "mx");
    BOOST_TEST(entry.recipients[4].is_waiting());
    BOOST_TEST(entry.recipients[4].route == "");
    BOOST_TEST(must(site.queue.check(false)).empty());
}

BOOST_AUTO_TEST_CASE(what_is_dropped_whole_is_only_in_the_history)
{
    Site site;
    must(site.queue.add_rule(rule_for("far.example", Action::Drop)));
    QueueEntry entry = site.entry("a@example.org", {"x@far.example"});
    entry.inline_body.clear();
    entry.body.shared = true;
    entry.body.blob = new_blob_id(site.clock.now(), site.random);
    const auto id = must(site.queue.add(entry));
    BOOST_TEST((run(site.queue.find(id)).error().code() == Errc::NotFound));
    BOOST_TEST(must(site.queue.count()) == 0);
    BOOST_TEST(site.bodies.released.contains(entry.body.blob));
    const auto history = must(site.queue.history({}));
    BOOST_REQUIRE_EQUAL(history.size(), 1);
    BOOST_TEST((history[0].entry.recipients[0].state == RecipientState::Dropped));
    BOOST_TEST(must(site.queue.check(false)).empty());
}

BOOST_AUTO_TEST_CASE(rules_end_with_their_time_and_outlive_a_restart)
{
    Site site;
    auto rule = rule_for("far.example", Action::Hold);
    rule.expires = site.clock.now() + std::chrono::hours(2);
    rule.match.larger = 0;
    must(site.queue.add_rule(rule));
    must(site.queue.set_paused(true));
    Site again(site.engine.disk(), site.clock.now());
    const auto rules = must(again.queue.rules());
    BOOST_REQUIRE_EQUAL(rules.size(), 1);
    BOOST_TEST((rules[0].expires == rule.expires));
    BOOST_TEST((rules[0].match.larger == std::uint64_t{0}));
    BOOST_TEST(rules[0].owner == "ann");
    BOOST_TEST(must(again.queue.paused()));
    const auto held = must(again.queue.add(again.entry("a@example.org", {"x@far.example"})));
    BOOST_TEST(must(again.queue.find(held)).held);
    again.clock.advance(std::chrono::hours(2));
    const auto free = must(again.queue.add(again.entry("a@example.org", {"x@far.example"})));
    BOOST_TEST(!must(again.queue.find(free)).held);
}

BOOST_AUTO_TEST_CASE(rules_that_are_none_are_refused)
{
    Site site;
    QueueRule rule;
    BOOST_TEST((run(site.queue.add_rule(rule)).error().code() == Errc::Invalid));
    rule.match.from = "a@example.org";
    rule.action = Action::Route;
    BOOST_TEST((run(site.queue.add_rule(rule)).error().code() == Errc::Invalid));
    rule.route = "mx";
    rule.reason = std::string(9000, 'x');
    BOOST_TEST((run(site.queue.add_rule(rule)).error().code() == Errc::Invalid));
    rule.reason.clear();
    for (std::size_t i = 0; i < kMaxQueueRules; ++i)
        must(site.queue.add_rule(rule));
    BOOST_TEST((run(site.queue.add_rule(rule)).error().code() == Errc::OverQuota));
}

BOOST_AUTO_TEST_SUITE_END()
