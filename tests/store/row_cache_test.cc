// Message rows in memory: what is answered, and when nothing is.
#include "store/account/row_cache.h"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace mailctl;
using namespace mailctl::store;

namespace {

constexpr MailboxId kBox{1};
constexpr MailboxId kOther{2};
constexpr std::uint32_t kAll = 1'000'000;

MessageRow row(std::uint32_t uid, std::uint64_t mod_seq = 1)
{
    MessageRow made;
    made.uid = Uid{uid};
    made.email = EmailId{uid};
    made.mod_seq = ModSeq{mod_seq};
    return made;
}

std::vector<MessageRow> rows(std::uint32_t first, std::uint32_t last)
{
    std::vector<MessageRow> all;
    for (auto uid = first; uid <= last; ++uid)
        all.push_back(row(uid));
    return all;
}

std::string shown(const std::optional<std::vector<MessageRow>>& found)
{
    if (!found)
        return "unknown";
    std::string out;
    for (const auto& one : *found)
        out += std::to_string(value_of(one.uid)) + "." + std::to_string(value_of(one.mod_seq)) + " ";
    return out;
}

std::string shown(CachedRows& cached, MailboxId box = kBox)
{
    return shown(cached.find(box, UidRange{}, kAll));
}

struct Kept {
    std::shared_ptr<RowBudget> budget = std::make_shared<RowBudget>(kRowCacheOctets);
    std::shared_ptr<CachedRows> cached = std::make_shared<CachedRows>(budget);
    Kept() { cached->keep(cached->begin_read(), kBox, rows(1, 3)); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(row_cache, Kept)

BOOST_AUTO_TEST_CASE(ranges)
{
    BOOST_TEST(shown(*cached) == "1.1 2.1 3.1 ");
    BOOST_TEST(shown(cached->find(kBox, UidRange{Uid{2}, Uid{2}}, kAll)) == "2.1 ");
    BOOST_TEST(shown(cached->find(kBox, UidRange{Uid{2}, Uid{9}}, kAll)) == "2.1 3.1 ");
    BOOST_TEST(shown(cached->find(kBox, UidRange{Uid{1}, Uid{9}}, 2)) == "1.1 2.1 ");
    BOOST_TEST(shown(cached->find(kBox, UidRange{Uid{4}, Uid{9}}, kAll)) == "");
    BOOST_TEST(shown(*cached, kOther) == "unknown");
}

BOOST_AUTO_TEST_CASE(commits)
{
    cached->begin_commit();
    BOOST_TEST(shown(*cached) == "unknown"); // the engine may have it already
    cached->end_commit({{kBox, Uid{2}, row(2, 7)}, {kBox, Uid{4}, row(4, 7)}, {kBox, Uid{1}, std::nullopt}, {kOther, Uid{1}, row(1)}}, {});
    BOOST_TEST(shown(*cached) == "2.7 3.1 4.7 ");
    cached->begin_commit();
    cached->end_commit({}, {kBox});
    BOOST_TEST(shown(*cached) == "unknown");
    BOOST_TEST(budget->used() == 0U);
}

BOOST_AUTO_TEST_CASE(commits_in_doubt)
{
    cached->begin_commit();
    cached->end_commit_in_doubt();
    BOOST_TEST(shown(*cached) == "unknown");
    BOOST_TEST(budget->used() == 0U);
}

// What was read while something was committed may be old.
BOOST_AUTO_TEST_CASE(reads_beside_a_commit)
{
    const auto before = cached->begin_read();
    cached->begin_commit();
    const auto during = cached->begin_read();
    cached->keep(before, kOther, rows(1, 1));
    cached->end_commit({}, {});
    for (const auto begun : {before, during})
        cached->keep(begun, kOther, rows(1, 1));
    BOOST_TEST(shown(*cached, kOther) == "unknown");
    cached->begin_commit();
    const auto in_doubt = cached->begin_read();
    cached->end_commit_in_doubt();
    cached->keep(in_doubt, kOther, rows(1, 1));
    BOOST_TEST(shown(*cached, kOther) == "unknown");
    cached->keep(cached->begin_read(), kOther, rows(1, 1));
    BOOST_TEST(shown(*cached, kOther) == "1.1 ");
}

BOOST_AUTO_TEST_CASE(limit_of_memory)
{
    const auto small = std::make_shared<RowBudget>(8 * sizeof(MessageRow));
    const auto one = std::make_shared<CachedRows>(small);
    const auto two = std::make_shared<CachedRows>(small);
    BOOST_TEST(one->may_keep(1));
    BOOST_TEST(!one->may_keep(2));
    one->keep(one->begin_read(), kBox, rows(1, 3));
    two->keep(two->begin_read(), kBox, rows(1, 3)); // four times the size of a row each: just fits
    BOOST_TEST(shown(*one) == "1.1 2.1 3.1 ");
    one->keep(one->begin_read(), kOther, rows(1, 1));
    BOOST_TEST(shown(*two) == "unknown"); // asked longest ago
    BOOST_TEST(shown(*one) != "unknown");
    BOOST_TEST(small->used() == 6 * sizeof(MessageRow));
}

BOOST_AUTO_TEST_CASE(without_a_budget)
{
    const auto none = std::make_shared<CachedRows>(nullptr);
    BOOST_TEST(!none->may_keep(0));
    none->keep(none->begin_read(), kBox, rows(1, 1));
    none->begin_commit();
    none->end_commit({{kBox, Uid{1}, row(1)}}, {kBox});
    none->end_commit_in_doubt();
    BOOST_TEST(shown(*none) == "unknown");
}

BOOST_AUTO_TEST_SUITE_END()
