// Mailbox locks: one session each, cleared by the operator, and the delay between logins.
#include <boost/test/unit_test.hpp>

#include "core/pop3/server/lock.h"

using namespace mailctl;
using namespace mailctl::pop3;

namespace {

const Time kStart = *parse_rfc3339("2026-11-21T02:00:00Z");
constexpr AccountId kAnn{1};
constexpr AccountId kBob{2};

} // namespace

BOOST_AUTO_TEST_CASE(one_session_holds_a_mailbox)
{
    const auto registry = std::make_shared<Locks>();
    auto lock = registry->take(kAnn, "192.0.2.1", kStart);
    BOOST_REQUIRE(lock != nullptr);
    BOOST_TEST(registry->take(kAnn, "192.0.2.2", kStart) == nullptr);
    BOOST_TEST(registry->take(kBob, "192.0.2.2", kStart) != nullptr);
    BOOST_REQUIRE(registry->list().size() == 1u);
    BOOST_TEST(registry->list()[0].holder == "192.0.2.1");
    lock.reset();
    BOOST_TEST(registry->take(kAnn, "192.0.2.2", kStart) != nullptr);
}

// POP-03
BOOST_AUTO_TEST_CASE(a_cleared_lock_is_lost_for_good)
{
    const auto registry = std::make_shared<Locks>();
    auto stale = registry->take(kAnn, "192.0.2.1", kStart);
    BOOST_TEST(registry->clear(kAnn));
    BOOST_TEST(!registry->clear(kAnn));
    BOOST_TEST(!stale->is_held());
    auto fresh = registry->take(kAnn, "192.0.2.2", kStart);
    BOOST_REQUIRE(fresh != nullptr);
    stale.reset(); // must not free the other's
    BOOST_TEST(fresh->is_held());
    BOOST_TEST(registry->take(kAnn, "192.0.2.3", kStart) == nullptr);
}

// RFC 2449 §6.5
BOOST_AUTO_TEST_CASE(login_delay)
{
    const auto registry = std::make_shared<Locks>();
    BOOST_TEST(!registry->is_too_soon(kAnn, seconds(60), kStart));
    BOOST_TEST(registry->is_too_soon(kAnn, seconds(60), kStart + seconds(59)));
    BOOST_TEST(!registry->is_too_soon(kBob, seconds(60), kStart + seconds(59)));
    BOOST_TEST(!registry->is_too_soon(kAnn, seconds(60), kStart + seconds(60)));
    BOOST_TEST(!registry->is_too_soon(kBob, seconds(0), kStart + seconds(60)));
}
