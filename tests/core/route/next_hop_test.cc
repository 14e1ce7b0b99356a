// Hosts of a way out: order, limits, null MX, loops to ourselves. RFC 5321 §5.1
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include <set>

#include "conf/config.h"
#include "core/route/next_hop.h"
#include "tests/core/route/fake_resolver.h"

using namespace mailctl;
using namespace mailctl::route;
using Why = NoHops::Why;
using Hops = boost::system::result<NextHops, NoHops>;

namespace {

struct Net {
    FakeResolver dns;
    SeededRandom random{1};
    conf::Config config;

    Net()
    {
        config.server.hostname = "mx.example.org";
        dns.mx_records = {
            {"two.example", {{20, "b.two.example"}, {10, "a.two.example"}}},
            {"equal.example", {{10, "b.two.example"}, {10, "a.two.example"}, {10, "v6.example"}}},
            {"null.example", {{0, ""}}},
            {"dead.example", {{10, "nowhere.example"}}},
            {"half.example", {{10, "nowhere.example"}, {20, "a.two.example"}}},
            {"ours.example", {{10, "mx.example.org"}, {20, "a.two.example"}}},
            {"backup.example",
             {{10, "a.two.example"}, {20, "mx.example.org"}, {20, "v6.example"}, {30, "b.two.example"}}},
            {"alias.example", {{10, "us.example"}}},
        };
        dns.a_records = {{"a.two.example", {"192.0.2.1", "192.0.2.2"}},
                         {"b.two.example", {"192.0.2.3"}},
                         {"plain.example", {"192.0.2.4"}},
                         {"us.example", {"192.0.2.25"}},
                         {"mx.example.org", {"192.0.2.25"}}};
        dns.aaaa_records = {{"v6.example", {"2001:db8::1"}}, {"b.two.example", {"2001:db8::3"}}};
    }

    Hops find(Way way)
    {
        boost::asio::io_context io;
        const IsOurs is_ours = [](const std::string& address, std::uint16_t port) {
            return address == "192.0.2.25" && port == 25;
        };
        auto result = boost::asio::co_spawn(
            io, next_hops(std::move(way), config, dns, random, is_ours), boost::asio::use_future);
        io.run();
        return result.get();
    }

    Hops mx(const std::string& domain, std::uint16_t port = 25)
    {
        Way way;
        way.kind = Way::Kind::Mx;
        way.domain = way.key = domain;
        way.hop.port = port;
        return find(way);
    }

