// Creating, deleting, renaming and subscribing mailboxes.
#include "tests/store/account_fixture.h"

using namespace mailctl;
using namespace mailctl::store;
using namespace mailctl::tests;

namespace {

struct Mailboxes : AccountFixture {
    std::vector<std::string> names()
    {
        std::vector<std::string> all;
        for (const auto& each : must(account->mailboxes()))
            if (each.role == SpecialUse::None || each.name == "INBOX")
                all.push_back(each.name);
        return all;
    }
    void create(const std::string& name) { must(account->create_mailbox(name, SpecialUse::None)); }
    Errc create_error(const std::string& name, SpecialUse role = SpecialUse::None)
    {
        return run(account->create_mailbox(name, role)).error().code();
    }
    Errc rename_error(const std::string& from, const std::string& to)
    {
        return run(account->rename_mailbox(from, to)).error().code();
    }
};

using Names = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(mailbox)

BOOST_FIXTURE_TEST_CASE(parents_are_made, Mailboxes)
{
    create("a/b/c");
    create("a/d/");
    open();
    BOOST_TEST(names() == (Names{"INBOX", "a", "a/b", "a/b/c", "a/d"}),
               boost::test_tools::per_element());
    BOOST_TEST(!box("a/b").subscribed);
    check();
}

BOOST_FIXTURE_TEST_CASE(bad_names_are_refused, Mailboxes)
{
    create("a");
    BOOST_TEST((create_error("a") == Errc::Exists));
    BOOST_TEST((create_error("inbox") == Errc::Exists));
    BOOST_TEST((create_error("") == Errc::Invalid));
    BOOST_TEST((create_error("a//b") == Errc::Invalid));
    BOOST_TEST((create_error("a\r\nb") == Errc::Invalid));
    BOOST_TEST((create_error("more-drafts", SpecialUse::Drafts) == Errc::Exists));
    BOOST_TEST((create_error("x", SpecialUse::Inbox) == Errc::Invalid));
    check();
}

BOOST_FIXTURE_TEST_CASE(a_role_can_be_given, Mailboxes)
{
    must(account->delete_mailbox("Sent"));
    must(account->create_mailbox("Gesendet", SpecialUse::Sent));
    BOOST_TEST(must(account->mailbox_by_role(SpecialUse::Sent)).name == "Gesendet");
    BOOST_TEST((run(account->mailbox_by_role(SpecialUse::All)).error().code() == Errc::NotFound));
    BOOST_TEST((run(account->mailbox_by_role(SpecialUse::None)).error().code() == Errc::NotFound));
}

BOOST_FIXTURE_TEST_CASE(deleting_takes_the_messages_and_leaves_the_children, Mailboxes)
{
    create("a/b");
    for (int i = 0; i < 400; ++i) // more than one commit
        append(box("a").id, letter(std::to_string(i)));
    append(box("a/b").id, letter("kept"));
    must(account->delete_mailbox("a"));
    open();
    BOOST_TEST(names() == (Names{"INBOX", "a/b"}), boost::test_tools::per_element());
    BOOST_TEST(must(account->usage()).messages == 1u);
    BOOST_TEST((run(account->delete_mailbox("a")).error().code() == Errc::NotFound));
    BOOST_TEST((run(account->delete_mailbox("Inbox")).error().code() == Errc::Denied));
    check();
}

// RFC 9051 §2.3.1.1: a name used again must not look like the mailbox it named before.
BOOST_FIXTURE_TEST_CASE(a_name_used_again_has_another_uid_validity, Mailboxes)
{
    create("a");
    const auto before = box("a");
    append(before.id, letter("x"));
    must(account->delete_mailbox("a"));
    create("a");
    BOOST_TEST(box("a").uid_validity > before.uid_validity);
    BOOST_TEST((box("a").id != before.id));
    BOOST_TEST(box("a").messages == 0u);
}

BOOST_FIXTURE_TEST_CASE(renaming_takes_the_children_along, Mailboxes)
{
    create("a/b/c");
    create("ab");
    append(box("a/b").id, letter("x"));
    must(account->rename_mailbox("a", "new/place"));
    open();
    BOOST_TEST(
        names() == (Names{"INBOX", "ab", "new", "new/place", "new/place/b", "new/place/b/c"}),
        boost::test_tools::per_element());
    BOOST_TEST(box("new/place/b").messages == 1u);
    create("a");
    BOOST_TEST((rename_error("gone", "x") == Errc::NotFound));
    BOOST_TEST((rename_error("a", "ab") == Errc::Exists));
    BOOST_TEST((rename_error("a", "a") == Errc::Exists));
    BOOST_TEST((rename_error("a", "a/b") == Errc::Invalid));
    BOOST_TEST((rename_error("a", "x//y") == Errc::Invalid));
    create("p/q");
    create("r/q");
    must(account->delete_mailbox("r"));
    BOOST_TEST((rename_error("p", "r") == Errc::Exists)); // r/q is there
    create("long/" + std::string(200, 'x'));
    BOOST_TEST((rename_error("long", std::string(100, 'y')) == Errc::Invalid));
    BOOST_TEST(box("long/" + std::string(200, 'x')).messages == 0u);
    must(account->rename_mailbox("Drafts", "Entwürfe"));
    BOOST_TEST(must(account->mailbox_by_role(SpecialUse::Drafts)).name == "Entwürfe");
    BOOST_TEST((rename_error("new/place/b/c", "new") == Errc::Exists));
    check();
}

BOOST_FIXTURE_TEST_CASE(a_name_can_move_up_into_its_parents_place, Mailboxes)
{
    create("a/b");
    must(account->delete_mailbox("a"));
    must(account->rename_mailbox("a/b", "a"));
    BOOST_TEST(names() == (Names{"INBOX", "a"}), boost::test_tools::per_element());
    check();
}

// RFC 9051 §6.3.6: renaming INBOX moves its messages and leaves it, and what is below it, alone.
BOOST_FIXTURE_TEST_CASE(renaming_the_inbox_moves_its_messages, Mailboxes)
{
    create("INBOX/below");
    for (int i = 0; i < 200; ++i)
        append(inbox(), letter(std::to_string(i)));
    const auto first = rows(inbox()).at(0);
    must(account->rename_mailbox("inbox", "old/mail"));
    BOOST_TEST(names() == (Names{"INBOX", "INBOX/below", "old", "old/mail"}),
               boost::test_tools::per_element());
    BOOST_TEST(box("INBOX").messages == 0u);
    BOOST_TEST((box("INBOX").uid_next == Uid{201}));
    BOOST_TEST(box("old/mail").messages == 200u);
    BOOST_TEST((rows(box("old/mail").id).at(0).email == first.email));
    BOOST_TEST((rename_error("INBOX", "old/mail") == Errc::Exists));
    check();
}

// RFC 9051 §6.3.7: a subscription is of a name, and stays when the mailbox goes.
BOOST_FIXTURE_TEST_CASE(subscriptions_outlive_mailboxes, Mailboxes)
{
    create("a");
    must(account->subscribe("a", true));
    must(account->subscribe("not-there", true));
    must(account->subscribe("Sent", false));
    BOOST_TEST(box("a").subscribed);
    BOOST_TEST(!box("Sent").subscribed);
    must(account->delete_mailbox("a"));
    open();
    const auto names = must(account->subscriptions());
    BOOST_TEST(names == (Names{"Archive", "Drafts", "INBOX", "Junk", "Trash", "a", "not-there"}),
               boost::test_tools::per_element());
    BOOST_TEST((run(account->subscribe("a//b", true)).error().code() == Errc::Invalid));
}

BOOST_AUTO_TEST_SUITE_END()
