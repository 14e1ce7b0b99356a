// Going through the emails of an account.
#include "store/emails.h"

#include <boost/test/unit_test.hpp>

#include <string>

#include "tests/store/account_fixture.h"

using namespace mailctl;
using namespace mailctl::tests;

namespace {

struct Ten : AccountFixture {
    Ten()
    {
        for (int i = 1; i <= 10; ++i)
            append(inbox(), letter(std::to_string(i)));
        must(account->expunge(inbox(), {Uid{4}}, false));
    }

    std::string of(std::vector<std::uint64_t> ids)
    {
        std::vector<EmailId> wanted;
        for (const auto id : ids)
            wanted.push_back(EmailId{id});
        std::string out;
        for (const auto& email : must(emails_of(*account, std::move(wanted))))
            out += email.card.envelope.subject + " ";
        return out;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(emails, Ten)

BOOST_AUTO_TEST_CASE(one_after_another)
{
    BOOST_TEST(value_of(last_email(*account)) == 10U);
    const auto all = must(emails_after(*account, EmailId{}, 100));
    BOOST_TEST(all.size() == 9U);
    const auto some = must(emails_after(*account, EmailId{2}, 2));
    BOOST_TEST(some.size() == 2U);
    BOOST_TEST(value_of(some.back().id) == 5U);
    BOOST_TEST(must(emails_after(*account, EmailId{10}, 100)).empty());
    BOOST_TEST(must(email_ids(*account)).size() == 9U);
}

BOOST_AUTO_TEST_CASE(by_their_ids)
{
    BOOST_TEST(of({}) == "");
    BOOST_TEST(of({1, 2, 3, 4, 5, 6}) == "1 2 3 5 6 ");
    BOOST_TEST(of({2, 6, 10}) == "2 6 10 ");
    BOOST_TEST(of({9, 1, 2, 3, 5, 5, 99}) == "9 1 2 3 5 5 ");
    BOOST_TEST(of({11, 12, 13, 14, 15, 1}) == "1 ");
    BOOST_TEST(of({4, 4}) == "");
}

// A card that goes on in rows of its own.
BOOST_AUTO_TEST_CASE(large_cards)
{
    std::string text = "Subject: large\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
    for (int i = 0; i < 900; ++i)
        text += "--b\r\nContent-Type: text/plain; name=" + std::string(90, 'n') + "\r\n\r\nx\r\n";
    append(inbox(), text + "--b--\r\n");
    append(inbox(), letter("last"));
    const auto two = must(emails_after(*account, EmailId{10}, 1));
    BOOST_REQUIRE(two.size() == 1U);
    BOOST_TEST(two[0].card.envelope.subject == "large");
    BOOST_TEST(two[0].card.root.children.size() == 900U);
    BOOST_TEST(of({8, 9, 10, 11, 12}) == "8 9 10 large last ");
    BOOST_TEST(of({7, 8, 9, 10, 11}) == "7 8 9 10 large ");
}

// What orders messages needs no parts.
BOOST_AUTO_TEST_CASE(envelopes_alone)
{
    const std::vector<EmailId> ids{EmailId{5}, EmailId{6}, EmailId{7}, EmailId{8}};
    const auto whole = must(emails_of(*account, ids));
    const auto part = must(emails_of(*account, ids, store::CardDepth::Envelope));
    BOOST_REQUIRE(part.size() == 4U);
    for (std::size_t i = 0; i < part.size(); ++i) {
        BOOST_TEST((part[i].card.envelope == whole[i].card.envelope));
        BOOST_TEST((part[i].card.date == whole[i].card.date));
        BOOST_TEST((part[i].thread == whole[i].thread));
        BOOST_TEST(whole[i].card.root.body_octets > 0U);
        BOOST_TEST(part[i].card.root.body_octets == 0U);
    }
}

// Those that emails_of gives, in that order, with large cards and those that are gone.
BOOST_AUTO_TEST_CASE(summaries)
{
    const std::vector<std::vector<EmailId>> lists{
        {EmailId{5}, EmailId{6}, EmailId{7}, EmailId{8}, EmailId{9}, EmailId{10}, EmailId{99}},
        {EmailId{8}, EmailId{2}, EmailId{2}, EmailId{98}, EmailId{5}},
        {}};
    for (const auto& ids : lists) {
        std::string wanted;
        for (const auto& email : must(emails_of(*account, ids)))
            wanted += std::to_string(value_of(email.id)) + " " + email.card.envelope.subject + "\n";
        std::string told;
        SummaryTaker take = [&told](EmailId id, const mime::CardSummary& summary) {
            told += std::to_string(value_of(id)) + " " + std::string(summary.subject) + "\n";
        };
        must(summaries_of(*account, ids, take));
        BOOST_TEST(told == wanted);
    }
}

BOOST_AUTO_TEST_SUITE_END()
