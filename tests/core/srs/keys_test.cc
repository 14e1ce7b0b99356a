// Keys of return addresses: made when first needed, followed by others, given by settings.
#include "core/srs/keys.h"

#include <boost/test/unit_test.hpp>

#include <cstdlib>

#include "store/engine/memory_engine.h"
#include "store/store.h"
#include "tests/store/run.h"

using namespace mailctl;
using mailctl::tests::must;
using mailctl::tests::run;

namespace {

struct Site {
    ManualClock clock{Time(milliseconds(1'800'000'000'000))};
    SeededRandom random{5};
    std::unique_ptr<store::Store> store =
        store::make_store(std::make_unique<store::MemoryEngine>(), clock, random);
    conf::ForwardSettings settings;

    std::vector<std::string> keys() { return must(srs::keys(*store, random, settings)); }
    Result<> rotate() { return run(srs::rotate(*store, random, settings)); }
};

} // namespace

BOOST_AUTO_TEST_CASE(the_first_key_is_made_once)
{
    Site site;
    const auto keys = site.keys();
    BOOST_REQUIRE(keys.size() == 1U);
    BOOST_TEST(keys[0].size() >= 50U);
    BOOST_TEST((site.keys() == keys));
}

BOOST_AUTO_TEST_CASE(a_key_has_a_successor_when_it_is_old)
{
    Site site;
    const auto first = site.keys();
    site.clock.advance(srs::kKeyAge - milliseconds(1));
    BOOST_TEST((site.keys() == first));
    site.clock.advance(milliseconds(1));
    const auto second = site.keys();
    BOOST_REQUIRE(second.size() == 2U);
    BOOST_TEST(second[0] != first[0]);
    BOOST_TEST(second[1] == first[0]);
}

BOOST_AUTO_TEST_CASE(a_key_is_kept_until_what_it_signed_has_expired)
{
    Site site;
    const auto first = site.keys();
    BOOST_TEST(site.rotate().has_value());
    const auto second = site.keys();
    BOOST_REQUIRE(second.size() == 2U);
    // The next rotation drops the first key: its successor signs for longer than the lifetime.
    site.clock.advance(site.settings.srs_lifetime + std::chrono::days(2));
    BOOST_TEST(site.rotate().has_value());
    const auto third = site.keys();
    BOOST_REQUIRE(third.size() == 2U);
    BOOST_TEST(third[1] == second[0]);
}

BOOST_AUTO_TEST_CASE(there_are_never_more_than_the_limit)
{
    Site site;
    for (std::size_t i = 0; i < srs::kMaxKeys; ++i)
        BOOST_TEST(site.rotate().has_value());
    BOOST_TEST(site.keys().size() == srs::kMaxKeys);
    BOOST_TEST(site.rotate().has_value());
    BOOST_TEST(site.keys().size() == srs::kMaxKeys);
}

BOOST_AUTO_TEST_CASE(settings_name_keys)
{
    Site site;
    ::setenv("MAILCTL_TEST_SRS", "the secret", 1);
    site.settings.srs_secrets = {"env:MAILCTL_TEST_SRS"};
    BOOST_TEST((site.keys() == std::vector<std::string>{"the secret"}));
    BOOST_TEST(!site.rotate().has_value());
    site.settings.srs_secrets = {"env:MAILCTL_TEST_SRS_MISSING"};
    BOOST_TEST(!run(srs::keys(*site.store, site.random, site.settings)).has_value());
}
