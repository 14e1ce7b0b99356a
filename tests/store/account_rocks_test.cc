// The account over RocksDB: as its model, from many threads, and after a restart.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <atomic>
#include <set>
#include <thread>

#include "store/directory.h"
#include "store/engine/rocks_engine.h"
#include "store/store.h"
#include "tests/store/account_model.h"
#include "tests/store/folder.h"

using namespace mailctl;
using namespace mailctl::store;
using namespace mailctl::tests;

namespace asio = boost::asio;

namespace {

/// As AccountFixture, on a folder.
struct RocksAccount {
    Folder folder;
    ManualClock clock{Time(seconds(1'700'000'000))};
    std::unique_ptr<Engine> engine;
    std::shared_ptr<MailAccount> account;

    RocksAccount()
    {
        open_engine();
        must(engine->commit(keys::account(kAnn), new_account(clock.now(), {})));
        open();
    }
    void open_engine()
    {
        RocksOptions options;
        options.directory = folder.path();
        auto opened = RocksEngine::open(options);
        BOOST_REQUIRE(opened.has_value());
        engine = std::move(*opened);
    }
    void open()
    {
        account.reset();
        engine.reset();
        open_engine();
        MailAccount::Environment environment{*engine, clock, system_random()};
        account = must(MailAccount::open(environment, kAnn));
    }
    MailboxInfo box(const std::string& name) { return must(account->find_mailbox(name)); }
    std::vector<MessageRow> rows(MailboxId id)
    {
        return must(account->messages(id, UidRange{}, 1'000'000));
    }
    void check()
    {
        for (const auto& finding : must(account->check(false)))
            BOOST_ERROR(finding);
    }
};

struct Told {
    std::mutex mutex;
    std::set<std::uint32_t> uids;
    std::atomic<int> failed{0};
};

Awaitable<> append_some(std::shared_ptr<MailAccount> account, MailboxId box,
                        std::shared_ptr<Told> told)
{
    for (int i = 0; i < 20; ++i) {
        auto message = message_of(letter("x"));
        const auto appended = co_await account->append(box, std::move(message));
        if (!appended) {
            ++told->failed;
            continue;
        }
        const std::lock_guard lock(told->mutex);
        told->uids.insert(value_of(appended->uid));
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(account_rocks)

BOOST_AUTO_TEST_CASE(the_account_behaves_as_the_model)
{
    Model<RocksAccount>(11).run(200);
}

BOOST_AUTO_TEST_CASE(eight_threads_append_to_one_mailbox)
{
    RocksAccount f;
    const auto told = std::make_shared<Told>();
    asio::io_context io;
    for (int i = 0; i < 8; ++i)
        asio::co_spawn(asio::make_strand(io), append_some(f.account, f.box("INBOX").id, told),
                       asio::detached);
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] { io.run(); });
    for (auto& thread : threads)
        thread.join();
    BOOST_TEST(told->failed == 0);
    BOOST_TEST(told->uids.size() == 160u);
    BOOST_TEST((*told->uids.rbegin() == 160u));
    f.open();
    BOOST_TEST(f.rows(f.box("INBOX").id).size() == 160u);
    f.check();
}

BOOST_AUTO_TEST_CASE(a_store_in_a_folder_is_opened_again)
{
    Folder folder;
    StoreOptions options;
    options.directory = folder.path();
    AccountId ann{};
    {
        auto store = *open_store(options);
        Domain domain;
        domain.name = "example.org";
        must(store->directory().add_domain(domain));
        User user;
        user.address = {"ann", "example.org"};
        ann = must(store->directory().add_user(user));
        auto spool = store->spool({{ann}, false});
        const std::string text = letter("large") + std::string(100'000, 'l');
        must(spool->write(text));
        auto stored = must(spool->finish());
        const auto account = must(store->account(ann));
        NewMessage message;
        message.body = stored.body;
        message.card = std::make_shared<const mime::Card>(mime::make_card(text));
        must(account->append(must(account->find_mailbox("INBOX")).id, std::move(message)));
    }
    auto store = *open_store(options);
    const auto account = must(store->account(ann));
    const auto rows =
        must(account->messages(must(account->find_mailbox("INBOX")).id, UidRange{}, 10));
    BOOST_REQUIRE(rows.size() == 1u);
    const auto email = must(account->email(rows[0].email));
    BOOST_TEST(must(account->read_body(email.body, 0, 5)) == "From:");
    for (const auto& finding : must(store->check(false)))
        BOOST_ERROR(finding.where << ": " << finding.what);
    BOOST_TEST(must(store->scrub()).empty());
    BOOST_TEST(must(store->stats()).messages == 1u);
    BOOST_TEST(must(store->stats()).bodies_octets_on_disk > 0u);
}

BOOST_AUTO_TEST_SUITE_END()
