// The store as a whole: accounts, bodies of one and of several, what a crash leaves behind.
#include <algorithm>

#include "store/account/account_keys.h"
#include "store/directory.h"
#include "store/queue.h"
#include "store/body/shared_body.h"
#include "store/store.h"
#include "tests/store/account_fixture.h"

using namespace mailctl;
using namespace mailctl::store;
using namespace mailctl::tests;

namespace {

struct StoreFixture {
    ManualClock clock{Time(seconds(1'700'000'000))};
    SeededRandom random{7};
    MemoryEngine* engine = nullptr;
    std::unique_ptr<Store> store;
    AccountId ann{}, bob{};

    StoreFixture()
    {
        open(std::make_unique<MemoryEngine>());
        Domain domain;
        domain.name = "example.org";
        must(store->directory().add_domain(domain));
        ann = add("ann");
        bob = add("bob");
    }

    void open(std::unique_ptr<MemoryEngine> with)
    {
        engine = with.get();
        store = make_store(std::move(with), clock, random);
    }
    void restart() { open(std::make_unique<MemoryEngine>(engine->disk())); }

    AccountId add(const std::string& name)
    {
        User user;
        user.address = {name, "example.org"};
        return must(store->directory().add_user(user));
    }

    Spool::Stored spool(BodyOwners owners, const std::string& text)
    {
        auto spool = store->spool(std::move(owners));
        for (std::size_t at = 0; at < text.size(); at += 10'000)
            must(spool->write(std::string_view(text).substr(at, 10'000)));
        return must(spool->finish());
    }
    Appended deliver(AccountId to, const Spool::Stored& stored, const std::string& text,
                     const std::string& delivery_id = "")
    {
        const auto account = must(store->account(to));
        NewMessage message;
        message.body = stored.body;
        message.inline_body = stored.inline_body;
        message.card = std::make_shared<const mime::Card>(mime::make_card(text));
        message.delivery_id = delivery_id;
        return must(account->append(must(account->find_mailbox("INBOX")).id, message));
    }
    std::string read_first(AccountId of)
    {
        const auto account = must(store->account(of));
        const auto rows =
            must(account->messages(must(account->find_mailbox("INBOX")).id, UidRange{}, 1));
        const auto email = must(account->email(rows.at(0).email));
        return must(account->read_body(email.body, 0, ~std::uint64_t{0}));
    }
    void expunge_all(AccountId of)
    {
        const auto account = must(store->account(of));
        const auto inbox = must(account->find_mailbox("INBOX"));
        must(account->expunge(inbox.id, to_uids({1, 2, 3}), false));
    }
    /// Bodies outside of accounts' rows, and shared ones in rows.
    std::size_t bodies()
    {
        const auto disk = engine->disk();
        std::size_t count = disk->blobs.size();
        for (const auto& [partition, rows] : disk->rows)
            if (partition[0] == 'S')
                for (const auto& [key, value] : rows)
                    count += key[0] == 'y' ? 1 : 0;
        return count;
    }
    std::size_t references()
    {
        std::size_t count = 0;
        for (const auto& partition : shared_partitions())
            count += must(shared_references(*engine, partition)).size();
        return count;
    }
    void expect_sound()
    {
        for (const auto& finding : must(store->check(false)))
            BOOST_ERROR(finding.where << ": " << finding.what);
        for (const auto& finding : must(store->scrub()))
            BOOST_ERROR(finding.where << ": " << finding.what);
    }
};

std::string large_letter()
{
    return letter("large") + std::string(600'000, 'l');
}

} // namespace

BOOST_AUTO_TEST_SUITE(whole_store)

BOOST_FIXTURE_TEST_CASE(an_account_has_one_object, StoreFixture)
{
    BOOST_TEST(must(store->account(ann)) == must(store->account(ann)));
    BOOST_TEST((run(store->account(AccountId{12345})).error().code() == Errc::NotFound));
    expect_sound();
}

BOOST_FIXTURE_TEST_CASE(a_small_body_of_one_account_goes_with_its_commit, StoreFixture)
{
    const auto stored = spool({{ann}, false}, letter("small"));
    BOOST_TEST(stored.inline_body == letter("small"));
    BOOST_TEST(!stored.body.shared);
    deliver(ann, stored, letter("small"));
    restart();
    BOOST_TEST(read_first(ann) == letter("small"));
    BOOST_TEST(bodies() == 0u);
    expect_sound();
}

BOOST_FIXTURE_TEST_CASE(the_largest_inline_body_and_one_octet_more, StoreFixture)
{
    const std::string at_limit(kInlineBodyOctets, 'x');
    BOOST_TEST(spool({{ann}, false}, at_limit).inline_body.size() == kInlineBodyOctets);
    BOOST_TEST(spool({{ann}, false}, at_limit + "x").inline_body.empty());
    BOOST_TEST(spool({{}, true}, at_limit).inline_body.size() == kInlineBodyOctets);
    auto empty = store->spool({{ann}, false});
    BOOST_TEST((run(empty->finish()).error().code() == Errc::Invalid));
}

BOOST_FIXTURE_TEST_CASE(a_large_body_of_one_account_is_its_own, StoreFixture)
{
    const auto stored = spool({{ann, ann}, false}, large_letter());
    BOOST_TEST(stored.inline_body.empty());
    BOOST_TEST(!stored.body.shared);
    deliver(ann, stored, letter("large"));
    restart();
    BOOST_TEST(read_first(ann) == large_letter());
    expect_sound();
    expunge_all(ann);
    BOOST_TEST(bodies() == 0u);
    expect_sound();
}

BOOST_FIXTURE_TEST_CASE(a_body_of_two_accounts_is_stored_once, StoreFixture)
{
    for (const auto& text : {letter("small"), large_letter()}) {
        const auto stored = spool({{ann, bob}, false}, text);
        BOOST_TEST(stored.body.shared);
        BOOST_TEST(references() == 2u);
        deliver(ann, stored, text);
        deliver(bob, stored, text);
        restart();
        BOOST_TEST(bodies() == 1u);
        BOOST_TEST(read_first(ann) == text);
        expect_sound();
        expunge_all(ann);
        BOOST_TEST(bodies() == 1u);
        BOOST_TEST(read_first(bob) == text);
        expunge_all(bob);
        BOOST_TEST(bodies() == 0u);
        BOOST_TEST(references() == 0u);
    }
}

BOOST_FIXTURE_TEST_CASE(the_queue_holds_a_body_too, StoreFixture)
{
    const auto stored = spool({{ann}, true}, large_letter());
    deliver(ann, stored, letter("large"));
    QueueEntry entry;
    entry.sender = "ann@example.org";
    entry.recipients.resize(1);
    entry.recipients[0].address = "zoe@example.net";
    entry.body = stored.body;
    const auto id = must(store->queue().add(entry));
    expunge_all(ann);
    BOOST_TEST(bodies() == 1u);
    const auto queued = must(store->queue().find(id));
    BOOST_TEST(must(store->queue().read_body(queued, 0, 5)) == "From:");
    must(store->queue().remove(id));
    BOOST_TEST(bodies() == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_spool_that_is_dropped_leaves_nothing, StoreFixture)
{
    {
        auto spool = store->spool({{ann, bob}, false});
        must(spool->write(large_letter()));
    }
    BOOST_TEST(bodies() == 0u);
    BOOST_TEST(references() == 0u);
}

BOOST_FIXTURE_TEST_CASE(sweep_erases_what_a_crash_left_after_a_day, StoreFixture)
{
    spool({{ann}, false}, large_letter());     // its message never came
    spool({{ann, bob}, true}, large_letter()); // for nobody in the end
    const auto half = spool({{ann, bob}, false}, letter("half"));
    deliver(bob, half, letter("half")); // ann's commit was cut off
    BOOST_TEST(must(store->sweep()) == 0u);
    BOOST_TEST(bodies() == 3u);
    clock.advance(std::chrono::hours(25));
    restart();
    BOOST_TEST(must(store->sweep()) == 5u); // a body, three references, one reference
    BOOST_TEST(bodies() == 1u);
    BOOST_TEST(references() == 1u);
    BOOST_TEST(read_first(bob) == letter("half"));
    BOOST_TEST(must(store->sweep()) == 0u);
    expect_sound();
}

BOOST_FIXTURE_TEST_CASE(a_repeated_delivery_gives_its_body_back, StoreFixture)
{
    const auto first = spool({{ann}, false}, large_letter());
    deliver(ann, first, letter("large"), "relay/1");
    const auto second = spool({{ann}, false}, large_letter());
    BOOST_TEST(deliver(ann, second, letter("large"), "relay/1").repeated);
    BOOST_TEST(bodies() == 1u);
    BOOST_TEST(deliver(ann, first, letter("large"), "relay/1").repeated);
    BOOST_TEST(bodies() == 1u);
    BOOST_TEST(read_first(ann) == large_letter());
    expect_sound();
}

// Every write of an expunge fails once: at the end the body is gone and nothing else.
BOOST_AUTO_TEST_CASE(a_release_that_is_cut_off_is_ended_later)
{
    for (unsigned nth = 1; nth <= 6; ++nth) {
        StoreFixture f;
        const auto text = large_letter();
        const auto own = f.spool({{f.ann}, false}, text);
        const auto shared = f.spool({{f.ann, f.bob}, false}, text);
        f.deliver(f.ann, own, text);
        f.deliver(f.ann, shared, text);
        f.deliver(f.bob, shared, text);
        f.engine->fail_write(nth, Errc::Unavailable);
        const auto account = must(f.store->account(f.ann));
        const auto inbox = must(account->find_mailbox("INBOX"));
        run(account->expunge(inbox.id, to_uids({1, 2}), false));
        f.restart();
        f.expunge_all(f.ann);
        must(f.store->sweep());
        BOOST_TEST(f.bodies() == 1u, "write " << nth);
        BOOST_TEST(f.references() == 1u);
        BOOST_TEST(f.read_first(f.bob) == text);
        f.expect_sound();
    }
}

BOOST_AUTO_TEST_CASE(an_erased_user_leaves_nothing_however_it_is_cut_off)
{
    for (unsigned nth = 0; nth <= 9; ++nth) {
        StoreFixture f;
        const auto text = large_letter();
        const auto shared = f.spool({{f.ann, f.bob}, false}, text);
        const auto own = f.spool({{f.ann}, false}, text);
        f.deliver(f.ann, own, text);
        f.deliver(f.ann, shared, text);
        f.deliver(f.bob, shared, text);
        const auto held = must(f.store->account(f.ann));
        if (nth > 0)
            f.engine->fail_write(nth, Errc::Unavailable);
        const auto erased = run(f.store->directory().erase_user({"ann", "example.org"}));
        if (!erased) {
            f.restart();
            must(f.store->sweep());
            if (run(f.store->directory().find({"ann", "example.org"})))
                must(f.store->directory().erase_user({"ann", "example.org"}));
        }
        BOOST_TEST((run(f.store->account(f.ann)).error().code() == Errc::NotFound));
        BOOST_TEST(f.engine->disk()->rows.count(keys::account(f.ann)) == 0u, "write " << nth);
        BOOST_TEST(f.bodies() == 1u, "write " << nth);
        BOOST_TEST(f.read_first(f.bob) == text);
        if (nth == 0) { // whoever still has the account cannot write to it
            auto late = message_of(letter("late"));
            const auto box = must(held->find_mailbox("INBOX")).id;
            BOOST_TEST((run(held->append(box, late)).error().code() == Errc::NotFound));
        }
        f.expect_sound();
    }
}

BOOST_FIXTURE_TEST_CASE(limits_of_a_user_reach_the_account, StoreFixture)
{
    auto user = std::get<User>(must(store->directory().find({"ann", "example.org"})));
    user.quota_messages = 1;
    must(store->directory().set_user(user));
    const auto account = must(store->account(ann));
    BOOST_TEST(must(account->limits()).messages == 1u);
}

BOOST_FIXTURE_TEST_CASE(stats_add_up, StoreFixture)
{
    deliver(ann, spool({{ann}, false}, letter("1")), letter("1"));
    deliver(bob, spool({{bob}, false}, letter("2")), letter("2"));
    const auto stats = must(store->stats());
    BOOST_TEST(stats.accounts == 2u);
    BOOST_TEST(stats.messages == 2u);
    BOOST_TEST(stats.octets == 2 * letter("1").size());
    must(store->compact());
}

BOOST_FIXTURE_TEST_CASE(bans_are_kept, StoreFixture)
{
    Ban ban;
    ban.network = "192.0.2.0/24";
    must(store->put_ban(ban));
    restart();
    BOOST_TEST(must(store->bans()).at(0).network == "192.0.2.0/24");
    must(store->remove_ban("192.0.2.0/24"));
    BOOST_TEST(must(store->bans()).empty());
}

BOOST_AUTO_TEST_SUITE_END()
