// Connections counted in all, per address and per minute; password checks remembered.
#include <boost/test/unit_test.hpp>

#include <vector>

#include "conf/config.h"
#include "core/auth/connections.h"
#include "core/auth/verified.h"

using namespace mailctl;
using namespace mailctl::auth;

namespace {

const Time kStart = *parse_rfc3339("2026-11-21T02:00:00Z");

} // namespace

BOOST_AUTO_TEST_CASE(limits_hold_while_guards_live)
{
    const auto connections = std::make_shared<Connections>();
    conf::ConnectionLimits limits;
    limits.connections = 3;
    limits.per_address = 2;
    const auto enter = [&](const std::string& address) {
        return connections->enter(conf::Protocol::Imap, address, limits, kStart);
    };
    auto first = enter("192.0.2.1");
    auto second = enter("192.0.2.1");
    BOOST_TEST(first.has_value());
    BOOST_TEST(second.has_value());
    BOOST_TEST((enter("192.0.2.1").error().code() == Errc::Busy));
    auto other = enter("192.0.2.2");
    BOOST_TEST(other.has_value());
    BOOST_TEST(enter("192.0.2.3").has_error());
    BOOST_TEST(connections->enter(conf::Protocol::Pop3, "192.0.2.3", limits, kStart).has_value());
    first->reset();
    BOOST_TEST(enter("192.0.2.1").has_value());
}

BOOST_AUTO_TEST_CASE(exempt_peers_only_count_in_all)
{
    const auto connections = std::make_shared<Connections>();
    conf::ConnectionLimits limits;
    limits.connections = 5;
    limits.per_address = 1;
    std::vector<std::unique_ptr<Authenticator::Guard>> guards;
    for (int i = 0; i < 5; ++i)
        guards.push_back(*connections->enter(conf::Protocol::Smtp, "", limits, kStart));
    BOOST_TEST(connections->enter(conf::Protocol::Smtp, "", limits, kStart).has_error());
}

// ABU-06
BOOST_AUTO_TEST_CASE(rate_of_one_address)
{
    const auto connections = std::make_shared<Connections>();
    conf::ConnectionLimits limits;
    limits.per_address_per_minute = 3;
    const auto connect = [&](Time at) {
        return connections->enter(conf::Protocol::Smtp, "192.0.2.1", limits, at).has_value();
    };
    BOOST_TEST(connect(kStart));
    BOOST_TEST(connect(kStart));
    BOOST_TEST(connect(kStart));
    BOOST_TEST(!connect(kStart + seconds(59)));
    BOOST_TEST(connect(kStart + seconds(60)));
}

BOOST_AUTO_TEST_CASE(zero_is_no_limit)
{
    const auto connections = std::make_shared<Connections>();
    conf::ConnectionLimits limits;
    limits.connections = 0;
    limits.per_address = 0;
    std::vector<std::unique_ptr<Authenticator::Guard>> guards;
    for (int i = 0; i < 2000; ++i)
        guards.push_back(*connections->enter(conf::Protocol::Smtp, "192.0.2.1", limits, kStart));
    BOOST_TEST(guards.size() == 2000u);
}

BOOST_AUTO_TEST_CASE(outcomes_are_remembered_for_a_while)
{
    SeededRandom random(1);
    Verified verified(random);
    const std::string mark = verified.mark("$argon2id$...", "secret");
    BOOST_TEST(!verified.find(mark, kStart).has_value());
    verified.put(mark, true, kStart);
    BOOST_TEST(verified.find(mark, kStart + kKeepVerified - seconds(1)).value());
    BOOST_TEST(!verified.find(mark, kStart + kKeepVerified).has_value());
    BOOST_TEST(!verified.find(verified.mark("$argon2id$new", "secret"), kStart).has_value());
    BOOST_TEST(mark.find("secret") == std::string::npos);
}
