// Every write and read of the engine fails once: what was told to have happened did, and no
// invariant breaks.
#include <set>

#include "tests/store/account_fixture.h"

using namespace mailctl;
using namespace mailctl::store;
using namespace mailctl::tests;

namespace {

/// What a run was told.
struct Told {
    std::set<std::string> appended; ///< subjects
    unsigned failures = 0;
};

/// One of everything; errors are counted.
Awaitable<Result<>> use(std::shared_ptr<MailAccount> account, Told* told)
{
    const auto first_two = to_uids({1, 2});
    const auto third = to_uids({3});
    const std::vector<std::string> words{"a", "b"};
    const auto inbox = co_await account->find_mailbox("INBOX");
    auto sent = co_await account->find_mailbox("Sent");
    if (!sent)
        sent = co_await account->find_mailbox("Outgoing/Mail"); // renamed by the run before
    for (int i = 0; i < 4; ++i) {
        auto message = message_of(letter(std::to_string(i), std::to_string(i) + "@x", "<r@x>"));
        message.delivery_id = "d" + std::to_string(i);
        const auto appended = co_await account->append(inbox->id, message);
        if (appended)
            told->appended.insert(std::to_string(i));
        told->failures += appended ? 0 : 1;
    }
    const auto copied = co_await account->copy(inbox->id, first_two, sent->id);
    told->failures += copied ? 0 : 1;
    const auto moved = co_await account->move(inbox->id, third, sent->id);
    told->failures += moved ? 0 : 1;
    FlagsUpdate update;
    update.uids = first_two;
    update.flags.set(SystemFlag::Seen);
    const auto updated = co_await account->update_flags(inbox->id, std::move(update));
    told->failures += updated ? 0 : 1;
    const auto renamed = co_await account->rename_mailbox(sent->name, "Outgoing/Mail");
    told->failures += renamed || sent->name != "Sent" ? 0 : 1;
    const auto copies = copied ? copied->to : std::vector<Uid>();
    const auto gone = co_await account->expunge(sent->id, copies, false);
    told->failures += gone ? 0 : 1;
    const auto keywords = co_await account->intern_keywords(words);
    told->failures += keywords ? 0 : 1;
    co_return ok();
}

std::set<std::string> subjects(AccountFixture& f)
{
    std::set<std::string> all;
    for (const auto& box : must(f.account->mailboxes()))
        for (const auto& row : f.rows(box.id))
            all.insert(must(f.account->email(row.email)).card.envelope.subject);
    return all;
}

/// After the failure and a restart.
void expect_sound(AccountFixture& f, const Told& told)
{
    f.open();
    f.check();
    const auto there = subjects(f);
    for (const auto& subject : told.appended)
        BOOST_TEST(there.count(subject) == 1u, subject << " was acknowledged and is gone");
    // Everything goes on.
    Told again;
    must(use(f.account, &again));
    BOOST_TEST(again.appended.size() == 4u);
    f.check();
}

} // namespace

BOOST_AUTO_TEST_SUITE(account_failure)

BOOST_AUTO_TEST_CASE(every_write_fails_once)
{
    for (const auto code : {Errc::Unavailable, Errc::Conflict, Errc::InDoubt}) {
        for (const auto applied : {MemoryEngine::Applied::No, MemoryEngine::Applied::Yes}) {
            if (code == Errc::Conflict && applied == MemoryEngine::Applied::Yes)
                continue; // a conflict promises that nothing was applied
            if (code == Errc::Unavailable && applied == MemoryEngine::Applied::Yes)
                continue; // so does this: otherwise it is InDoubt
            for (unsigned nth = 1; nth <= 12; ++nth) {
                BOOST_TEST_CONTEXT(name_of(code) << ", write " << nth)
                {
                    AccountFixture f;
                    f.engine->fail_write(nth, code, applied);
                    Told told;
                    must(use(f.account, &told));
                    const bool retried = code != Errc::Unavailable;
                    BOOST_TEST((told.failures == 0) == (retried || nth > 10));
                    expect_sound(f, told);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(every_read_fails_once)
{
    unsigned failed = 0;
    for (unsigned nth = 1; nth <= 40; ++nth) {
        BOOST_TEST_CONTEXT("read " << nth)
        {
            AccountFixture f;
            f.engine->fail_read(nth, Errc::Unavailable);
            Told told;
            must(use(f.account, &told));
            failed += told.failures;
            expect_sound(f, told);
        }
    }
    BOOST_TEST(failed > 10u);
}

BOOST_AUTO_TEST_CASE(a_power_cut_keeps_what_was_acknowledged)
{
    AccountFixture f;
    f.append(f.inbox(), letter("kept"));
    f.engine->hold();
    boost::asio::io_context io;
    Told told;
    bool ended = false;
    boost::asio::co_spawn(io, use(f.account, &told),
                          [&](std::exception_ptr, Result<>) { ended = true; });
    io.poll();
    BOOST_TEST(told.appended.empty()); // nothing is acknowledged from a buffer
    f.engine->flush();
    io.poll();
    f.engine->lose_unsynced();
    f.engine->release();
    while (!ended)
        io.poll();
    told.appended.insert("kept");
    expect_sound(f, told);
}

BOOST_AUTO_TEST_SUITE_END()
