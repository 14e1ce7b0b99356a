// Random changes of a queue and of a simple model of it, with restarts and failing writes: both
// agree, and no index row is missing or left over.
#include <algorithm>
#include <map>
#include <memory>
#include <random>

#include <boost/test/unit_test.hpp>

#include "tests/store/queue_fixture.h"

using namespace mailctl;
using namespace mailctl::store;
using mailctl::tests::must;
using mailctl::tests::run;
using Site = mailctl::tests::QueueSite;
using RecipientState = QueueRecipient::State;

namespace {

class QueueModel {
public:
    explicit QueueModel(unsigned seed) : random_(seed) {}

    void run_steps(int steps)
    {
        using Step = void (QueueModel::*)();
        constexpr Step kSteps[] = {&QueueModel::add,      &QueueModel::add,   &QueueModel::add,
                                   &QueueModel::replace,  &QueueModel::defer, &QueueModel::hold,
                                   &QueueModel::postpone, &QueueModel::remove, &QueueModel::restart,
                                   &QueueModel::fail_a_write};
        for (int i = 0; i < steps; ++i) {
            (this->*kSteps[pick(std::size(kSteps))])();
            site_->clock.advance(milliseconds(1000));
            if (i % 20 == 0)
                compare();
        }
        compare();
    }

private:
    std::size_t pick(std::size_t count) { return random_() % count; }
    std::string domain() { return "d" + std::to_string(pick(6)) + ".example"; }
    QueueEntry* any()
    {
        if (entries_.empty())
            return nullptr;
        auto at = entries_.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(pick(entries_.size())));
        return &at->second;
    }
    /// What a change that was told to have failed really did: it is all or nothing.
    void look_again(QueueId id)
    {
        const auto found = run(site_->queue.find(id));
        if (found)
            entries_[id] = *found;
        else
            entries_.erase(id);
    }

