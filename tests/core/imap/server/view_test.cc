// What a session knows of its mailbox: numbers of messages and flags that were told.
#include "core/imap/server/view.h"

#include <boost/test/unit_test.hpp>

using namespace mailctl;
using namespace mailctl::imap;

namespace {

View view_of(std::initializer_list<std::uint32_t> uids)
{
    View view(nullptr, store::MailboxInfo(), false);
    for (const auto number : uids) {
        const Uid uid{number};
        view.add({&uid, 1});
    }
    return view;
}

std::uint32_t number(const View& view, std::uint32_t uid)
{
    return view.number_of(Uid{uid}).value_or(0);
}

} // namespace

BOOST_AUTO_TEST_SUITE(view)

BOOST_AUTO_TEST_CASE(numbers_without_gaps_and_with_them)
{
    const auto whole = view_of({5, 6, 7, 8});
    const auto gaps = view_of({3, 4, 7, 9, 100});
    const auto none = view_of({});
    for (std::uint32_t uid = 5; uid < 9; ++uid)
        BOOST_TEST(number(whole, uid) == uid - 4);
    BOOST_TEST(number(whole, 4) == 0U);
    BOOST_TEST(number(whole, 9) == 0U);
    BOOST_TEST(number(whole, 0xFFFFFFFF) == 0U);
    const std::pair<std::uint32_t, std::uint32_t> expected[] = {
        {1, 0}, {3, 1}, {4, 2}, {5, 0}, {6, 0}, {7, 3}, {8, 0}, {9, 4}, {10, 0}, {99, 0}, {100, 5}, {101, 0}};
    for (const auto& [uid, place] : expected)
        BOOST_TEST(number(gaps, uid) == place, uid);
    BOOST_TEST(number(none, 1) == 0U);
}

BOOST_AUTO_TEST_CASE(flags_told_with_gaps_and_twice)
{
    using enum View::Exactly;
    auto view = view_of({3, 4, 5, 9});
    view.told(Uid{4}, ModSeq{10}, No);
    view.told(Uid{5}, ModSeq{10}, Yes);
    view.told(Uid{9}, ModSeq{11}, No);
    view.told(Uid{4}, ModSeq{12}, Yes); // out of their order, and once more
    BOOST_TEST(view.knows(Uid{4}, ModSeq{10}));
    BOOST_TEST(view.knows(Uid{4}, ModSeq{9}));
    BOOST_TEST(view.knows(Uid{4}, ModSeq{12}));
    BOOST_TEST(!view.knows(Uid{4}, ModSeq{11}));
    BOOST_TEST(view.knows(Uid{5}, ModSeq{10}));
    BOOST_TEST(!view.knows(Uid{5}, ModSeq{9}));
    BOOST_TEST(view.knows(Uid{9}, ModSeq{11}));
    BOOST_TEST(!view.knows(Uid{3}, ModSeq{1}));
    BOOST_TEST(!view.knows(Uid{6}, ModSeq{1}));
    BOOST_TEST(!view.knows(Uid{10}, ModSeq{1}));
    view.forget_told();
    BOOST_TEST(!view.knows(Uid{9}, ModSeq{11}));
}

BOOST_AUTO_TEST_SUITE_END()
