// Several messages in one commit, and one in place of another: all of it or nothing.
#include "store/appending.h"

#include <random>

#include "tests/store/account_fixture.h"

using namespace mailctl;
using namespace mailctl::store;
using namespace mailctl::tests;

namespace {

std::vector<NewMessage> letters(std::size_t count, std::size_t padding = 0)
{
    std::vector<NewMessage> messages;
    for (std::size_t i = 0; i < count; ++i)
        messages.push_back(message_of(letter(std::to_string(i), std::to_string(i) + "@x") +
                                      std::string(padding, static_cast<char>('a' + i % 26))));
    return messages;
}

/// Octets that do not become fewer by compression.
std::string noise(std::size_t count, unsigned seed)
{
    std::mt19937 engine(seed);
    std::string octets(count, ' ');
    for (auto& octet : octets)
        octet = static_cast<char>('!' + engine() % 90);
    return octets;
}

std::size_t octets_of(const std::vector<NewMessage>& messages)
{
    std::size_t octets = 0;
    for (const auto& message : messages)
        octets += message.inline_body.size();
    return octets;
}

Awaitable<Result<std::vector<Appended>>> append_all(AccountFixture& f, MailboxId box,
                                                    std::vector<NewMessage> messages)
{
    return f.account->appending().append_all(box, std::move(messages));
}

Awaitable<Result<Appended>> replace(AccountFixture& f, ReplacedMessage old, MailboxId box,
                                    const std::string& text)
{
    return f.account->appending().replace(old, box, message_of(text));
}

} // namespace

BOOST_AUTO_TEST_SUITE(appending)

BOOST_AUTO_TEST_CASE(many_messages_appear_together)
{
    AccountFixture f;
    f.append(f.inbox(), letter("before"));
    const auto before = f.account->highest_mod_seq();
    const auto appended = must(append_all(f, f.inbox(), letters(3)));
    BOOST_REQUIRE(appended.size() == 3u);
    for (std::size_t i = 0; i < 3; ++i)
        BOOST_TEST(value_of(appended[i].uid) == 2 + i);
    // One change: one mod-sequence, one entry of the log.
    const auto changes = must(f.account->changes_since(before));
    BOOST_REQUIRE(changes.entries.size() == 1u);
    BOOST_TEST(changes.entries[0].uids.size() == 3u);
    BOOST_TEST(value_of(changes.up_to) == value_of(before) + 1);
    f.open();
    BOOST_TEST(f.uids(f.inbox()) == (Uids{1, 2, 3, 4}), boost::test_tools::per_element());
    BOOST_TEST(f.body(f.rows(f.inbox())[2]) == letter("1", "1@x"));
    f.check();
}

