// Answers from zone files, and the settings of servers.
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include "core/dns/make_resolver.h"
#include "core/dns/network_source.h"

using namespace mailctl;

namespace {

const char* const kZone = R"($ORIGIN example.net.
$TTL 300
@ IN SOA ns root 1 3600 600 86400 60
@ IN MX 20 mx2
@ IN MX 10 MX1
mx1 IN A 192.0.2.1
mx1 IN A 192.0.2.2
mx1 IN AAAA 2001:db8::1
mx2 IN CNAME other
other IN A 192.0.2.3
null IN MX 0 .
*.wild IN A 192.0.2.9
a.b.deep IN A 192.0.2.8
loop1 IN CNAME loop2
loop2 IN CNAME loop1
away IN CNAME elsewhere.example.
txt IN TXT "v=one" " two"
_25._tcp.mx1 IN TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
_x._tcp IN SRV 1 2 587 mx1
)";

template <class T>
T run(Awaitable<T> work)
{
    boost::asio::io_context io;
    std::optional<T> result;
    boost::asio::co_spawn(io, std::move(work), [&](std::exception_ptr e, T value) {
        if (e)
            std::rethrow_exception(e);
        result.emplace(std::move(value));
    });
    io.run();
    return *std::move(result);
}

std::unique_ptr<dns::Resolver> zone()
{
    auto made = dns::make_zone_resolver(kZone);
    BOOST_REQUIRE(made.has_value());
    return std::move(*made);
}

} // namespace

BOOST_AUTO_TEST_SUITE(zones)

/// Names that macros of SPF make of what strangers say: what master files escape can be asked for.
BOOST_AUTO_TEST_CASE(odd_names)
{
    auto made = dns::make_zone_resolver("$TTL 60\na\\032b.example. IN A 192.0.2.1\n"
                                        "c\\;d\\(e\\).example. IN A 192.0.2.2\n");
    BOOST_REQUIRE(made.has_value());
    const auto& resolver = *made;
    BOOST_TEST(run(resolver->a("A b.example"))->is_found());
    BOOST_TEST(run(resolver->a("c;d(e).example"))->is_found());
    BOOST_TEST(!run(resolver->a("cd(e).example"))->is_found());
    for (const char* name : {"a\\b.example", "a\"b.example", "a\tb.example", "\xc3\xa4.example"})
        BOOST_TEST((run(resolver->a(name)).error().code() == Errc::Invalid));
}

BOOST_AUTO_TEST_CASE(records)
{
    const auto resolver = zone();
    const auto mx = run(resolver->mx("EXAMPLE.net."));
    BOOST_REQUIRE(mx.has_value());
    BOOST_TEST(mx->is_found());
    BOOST_TEST(mx->secure);
    BOOST_REQUIRE(mx->records.size() == 2U);
    BOOST_TEST(mx->records[1].exchange == "mx1.example.net");
    BOOST_TEST(run(resolver->a("mx1.example.net"))->records.size() == 2U);
    BOOST_TEST(run(resolver->aaaa("mx1.example.net"))->records.front() == "2001:db8::1");
    const auto null_mx = run(resolver->mx("null.example.net"));
    BOOST_REQUIRE(null_mx->records.size() == 1U); // RFC 7505 §3
    BOOST_TEST(null_mx->records.front().exchange.empty());
    BOOST_TEST(run(resolver->txt("txt.example.net"))->records.front() == "v=one two");
    const auto tlsa = run(resolver->tlsa("_25._tcp.mx1.example.net"));
    BOOST_REQUIRE(tlsa->records.size() == 1U);
    BOOST_TEST(tlsa->records.front().data.size() == 32U);
    const auto srv = run(resolver->srv("_x._tcp.example.net"));
    BOOST_TEST(srv->records.front().port == 587);
}

BOOST_AUTO_TEST_CASE(names)
{
    using Status = dns::Answer<std::string>::Status;
    const auto resolver = zone();
    const auto cname = run(resolver->a("mx2.example.net"));
    BOOST_TEST(cname->name == "other.example.net");
    BOOST_TEST(cname->records.front() == "192.0.2.3");
    BOOST_TEST(run(resolver->a("x.y.wild.example.net"))->is_found()); // RFC 1034 §4.3.3
    BOOST_TEST((run(resolver->a("nothere.example.net"))->status == Status::NoDomain));
    BOOST_TEST((run(resolver->aaaa("other.example.net"))->status == Status::NoData));
    BOOST_TEST((run(resolver->a("b.deep.example.net"))->status == Status::NoData));
    BOOST_TEST((run(resolver->a("loop1.example.net"))->status == Status::NoData));
    BOOST_TEST((run(resolver->a("away.example.net"))->status == Status::NoDomain));
    BOOST_TEST((run(resolver->a("example.com"))->status == Status::NoDomain));
    BOOST_TEST(run(resolver->a("nothere.example.net"))->ttl.count() == 60); // RFC 2308 §5
    BOOST_TEST(!run(resolver->a("bad..name")).has_value());
}

/// What "dns lookup" shows.
BOOST_AUTO_TEST_CASE(shown)
{
    const auto resolver = zone();
    const auto mx = run(resolver->look_up("example.net", "mx"));
    BOOST_REQUIRE(mx.has_value());
    BOOST_TEST((mx->status == dns::Lookup::Status::Found));
    BOOST_TEST((mx->from == dns::Lookup::From::ZoneFile));
    BOOST_TEST(mx->type == "MX");
    BOOST_TEST(mx->records.front() == "20 mx2.example.net.");
    const auto text = run(resolver->look_up("txt.example.net", "TXT"));
    BOOST_TEST(text->records.front() == "\"v=one\" \" two\"");
    BOOST_TEST((run(resolver->look_up("mx2.example.net", "AAAA"))->status ==
                dns::Lookup::Status::NoData));
    for (const char* type : {"ANY", "AXFR", "OPT", "TYPE0", "TYPE255", "", "x"})
        BOOST_TEST((run(resolver->look_up("example.net", type)).error().code() == Errc::Invalid));
    BOOST_TEST(run(resolver->look_up("example.net", "TYPE65280")).has_value());
}

BOOST_AUTO_TEST_CASE(servers)
{
    struct Case {
        std::string_view text, address;
        std::uint16_t port;
    };
    const Case cases[] = {{"192.0.2.53", "192.0.2.53", 53},
                          {"192.0.2.53:5353", "192.0.2.53", 5353},
                          {"2001:db8::53", "2001:db8::53", 53},
                          {"[2001:db8::53]:5353", "2001:db8::53", 5353},
                          {"ns.example.net", "", 0},
                          {"192.0.2.53:0", "", 0},
                          {"[2001:db8::53", "", 0},
                          {"192.0.2.53:x", "", 0}};
    for (const auto& c : cases) {
        BOOST_TEST_CONTEXT(c.text)
        {
            const auto server = dns::parse_server(c.text);
            BOOST_TEST((server ? server->address : std::string()) == c.address);
            BOOST_TEST((server ? server->port : 0) == c.port);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
