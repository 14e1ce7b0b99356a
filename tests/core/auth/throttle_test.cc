// Failures: delays that double, bans, locks, and who is never banned.
#include <boost/test/unit_test.hpp>

#include "core/auth/peer_key.h"
#include "core/auth/throttle.h"

using namespace mailctl;
using namespace mailctl::auth;

namespace {

const Time kStart = *parse_rfc3339("2026-11-21T02:00:00Z");

conf::BanSettings settings()
{
    conf::BanSettings out;
    out.failures = 4;
    out.account_failures = 6;
    out.window = std::chrono::minutes(10);
    out.delay = seconds(1);
    out.max_delay = seconds(5);
    return out;
}

Throttle::Failure failure(std::string address, std::string account, std::string secret, Time at)
{
    return {std::move(address), std::move(account), std::move(secret), at};
}

} // namespace

BOOST_AUTO_TEST_CASE(delays_double_up_to_the_limit)
{
    conf::BanSettings often = settings();
    often.failures = 100;
    Throttle throttle(often);
    for (const int expected : {1, 2, 4, 5, 5}) {
        static int tried = 0;
        const auto verdict = throttle.failed(failure("192.0.2.1", "a@x", std::to_string(++tried), kStart));
        BOOST_TEST(verdict.delay.count() == expected * 1000);
    }
    // After the window it starts again.
    const auto later = throttle.failed(failure("192.0.2.1", "a@x", "z", kStart + std::chrono::minutes(10)));
    BOOST_TEST(later.delay.count() == 1000);
}

BOOST_AUTO_TEST_CASE(an_address_is_banned_over_all_accounts)
{
    Throttle throttle(settings());
    BOOST_TEST(!throttle.failed(failure("192.0.2.1", "a@x", "1", kStart)).ban);
    BOOST_TEST(!throttle.failed(failure("192.0.2.1", "b@x", "1", kStart)).ban);
    BOOST_TEST(!throttle.failed(failure("192.0.2.2", "c@x", "1", kStart)).ban);
    BOOST_TEST(!throttle.failed(failure("192.0.2.1", "", "", kStart)).ban);
    BOOST_TEST(throttle.failed(failure("192.0.2.1", "d@x", "1", kStart)).ban);
    // It starts from nothing after the ban.
    BOOST_TEST(!throttle.failed(failure("192.0.2.1", "d@x", "2", kStart)).ban);
}

BOOST_AUTO_TEST_CASE(the_same_wrong_password_counts_once)
{
    Throttle throttle(settings());
    for (int i = 0; i < 50; ++i) {
        const auto verdict = throttle.failed(failure("192.0.2.1", "a@x", "old password", kStart + seconds(i)));
        BOOST_TEST(!verdict.ban);
        BOOST_TEST(!verdict.locked);
    }
}

BOOST_AUTO_TEST_CASE(failures_outside_the_window_do_not_count)
{
    Throttle throttle(settings());
    for (int i = 0; i < 20; ++i) {
        const auto at = kStart + std::chrono::minutes(4 * i);
        BOOST_TEST(!throttle.failed(failure("192.0.2.1", "a@x", std::to_string(i), at)).ban);
    }
}

BOOST_AUTO_TEST_CASE(a_good_login_protects_the_address)
{
    Throttle throttle(settings());
    throttle.succeeded("192.0.2.1", "a@x", kStart);
    for (int i = 0; i < 20; ++i)
        BOOST_TEST(!throttle.failed(failure("192.0.2.1", "b@x", std::to_string(i), kStart)).ban);
    const Time week_later = kStart + std::chrono::hours(24 * 7);
    BOOST_TEST(!throttle.is_known_good("192.0.2.1", week_later));
    bool was_banned = false;
    for (int i = 0; i < 20; ++i)
        was_banned = was_banned || throttle.failed(failure("192.0.2.1", "b@x", std::to_string(i), week_later)).ban;
    BOOST_TEST(was_banned);
}

BOOST_AUTO_TEST_CASE(an_exempt_address_is_not_banned_but_its_account_locks)
{
    Throttle throttle(settings());
    bool was_locked = false;
    for (int i = 0; i < 6; ++i) {
        const auto verdict = throttle.failed(failure("", "a@x", std::to_string(i), kStart));
        BOOST_TEST(!verdict.ban);
        was_locked = verdict.locked;
    }
    BOOST_TEST(was_locked);
    BOOST_TEST(throttle.is_locked("a@x", "", kStart));
}

// ABU-05
BOOST_AUTO_TEST_CASE(an_account_locks_over_all_addresses)
{
    Throttle throttle(settings());
    throttle.succeeded("198.51.100.7", "a@x", kStart);
    for (int i = 0; i < 6; ++i)
        throttle.failed(failure("192.0.2." + std::to_string(i), "a@x", std::to_string(i), kStart));
    BOOST_TEST(throttle.is_locked("a@x", "203.0.113.1", kStart));
    BOOST_TEST(!throttle.is_locked("b@x", "203.0.113.1", kStart));
    // Its owner, who logged in from there before, is not shut out.
    BOOST_TEST(!throttle.is_locked("a@x", "198.51.100.7", kStart));
    BOOST_REQUIRE(throttle.locks(kStart).size() == 1u);
    BOOST_TEST((throttle.locks(kStart)[0].until == kStart + std::chrono::minutes(15)));
    BOOST_TEST(!throttle.is_locked("a@x", "203.0.113.1", kStart + std::chrono::minutes(15)));
    BOOST_TEST(!throttle.unlock("a@x", kStart + std::chrono::minutes(15)));
    BOOST_TEST(throttle.unlock("a@x", kStart + std::chrono::minutes(15) - milliseconds(1)));
    BOOST_TEST(!throttle.is_locked("a@x", "203.0.113.1", kStart));
    BOOST_TEST(!throttle.unlock("a@x", kStart));
    // Failures alone are no lock.
    throttle.failed(failure("192.0.2.1", "a@x", "1", kStart));
    BOOST_TEST(!throttle.unlock("a@x", kStart));
}

BOOST_AUTO_TEST_CASE(disabled_bans_still_delay)
{
    conf::BanSettings off = settings();
    off.enabled = false;
    Throttle throttle(off);
    Throttle::Verdict verdict;
    for (int i = 0; i < 20; ++i)
        verdict = throttle.failed(failure("192.0.2.1", "a@x", std::to_string(i), kStart));
    BOOST_TEST(!verdict.ban);
    BOOST_TEST(!verdict.locked);
    BOOST_TEST(verdict.delay.count() == 5000);
}

BOOST_AUTO_TEST_CASE(memory_stays_bounded)
{
    conf::BanSettings often = settings();
    often.failures = 1000;
    Throttle throttle(often);
    for (std::size_t i = 0; i < kMostThrottled + 1000; ++i)
        throttle.failed(failure(std::to_string(i), "", "", kStart));
    BOOST_TEST(throttle.failed(failure("192.0.2.1", "", "", kStart)).delay.count() == 1000);
}

BOOST_AUTO_TEST_CASE(peers_count_by_site)
{
    BOOST_TEST(peer_key("192.0.2.1") == "192.0.2.1");
    BOOST_TEST(peer_key("::ffff:192.0.2.1") == "192.0.2.1");
    BOOST_TEST(peer_key("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64");
    BOOST_TEST(peer_key("unix") == "unix");
}
