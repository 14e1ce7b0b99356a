// Every row of an account damaged or lost, one at a time: check tells, and a repair mends it
// without losing a message that can be read.
#include <map>

#include "store/account/account_keys.h"
#include "tests/store/account_fixture.h"

using namespace mailctl;
using namespace mailctl::store;
using namespace mailctl::tests;

namespace {

using Rows = std::map<std::string, std::string>;

struct Damaged : AccountFixture {
    Damaged()
    {
        const auto work = must(account->create_mailbox("Work", SpecialUse::None)).id;
        for (int i = 1; i <= 3; ++i) {
            auto message = message_of(letter(std::to_string(i), std::to_string(i) + "@x", "<r@x>"));
            message.delivery_id = std::to_string(i);
            must(account->append(inbox(), message));
        }
        must(account->copy(inbox(), to_uids({1}), work));
        must(account->expunge(inbox(), to_uids({2}), false));
        must(account->intern_keywords({"k"}));
    }
    Rows& rows_on_disk() { return engine->disk()->rows.at(keys::account(kAnn)); }
    std::vector<std::string> check(bool repair) { return must(account->check(repair)); }
    std::size_t messages()
    {
        std::size_t count = 0;
        for (const auto& box : must(account->mailboxes()))
            count += rows(box.id).size();
        return count;
    }
};

/// The rows that can be lost or damaged without the account being lost.
std::vector<std::string> keys_of(Damaged& f, const std::string& kinds)
{
    std::vector<std::string> keys;
    for (const auto& [key, value] : f.rows_on_disk())
        if (kinds.find(key[0]) != std::string::npos)
            keys.push_back(key);
    return keys;
}

} // namespace

BOOST_AUTO_TEST_SUITE(check_account)

BOOST_AUTO_TEST_CASE(a_lost_row_is_told_and_mended)
{
    Damaged first;
    for (const auto& key : keys_of(first, "bmelr")) {
        BOOST_TEST_CONTEXT("row " << key[0] << ", " << key.size())
        {
            Damaged f;
            f.rows_on_disk().erase(key);
            f.open();
            const bool empty_mailbox = key[0] == 'b' && f.messages() == 3;
            BOOST_TEST((!f.check(false).empty() || empty_mailbox));
            f.check(true);
            f.open();
            const auto left = f.check(false);
            for (const auto& finding : left)
                BOOST_TEST((finding == "there is no INBOX" || key[0] == 'e'), finding);
            BOOST_TEST(f.messages() >= (key[0] == 'e' ? 1u : key[0] == 'm' ? 2u : 3u));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_damaged_row_is_told_and_mended)
{
    Damaged first;
    for (const auto& key : keys_of(first, "mlrhd")) {
        BOOST_TEST_CONTEXT("row " << key[0])
        {
            Damaged f;
            f.rows_on_disk()[key] = "\x01\x81";
            f.open();
            BOOST_TEST(!f.check(false).empty());
            f.check(true);
            BOOST_TEST(f.check(false).empty());
            BOOST_TEST(f.messages() >= 2u);
        }
    }
}

BOOST_FIXTURE_TEST_CASE(wrong_sums_are_counted_again, Damaged)
{
    auto box = this->box("INBOX");
    box.messages = 77;
    box.octets = 1;
    box.uid_next = Uid{1};
    rows_on_disk()[keys::mailbox(box.id)] = encode(box);
    open();
    BOOST_TEST(!must(account->recount()).empty());
    BOOST_TEST(must(account->recount()).empty());
    BOOST_TEST(this->box("INBOX").messages == 2u);
    BOOST_TEST((this->box("INBOX").uid_next == Uid{4}));
}

BOOST_FIXTURE_TEST_CASE(an_email_without_a_mailbox_is_recovered, Damaged)
{
    auto& disk = rows_on_disk();
    std::erase_if(disk, [](const auto& row) { return row.first[0] == 'm'; });
    open();
    check(true);
    BOOST_TEST(rows(box("Recovered").id).size() == 2u);
    BOOST_TEST(body(rows(box("Recovered").id)[0]) == letter("1", "1@x", "<r@x>"));
    BOOST_TEST(check(false).empty());
}

BOOST_FIXTURE_TEST_CASE(a_missing_body_is_told, Damaged)
{
    std::erase_if(rows_on_disk(), [](const auto& row) { return row.first[0] == 'y'; });
    open();
    BOOST_TEST(check(false).size() >= 2u);
}

BOOST_AUTO_TEST_SUITE_END()
