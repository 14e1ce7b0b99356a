// What was expunged comes back, or ends for ever; nothing is lost and nothing is left behind.
#include "store/deleted.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include <boost/test/unit_test.hpp>

#include "store/account/account_host.h"
#include "store/account/account_keys.h"
#include "store/directory.h"
#include "store/keeping.h"
#include "store/store.h"
#include "tests/store/account_fixture.h"

using namespace mailctl;
using namespace mailctl::tests;

namespace {

constexpr std::chrono::days kWeek{7};

/// Keeps for a week, and remembers what grew.
class Host final : public AccountHost {
public:
    Awaitable<Result<milliseconds>> keep_deleted(AccountId) override
    {
        co_return milliseconds(keep);
    }
    bool counts_deleted() const override { return counts; }
    void usage_grew(const UsageChange& change) override { growth.push_back(change); }

    milliseconds keep = kWeek;
    bool counts = false;
    std::vector<UsageChange> growth;
};

/// An account that keeps what is deleted.
struct KeepingFixture : AccountFixture {
    Host keeper;

    explicit KeepingFixture(Usage limits = {}) : AccountFixture(limits)
    {
        host = &keeper;
        open();
    }
    std::vector<DeletedMessage> deleted()
    {
        const DeletedId first;
        return must(account->deleted().messages(first, 1'000'000));
    }
    std::vector<DeletedId> deleted_ids()
    {
        std::vector<DeletedId> ids;
        for (const auto& message : deleted())
            ids.push_back(message.id);
        return ids;
    }
    Usage deleted_usage() { return must(account->deleted().usage()); }
    void expunge(const std::string& name, const Uids& uids)
    {
        must(account->expunge(box(name).id, to_uids(uids), false));
    }
    /// Rows of emails, bodies and the like: those that must go with the last use.
    std::size_t rows_with(const std::string& prefix)
    {
        Query query;
        query.ranges.push_back({prefix, "", 100'000});
        return must(engine->read(keys::account(kAnn), query)).pages[0].rows.size();
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(deleted_mail)

BOOST_AUTO_TEST_CASE(expunged_messages_come_back_with_flags_and_new_uids)
{
    KeepingFixture f;
    auto message = message_of(letter("one"));
    message.flags.set(SystemFlag::Flagged);
    message.flags.set(SystemFlag::Deleted);
    must(f.account->append(f.inbox(), std::move(message)));
    f.append(f.inbox(), letter("two"));
    const auto email = f.rows(f.inbox())[0].email;
    f.expunge("INBOX", {1});
    f.check();
    BOOST_TEST(f.uids(f.inbox()) == Uids({2}), boost::test_tools::per_element());
    BOOST_TEST(must(f.account->usage()).messages == 1u);
    BOOST_REQUIRE(f.deleted().size() == 1u);
    BOOST_TEST(f.deleted()[0].mailbox == "INBOX");
    BOOST_TEST(f.deleted_usage().messages == 1u);

    f.open(); // as after a restart
    const auto restored = must(f.account->deleted().restore(f.deleted_ids(), ""));
    BOOST_TEST(restored.messages == 1u);
    BOOST_TEST(restored.mailboxes.empty());
    f.check();
    BOOST_TEST(f.uids(f.inbox()) == Uids({2, 3}), boost::test_tools::per_element());
    const auto row = f.rows(f.inbox())[1];
    BOOST_TEST((row.email == email));
    BOOST_TEST(row.flags.has(SystemFlag::Flagged));
    BOOST_TEST(!row.flags.has(SystemFlag::Deleted));
    BOOST_TEST(f.body(row) == letter("one"));
    BOOST_TEST(f.deleted().empty());
    BOOST_TEST(f.deleted_usage().messages == 0u);
    BOOST_TEST(f.deleted_usage().octets == 0u);
    // Again: they are not there any more.
    BOOST_TEST(must(f.account->deleted().restore({DeletedId{f.clock.now(), f.inbox(), Uid{1}}}, ""))
                   .messages == 0u);
}

BOOST_AUTO_TEST_CASE(a_deleted_mailbox_comes_back_with_its_messages)
{
    KeepingFixture f;
    must(f.account->create_mailbox("a/b", SpecialUse::None));
    f.append(f.box("a/b").id, letter("one"));
    must(f.account->delete_mailbox("a/b"));
    must(f.account->delete_mailbox("a"));
    must(f.account->delete_mailbox("Archive"));
    f.check();
    const auto boxes = must(f.account->deleted().mailboxes());
    BOOST_REQUIRE(boxes.size() == 3u);
    for (const auto& box : boxes)
        must(f.account->deleted().restore_mailbox(box));
    BOOST_TEST(must(f.account->deleted().mailboxes()).empty());
    BOOST_TEST((f.box("Archive").role == SpecialUse::Archive));
    BOOST_TEST(f.box("Archive").subscribed);
    const auto restored = must(f.account->deleted().restore(f.deleted_ids(), ""));
    BOOST_TEST(restored.messages == 1u);
    BOOST_TEST(f.rows(f.box("a/b").id).size() == 1u);
    f.check();
}

BOOST_AUTO_TEST_CASE(messages_make_their_mailbox_anew_or_go_into_another)
{
    KeepingFixture f;
    must(f.account->create_mailbox("x/y", SpecialUse::None));
    f.append(f.box("x/y").id, letter("one"));
    f.append(f.box("x/y").id, letter("two"));
    must(f.account->delete_mailbox("x/y"));
    must(f.account->delete_mailbox("x"));
    auto ids = f.deleted_ids();
    BOOST_REQUIRE(ids.size() == 2u);
    const auto made = must(f.account->deleted().restore({ids[0]}, ""));
    BOOST_TEST(made.mailboxes == std::vector<std::string>{"x/y"}, boost::test_tools::per_element());
    BOOST_TEST(must(f.account->deleted().restore({ids[1]}, "inbox")).messages == 1u);
    BOOST_TEST(f.rows(f.inbox()).size() == 1u);
    BOOST_TEST(!run(f.account->deleted().restore({ids[1]}, "a//b")).has_value());
    f.check();
}

BOOST_AUTO_TEST_CASE(what_is_old_ends_for_ever_with_its_body)
{
    KeepingFixture f;
    f.append(f.inbox(), letter("one"));
    f.append(f.inbox(), letter("two"));
    must(f.account->copy(f.inbox(), to_uids({2}), f.box("Archive").id));
    f.expunge("INBOX", {1});
    f.clock.advance(std::chrono::hours(1));
    f.expunge("INBOX", {2});
    must(f.account->delete_mailbox("Junk"));
    const auto first = f.deleted()[0].id.deleted;
    BOOST_TEST(must(f.account->deleted().purge(first)) == 0u); // not before itself
    BOOST_TEST(must(f.account->deleted().purge(first + milliseconds(1))) == 1u);
    f.check();
    BOOST_TEST(f.rows_with(keys::emails()) == 1u);
    BOOST_TEST(must(f.account->deleted().mailboxes()).size() == 1u);
    BOOST_TEST(must(f.account->deleted().purge(f.clock.now() + milliseconds(1))) == 1u);
    f.check();
    // The copy in Archive still has it.
    BOOST_TEST(f.rows_with(keys::emails()) == 1u);
    BOOST_TEST(f.rows_with(keys::all_deleted()) == 0u);
    must(f.account->expunge(f.box("Archive").id, to_uids({1}), false));
    BOOST_TEST(must(f.account->deleted().purge(f.deleted_ids())) == 1u);
    BOOST_TEST(f.rows_with(keys::emails()) == 0u);
    BOOST_TEST(f.rows_with(keys::inline_bodies()) == 0u);
    f.check();
}

BOOST_AUTO_TEST_CASE(without_a_rule_everything_is_gone_at_once)
{
    KeepingFixture f;
    f.keeper.keep = milliseconds(0);
    f.append(f.inbox(), letter("one"));
    f.expunge("INBOX", {1});
    must(f.account->delete_mailbox("Junk"));
    BOOST_TEST(f.rows_with(keys::all_deleted()) == 0u);
    BOOST_TEST(f.rows_with(keys::emails()) == 0u);
    f.check();
}

BOOST_AUTO_TEST_CASE(quota_counts_deleted_mail_by_setting)
{
    for (const bool counts : {false, true}) {
        KeepingFixture f(Usage{0, 2});
        f.keeper.counts = counts;
        f.append(f.inbox(), letter("one"));
        f.append(f.inbox(), letter("two"));
        f.expunge("INBOX", {1});
        BOOST_TEST(must(usage_of_quota(*f.account)).messages == (counts ? 2u : 1u));
        const auto third = run(f.account->append(f.inbox(), message_of(letter("three"))));
        BOOST_TEST(third.has_value() == !counts);
        // Mail that counted comes back into a full mailbox; mail that did not does not.
        const auto restored = run(f.account->deleted().restore(f.deleted_ids(), ""));
        BOOST_TEST(restored.has_value() == counts);
        if (!counts)
            BOOST_TEST((restored.error().code() == Errc::OverQuota));
        f.check();
    }
}

BOOST_AUTO_TEST_CASE(growth_is_told_and_nothing_else)
{
    KeepingFixture f(Usage{0, 10});
    f.append(f.inbox(), letter("one"));
    BOOST_REQUIRE(f.keeper.growth.size() == 1u);
    BOOST_TEST(f.keeper.growth[0].before.messages == 0u);
    BOOST_TEST(f.keeper.growth[0].after.messages == 1u);
    BOOST_TEST(f.keeper.growth[0].limits.messages == 10u);
    BOOST_TEST((f.keeper.growth[0].account == kAnn));
    f.expunge("INBOX", {1});
    must(f.account->subscribe("x", true));
    BOOST_TEST(f.keeper.growth.size() == 1u);
}

BOOST_AUTO_TEST_CASE(check_finds_and_mends_deleted_rows)
{
    KeepingFixture f;
    f.append(f.inbox(), letter("one"));
    f.append(f.inbox(), letter("two"));
    f.expunge("INBOX", {1, 2});
    Batch batch;
    batch.put.push_back({keys::deleted(1, MailboxId{1}, Uid{9}), "rubbish"});
    batch.erase.push_back(keys::email(f.deleted()[0].row.email));
    must(f.engine->commit(keys::account(kAnn), batch));
    f.open();
    BOOST_TEST(!must(f.account->check(false)).empty());
    must(f.account->check(true));
    for (const auto& finding : must(f.account->check(false)))
        BOOST_TEST(finding.starts_with("inline body"), finding); // kept for salvage
    BOOST_TEST(f.deleted().size() == 1u);
    BOOST_TEST(f.deleted_usage().messages == 1u);
}

// Every write fails once: whatever was told, no message is lost and none is doubled.
BOOST_AUTO_TEST_CASE(a_failure_loses_nothing)
{
    for (const auto code : {Errc::Unavailable, Errc::InDoubt}) {
        for (unsigned nth = 1; nth <= 8; ++nth)
            BOOST_TEST_CONTEXT(name_of(code) << ", write " << nth)
            {
                KeepingFixture f;
                const auto archive = f.box("Archive").id;
                for (const auto* subject : {"a", "b", "c"})
                    f.append(archive, letter(subject));
                f.append(f.inbox(), letter("d"));
                f.engine->fail_write(nth, code,
                                     code == Errc::InDoubt ? MemoryEngine::Applied::Yes
                                                           : MemoryEngine::Applied::No);
                auto& deleted = f.account->deleted();
                (void)run(f.account->expunge(f.inbox(), to_uids({1}), false));
                (void)run(f.account->expunge(archive, to_uids({1, 2}), false));
                (void)run(f.account->delete_mailbox("Archive"));
                for (const auto& box : must(deleted.mailboxes()))
                    (void)run(deleted.restore_mailbox(box));
                auto ids = f.deleted_ids();
                ids.resize(std::min<std::size_t>(ids.size(), 2));
                (void)run(deleted.restore(ids, ""));
                f.open();
                f.check();
                std::multiset<std::string> all;
                for (const auto& one : f.deleted())
                    all.insert(must(f.account->email(one.row.email)).card.envelope.subject);
                for (const auto& box : must(f.account->mailboxes()))
                    for (const auto& row : f.rows(box.id))
                        all.insert(must(f.account->email(row.email)).card.envelope.subject);
                BOOST_TEST((all == std::multiset<std::string>{"a", "b", "c", "d"}));
                must(f.account->deleted().purge(f.clock.now() + milliseconds(1)));
                f.check();
            }
    }
}

// The account beside a simple model of it.
BOOST_AUTO_TEST_CASE(a_model_agrees)
{
    struct Gone {
        std::string subject, box;
        Time when;
    };
    for (unsigned seed = 1; seed <= 6; ++seed)
        BOOST_TEST_CONTEXT("seed " << seed)
        {
            KeepingFixture f;
            std::mt19937 random(seed);
            const auto pick = [&](std::size_t count) { return random() % count; };
            std::map<std::string, std::map<std::uint32_t, std::string>> boxes{{"INBOX", {}}, {"x", {}}};
            std::vector<Gone> gone;
            must(f.account->create_mailbox("x", SpecialUse::None));
            unsigned subjects = 0;
            for (int step = 0; step < 200; ++step) {
                f.clock.advance(std::chrono::hours(1 + pick(3)));
                auto at = boxes.begin();
                std::advance(at, static_cast<std::ptrdiff_t>(pick(boxes.size())));
                const auto name = at->first;
                switch (pick(8)) {
                case 0:
                case 1:
                case 2: {
                    const auto subject = "m" + std::to_string(++subjects);
                    const auto uid = f.append(f.box(name).id, letter(subject)).uid;
                    boxes[name][value_of(uid)] = subject;
                    break;
                }
                case 3:
                case 4: {
                    Uids uids;
                    for (const auto& [uid, subject] : boxes[name])
                        if (pick(2) == 0)
                            uids.push_back(uid);
                    f.expunge(name, uids);
                    for (const auto uid : uids) {
                        gone.push_back({boxes[name][uid], name, f.clock.now()});
                        boxes[name].erase(uid);
                    }
                    break;
                }
                case 5:
                    if (name != "INBOX") {
                        must(f.account->delete_mailbox(name));
                        for (const auto& [uid, subject] : boxes[name])
                            gone.push_back({subject, name, f.clock.now()});
                        must(f.account->create_mailbox(name, SpecialUse::None));
                        boxes[name].clear();
                    }
                    break;
                case 6: { // everything of the last hours comes back
                    const auto since = f.clock.now() - std::chrono::hours(pick(6));
                    std::vector<DeletedId> ids;
                    for (const auto& one : f.deleted())
                        if (one.id.deleted >= since)
                            ids.push_back(one.id);
                    must(f.account->deleted().restore(ids, ""));
                    std::erase_if(gone, [&](const Gone& one) { return one.when >= since; });
                    for (auto& [box, messages] : boxes) {
                        messages.clear();
                        for (const auto& row : f.rows(f.box(box).id))
                            messages[value_of(row.uid)] =
                                must(f.account->email(row.email)).card.envelope.subject;
                    }
                    break;
                }
                default: {
                    const auto before = f.clock.now() - std::chrono::hours(24);
                    must(f.account->deleted().purge(before));
                    std::erase_if(gone, [&](const Gone& one) { return one.when < before; });
                    f.open();
                }
                }
                std::multiset<std::string> expected, found;
                std::size_t there = 0;
                for (const auto& one : gone)
                    expected.insert(one.subject + " " + one.box);
                for (const auto& one : f.deleted())
                    found.insert(must(f.account->email(one.row.email)).card.envelope.subject + " " +
                                 one.mailbox);
                BOOST_TEST((expected == found));
                for (const auto& [box, messages] : boxes)
                    there += messages.size();
                BOOST_TEST(must(f.account->usage()).messages == there);
            }
            f.check();
            // Every message that was ever appended is somewhere, or ended by a purge: none twice.
            std::set<std::string> all;
            for (const auto& [box, messages] : boxes)
                for (const auto& [uid, subject] : messages)
                    BOOST_TEST(all.insert(subject).second);
        }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(keeping_rules)

BOOST_AUTO_TEST_CASE(a_user_then_the_domain_then_the_rule)
{
    ManualClock clock{Time(seconds(1'700'000'000))};
    SeededRandom random(1);
    const auto store = make_store(std::make_unique<MemoryEngine>(), clock, random);
    store->keeping().set_rules({kWeek, false});
    Domain domain;
    domain.name = "example.org";
    must(store->directory().add_domain(domain));
    User user;
    user.address = {"ann", "example.org"};
    const auto id = must(store->directory().add_user(user));
    BOOST_TEST((must(store->keeping().keep_deleted(id)) == kWeek));
    domain.settings = {"deleted.keep=30d"};
    must(store->directory().set_domain(domain));
    BOOST_TEST((must(store->keeping().keep_deleted(id)) == std::chrono::days(30)));
    user.settings = {"pop3.order=newest", "deleted.keep=1h"};
    must(store->directory().set_user(user));
    BOOST_TEST((must(store->keeping().keep_deleted(id)) == std::chrono::hours(1)));

    const auto account = must(store->account(id));
    const auto inbox = must(account->find_mailbox("INBOX")).id;
    must(account->append(inbox, message_of(letter("one"))));
    must(account->expunge(inbox, to_uids({1}), false));
    BOOST_TEST(must(store->keeping().purge()) == 0u);
    clock.advance(std::chrono::hours(1));
    BOOST_TEST(must(store->keeping().purge()) == 0u);
    clock.advance(milliseconds(1));
    BOOST_TEST(must(store->keeping().purge()) == 1u);
    BOOST_TEST(must(store->check(false)).empty());

    // Erased with the account, bodies and all.
    must(account->append(inbox, message_of(letter("two"))));
    must(account->expunge(inbox, to_uids({2}), false));
    must(store->directory().erase_user({"ann", "example.org"}));
    BOOST_TEST(must(store->keeping().purge()) == 0u);
    BOOST_TEST(must(store->stats()).messages == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
