// Giving and taking back who may send as a user. AUTH-07
#include "core/delegation/change.h"

#include <boost/test/unit_test.hpp>

#include "conf/config.h"
#include "core/base/random.h"
#include "store/account.h"
#include "store/activity.h"
#include "store/engine/memory_engine.h"
#include "store/store.h"
#include "tests/store/run.h"

using namespace mailctl;
using namespace mailctl::delegation;
using enum conf::Delegation;
using tests::must;
using tests::run;

namespace {

/// example.org with ann and as many others as a test wants.
struct Office {
    ManualClock clock{Time(seconds(1'700'000'000))};
    SeededRandom random{1};
    std::unique_ptr<store::Store> store =
        store::make_store(std::make_unique<store::MemoryEngine>(), clock, random);
    conf::Config config;

    Office()
    {
        config.user.delegation = SendAs;
        store::Domain domain;
        domain.name = "example.org";
        must(store->directory().add_domain(domain));
        add("ann");
    }
    AccountId add(const std::string& name)
    {
        store::User user;
        user.address = {name, "example.org"};
        return must(store->directory().add_user(user));
    }
    store::User ann()
    {
        return std::get<store::User>(must(store->directory().find({"ann", "example.org"})));
    }
    void change_ann(const std::function<void(store::User&)>& edit)
    {
        must(store->directory().update_user({"ann", "example.org"}, [&](store::User& user) {
            edit(user);
            return ok();
        }));
    }
    Result<std::vector<Changed>> change(Wish wish)
    {
        Origin origin;
        origin.service = "imap";
        origin.peer = "192.0.2.1";
        return run(change_delegates(*store, config, ann(), std::move(wish), std::move(origin)));
    }
    Result<std::vector<Changed>> give(AccountId account, conf::Delegation as)
    {
        Wish wish;
        wish.grants = {{account, as}};
        return change(std::move(wish));
    }
    /// "bob@example.org cid@example.org"
    std::string who(conf::Delegation as)
    {
        std::string text;
        for (const auto& address : must(addresses_of(*store, ann(), as)))
            text += (text.empty() ? "" : " ") + address;
        return text;
    }
};

/// For what cannot fail in this test.
std::vector<Changed> done(Result<std::vector<Changed>> result)
{
    if (!result)
        throw std::runtime_error(mailctl::to_string(result.error()));
    return *std::move(result);
}

} // namespace

BOOST_AUTO_TEST_CASE(lines_are_read_as_they_are_written)
{
    const Delegate one{AccountId{0x2a}, OnBehalf, *parse_rfc3339("2026-11-26T06:45:00Z")};
    BOOST_TEST(to_string(one) == "u_000000000000002a on-behalf 2026-11-26T06:45:00Z");
    const auto read = parse_delegate(to_string(one) + " note=of-a-later-version");
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST((read->account == one.account));
    BOOST_TEST((read->as == OnBehalf));
    BOOST_TEST((read->since == one.since));
    for (const std::string_view bad :
         {"", "u_000000000000002a", "u_000000000000002a always 2026-11-26T06:45:00Z",
          "bob@example.org send-as 2026-11-26T06:45:00Z", "u_000000000000002a send-as yesterday"})
        BOOST_TEST(!parse_delegate(bad).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(rights_are_given_changed_and_taken_back)
{
    Office office;
    const auto bob = office.add("bob"), cid = office.add("cid");
    const auto first = done(office.give(bob, SendAs));
    BOOST_REQUIRE(first.size() == 1U);
    BOOST_TEST(first[0].delegate == "bob@example.org");
    BOOST_TEST((first[0].before == Off && first[0].after == SendAs));
    BOOST_TEST(done(office.give(bob, SendAs)).empty());
    office.clock.advance(seconds(60));
    done(office.give(cid, OnBehalf));
    BOOST_TEST(office.who(SendAs) == "bob@example.org");
    BOOST_TEST(office.who(OnBehalf) == "cid@example.org");
    const auto moved = done(office.give(bob, OnBehalf));
    BOOST_TEST((moved[0].before == SendAs && moved[0].after == OnBehalf));
    BOOST_TEST(office.who(SendAs) == "");
    done(office.give(bob, Off));
    BOOST_TEST(office.who(OnBehalf) == "cid@example.org");
    BOOST_TEST((delegates_of(office.ann())[0].since == office.clock.now()));
    // A whole list: who is not in it may no longer; the other list stays as it is.
    done(office.give(bob, SendAs));
    Wish only;
    only.only_these_on_behalf = true;
    done(office.change(only));
    BOOST_TEST(office.who(OnBehalf) == "");
    BOOST_TEST(office.who(SendAs) == "bob@example.org");
}

BOOST_AUTO_TEST_CASE(no_more_is_given_than_is_allowed)
{
    Office office;
    const auto bob = office.add("bob"), cid = office.add("cid");
    done(office.give(bob, SendAs));
    office.config.user.delegation = OnBehalf;
    BOOST_TEST((office.give(cid, SendAs).error().code() == Errc::Denied));
    BOOST_TEST(office.give(bob, SendAs).has_value()); // there already
    BOOST_TEST((must(right_of(*office.store, office.config, office.ann(), bob)) == OnBehalf));
    done(office.give(cid, OnBehalf));
    office.change_ann([](store::User& ann) { ann.settings = {"user.delegation=off"}; });
    BOOST_TEST((must(right_of(*office.store, office.config, office.ann(), cid)) == Off));
    BOOST_TEST(office.give(cid, Off).has_value()); // taking back is always allowed
    office.change_ann([](store::User& ann) {
        ann.settings.clear();
        ann.state = store::UserState::Disabled;
    });
    BOOST_TEST((must(right_of(*office.store, office.config, office.ann(), bob)) == Off));
    BOOST_TEST((office.give(cid, OnBehalf).error().code() == Errc::Denied));
}

BOOST_AUTO_TEST_CASE(a_user_has_so_many_delegates_and_no_more)
{
    Office office;
    Wish wish;
    for (std::size_t i = 0; i < kMaxDelegates; ++i)
        wish.grants.push_back({office.add("user" + std::to_string(i)), SendAs});
    BOOST_TEST(done(office.change(wish)).size() == kMaxDelegates);
    const auto one_more = office.add("bob");
    BOOST_TEST((office.give(one_more, OnBehalf).error().code() == Errc::OverQuota));
    BOOST_TEST(office.give(wish.grants.front().account, OnBehalf).has_value());
    done(office.give(wish.grants.back().account, Off));
    BOOST_TEST(office.give(one_more, OnBehalf).has_value());
}

BOOST_AUTO_TEST_CASE(erased_users_make_room)
{
    Office office;
    const auto bob = office.add("bob"), cid = office.add("cid");
    done(office.give(bob, SendAs));
    must(office.store->directory().erase_user({"bob", "example.org"}));
    BOOST_TEST(office.who(SendAs) == "");
    BOOST_TEST(office.ann().delegates.size() == 1U);
    const auto other = office.add("bob"); // the address again: another user
    BOOST_TEST((must(right_of(*office.store, office.config, office.ann(), other)) == Off));
    const auto changed = done(office.give(cid, SendAs));
    BOOST_TEST(changed.size() == 2U); // the erased one goes with it
    BOOST_TEST(office.ann().delegates.size() == 1U);
}

BOOST_AUTO_TEST_CASE(who_can_be_named)
{
    Office office;
    const auto bob = office.add("bob");
    must(office.store->directory().add_domain_alias("example.org", "example.com"));
    store::Alias team;
    team.address = {"team", "example.org"};
    team.targets = {"bob@example.org"};
    must(office.store->directory().add_alias(team));
    struct Case {
        std::string address;
        Errc code;
    };
    const Case cases[] = {
        {"team@example.org", Errc::NotFound}, {"eve@example.org", Errc::NotFound},
        {"bob@far.example", Errc::NotFound},  {"bob", Errc::Invalid},
        {"", Errc::Invalid},                  {"ann@example.com", Errc::Invalid},
    };
    for (const auto& c : cases) {
        const auto found = run(find_delegate(*office.store, office.ann(), c.address));
        BOOST_TEST_CONTEXT(c.address) { BOOST_TEST((found.error().code() == c.code)); }
    }
    const auto found = run(find_delegate(*office.store, office.ann(), "BOB@Example.COM"));
    BOOST_TEST((*found == bob));
}

// LOG-13
BOOST_AUTO_TEST_CASE(changes_are_recorded_where_that_is_wanted)
{
    Office office;
    const auto bob = office.add("bob");
    done(office.give(bob, SendAs));
    office.change_ann([](store::User& ann) { ann.settings = {"user.activity_log=true"}; });
    done(office.give(bob, OnBehalf));
    const auto page =
        must(store::read_activities(*office.store, office.ann().account, Time{}, "", 10));
    BOOST_REQUIRE(page.activities.size() == 1U);
    const auto& one = page.activities.front();
    BOOST_TEST((one.kind == store::ActivityKind::Delegate));
    BOOST_TEST(one.what == "on-behalf");
    BOOST_TEST(one.peer == "192.0.2.1");
    BOOST_TEST(one.addresses == std::vector<std::string>{"bob@example.org"},
               boost::test_tools::per_element());
}