    void add()
    {
        std::vector<std::string> recipients;
        const std::size_t count = pick(20) == 0 ? 300 : 1 + pick(3);
        for (std::size_t i = 0; i < count; ++i)
            recipients.push_back("u" + std::to_string(i) + "@" + domain());
        auto entry = site_->entry("s" + std::to_string(pick(4)) + "@example.org", recipients);
        if (pick(3) == 0)
            entry.account = "s1@example.org";
        if (pick(4) == 0)
            entry.prefix = "DKIM-Signature: x\r\n";
        const auto id = run(site_->queue.add(entry));
        if (!id) {
            ++failed_;
            return;
        }
        entries_[*id] = must(site_->queue.find(*id));
        if (pick(4) == 0) { // as a runner does: what it knows is what it was told
            entry = entries_[*id];
            change(entries_[*id], [](QueueRecipient& r) { r.state = RecipientState::Delivered; });
        }
    }
    template <class Change>
    void change(QueueEntry before, Change change)
    {
        QueueEntry after = before;
        for (auto& recipient : after.recipients) {
            if (recipient.is_open() && pick(3) != 0)
                change(recipient);
        }
        QueueAttempt attempt;
        attempt.start = site_->clock.now();
        attempt.reply = "reply";
        (void)run(site_->queue.replace(before, after, {attempt}));
        look_again(before.id);
    }
    void replace()
    {
        if (auto* entry = any())
            change(*entry, [this](QueueRecipient& recipient) {
                recipient.state = pick(2) ? RecipientState::Delivered : RecipientState::Failed;
                recipient.notice_due =
                    recipient.state == RecipientState::Failed && pick(3) == 0;
                recipient.last_reply = "250 ok";
            });
    }
    void defer()
    {
        if (auto* entry = any())
            change(*entry, [this](QueueRecipient& recipient) {
                ++recipient.attempts;
                recipient.last_reply = std::string(pick(60), 'x');
                recipient.next_attempt = site_->clock.now() + milliseconds(pick(90'000));
            });
    }
    void hold()
    {
        auto* entry = any();
        if (!entry)
            return;
        const bool held = !entry->held;
        const bool some = pick(2) == 0;
        const auto toggle = [=](QueueEntry& one) -> Result<> {
            if (!some)
                one.held = held;
            for (auto& recipient : one.recipients) {
                if (some && recipient.is_waiting())
                    recipient.state = RecipientState::Held;
                else if (some && recipient.state == RecipientState::Held)
                    recipient.state = RecipientState::Waiting;
            }
            return ok();
        };
        const QueueId id = entry->id;
        (void)run(site_->queue.update(id, toggle));
        look_again(id);
    }
    void postpone()
    {
        std::vector<QueueId> ids;
        for (const auto& [id, entry] : entries_) {
            if (pick(2) == 0)
                ids.push_back(id);
        }
        (void)run(site_->queue.postpone(ids, domain(),
                                        site_->clock.now() + milliseconds(pick(90'000)), "later"));
        for (const QueueId id : ids)
            look_again(id);
    }
    void remove()
    {
        auto* entry = any();
        if (!entry)
            return;
        const QueueId id = entry->id;
        (void)run(site_->queue.remove(id));
        look_again(id);
    }
    void restart()
    {
        site_ = std::make_unique<Site>(site_->engine.disk(), site_->clock.now());
    }
    void fail_a_write()
    {
        const bool applied = pick(2) == 0;
        site_->engine.fail_write(1, applied ? Errc::InDoubt : Errc::Unavailable,
                                 applied ? MemoryEngine::Applied::Yes : MemoryEngine::Applied::No);
        add_in_doubt();
    }
    /// An add that was told to have failed may be there all the same.
    void add_in_doubt()
    {
        (void)run(site_->queue.add(site_->entry("doubt@example.org", {"u@" + domain()})));
        QueueFilter filter;
        filter.from = "doubt@example.org";
        for (auto& entry : must(site_->queue.list(filter)))
            entries_[entry.id] = std::move(entry);
    }

    void compare()
    {
        QueueFilter all;
        all.limit = 0;
        const auto listed = must(site_->queue.list(all));
        BOOST_REQUIRE_EQUAL(listed.size(), entries_.size());
        auto known = entries_.begin();
        for (const auto& entry : listed) {
            BOOST_TEST((entry.id == known->first));
            BOOST_TEST(entry.recipients.size() == known->second.recipients.size());
            BOOST_TEST((entry.next_attempt == known->second.next_attempt));
            ++known;
        }
        BOOST_TEST(must(site_->queue.count()) == entries_.size());
        compare_indexes();
        const auto findings = must(site_->queue.check(false));
        BOOST_TEST(findings.empty(), (findings.empty() ? "" : findings[0]));
    }
    void compare_indexes()
    {
        std::map<std::string, std::size_t> by_domain, by_sender;
        std::size_t due = 0, held = 0;
        for (const auto& [id, entry] : entries_) {
            std::map<std::string, bool> domains;
            bool pending = false, some_held = entry.held;
            for (const auto& recipient : entry.recipients) {
                if (recipient.is_open())
                    domains[recipient.address.substr(recipient.address.find('@') + 1)] = true;
                pending = pending || recipient.is_pending();
                some_held = some_held || recipient.state == RecipientState::Held;
            }
            for (const auto& [name, open] : domains)
                ++by_domain[name];
            ++by_sender[entry.sender];
            due += pending && !entry.held ? 1 : 0;
            held += some_held ? 1 : 0;
        }
        for (int i = 0; i < 6; ++i) {
            QueueFilter filter;
            filter.limit = 0;
            filter.domain = "d" + std::to_string(i) + ".example";
            BOOST_TEST(must(site_->queue.list(filter)).size() == by_domain[filter.domain]);
        }
        QueueFilter filter;
        filter.limit = 0;
        filter.from = "s1@example.org";
        BOOST_TEST(must(site_->queue.list(filter)).size() == by_sender[filter.from]);
        filter.from.clear();
        filter.state = QueueFilter::State::Held;
        BOOST_TEST(must(site_->queue.list(filter)).size() == held);
        std::size_t found = 0;
        const Time late = site_->clock.now() + std::chrono::hours(24);
        for (std::uint16_t shard = 0; shard < site_->queue.shards(); ++shard)
            found += must(site_->queue.due(shard, late, std::nullopt, 100'000)).size();
        BOOST_TEST(found == due);
    }

    std::mt19937 random_;
    std::unique_ptr<Site> site_ = std::make_unique<Site>();
    std::map<QueueId, QueueEntry> entries_;
    int failed_ = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(queue_model)

BOOST_AUTO_TEST_CASE(the_queue_does_as_its_model)
{
    for (const unsigned seed : {1U, 2U, 3U, 4U}) {
        BOOST_TEST_CONTEXT("seed " << seed)
        {
            QueueModel(seed).run_steps(300);
        }
    }
}

/// Every write of a life fails once, applied or not: after a restart the entry is whole or gone.
BOOST_AUTO_TEST_CASE(a_power_cut_at_every_commit_leaves_whole_entries)
{
    for (unsigned cut = 1; cut <= 6; ++cut) {
        BOOST_TEST_CONTEXT("cut " << cut)
        {
            Site site;
            const auto promised =
                must(site.queue.add(site.entry("ann@example.org", {"x@far.example"})));
            site.engine.fail_write(cut, Errc::InDoubt,
                                   cut % 2 ? MemoryEngine::Applied::Yes : MemoryEngine::Applied::No);
            bool delivered = false;
            const auto second = run(site.queue.add(site.entry("bob@example.org",
                                                              {"x@far.example", "y@b.example"})));
            const auto known = must(site.queue.find(promised));
            auto next = known;
            next.recipients[0].attempts = 1;
            next.recipients[0].next_attempt = site.clock.now() + std::chrono::hours(1);
            const bool deferred = run(site.queue.replace(known, next)).has_value();
            if (deferred) {
                auto done = next;
                done.recipients[0].state = RecipientState::Delivered;
                delivered = run(site.queue.replace(next, done)).has_value();
            }
            if (second)
                (void)run(site.queue.postpone({*second}, "", site.clock.now(), "later"));
            (void)run(site.queue.add(site.entry("eve@example.org", {"x@far.example"})));

            Site after(site.engine.disk(), site.clock.now());
            BOOST_TEST(must(after.queue.check(false)).empty());
            QueueFilter ann;
            ann.from = "ann@example.org";
            const bool waits = !must(after.queue.list(ann)).empty();
            const bool ended = !must(after.queue.history(ann)).empty();
            BOOST_TEST(waits != ended);
            BOOST_TEST((!delivered || ended));
            if (second)
                BOOST_TEST(must(after.queue.find(*second)).recipients.size() == 2);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
