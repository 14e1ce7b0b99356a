// The queue: what changes about an entry, what is due, what observers hear and what history keeps.
#include <algorithm>
#include <memory>

#include <boost/test/unit_test.hpp>

#include "tests/store/queue_fixture.h"

using namespace mailctl;
using namespace mailctl::store;
using mailctl::tests::must;
using mailctl::tests::run;
using Site = mailctl::tests::QueueSite;
using RecipientState = QueueRecipient::State;

namespace {

struct Watcher : QueueObserver {
    void added(std::shared_ptr<const QueueEntry> entry) override { entries.push_back(entry); }
    void changed() override { ++changes; }
    std::vector<std::shared_ptr<const QueueEntry>> entries;
    int changes = 0;
};

QueueAttempt attempt(Time start, std::string reply)
{
    QueueAttempt one;
    one.start = start;
    one.took = milliseconds(120);
    one.destination = "far.example";
    one.host = "mx.far.example";
    one.address = "192.0.2.1:25";
    one.reply = std::move(reply);
    one.deferred = 1;
    return one;
}

/// The entry after a try that failed for now.
QueueEntry deferred(QueueEntry entry, Time next)
{
    for (auto& recipient : entry.recipients) {
        ++recipient.attempts;
        recipient.last_reply = "451 4.7.1 later";
        recipient.next_attempt = next;
    }
    return entry;
}

QueueEntry delivered(QueueEntry entry)
{
    for (auto& recipient : entry.recipients) {
        recipient.state = RecipientState::Delivered;
        recipient.last_reply = "250 2.0.0 ok";
    }
    return entry;
}

std::vector<Queue::Due> due(Site& site, Time until)
{
    std::vector<Queue::Due> all;
    for (std::uint16_t shard = 0; shard < site.queue.shards(); ++shard)
        for (auto& one : must(site.queue.due(shard, until, std::nullopt, 100)))
            all.push_back(std::move(one));
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(queue_change)

BOOST_AUTO_TEST_CASE(an_observer_hears_of_what_was_added_with_its_body)
{
    Site site;
    Watcher watcher;
    site.queue.observe(&watcher);
    const auto sent = site.entry("ann@example.org", {"x@far.example"});
    const QueueId id = must(site.queue.add(sent));
    BOOST_REQUIRE_EQUAL(watcher.entries.size(), 1);
    BOOST_TEST((watcher.entries[0]->id == id));
    BOOST_TEST(watcher.entries[0]->inline_body == sent.inline_body);
    BOOST_TEST((watcher.entries[0]->recipients[0].next_attempt == sent.next_attempt));
    site.queue.wake();
    must(site.queue.set_paused(true));
    BOOST_TEST(watcher.changes == 2);
    site.queue.observe(nullptr);
    site.queue.wake();
    must(site.queue.add(site.entry("ann@example.org", {"x@far.example"})));
    BOOST_TEST(watcher.entries.size() == 1);
    BOOST_TEST(watcher.changes == 2);
}

BOOST_AUTO_TEST_CASE(what_was_added_is_replaced_without_reading)
{
    Site site;
    Watcher watcher;
    site.queue.observe(&watcher);
    must(site.queue.add(site.entry("ann@example.org", {"x@far.example", "y@other.example"})));
    const QueueEntry before = *watcher.entries[0];
    QueueEntry after = before;
    after.recipients[0].state = RecipientState::Delivered;
    after.recipients[1].attempts = 1;
    after.recipients[1].last_reply = "451 later";
    after.recipients[1].next_attempt = site.clock.now() + std::chrono::minutes(15);
    const unsigned reads = site.engine.reads();
    must(site.queue.replace(before, after, {attempt(site.clock.now(), "451 later")}));
    BOOST_TEST(site.engine.reads() == reads);

    QueueFilter done;
    done.domain = "far.example";
    BOOST_TEST(must(site.queue.list(done)).empty());
    done.domain = "other.example";
    const auto found = must(site.queue.list(done));
    BOOST_REQUIRE_EQUAL(found.size(), 1);
    BOOST_TEST((found[0].next_attempt == after.recipients[1].next_attempt));
    BOOST_TEST(found[0].recipients[1].last_reply == "451 later");
    BOOST_TEST(must(site.queue.attempts(found[0].id)).size() == 1);
    // The caller goes on with what it passed.
    must(site.queue.replace(after, delivered(after), {}));
    BOOST_TEST(must(site.queue.count()) == 0);
    BOOST_TEST(must(site.queue.check(false)).empty());
}

BOOST_AUTO_TEST_CASE(replacing_what_is_another_by_now_is_a_conflict)
{
    Site site;
    const QueueId id = must(site.queue.add(site.entry("ann@example.org", {"x@far.example"})));
    const QueueEntry before = must(site.queue.find(id));
    must(site.queue.replace(before, deferred(before, site.clock.now()), {}));
    const auto late = run(site.queue.replace(before, delivered(before), {}));
    BOOST_TEST((late.error().code() == Errc::Conflict));
    const auto now = must(site.queue.find(id));
    must(site.queue.replace(now, delivered(now), {}));
    const auto gone = run(site.queue.replace(now, delivered(now), {}));
    BOOST_TEST((gone.error().code() == Errc::Conflict));
}

BOOST_AUTO_TEST_CASE(many_recipients_change_under_the_same_watch)
{
    Site site;
    std::vector<std::string> recipients;
    for (int i = 0; i < 500; ++i)
        recipients.push_back("user" + std::to_string(i) + "@d" + std::to_string(i) + ".example");
    const QueueId id = must(site.queue.add(site.entry("ann@example.org", recipients)));
    const QueueEntry before = must(site.queue.find(id));
    QueueEntry after = before;
    after.recipients[499].state = RecipientState::Delivered;
    must(site.queue.replace(before, after, {}));
    BOOST_TEST((run(site.queue.replace(before, after, {})).error().code() == Errc::Conflict));
    BOOST_TEST((must(site.queue.find(id)).recipients[499].state == RecipientState::Delivered));
    must(site.queue.replace(after, delivered(after), {}));
    const auto history = must(site.queue.history({}));
    BOOST_REQUIRE_EQUAL(history.size(), 1);
    BOOST_TEST(history[0].entry.recipients.size() == 500);
    BOOST_TEST(must(site.queue.check(false)).empty());
    BOOST_TEST(must(site.queue.expire_history(site.clock.now() + milliseconds(1))) == 1);
    BOOST_TEST(site.rows() == 0);
}

BOOST_AUTO_TEST_CASE(an_update_runs_on_the_newest_state)
{
    Site site;
    const QueueId id = must(site.queue.add(site.entry("ann@example.org", {"x@far.example"})));
    const auto hold = [](QueueEntry& entry) -> Result<> {
        entry.held = true;
        entry.hold_reason = "ann asked for it";
        return ok();
    };
    BOOST_TEST(must(site.queue.update(id, hold)).held);
    BOOST_TEST(must(site.queue.find(id)).hold_reason == "ann asked for it");
    BOOST_TEST(due(site, site.clock.now()).empty());
    const auto refuse = [](QueueEntry&) -> Result<> { return Error(Errc::Denied, "no"); };
    BOOST_TEST((run(site.queue.update(id, refuse)).error().code() == Errc::Denied));
    BOOST_TEST((run(site.queue.update(QueueId{7}, hold)).error().code() == Errc::NotFound));
    BOOST_TEST(must(site.queue.count()) == 1);
    const auto release = [](QueueEntry& entry) -> Result<> {
        entry.held = false;
        return ok();
    };
    must(site.queue.update(id, release));
    BOOST_TEST(due(site, site.clock.now()).size() == 1);
}

BOOST_AUTO_TEST_CASE(due_entries_come_by_time_with_their_domains)
{
    Site site;
    const Time start = site.clock.now();
    must(site.queue.add(site.entry("a@example.org", {"x@far.example", "y@Other.example"})));
    auto later = site.entry("b@example.org", {"x@far.example"});
    later.next_attempt = start + std::chrono::hours(1);
    const QueueId last = must(site.queue.add(later));
    const auto now = due(site, site.clock.now());
    BOOST_REQUIRE_EQUAL(now.size(), 1);
    BOOST_TEST((now[0].domains == std::vector<std::string>{"far.example", "other.example"}));
    BOOST_TEST((must(site.queue.next_due(site.clock.now())) == later.next_attempt));
    BOOST_TEST((must(site.queue.next_due(start + std::chrono::hours(2))) == std::nullopt));
    BOOST_TEST(due(site, start + std::chrono::hours(1)).size() == 2);
    // What is due earlier all at once is seen, though it was looked for before.
    const auto sooner = [&](QueueEntry& entry) -> Result<> {
        entry.recipients[0].next_attempt = start - std::chrono::hours(1);
        return ok();
    };
    must(site.queue.update(last, sooner));
    BOOST_TEST(due(site, site.clock.now()).size() == 2);
}

BOOST_AUTO_TEST_CASE(due_entries_come_in_pages)
{
    Site site;
    for (int i = 0; i < 300; ++i)
        must(site.queue.add(site.entry("a@example.org", {"x@far.example"})));
    std::size_t seen = 0;
    for (std::uint16_t shard = 0; shard < site.queue.shards(); ++shard) {
        std::optional<Queue::Due> after;
        for (;;) {
            const auto page = must(site.queue.due(shard, site.clock.now(), after, 7));
            for (const auto& one : page) {
                BOOST_TEST((!after || after->at <= one.at));
                after = one;
            }
            seen += page.size();
            if (page.size() < 7)
                break;
        }
    }
    BOOST_TEST(seen == 300);
}

BOOST_AUTO_TEST_CASE(a_domain_is_put_off_without_an_attempt)
{
    Site site;
    std::vector<QueueId> ids;
    for (int i = 0; i < 50; ++i)
        ids.push_back(must(
            site.queue.add(site.entry("a@example.org", {"x@far.example", "y@other.example"}))));
    const Time until = site.clock.now() + std::chrono::hours(1);
    const unsigned writes = site.engine.writes();
    ids.push_back(QueueId{99});
    must(site.queue.postpone(ids, "FAR.example", until, "no answer"));
    BOOST_TEST(site.engine.writes() - writes <= site.queue.shards());
    BOOST_TEST(due(site, site.clock.now()).size() == 50);
    const auto one = must(site.queue.find(ids[0]));
    BOOST_TEST((one.recipients[0].next_attempt == until));
    BOOST_TEST(one.recipients[0].last_reply == "no answer");
    BOOST_TEST(one.recipients[0].attempts == 0);
    BOOST_TEST(one.recipients[1].last_reply == "");
    must(site.queue.postpone(ids, "", until, ""));
    BOOST_TEST(due(site, site.clock.now()).empty());
    BOOST_TEST(due(site, until).size() == 50);
    BOOST_TEST(must(site.queue.check(false)).empty());
}

BOOST_AUTO_TEST_CASE(bodies_come_with_entries_that_are_asked_for_together)
{
    Site site;
    std::vector<QueueId> ids;
    for (int i = 0; i < 40; ++i) {
        auto entry = site.entry("a@example.org", {"x@far.example"});
        entry.inline_body += std::to_string(i);
        entry.body.octets = entry.inline_body.size();
        ids.push_back(must(site.queue.add(entry)));
    }
    std::reverse(ids.begin(), ids.end());
    must(site.queue.remove(ids[3]));
    const auto found = must(site.queue.find_all(ids));
    BOOST_REQUIRE_EQUAL(found.size(), 39);
    BOOST_TEST((found[0].id == ids[0]));
    BOOST_TEST((found[3].id == ids[4]));
    BOOST_TEST(found[0].inline_body.ends_with("\r\n39"));
    BOOST_TEST(found[38].inline_body.ends_with("\r\n0"));
}

BOOST_AUTO_TEST_CASE(history_keeps_the_end_and_every_attempt)
{
    Site site;
    const QueueId id = must(site.queue.add(site.entry("ann@example.org", {"x@far.example"})));
    const Time first_try = site.clock.now();
    auto state = must(site.queue.find(id));
    auto next = deferred(state, first_try + std::chrono::minutes(15));
    must(site.queue.replace(state, next, {attempt(first_try, "451 4.7.1 later")}));
    site.clock.advance(std::chrono::minutes(15));
    must(site.queue.replace(next, delivered(next), {attempt(site.clock.now(), "250 ok")}));
    must(site.queue.add(site.entry("bob@example.org", {"z@other.example"})));

    BOOST_TEST((run(site.queue.find(id)).error().code() == Errc::NotFound));
    QueueFilter filter;
    filter.from = "ann@*";
    const auto found = must(site.queue.history(filter));
    BOOST_REQUIRE_EQUAL(found.size(), 1);
    BOOST_TEST((found[0].entry.id == id));
    BOOST_TEST((found[0].finished == site.clock.now() - milliseconds(5)));
    BOOST_TEST((found[0].entry.recipients[0].state == RecipientState::Delivered));
    BOOST_REQUIRE_EQUAL(found[0].attempts.size(), 2);
    BOOST_TEST(found[0].attempts[0].reply == "451 4.7.1 later");
    BOOST_TEST(found[0].attempts[1].host == "mx.far.example");
    BOOST_TEST((found[0].attempts[1].took == milliseconds(120)));
    filter = {};
    filter.id = id;
    BOOST_TEST(must(site.queue.history(filter)).size() == 1);
    filter.id = QueueId{5};
    BOOST_TEST(must(site.queue.history(filter)).empty());
    BOOST_TEST(must(site.queue.attempts(id)).size() == 2);
}

BOOST_AUTO_TEST_CASE(history_comes_latest_last_and_ends_with_its_time)
{
    Site site;
    std::vector<Time> finished;
    for (int i = 0; i < 30; ++i) {
        const auto id = must(site.queue.add(
            site.entry("s" + std::to_string(i) + "@example.org", {"x@far.example"})));
        const auto state = must(site.queue.find(id));
        site.clock.advance(std::chrono::minutes(1));
        finished.push_back(site.clock.now());
        must(site.queue.replace(state, delivered(state), {}));
    }
    QueueFilter filter;
    filter.limit = 3;
    auto latest = must(site.queue.history(filter));
    BOOST_REQUIRE_EQUAL(latest.size(), 3);
    BOOST_TEST(latest[0].entry.sender == "s27@example.org");
    BOOST_TEST(latest[2].entry.sender == "s29@example.org");
    filter.after = latest[0].entry.id;
    latest = must(site.queue.history(filter));
    BOOST_TEST(latest[2].entry.sender == "s26@example.org");
    BOOST_TEST(must(site.queue.expire_history(finished[9])) == 9);
    BOOST_TEST(must(site.queue.history({})).size() == 21);
    BOOST_TEST(must(site.queue.check(false)).empty());
    BOOST_TEST(must(site.queue.expire_history(finished[29] + milliseconds(1))) == 21);
    BOOST_TEST(site.rows() == 0);
}

BOOST_AUTO_TEST_CASE(of_many_attempts_the_first_and_the_latest_stay)
{
    Site site;
    const QueueId id = must(site.queue.add(site.entry("ann@example.org", {"x@far.example"})));
    auto state = must(site.queue.find(id));
    for (int i = 0; i < 120; ++i) {
        auto next = deferred(state, site.clock.now());
        must(site.queue.replace(state, next,
                                {attempt(site.clock.now(), "try " + std::to_string(i))}));
        site.clock.advance(milliseconds(1000));
        state = next;
        if (i == 99)
            BOOST_TEST(must(site.queue.attempts(id)).size() == kMaxQueueAttempts);
    }
    const auto kept = must(site.queue.attempts(id));
    BOOST_REQUIRE_EQUAL(kept.size(), kMaxQueueAttempts);
    BOOST_TEST(kept.front().reply == "try 0");
    BOOST_TEST(kept.back().reply == "try 119");
    must(site.queue.replace(state, delivered(state), {}));
    const auto history = must(site.queue.history({}));
    BOOST_REQUIRE_EQUAL(history.size(), 1);
    BOOST_TEST(history[0].attempts.front().reply == "try 0");
    BOOST_TEST(history[0].attempts.back().reply == "try 119");
    must(site.queue.expire_history(site.clock.now() + milliseconds(1)));
    BOOST_TEST(site.rows() == 0);
}

BOOST_AUTO_TEST_CASE(a_recipient_that_nobody_was_told_of_keeps_its_entry_due)
{
    Site site;
    const QueueId id = must(site.queue.add(site.entry("ann@example.org", {"x@far.example"})));
    const auto fail = [&](QueueEntry& entry) -> Result<> {
        entry.recipients[0].state = RecipientState::Failed;
        entry.recipients[0].notice_due = true;
        return ok();
    };
    const auto failed = must(site.queue.update(id, fail));
    const auto now = due(site, site.clock.now());
    BOOST_REQUIRE_EQUAL(now.size(), 1);
    auto told = failed;
    told.recipients[0].notice_due = false;
    must(site.queue.replace(failed, told, {}));
    BOOST_TEST(must(site.queue.count()) == 0);
    BOOST_TEST((must(site.queue.history({}))[0].entry.recipients[0].state ==
                RecipientState::Failed));
}

BOOST_AUTO_TEST_CASE(shapes_count_recipients_by_domain_and_age)
{
    Site site;
    must(site.queue.add(site.entry("a@example.org", {"x@far.example", "y@far.example"})));
    site.clock.advance(std::chrono::minutes(8));
    must(site.queue.add(site.entry("", {"x@far.example", "z@other.example"})));
    auto held = site.entry("b@example.org", {"x@far.example"});
    held.held = true;
    must(site.queue.add(held));
    const std::vector<milliseconds> bounds{std::chrono::minutes(5), std::chrono::minutes(10)};
    const auto rows = must(site.queue.shape({}, bounds));
    BOOST_REQUIRE_EQUAL(rows.size(), 2);
    BOOST_TEST(rows[0].domain == "far.example");
    BOOST_TEST(rows[0].total == 4);
    BOOST_TEST((rows[0].buckets == std::vector<std::uint64_t>{2, 2, 0}));
    BOOST_TEST(rows[1].domain == "other.example");
    BOOST_TEST((rows[1].buckets == std::vector<std::uint64_t>{1, 0, 0}));
    const auto senders = must(site.queue.shape({}, bounds, ShapeBy::Sender));
    BOOST_REQUIRE_EQUAL(senders.size(), 3);
    BOOST_TEST(senders[0].total == 2);
    QueueFilter filter;
    filter.domain = "other.example";
    BOOST_TEST(must(site.queue.shape(filter, bounds)).size() == 1);
    filter.domain = "*.example";
    filter.older = std::chrono::minutes(5);
    BOOST_TEST(must(site.queue.shape(filter, bounds))[0].total == 2);
}

BOOST_AUTO_TEST_SUITE_END()
