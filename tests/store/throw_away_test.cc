// Into Trash instead of out of the account. IMA-07
#include "store/throw_away.h"

#include "tests/store/account_fixture.h"

using namespace mailctl;
using namespace mailctl::tests;

namespace {

struct Fixture : AccountFixture {
    void mark(MailboxId box, std::vector<Uid> uids)
    {
        FlagsUpdate update;
        update.uids = std::move(uids);
        update.flags.set(SystemFlag::Deleted);
        update.flags.set(SystemFlag::Seen);
        must(account->update_flags(box, update));
    }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(messages_move_to_trash_unmarked, Fixture)
{
    append(inbox(), letter("one"));
    append(inbox(), letter("two"));
    append(inbox(), letter("three"));
    mark(inbox(), {Uid{1}, Uid{3}});
    must(throw_away(*account, inbox(), {Uid{1}, Uid{3}, Uid{99}}));
    BOOST_TEST(uids(inbox()) == std::vector<std::uint32_t>{2}, boost::test_tools::per_element());
    const auto thrown = rows(box("Trash").id);
    BOOST_REQUIRE(thrown.size() == 2u);
    for (const auto& row : thrown) {
        BOOST_TEST(!row.flags.has(SystemFlag::Deleted));
        BOOST_TEST(row.flags.has(SystemFlag::Seen));
    }
    BOOST_TEST(must(account->recount()).empty());
}

BOOST_FIXTURE_TEST_CASE(in_trash_they_are_expunged, Fixture)
{
    append(box("Trash").id, letter("one"));
    must(throw_away(*account, box("Trash").id, {Uid{1}}));
    BOOST_TEST(rows(box("Trash").id).empty());
}

BOOST_FIXTURE_TEST_CASE(a_copy_in_trash_is_enough, Fixture)
{
    append(inbox(), letter("one"));
    must(account->copy(inbox(), {Uid{1}}, box("Trash").id));
    must(throw_away(*account, inbox(), {Uid{1}}));
    BOOST_TEST(rows(inbox()).empty());
    BOOST_TEST(rows(box("Trash").id).size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(trash_is_made_where_there_is_none, Fixture)
{
    must(account->delete_mailbox("Trash"));
    append(inbox(), letter("one"));
    must(throw_away(*account, inbox(), {Uid{1}}));
    BOOST_TEST((box("Trash").role == SpecialUse::Trash));
    BOOST_TEST(box("Trash").messages == 1u);
    must(throw_away(*account, inbox(), {}));
}
