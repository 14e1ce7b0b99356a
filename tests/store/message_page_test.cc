// Message rows packed into pages: what is stored is read back, and nothing else.
#include "store/account/message_page.h"

#include <boost/test/unit_test.hpp>

using namespace mailctl;
using namespace mailctl::store;

namespace {

MessageRow row(std::uint32_t uid)
{
    MessageRow made;
    made.uid = Uid{uid};
    made.mod_seq = ModSeq{10 + uid};
    made.email = EmailId{100 + uid};
    made.octets = 1000 + uid;
    made.internal_date = made.saved = Time(seconds(1'700'000'000 + uid));
    return made;
}

bool is_same(const MessageRow& a, const MessageRow& b)
{
    return a.uid == b.uid && a.mod_seq == b.mod_seq && a.email == b.email && a.flags == b.flags &&
           a.octets == b.octets && a.internal_date == b.internal_date && a.date_zone == b.date_zone &&
           a.saved == b.saved;
}

std::vector<MessageRow> read(std::uint32_t page, const std::string& stored)
{
    std::vector<MessageRow> rows;
    BOOST_REQUIRE(decode_page(page, stored, rows).has_value());
    return rows;
}

bool is_corrupt(const std::string& stored)
{
    std::vector<MessageRow> rows;
    const auto decoded = decode_page(0, stored, rows);
    return !decoded && decoded.error().code() == Errc::Corrupt;
}

MessageChange put(const MessageRow& made)
{
    return {MailboxId{1}, made.uid, false, made};
}

MessageChange gone(std::uint32_t uid)
{
    return {MailboxId{1}, Uid{uid}, true, {}};
}

std::string uids_of(const std::vector<MessageRow>& rows)
{
    std::string text;
    for (const auto& made : rows)
        text += std::to_string(value_of(made.uid)) + ":" + std::to_string(made.octets) + " ";
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(message_page)

BOOST_AUTO_TEST_CASE(rows_come_back)
{
    std::vector<MessageRow> rows;
    for (std::uint32_t uid = 128; uid < 256; ++uid)
        rows.push_back(row(uid));
    rows[3].flags.system = 31;
    rows[4].flags.set_keyword(0);
    rows[5].flags.set_keyword(127);
    rows[6].mod_seq = ModSeq{~std::uint64_t{0}};
    rows[7].email = EmailId{1};
    rows[8].octets = ~std::uint64_t{0};
    rows[9].internal_date = Time(seconds(-1));
    rows[10].saved = Time(milliseconds(1));
    rows[11].date_zone = std::chrono::minutes(-570);
    rows[12].date_zone = std::chrono::minutes(-570);
    rows.erase(rows.begin() + 20, rows.begin() + 90);
    const auto back = read(1, encode_page(rows));
    BOOST_REQUIRE(back.size() == rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        BOOST_TEST(is_same(back[i], rows[i]), value_of(rows[i].uid));
}

BOOST_AUTO_TEST_CASE(the_last_uid_has_its_page)
{
    const auto last = row(0xFFFFFFFF);
    const auto back = read(page_of(last.uid), encode_page({&last, 1}));
    BOOST_REQUIRE(back.size() == 1u);
    BOOST_TEST(is_same(back[0], last));
}

BOOST_AUTO_TEST_CASE(a_full_page_is_small)
{
    std::vector<MessageRow> rows;
    for (std::uint32_t uid = 0; uid < kPageUids; ++uid)
        rows.push_back(row(uid));
    BOOST_TEST(encode_page(rows).size() < kPageUids * 12);
    for (auto& made : rows) { // the largest there can be
        made.flags.keywords.fill(~std::uint64_t{0});
        made.octets = made.octets % 2 ? ~std::uint64_t{0} : 0;
        made.mod_seq = ModSeq{made.octets / 2};
        made.email = EmailId{made.octets / 2};
        made.saved = Time(milliseconds(static_cast<std::int64_t>(made.octets / 2)));
        made.internal_date = Time(milliseconds(-1 - static_cast<std::int64_t>(made.octets / 3)));
        made.date_zone = std::chrono::minutes(made.octets % 2 ? 1'000'000 : -1'000'000);
    }
    BOOST_TEST(encode_page(rows).size() < 60'000u);
    BOOST_TEST(read(0, encode_page(rows)).size() == rows.size());
}

BOOST_AUTO_TEST_CASE(the_form_on_disk_stays)
{
    const MessageRow rows[] = {row(1), row(2)};
    constexpr std::string_view kStored("\x01"
                                       "\x01\x08\x00\xE9\x07\x16\xCA\x01\xD0\xAF\xAB\xFE\xF9\x62"
                                       "\x02\x0A\x00\xEA\x07\x02\xD0\x0F",
                                       23);
    BOOST_TEST(encode_page(rows) == kStored);
}

BOOST_AUTO_TEST_CASE(damage_is_told)
{
    const MessageRow rows[] = {row(1), row(2)};
    const auto whole = encode_page(rows);
    for (std::size_t kept = 0; kept < whole.size(); ++kept) {
        std::vector<MessageRow> some;
        const auto decoded = decode_page(0, whole.substr(0, kept), some);
        BOOST_TEST((!decoded || some.size() == 1u), kept); // cut between two rows: one is whole
    }
    BOOST_TEST(is_corrupt(""));
    BOOST_TEST(is_corrupt("\x01"));
    BOOST_TEST(is_corrupt("\x02" + whole.substr(1)));         // another version
    BOOST_TEST(is_corrupt(whole + whole.substr(1)));          // UIDs go back
    BOOST_TEST(is_corrupt("\x01\x01\x7F" + whole.substr(3))); // a shape that nobody knows
    BOOST_TEST(is_corrupt("\x01\x01\x81"));
}

BOOST_AUTO_TEST_CASE(changes_are_laid_over)
{
    struct Case {
        std::string_view name;
        std::vector<MessageRow> rows;
        std::vector<MessageChange> changes;
        std::string made;
    };
    auto other = row(2);
    other.octets = 7;
    const Case cases[] = {
        {"into nothing", {}, {put(row(1)), put(row(3))}, "1:1001 3:1003 "},
        {"nothing", {row(1)}, {}, "1:1001 "},
        {"before, between, after", {row(2), row(4)}, {put(row(1)), put(row(3)), put(row(5))},
         "1:1001 2:1002 3:1003 4:1004 5:1005 "},
        {"one is another now", {row(1), row(2), row(3)}, {put(other)}, "1:1001 2:7 3:1003 "},
        {"one is gone", {row(1), row(2), row(3)}, {gone(2)}, "1:1001 3:1003 "},
        {"one that was never there is gone", {row(1)}, {gone(2)}, "1:1001 "},
        {"all are gone", {row(1), row(2)}, {gone(1), gone(2)}, ""},
    };
    for (const auto& c : cases)
        BOOST_TEST_CONTEXT(c.name)
            BOOST_TEST(uids_of(with_changes(c.rows, c.changes)) == c.made);
}

BOOST_AUTO_TEST_SUITE_END()
