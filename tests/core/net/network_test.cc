// Networks: what they hold, in both families and both spellings of IPv4.
#include <boost/test/unit_test.hpp>

#include "core/net/network.h"

using namespace mailctl;

BOOST_AUTO_TEST_CASE(networks_hold_addresses)
{
    struct Case {
        std::string_view network, address;
        bool inside;
    };
    constexpr Case kCases[] = {
        {"192.0.2.1", "192.0.2.1", true},          {"192.0.2.1", "192.0.2.2", false},
        {"192.0.2.0/24", "192.0.2.255", true},     {"192.0.2.0/24", "192.0.3.0", false},
        {"192.0.2.77/24", "192.0.2.1", true},      {"0.0.0.0/0", "203.0.113.9", true},
        {"0.0.0.0/0", "2001:db8::1", false},       {"2001:db8::/32", "2001:db8:ffff::1", true},
        {"2001:db8::/32", "2001:db9::1", false},   {"::/0", "192.0.2.1", true},
        {"192.0.2.0/24", "::ffff:192.0.2.9", true}, {"10.0.0.0/9", "10.127.255.255", true},
        {"10.0.0.0/9", "10.128.0.0", false},       {"::1", "::1", true},
        {"192.0.2.0/24", "unix", false},           {"192.0.2.0/24", "", false},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.network << " holds " << c.address)
        {
            const auto network = net::Network::parse(c.network);
            BOOST_REQUIRE(network.has_value());
            BOOST_TEST(network->contains(c.address) == c.inside);
        }
    }
}

BOOST_AUTO_TEST_CASE(networks_have_one_text)
{
    struct Case {
        std::string_view text, canonical; // "": refused
    };
    constexpr Case kCases[] = {
        {"192.0.2.1", "192.0.2.1"},    {"192.0.2.77/24", "192.0.2.0/24"},
        {"2001:DB8::1", "2001:db8::1"}, {"2001:db8:1::/32", "2001:db8::/32"},
        {"0.0.0.0/0", "0.0.0.0/0"},    {"192.0.2.1/33", ""},
        {"192.0.2", ""},               {"::/129", ""},
        {"192.0.2.0/", ""},            {"example.org", ""},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.text)
        {
            const auto network = net::Network::parse(c.text);
            BOOST_TEST(network.has_value() == !c.canonical.empty());
            if (network)
                BOOST_TEST(network->text() == c.canonical);
        }
    }
}