    Hops hosts(std::vector<std::string> hosts, std::string order = "ordered", std::size_t turn = 0)
    {
        Way way;
        way.kind = Way::Kind::Hosts;
        way.key = "smart_host:out";
        way.hop.hosts = std::move(hosts);
        way.hop.order = std::move(order);
        way.turn = turn;
        return find(way);
    }
};

std::string names(const Hops& hops)
{
    if (!hops)
        return "none: " + hops.error().enhanced;
    std::string out;
    for (const auto& host : hops->hosts)
        out += (out.empty() ? "" : " ") + (host.name.empty() ? host.addresses.front() : host.name);
    return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(mx_hosts_of_a_domain)
{
    struct Case {
        std::string_view name, domain, hosts;
    };
    constexpr Case kCases[] = {
        {"by preference", "two.example", "a.two.example b.two.example"},
        {"implicit MX", "plain.example", "plain.example"},
        {"implicit MX of IPv6 alone", "v6.example", "v6.example"},
        {"null MX", "null.example", "none: 5.1.10"},
        {"no such domain", "missing.example", "none: 5.1.2"},
        {"no host has an address", "dead.example", "none: 5.1.2"},
        {"one host has none", "half.example", "a.two.example"},
        {"we are the best", "ours.example", "none: 5.4.6"},
        {"we by address under another name", "alias.example", "none: 5.4.6"},
        {"backup: only better ones, ours and its equals cut", "backup.example", "a.two.example"},
        {"address literal", "[192.0.2.9]", "192.0.2.9"},
        {"IPv6 literal", "[IPv6:2001:db8::9]", "2001:db8::9"},
        {"a literal of ours", "[192.0.2.25]", "none: 5.4.6"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            Net net;
            BOOST_TEST(names(net.mx(std::string(c.domain))) == c.hosts);
        }
    }
}

BOOST_AUTO_TEST_CASE(another_port_of_our_address_is_not_us)
{
    Net net;
    BOOST_TEST(names(net.mx("alias.example", 2525)) == "us.example");
}

BOOST_AUTO_TEST_CASE(what_may_pass_is_temporary)
{
    Net net;
    net.dns.broken = {"MX two.example"};
    BOOST_TEST((net.mx("two.example").error().why == Why::Temporary));
    net.dns.broken = {"A a.two.example", "AAAA a.two.example"};
    BOOST_TEST(names(net.mx("two.example")) == "b.two.example");
    net.dns.broken = {"A nowhere.example"};
    BOOST_TEST((net.mx("dead.example").error().why == Why::Temporary));
    net.dns.broken = {};
    BOOST_TEST(net.mx("dead.example").error().permanent());
    BOOST_TEST((net.mx("null.example").error().why == Why::NullMx));
    BOOST_TEST((net.mx("ours.example").error().why == Why::LoopsToUs));
}

BOOST_AUTO_TEST_CASE(equal_preference_is_shuffled)
{
    Net net;
    std::set<std::string> first;
    for (int i = 0; i < 100; ++i)
        first.insert(net.mx("equal.example")->hosts.front().name);
    BOOST_TEST(first.size() == 3U);
}

BOOST_AUTO_TEST_CASE(families_and_limits)
{
    Net net;
    const auto both = net.mx("two.example");
    BOOST_REQUIRE(both.has_value());
    BOOST_TEST(both->hosts[1].addresses == (std::vector<std::string>{"2001:db8::3", "192.0.2.3"}));
    net.config.outbound.family = conf::IpFamily::Ipv4;
    BOOST_TEST(net.mx("two.example")->hosts[1].addresses == std::vector<std::string>{"192.0.2.3"});
    net.config.outbound.family = conf::IpFamily::Ipv6;
    BOOST_TEST(names(net.mx("two.example")) == "b.two.example");
    net.config.outbound.family = conf::IpFamily::Any;
    net.config.outbound.max_mx = 2;
    BOOST_TEST(names(net.mx("two.example")) == "a.two.example b.two.example");
    net.config.outbound.max_mx = 1;
    BOOST_TEST(names(net.mx("two.example")) == "a.two.example");
}

BOOST_AUTO_TEST_CASE(dane_needs_authentic_answers)
{
    Net net;
    net.dns.insecure = {"b.two.example"};
    const auto hops = net.mx("two.example");
    BOOST_TEST(hops->mx_secure);
    BOOST_TEST(hops->hosts[0].secure);
    BOOST_TEST(!hops->hosts[1].secure);
    net.dns.insecure = {"two.example"};
    BOOST_TEST(!net.mx("two.example")->mx_secure);
}

BOOST_AUTO_TEST_CASE(hosts_that_settings_name)
{
    Net net;
    const auto hops = net.hosts({"a.two.example:587", "[192.0.2.9]", "unix:/run/lmtp"});
    BOOST_REQUIRE(hops.has_value());
    BOOST_TEST(names(hops) == "a.two.example 192.0.2.9 unix:/run/lmtp");
    BOOST_TEST(hops->hosts[0].port == 587);
    BOOST_TEST(hops->hosts[1].port == 25);
    BOOST_TEST(names(net.hosts({"mx:two.example"})) == "a.two.example b.two.example");
    BOOST_TEST(names(net.hosts({"nowhere.example", "a.two.example"})) == "a.two.example");
    // Settings can be mended: mail waits for it.
    BOOST_TEST(!net.hosts({"nowhere.example"}).error().permanent());
    BOOST_TEST(names(net.hosts({"us.example", "a.two.example"})) == "a.two.example");
    BOOST_TEST(names(net.hosts({"192.0.2.25"})) == "none: 4.4.6");
}

BOOST_AUTO_TEST_CASE(order_of_hosts)
{
    Net net;
    std::map<std::string, int> weighted;
    for (int i = 0; i < 400; ++i)
        ++weighted[net.hosts({"192.0.2.1=9", "192.0.2.2=1"}, "weighted")->hosts[0].addresses[0]];
    const std::vector<std::string> three{"192.0.2.1", "192.0.2.2", "192.0.2.3"};
    for (std::size_t turn = 0; turn < 7; ++turn) { // each in its turn, the others after it
        const auto hops = net.hosts(three, "round-robin", turn);
        BOOST_TEST(hops->hosts[0].addresses[0] == three[turn % 3]);
        BOOST_TEST(hops->hosts[2].addresses[0] == three[(turn + 2) % 3]);
    }
    BOOST_TEST(weighted["192.0.2.1"] > 300);
    BOOST_TEST(weighted["192.0.2.2"] > 5);
    BOOST_TEST(net.hosts({"192.0.2.1=9", "192.0.2.2=1"}, "weighted")->hosts.size() == 2U);
}
