// Names of mailboxes: what is allowed and what is refused.
#include "store/account/mailbox_name.h"

#include <boost/test/unit_test.hpp>

using namespace mailctl;
using namespace mailctl::store;

BOOST_AUTO_TEST_SUITE(mailbox_name)

BOOST_AUTO_TEST_CASE(names_are_checked)
{
    struct Case {
        std::string name;
        bool allowed;
    };
    std::string deep = "a";
    for (int level = 1; level < 25; ++level)
        deep += "/a";
    const Case cases[] = {
        {"INBOX", true},
        {"a/b/c", true},
        {"Entwürfe", true},
        {"", false},
        {"/a", false},
        {"a/", false},
        {"a//b", false},
        {"a*", false},
        {"a%b", false},
        {"a\nb", false},
        {"a\x7f", false},
        {"\xff", false},
        {"\xc0\xaf", false},
        {"\xed\xa0\x80", false},
        {"\xe2\x82", false},
        {"a\xc2\x85", false}, // C1 control
        {"a\xc2\xa0", true},
        {"a\xe2\x80\xa8", false}, // line separator
        {"a\xe2\x80\xa9", false}, // paragraph separator
        {"a\xe2\x80\xaa", true},
        {"\xf0\x9f\x93\xa7", true},
        {std::string(255, 'x'), true},
        {std::string(256, 'x'), false},
        {deep, true},
        {deep + "/a", false},
    };
    for (const auto& c : cases)
        BOOST_TEST(check_mailbox_name(c.name).has_value() == c.allowed, c.name);
}

// RFC 9051 §5.1: INBOX is the same in any case.
BOOST_AUTO_TEST_CASE(inbox_has_one_spelling)
{
    BOOST_TEST(canonical_mailbox_name("inbox") == "INBOX");
    BOOST_TEST(canonical_mailbox_name("InBox/work") == "INBOX/work");
    BOOST_TEST(canonical_mailbox_name("inboxes") == "inboxes");
    BOOST_TEST(canonical_mailbox_name("a/inbox") == "a/inbox");
}

BOOST_AUTO_TEST_CASE(names_nest)
{
    BOOST_TEST(is_below("a/b", "a"));
    BOOST_TEST(!is_below("a", "a"));
    BOOST_TEST(!is_below("ab/c", "a"));
    BOOST_TEST((parents_of("a/b/c") == std::vector<std::string>{"a", "a/b"}));
    BOOST_TEST(parents_of("a").empty());
}

BOOST_AUTO_TEST_CASE(uid_validity_only_grows)
{
    const Time now{seconds(1'000'000)};
    BOOST_TEST(uid_validity_at(now, 0) == 1'000'000u);
    BOOST_TEST(uid_validity_at(now, 1'000'000) == 1'000'001u);
}

BOOST_AUTO_TEST_SUITE_END()