BOOST_AUTO_TEST_CASE(messages_of_one_commit_share_a_thread)
{
    AccountFixture f;
    std::vector<NewMessage> messages;
    messages.push_back(message_of(letter("first", "a@x")));
    messages.push_back(message_of(letter("second", "b@x", "<a@x>")));
    must(append_all(f, f.inbox(), std::move(messages)));
    const auto rows = f.rows(f.inbox());
    BOOST_TEST(value_of(f.thread(rows[0])) == value_of(f.thread(rows[1])));
    f.check();
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_leaves_nothing)
{
    AccountFixture f;
    const auto nowhere = run(append_all(f, MailboxId{99}, letters(2)));
    BOOST_TEST((nowhere.error().code() == Errc::NotFound));
    BOOST_TEST((run(append_all(f, f.inbox(), {})).error().code() == Errc::Invalid));
    const auto too_many = run(append_all(f, f.inbox(), letters(kAppendedAtOnce + 1)));
    BOOST_TEST((too_many.error().code() == Errc::Invalid));
    // Fewer, but more octets than one commit takes.
    std::vector<NewMessage> large;
    for (unsigned i = 0; i < 300; ++i)
        large.push_back(message_of(letter(std::to_string(i)) + noise(50'000, i)));
    BOOST_TEST((run(append_all(f, f.inbox(), std::move(large))).error().code() == Errc::Invalid));
    BOOST_TEST(f.rows(f.inbox()).empty());
    BOOST_TEST(value_of(f.box("INBOX").uid_next) == 1u);
    f.check();
    // As many as one takes.
    BOOST_TEST(must(append_all(f, f.inbox(), letters(kAppendedAtOnce))).size() == kAppendedAtOnce);
    f.check();
}

BOOST_AUTO_TEST_CASE(the_quota_counts_all_of_them)
{
    const auto messages = letters(3);
    const auto octets = octets_of(messages);
    for (const bool fits : {true, false}) {
        Usage by_octets, by_messages;
        by_octets.octets = octets - (fits ? 0 : 1);
        by_messages.messages = fits ? 3 : 2;
        for (const auto& limits : {by_octets, by_messages}) {
            AccountFixture f(limits);
            const auto appended = run(append_all(f, f.inbox(), messages));
            BOOST_TEST(appended.has_value() == fits);
            BOOST_TEST(f.rows(f.inbox()).size() == (fits ? 3u : 0u));
            if (!fits)
                BOOST_TEST((appended.error().code() == Errc::OverQuota));
            f.check();
        }
    }
}

BOOST_AUTO_TEST_CASE(a_failed_write_leaves_all_or_none)
{
    for (const auto applied : {MemoryEngine::Applied::No, MemoryEngine::Applied::Yes}) {
        for (const auto code : {Errc::Unavailable, Errc::InDoubt}) {
            if (code == Errc::Unavailable && applied == MemoryEngine::Applied::Yes)
                continue;
            AccountFixture f;
            f.engine->fail_write(1, code, applied);
            const auto appended = run(append_all(f, f.inbox(), letters(4)));
            f.open();
            BOOST_TEST(f.rows(f.inbox()).size() == (appended ? 4u : 0u));
            BOOST_TEST(appended.has_value() == (code == Errc::InDoubt));
            f.check();
        }
    }
}

BOOST_AUTO_TEST_CASE(a_failed_read_leaves_all_or_none)
{
    for (unsigned nth = 1; nth <= 6; ++nth) {
        BOOST_TEST_CONTEXT("read " << nth)
        {
            AccountFixture f;
            f.engine->fail_read(nth, Errc::Unavailable);
            const auto appended = run(append_all(f, f.inbox(), letters(3)));
            f.open();
            BOOST_TEST(f.rows(f.inbox()).size() == (appended ? 3u : 0u));
            f.check();
        }
    }
}

BOOST_AUTO_TEST_CASE(a_power_cut_keeps_all_or_none)
{
    AccountFixture f;
    f.engine->hold();
    boost::asio::io_context io;
    bool ended = false;
    boost::asio::co_spawn(io, f.account->appending().append_all(f.inbox(), letters(5)),
                          [&](std::exception_ptr, auto) { ended = true; });
    io.poll();
    BOOST_TEST(!ended); // nothing is acknowledged from a buffer
    f.engine->lose_unsynced();
    f.engine->release();
    while (!ended)
        io.poll();
    f.open();
    const auto left = f.rows(f.inbox()).size();
    BOOST_TEST((left == 0 || left == 5));
    f.check();
}

BOOST_AUTO_TEST_CASE(a_message_takes_the_place_of_another)
{
    AccountFixture f;
    f.append(f.inbox(), letter("old", "a@x"));
    f.append(f.inbox(), letter("other"));
    const auto before = f.account->highest_mod_seq();
    const auto appended = must(replace(f, {f.inbox(), Uid{1}}, f.inbox(), letter("new", "a@x")));
    BOOST_TEST(value_of(appended.uid) == 3u);
    BOOST_TEST(f.uids(f.inbox()) == (Uids{2, 3}), boost::test_tools::per_element());
    const auto changes = must(f.account->changes_since(before));
    BOOST_TEST(value_of(changes.up_to) == value_of(before) + 1);
    BOOST_TEST(changes.entries.size() == 2u);
    f.open();
    BOOST_TEST(f.body(f.rows(f.inbox())[1]) == letter("new", "a@x"));
    f.check();
    // Into another mailbox.
    const auto drafts = f.box("Drafts").id;
    must(replace(f, {f.inbox(), Uid{3}}, drafts, letter("newer")));
    BOOST_TEST(f.uids(f.inbox()) == (Uids{2}), boost::test_tools::per_element());
    BOOST_TEST(f.uids(drafts) == (Uids{1}), boost::test_tools::per_element());
    f.check();
}

BOOST_AUTO_TEST_CASE(nothing_is_replaced_where_the_old_one_is_gone)
{
    AccountFixture f;
    f.append(f.inbox(), letter("old"));
    must(f.account->expunge(f.inbox(), to_uids({1}), false));
    const auto gone = run(replace(f, {f.inbox(), Uid{1}}, f.inbox(), letter("new")));
    BOOST_TEST((gone.error().code() == Errc::NotFound));
    BOOST_TEST(f.rows(f.inbox()).empty());
    const auto nowhere = run(replace(f, {MailboxId{99}, Uid{1}}, f.inbox(), letter("new")));
    BOOST_TEST((nowhere.error().code() == Errc::NotFound));
    f.append(f.inbox(), letter("kept"));
    const auto no_target = run(replace(f, {f.inbox(), Uid{2}}, MailboxId{99}, letter("new")));
    BOOST_TEST((no_target.error().code() == Errc::NotFound));
    BOOST_TEST(f.uids(f.inbox()) == (Uids{2}), boost::test_tools::per_element());
    f.check();
}

BOOST_AUTO_TEST_CASE(a_full_account_takes_one_of_the_same_size)
{
    const auto old = letter("full");
    Usage limits;
    limits.octets = old.size();
    limits.messages = 1;
    AccountFixture f(limits);
    f.append(f.inbox(), old);
    const auto larger = run(replace(f, {f.inbox(), Uid{1}}, f.inbox(), old + "x"));
    BOOST_TEST((larger.error().code() == Errc::OverQuota));
    BOOST_TEST(f.uids(f.inbox()) == (Uids{1}), boost::test_tools::per_element());
    must(replace(f, {f.inbox(), Uid{1}}, f.inbox(), old));
    BOOST_TEST(f.uids(f.inbox()) == (Uids{2}), boost::test_tools::per_element());
    BOOST_TEST(must(f.account->usage()).octets == old.size());
    f.check();
}

BOOST_AUTO_TEST_CASE(a_failed_replacement_keeps_the_old_one)
{
    for (unsigned nth = 1; nth <= 5; ++nth) {
        AccountFixture f;
        f.append(f.inbox(), letter("old"));
        f.engine->fail_read(nth, Errc::Unavailable);
        const auto replaced = run(replace(f, {f.inbox(), Uid{1}}, f.inbox(), letter("new")));
        f.open();
        BOOST_TEST(f.uids(f.inbox()) == (Uids{replaced ? 2u : 1u}), boost::test_tools::per_element());
        f.check();
    }
}

BOOST_AUTO_TEST_SUITE_END()
