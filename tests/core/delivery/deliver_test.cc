// Accepting a message: every mailbox and the queue, once however often it is repeated.
#include <memory>

#include <boost/test/unit_test.hpp>

#include "core/delivery/deliver.h"
#include "store/acl.h"
#include "store/sharing.h"
#include "store/account.h"
#include "store/engine/memory_engine.h"
#include "tests/store/run.h"

using namespace mailctl;
using namespace mailctl::delivery;
using mailctl::tests::must;
using mailctl::tests::run;

namespace {

constexpr std::string_view kMessage = "From: a@remote.example\r\nSubject: hi\r\n\r\nhello\r\n";

struct Site {
    ManualClock clock{Time(milliseconds(1'800'000'000'000))};
    SeededRandom random{5};
    store::MemoryEngine* engine = nullptr;
    std::unique_ptr<store::Store> store;
    std::vector<LocalTarget> users;

    explicit Site(int count)
    {
        auto made = std::make_unique<store::MemoryEngine>();
        engine = made.get();
        store = store::make_store(std::move(made), clock, random);
        store::Domain org;
        org.name = "example.org";
        must(store->directory().add_domain(org));
        for (int i = 0; i < count; ++i) {
            store::User user;
            user.address = {"u" + std::to_string(i), "example.org"};
            const AccountId id = must(store->directory().add_user(user));
            users.push_back({id, user.address, {}});
        }
    }

    Acceptance message(std::vector<LocalTarget> local, std::vector<std::string> remote,
                       std::size_t padding = 0)
    {
        Acceptance message;
        message.sender = "a@remote.example";
        message.local = std::move(local);
        for (const auto& address : remote) {
            store::QueueRecipient recipient;
            recipient.address = address;
            message.remote.push_back(recipient);
        }
        message.delivery_id = "delivery-1";
        message.card = std::make_shared<mime::Card>();
        store::BodyOwners owners;
        for (const auto& target : message.local)
            owners.accounts.push_back(target.account);
        owners.queued = !message.remote.empty();
        auto spool = store->spool(owners);
        must(spool->write(kMessage));
        if (padding != 0)
            must(spool->write(std::string(padding, 'x')));
        message.stored = must(spool->finish());
        return message;
    }
    std::uint32_t messages_of(const LocalTarget& target)
    {
        return must(must(store->account(target.account))->find_mailbox("INBOX")).messages;
    }
    std::uint64_t queued() { return must(store->queue().count()); }
};

} // namespace

