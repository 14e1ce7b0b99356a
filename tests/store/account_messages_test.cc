// Flags, expunging, copying and moving, and what the change log tells of them.
#include <algorithm>

#include "tests/store/account_fixture.h"

using namespace mailctl;
using namespace mailctl::store;
using namespace mailctl::tests;

namespace {

struct Messages : AccountFixture {
    MailboxId in = inbox();
    MailboxId sent = box("Sent").id;

    Messages()
    {
        for (int i = 1; i <= 5; ++i)
            append(in, letter(std::to_string(i)));
    }

    static FlagsUpdate update(const Uids& uids, FlagChange how, SystemFlag flag)
    {
        FlagsUpdate update;
        update.uids = to_uids(uids);
        update.change = how;
        update.flags.set(flag);
        return update;
    }
    FlagsUpdated store(const FlagsUpdate& what) { return must(account->update_flags(in, what)); }
};

template <class Ids>
Uids numbers(const Ids& ids)
{
    Uids all;
    for (const auto id : ids)
        all.push_back(value_of(id));
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(account_messages)

BOOST_FIXTURE_TEST_CASE(flags_are_added_removed_and_replaced, Messages)
{
    store(update({1, 2, 3}, FlagChange::Add, SystemFlag::Seen));
    store(update({2}, FlagChange::Add, SystemFlag::Deleted));
    store(update({3}, FlagChange::Replace, SystemFlag::Answered));
    const auto updated = store(update({1, 99}, FlagChange::Remove, SystemFlag::Seen));
    BOOST_REQUIRE(updated.rows.size() == 1u);
    BOOST_TEST(!updated.rows[0].flags.has(SystemFlag::Seen));
    open();
    const auto all = rows(in);
    BOOST_TEST((all[1].flags.has(SystemFlag::Seen) && all[1].flags.has(SystemFlag::Deleted)));
    BOOST_TEST((!all[2].flags.has(SystemFlag::Seen) && all[2].flags.has(SystemFlag::Answered)));
    BOOST_TEST(box("INBOX").unseen == 4u);
    BOOST_TEST(box("INBOX").deleted == 1u);
    BOOST_TEST((box("INBOX").highest_mod_seq == account->highest_mod_seq()));
    check();
}

// Messages lie in pages of 128: some of these are whole, two are not there, two have gaps.
BOOST_FIXTURE_TEST_CASE(flags_of_many_messages_with_gaps, Messages)
{
    for (int i = 6; i <= 1500; ++i)
        append(in, letter(std::to_string(i)));
    Uids gone, all;
    for (std::uint32_t uid = 200; uid <= 700; ++uid)
        gone.push_back(uid);
    for (std::uint32_t uid = 1; uid <= 2000; ++uid)
        all.push_back(uid);
    must(account->expunge(in, to_uids(gone), false));
    store(update({1, 1500}, FlagChange::Add, SystemFlag::Seen));
    const auto updated = store(update(all, FlagChange::Add, SystemFlag::Seen));
    BOOST_REQUIRE(updated.rows.size() == 999u);
    BOOST_TEST((updated.rows[0].mod_seq < updated.rows[1].mod_seq)); // it was seen already
    open();
    const auto stored = rows(in);
    BOOST_TEST(stored.size() == 999u);
    BOOST_TEST(std::all_of(stored.begin(), stored.end(), [](const auto& row) { return row.flags.has(SystemFlag::Seen); }));
    BOOST_TEST(value_of(stored[199].uid) == 701u);
    BOOST_TEST(box("INBOX").unseen == 0u);
    check();
}

BOOST_FIXTURE_TEST_CASE(flags_that_are_so_already_change_nothing, Messages)
{
    store(update({1}, FlagChange::Add, SystemFlag::Seen));
    const auto before = account->highest_mod_seq();
    const auto updated = store(update({1}, FlagChange::Add, SystemFlag::Seen));
    BOOST_TEST(updated.rows.size() == 1u);
    BOOST_TEST((account->highest_mod_seq() == before));
}

// RFC 7162 §3.1.3
BOOST_FIXTURE_TEST_CASE(flags_changed_since_are_left_alone, Messages)
{
    const auto then = account->highest_mod_seq();
    store(update({2}, FlagChange::Add, SystemFlag::Flagged));
    auto conditional = update({1, 2, 3}, FlagChange::Add, SystemFlag::Seen);
    conditional.unchanged_since = then;
    const auto updated = store(conditional);
    BOOST_TEST(numbers(updated.modified) == (Uids{2}), boost::test_tools::per_element());
    BOOST_TEST(updated.rows.size() == 2u);
    BOOST_TEST(!rows(in)[1].flags.has(SystemFlag::Seen));
    check();
}

BOOST_FIXTURE_TEST_CASE(expunging_only_what_is_deleted, Messages)
{
    store(update({2, 4}, FlagChange::Add, SystemFlag::Deleted));
    BOOST_TEST(numbers(must(account->expunge(in, to_uids({4, 3, 99}), true))) == (Uids{4}),
               boost::test_tools::per_element());
    BOOST_TEST(numbers(must(account->expunge(in, to_uids({5, 2, 5}), false))) == (Uids{2, 5}),
               boost::test_tools::per_element());
    open();
    BOOST_TEST(uids(in) == (Uids{1, 3}), boost::test_tools::per_element());
    append(in, letter("next"));
    BOOST_TEST(uids(in).back() == 6u); // RFC 9051 §2.3.1.1: UIDs are not reused
    BOOST_TEST(must(account->expunge(in, {}, false)).empty());
    BOOST_TEST((run(account->expunge(MailboxId{99}, {}, false)).error().code() == Errc::NotFound));
    check();
}

BOOST_FIXTURE_TEST_CASE(an_expunged_message_leaves_no_row, Messages)
{
    must(account->expunge(in, to_uids({1, 2, 3, 4, 5}), false));
    const auto disk = engine->disk();
    for (const auto& [key, value] : disk->rows.at(keys::account(kAnn)))
        BOOST_TEST(std::string("cbls").find(key[0]) != std::string::npos, key[0]);
}

BOOST_FIXTURE_TEST_CASE(a_copy_is_the_same_email, Messages)
{
    store(update({2}, FlagChange::Add, SystemFlag::Flagged));
    const auto copied = must(account->copy(in, to_uids({4, 2, 99}), sent));
    BOOST_TEST(copied.uid_validity == box("Sent").uid_validity);
    BOOST_TEST(numbers(copied.from) == (Uids{2, 4}), boost::test_tools::per_element());
    BOOST_TEST(numbers(copied.to) == (Uids{1, 2}), boost::test_tools::per_element());
    const auto source = rows(in);
    const auto target = rows(sent);
    BOOST_TEST(source.size() == 5u);
    BOOST_TEST((target[0].email == source[1].email));
    BOOST_TEST(target[0].flags.has(SystemFlag::Flagged));
    BOOST_TEST((target[0].internal_date == source[1].internal_date));
    BOOST_TEST(must(account->usage()).messages == 7u);
    check();
    must(account->copy(in, to_uids({2}), in)); // within one mailbox too
    BOOST_TEST(uids(in).back() == 6u);
    must(account->expunge(in, to_uids({2, 6}), false));
    BOOST_TEST(body(target[0]) == letter("2"));
    check();
    BOOST_TEST(
        (run(account->copy(in, to_uids({1}), MailboxId{9})).error().code() == Errc::NotFound));
    BOOST_TEST(must(account->copy(in, {}, sent)).to.empty());
}

BOOST_FIXTURE_TEST_CASE(a_move_keeps_the_email, Messages)
{
    const auto before = rows(in);
    const auto moved = must(account->move(in, to_uids({1, 3}), sent));
    BOOST_TEST(numbers(moved.to) == (Uids{1, 2}), boost::test_tools::per_element());
    open();
    BOOST_TEST(uids(in) == (Uids{2, 4, 5}), boost::test_tools::per_element());
    BOOST_TEST((rows(sent)[1].email == before[2].email));
    BOOST_TEST(body(rows(sent)[1]) == letter("3"));
    must(account->move(in, to_uids({2}), in)); // RFC 6851 §3.3: a new UID in the same mailbox
    BOOST_TEST(uids(in) == (Uids{4, 5, 6}), boost::test_tools::per_element());
    BOOST_TEST(must(account->usage()).messages == 5u);
    check();
}

BOOST_FIXTURE_TEST_CASE(many_messages_take_several_commits, Messages)
{
    for (int i = 6; i <= 1000; ++i)
        append(in, letter(std::to_string(i)));
    Uids all(1000);
    for (std::uint32_t i = 0; i < 1000; ++i)
        all[i] = i + 1;
    BOOST_TEST(must(account->copy(in, to_uids(all), sent)).to.size() == 1000u);
    BOOST_TEST(store(update(all, FlagChange::Add, SystemFlag::Seen)).rows.size() == 1000u);
    BOOST_TEST(box("INBOX").unseen == 0u);
    BOOST_TEST(must(account->move(in, to_uids(all), sent)).to.size() == 1000u);
    BOOST_TEST(must(account->expunge(sent, to_uids(all), false)).size() == 1000u);
    BOOST_TEST(rows(sent).size() == 1000u);
    check();
}

// RFC 9051 §6.4.7: a copy that fails leaves the target as it was.
BOOST_FIXTURE_TEST_CASE(a_copy_that_runs_out_of_room_is_taken_back, Messages)
{
    for (int i = 6; i <= 400; ++i)
        append(in, letter(std::to_string(i)));
    must(account->set_limits(Usage{0, 400 + 300}));
    Uids all(400);
    for (std::uint32_t i = 0; i < 400; ++i)
        all[i] = i + 1;
    BOOST_TEST((run(account->copy(in, to_uids(all), sent)).error().code() == Errc::OverQuota));
    BOOST_TEST(rows(sent).empty());
    BOOST_TEST(must(account->usage()).messages == 400u);
    check();
}

BOOST_FIXTURE_TEST_CASE(the_log_tells_every_change, Messages)
{
    using Kind = ChangeEntry::Kind;
    const auto start = account->highest_mod_seq();
    const auto appended = append(in, letter("6"));
    store(update({1, 2}, FlagChange::Add, SystemFlag::Seen));
    must(account->move(in, to_uids({1}), sent));
    must(account->expunge(in, to_uids({2}), false));
    must(account->create_mailbox("new", SpecialUse::None));
    must(account->set_note("x", "not a change of mail"));
    open();
    const auto changes = must(account->changes_since(start));
    BOOST_TEST(!changes.truncated);
    BOOST_TEST((changes.up_to == account->highest_mod_seq()));
    struct Expected {
        Kind kind;
        MailboxId box;
        Uids uids;
    };
    const Expected expected[] = {
        {Kind::Appeared, in, {6}}, {Kind::FlagsChanged, in, {1, 2}},
        {Kind::Expunged, in, {1}}, {Kind::Appeared, sent, {1}},
        {Kind::Expunged, in, {2}}, {Kind::MailboxChanged, box("new").id, {}},
    };
    BOOST_REQUIRE(changes.entries.size() == std::size(expected));
    for (std::size_t i = 0; i < std::size(expected); ++i) {
        BOOST_TEST((changes.entries[i].kind == expected[i].kind), i);
        BOOST_TEST((changes.entries[i].mailbox == expected[i].box), i);
        BOOST_TEST(numbers(changes.entries[i].uids) == expected[i].uids,
                   boost::test_tools::per_element());
    }
    BOOST_TEST((changes.entries[0].mod_seq == appended.mod_seq));
    BOOST_TEST(must(account->changes_since(changes.up_to)).entries.empty());
    BOOST_TEST(must(account->changes_since(ModSeq{changes.entries[3].mod_seq})).entries.size() ==
               2u);
}

BOOST_FIXTURE_TEST_CASE(an_old_log_is_truncated, Messages)
{
    const auto start = account->highest_mod_seq();
    for (std::uint64_t i = 0; i < kMaxLogEntries / 2 + 300; ++i) {
        store(update({1}, FlagChange::Add, SystemFlag::Seen));
        store(update({1}, FlagChange::Remove, SystemFlag::Seen));
    }
    const auto changes = must(account->changes_since(start));
    BOOST_TEST(changes.truncated);
    BOOST_TEST(changes.entries.empty());
    BOOST_TEST((changes.up_to == account->highest_mod_seq()));
    const auto recent = ModSeq{value_of(changes.up_to) - (kMaxLogEntries - 1)};
    const auto known = must(account->changes_since(recent));
    BOOST_TEST(!known.truncated);
    BOOST_TEST(known.entries.size() == kMaxLogEntries - 1);
    check();
}

BOOST_FIXTURE_TEST_CASE(watchers_hear_after_the_change_can_be_seen, Messages)
{
    std::vector<std::uint64_t> seen;
    auto watch = account->watch([&] { seen.push_back(value_of(account->highest_mod_seq())); });
    const auto appended = append(in, letter("x"));
    BOOST_REQUIRE(!seen.empty());
    BOOST_TEST(seen.back() == value_of(appended.mod_seq));
    watch.reset();
    const auto before = seen.size();
    append(in, letter("y"));
    BOOST_TEST(seen.size() == before);
}

BOOST_AUTO_TEST_SUITE_END()
