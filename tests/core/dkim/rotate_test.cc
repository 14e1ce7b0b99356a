// Rotation: what is due when, and a whole life of a key.
#include <boost/test/unit_test.hpp>

#include <boost/asio/thread_pool.hpp>

#include "core/dkim/rotate.h"
#include "core/dns/make_resolver.h"
#include "store/directory.h"
#include "store/engine/memory_engine.h"
#include "store/store.h"
#include "tests/store/run.h"

using namespace mailctl;
using namespace mailctl::dkim;
using mailctl::tests::must;
using store::DkimDomain;
using store::DkimKey;
using store::DkimState;
using std::chrono::days;

namespace {

constexpr Time kStart{std::chrono::seconds(1'796'083'200)}; // 2026-12-01

DkimKey key_of(const std::string& selector, DkimState state)
{
    KeyWish wish;
    wish.selector = selector;
    wish.kind = crypto::SigningKind::Ed25519;
    DkimKey key = *make_key(wish, kStart);
    key.state = state;
    key.activated = state == DkimState::Active ? kStart : Time{};
    key.retired = state == DkimState::Retired ? kStart : Time{};
    return key;
}

std::string text_of(const RotationPlan& plan)
{
    std::string out;
    for (const auto& wish : plan.make)
        out += "make " + wish.selector + ' ' + std::string(name_of(wish.kind)) + ';';
    for (const auto& selector : plan.pending)
        out += "pending " + selector + ';';
    for (const auto& selector : plan.erase)
        out += "erase " + selector + ';';
    return out;
}

struct Site {
    Site()
    {
        store::Domain domain;
        domain.name = "example.org";
        must(store->directory().add_domain(std::move(domain)));
        const DkimKey first = key_of("first", DkimState::Active);
        must(store::dkim_keys(*store).update_keys("example.org", [first](DkimDomain& one) {
            one.policy.rotation.every = days(90);
            one.policy.rotation.overlap = days(7);
            one.keys = {first};
            return ok();
        }));
    }
    std::string rotate(const std::string& zone = "", RotationRun how = {})
    {
        const auto resolver = *dns::make_zone_resolver("example.org. IN NS ns.example.org.\n" + zone);
        std::string out;
        RotationParts parts(*store, *resolver, workers.get_executor());
        for (const auto& event : must(dkim::rotate(std::move(parts), "example.org", how)))
            out += std::string(name_of(event.what)) + ' ' + event.selector + ';';
        return out;
    }
    /// The zone that all keys' records make.
    std::string published()
    {
        const auto domain = must(store::dkim_keys(*store).find_keys("example.org"));
        std::string zone;
        for (const auto& key : domain->keys)
            zone += *to_text(RecordForm::Zone, key, "example.org");
        return zone;
    }
    std::string states()
    {
        const auto domain = must(store::dkim_keys(*store).find_keys("example.org"));
        std::string out;
        for (const auto& key : domain->keys)
            out += key.selector + ' ' + std::string(name_of(key.state)) + ';';
        return out;
    }

    boost::asio::thread_pool workers{1};
    ManualClock clock{kStart};
    SeededRandom random{7};
    std::unique_ptr<store::Store> store =
        store::make_store(std::make_unique<store::MemoryEngine>(), clock, random);
};

} // namespace

BOOST_AUTO_TEST_CASE(what_is_due)
{
    DkimDomain domain;
    domain.domain = "example.org";
    domain.policy.rotation.every = days(90);
    domain.policy.rotation.overlap = days(7);
    domain.keys = {key_of("a", DkimState::Active)};
    BOOST_TEST(text_of(plan_rotation(domain, kStart + days(90) - seconds(1), false)).empty());
    BOOST_TEST(text_of(plan_rotation(domain, kStart + days(90), false)) ==
               "make 202703e ed25519;");
    BOOST_TEST(text_of(plan_rotation(domain, kStart, true)) == "make 202612e ed25519;");
    domain.policy.rotation.every = milliseconds(0); // no schedule
    BOOST_TEST(text_of(plan_rotation(domain, kStart + days(900), false)).empty());
    domain.keys.push_back(key_of("b", DkimState::Pending)); // made by hand: not a successor
    BOOST_TEST(text_of(plan_rotation(domain, kStart, false)).empty());
    domain.keys.back().rotates = true;
    BOOST_TEST(text_of(plan_rotation(domain, kStart, true)) == "pending b;");
    domain.keys = {key_of("old", DkimState::Retired), key_of("off", DkimState::Disabled)};
    BOOST_TEST(text_of(plan_rotation(domain, kStart + days(7) - seconds(1), false)).empty());
    BOOST_TEST(text_of(plan_rotation(domain, kStart + days(7), false)) == "erase old;");
}

BOOST_AUTO_TEST_CASE(the_life_of_a_key)
{
    Site site;
    BOOST_TEST(site.rotate() == "");
    site.clock.advance(days(90));
    RotationRun dry;
    dry.dry_run = true;
    BOOST_TEST(site.rotate("", dry) == "made 202703e;");
    BOOST_TEST(site.states() == "first active;");
    BOOST_TEST(site.rotate() == "made 202703e;");
    BOOST_TEST(site.states() == "202703e pending;first active;");
    BOOST_TEST(site.rotate() == "waiting 202703e;"); // not published yet
    const std::string zone = site.published();
    BOOST_TEST(site.rotate(zone, dry) == "activated 202703e;retired first;");
    BOOST_TEST(site.states() == "202703e pending;first active;");
    BOOST_TEST(site.rotate(zone) == "activated 202703e;retired first;");
    BOOST_TEST(site.states() == "202703e active;first retired;");
    site.clock.advance(days(7));
    BOOST_TEST(site.rotate(zone) == "erased first;");
    BOOST_TEST(site.states() == "202703e active;");
    BOOST_TEST(site.rotate(zone) == "");
}

BOOST_AUTO_TEST_CASE(a_record_that_nobody_saw)
{
    const DkimKey key = key_of("a", DkimState::Pending);
    store::DkimRotation rotation;
    BOOST_TEST(!may_activate(key, rotation, Published::Missing, kStart + days(900)));
    BOOST_TEST(may_activate(key, rotation, Published::Equal, kStart));
    BOOST_TEST(may_activate(key, rotation, Published::TestFlag, kStart));
    rotation.activate_after = days(3);
    BOOST_TEST(!may_activate(key, rotation, Published::Missing, kStart + days(3) - seconds(1)));
    BOOST_TEST(may_activate(key, rotation, Published::Missing, kStart + days(3)));
    BOOST_TEST(may_activate(key, rotation, Published::Unavailable, kStart + days(3)));
    for (const auto bad : {Published::WrongKey, Published::Differs, Published::Several})
        BOOST_TEST(!may_activate(key, rotation, bad, kStart + days(3)));
}

BOOST_AUTO_TEST_CASE(what_is_published)
{
    const DkimKey key = key_of("a", DkimState::Active);
    const std::string right = to_text(record_of(key));
    const std::string other = to_text(record_of(key_of("a", DkimState::Active)));
    struct Case {
        std::string_view name;
        std::vector<std::string> records;
        Published expected;
    };
    const Case cases[] = {
        {"right", {right}, Published::Equal},
        {"in other words", {"k=ed25519;" + right.substr(right.find(" p="))}, Published::Equal},
        {"nothing", {}, Published::Missing},
        {"another key", {other}, Published::WrongKey},
        {"revoked", {"v=DKIM1; k=ed25519; p="}, Published::WrongKey},
        {"in test", {"t=y; k=ed25519;" + right.substr(right.find(" p="))}, Published::TestFlag},
        {"for sha1 only", {"h=sha1; k=ed25519;" + right.substr(right.find(" p="))},
         Published::Differs},
        {"garbled", {"v=DKIM1 p=abc"}, Published::Differs},
        {"twice", {right, right}, Published::Several},
    };
    for (const Case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            KeyAnswer answer;
            answer.status = KeyAnswer::Status::Found;
            answer.records = c.records;
            BOOST_TEST((compare(key, answer) == c.expected), name_of(compare(key, answer)));
        }
    }
}

// RFC 1035 §3.3.14: strings of a TXT record have 255 octets at most, and are read as one.
BOOST_AUTO_TEST_CASE(record_forms)
{
    KeyWish wish;
    wish.selector = "s";
    const DkimKey key = *make_key(wish, kStart);
    const auto zone = *to_text(RecordForm::Zone, key, "example.org");
    BOOST_TEST(zone.starts_with("s._domainkey.example.org. IN TXT ( \"v=DKIM1; k=rsa; p="));
    std::size_t longest = 0;
    for (std::size_t at = zone.find('"'); at != std::string::npos;) {
        const auto end = zone.find('"', at + 1);
        longest = std::max(longest, end - at - 1);
        at = zone.find('"', end + 1);
    }
    BOOST_TEST(longest == 255U);
    const auto resolver = *dns::make_zone_resolver(zone);
    const auto answer = must(resolver->txt("s._domainkey.example.org"));
    BOOST_REQUIRE(answer.records.size() == 1U);
    BOOST_TEST(answer.records[0] == to_text(record_of(key)));
    BOOST_TEST(*to_text(RecordForm::Plain, key, "example.org") ==
               "s._domainkey.example.org\t" + answer.records[0] + "\n");
    BOOST_TEST(*to_text(RecordForm::Paste, key, "example.org") ==
               "s._domainkey\n" + answer.records[0] + "\n");
}

BOOST_AUTO_TEST_CASE(selectors_that_are_free)
{
    DkimDomain domain;
    BOOST_TEST(free_selector(domain, crypto::SigningKind::Rsa, kStart) == "202612r");
    BOOST_TEST(free_selector(domain, crypto::SigningKind::Ed25519, kStart - days(300)) ==
               "202602e");
    domain.keys = {key_of("202612r", DkimState::Active), key_of("202612r2", DkimState::Active)};
    BOOST_TEST(free_selector(domain, crypto::SigningKind::Rsa, kStart) == "202612r3");
}

BOOST_AUTO_TEST_CASE(policies)
{
    store::DkimPolicy policy;
    BOOST_TEST(check_policy(policy, "example.org").has_value());
    policy.identity = "@mail.example.org";
    BOOST_TEST(check_policy(policy, "example.org").has_value());
    for (const auto bad : {"mail.example.org", "@example.com", "@badexample.org"}) {
        policy.identity = bad;
        BOOST_TEST(!check_policy(policy, "example.org"), bad);
    }
    policy.identity.clear();
    policy.canons = "loose";
    BOOST_TEST(!check_policy(policy, "example.org"));
    policy.canons = "simple/simple";
    policy.headers = "To";
    BOOST_TEST(!check_policy(policy, "example.org"));
}