BOOST_AUTO_TEST_CASE(everyone_gets_one)
{
    for (const std::size_t padding : {0u, 300'000u}) {
        Site site(5);
        Acceptance message = site.message(site.users, {"x@far.example", "y@far.example"}, padding);
        const auto accepted = must(accept(*site.store, message));
        BOOST_TEST(accepted.local.size() == 5);
        for (const auto& outcome : accepted.local)
            BOOST_TEST(outcome.result.has_value());
        for (const auto& user : site.users)
            BOOST_TEST(site.messages_of(user) == 1);
        BOOST_REQUIRE(accepted.queued.has_value());
        const auto entry = must(site.store->queue().find(*accepted.queued));
        BOOST_TEST(entry.recipients.size() == 2);
        BOOST_TEST(must(site.store->queue().read_body(entry, 0, kMessage.size())) == kMessage);
    }
}

BOOST_AUTO_TEST_CASE(only_remote_recipients)
{
    for (const std::size_t padding : {0u, 300'000u}) {
        Site site(0);
        const auto accepted =
            must(accept(*site.store, site.message({}, {"x@far.example"}, padding)));
        const auto entry = must(site.store->queue().find(*accepted.queued));
        BOOST_TEST(must(site.store->queue().read_body(entry, 0, kMessage.size())) == kMessage);
        must(site.store->queue().remove(*accepted.queued));
        BOOST_TEST(site.queued() == 0);
    }
}

BOOST_AUTO_TEST_CASE(a_repetition_adds_nothing)
{
    Site site(3);
    const Acceptance message = site.message(site.users, {"x@far.example"});
    const auto first = must(accept(*site.store, message));
    const auto second = must(accept(*site.store, message));
    BOOST_TEST((first.queued == second.queued));
    for (const auto& user : site.users)
        BOOST_TEST(site.messages_of(user) == 1);
    BOOST_TEST(site.queued() == 1);
}

BOOST_AUTO_TEST_CASE(each_failing_commit_is_made_good_by_a_repetition)
{
    for (unsigned nth = 1; nth <= 4; ++nth) {
        for (const auto applied : {store::MemoryEngine::Applied::No, store::MemoryEngine::Applied::Yes}) {
            BOOST_TEST_CONTEXT("write " << nth)
            {
                Site site(3);
                const Acceptance message = site.message(site.users, {"x@far.example"});
                site.engine->fail_write(nth, Errc::Unavailable, applied);
                (void)run(accept(*site.store, message));
                const auto again = must(accept(*site.store, message));
                for (const auto& outcome : again.local)
                    BOOST_TEST(outcome.result.has_value());
                for (const auto& user : site.users)
                    BOOST_TEST(site.messages_of(user) == 1);
                BOOST_TEST(site.queued() == 1);
            }
        }
    }
}

// RFC 4314 §2.1: "p" on the mailbox that the address's detail names, for whoever sent it.
BOOST_AUTO_TEST_CASE(mail_to_a_mailbox_needs_the_right_to_post)
{
    struct Case {
        std::string_view name;
        std::string detail; // "#": the mailbox's number
        std::string login, right_of, rights; // right_of: who was given them
        bool posted = false;
    };
    const Case cases[] = {
        {"without a list", "orders", "u1@example.org", "", "", false},
        {"who may post", "orders", "u1@example.org", "u1@example.org", "p", true},
        {"in any case", "ORDERS", "U1@example.org", "u1@example.org", "lrp", true},
        {"another right", "orders", "u1@example.org", "u1@example.org", "lrswi", false},
        {"somebody else", "orders", "u2@example.org", "u1@example.org", "p", false},
        {"nobody logged in", "orders", "", "u1@example.org", "p", false},
        {"anyone is everybody", "orders", "", "anyone", "p", true},
        {"the owner", "orders", "u0@example.org", "", "", true},
        {"no such mailbox", "missing", "u1@example.org", "anyone", "p", false},
        {"no detail", "", "u1@example.org", "anyone", "p", false},
        {"by its id", "f#", "u1@example.org", "u1@example.org", "p", true},
        {"by its id in any case", "F#", "", "anyone", "p", true},
        {"by its id, without the right", "f#", "u2@example.org", "u1@example.org", "p", false},
        {"an id of no mailbox", "f#9", "", "anyone", "p", false},
        {"no id", "f#x", "", "anyone", "p", false},
    };
    for (const auto& c : cases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            Site site(3);
            auto account = must(site.store->account(site.users[0].account));
            const auto orders = must(account->create_mailbox("Orders", store::SpecialUse::None)).id;
            if (!c.right_of.empty()) {
                auto who = must(store::find_subject(site.store->directory(), c.right_of));
                must(account->acls().change_acl(orders, who, store::AclChange::Set,
                                                *store::parse_mailbox_rights(c.rights)));
            }
            auto target = site.users[0];
            target.detail = c.detail;
            if (const auto at = target.detail.find('#'); at != std::string::npos)
                target.detail.replace(at, 1, std::to_string(value_of(orders)));
            auto message = site.message({target}, {});
            message.account = c.login;
            must(accept(*site.store, message));
            BOOST_TEST(must(account->mailbox(orders)).messages == (c.posted ? 1U : 0U));
            BOOST_TEST(site.messages_of(target) == (c.posted ? 0U : 1U));
        }
    }
}

BOOST_AUTO_TEST_CASE(one_full_mailbox_does_not_keep_the_mail_from_the_others)
{
    Site site(3);
    must(must(site.store->account(site.users[1].account))->set_limits({10, 0}));
    const auto accepted = must(accept(*site.store, site.message(site.users, {})));
    BOOST_TEST(accepted.local[0].result.has_value());
    BOOST_REQUIRE(!accepted.local[1].result.has_value());
    BOOST_TEST((accepted.local[1].result.error().code() == Errc::OverQuota));
    BOOST_TEST(accepted.local[2].result.has_value());
}

BOOST_AUTO_TEST_CASE(nobody_reached_is_an_error)
{
    Site site(2);
    for (const auto& user : site.users)
        must(must(site.store->account(user.account))->set_limits({10, 0}));
    const auto full = run(accept(*site.store, site.message(site.users, {})));
    BOOST_REQUIRE(!full.has_value());
    BOOST_TEST((full.error().code() == Errc::OverQuota));
}
