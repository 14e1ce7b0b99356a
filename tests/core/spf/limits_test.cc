// What a check may cost: each limit at its last good value and one past it. RFC 7208 §4.6.4
#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "tests/core/spf/world.h"

using namespace mailctl;
using namespace mailctl::spf;

namespace {

constexpr const char* kOne = "192.0.2.1";
constexpr const char* kAnn = "ann@case.example";

const char* const kZone = "$TTL 60\n"
                          "case.example. IN A 192.0.2.9\ncase.example. IN MX 5 case.example.\n"
                          "ten.example. IN TXT \"v=spf1 a a a a a a a a a a ip4:192.0.2.1\"\n"
                          "ten.example. IN A 192.0.2.9\n"
                          "eight.example. IN TXT \"v=spf1 a a a a a a a a\"\n"
                          "eight.example. IN A 192.0.2.9\n"
                          "loop1.example. IN TXT \"v=spf1 include:loop2.example\"\n"
                          "loop2.example. IN TXT \"v=spf1 include:loop1.example\"\n"
                          "here.example. IN A 127.0.0.2\n";

Outcome checked(World& world, const std::string& record, const char* ip = kOne)
{
    world.texts["case.example"] = {record};
    world.asked.clear();
    return world.mail_from(ip, kAnn);
}

std::string verdict(World& world, const std::string& record, const char* ip = kOne)
{
    return std::string(name_of(checked(world, record, ip).verdict));
}

} // namespace

BOOST_AUTO_TEST_SUITE(spf_limits)

BOOST_AUTO_TEST_CASE(lookups)
{
    World world(kZone);
    BOOST_TEST(verdict(world, "v=spf1 a mx a mx a mx a mx a ptr ip4:192.0.2.1 -all") == "pass");
    BOOST_TEST(verdict(world, "v=spf1 a mx a mx a mx a mx a ptr a ip4:192.0.2.1 -all") ==
               "permerror");
    const auto out = checked(world, "v=spf1 a mx a mx a mx a mx a ptr ip4:192.0.2.1 -all");
    BOOST_TEST(out.lookups == 10U);
    // Addresses and "all" cost nothing.
    BOOST_TEST(verdict(world, "v=spf1 a a a a a a a a a a ip4:192.0.2.7 ip6:::1 -all") == "fail");
    // What an included record asks counts, and the include itself.
    BOOST_TEST(verdict(world, "v=spf1 a include:eight.example ip4:192.0.2.1 mx -all") == "pass");
    BOOST_TEST(verdict(world, "v=spf1 a include:eight.example a ip4:192.0.2.1 -all") == "permerror");
    BOOST_TEST(verdict(world, "v=spf1 redirect=ten.example") == "permerror");
    BOOST_TEST(verdict(world, "v=spf1 a redirect=eight.example") == "neutral");
    BOOST_TEST(verdict(world, "v=spf1 a a redirect=eight.example") == "permerror");
    // RFC 7208 §5.5: so does the question for the client's name behind %{p}, once.
    BOOST_TEST(verdict(world, "v=spf1 a a a a a a a a exists:here.example%{p}x.example ?all") ==
               "neutral");
    BOOST_TEST(verdict(world, "v=spf1 a a a a a a a a a exists:here.example%{p}x.example ?all") ==
               "permerror");
    BOOST_TEST(verdict(world, "v=spf1 a a a a a a a exists:%{p}.a.example exists:%{p}.b.example "
                              "?all") == "neutral");
}

BOOST_AUTO_TEST_CASE(loops)
{
    World world(kZone);
    BOOST_TEST(verdict(world, "v=spf1 ip4:192.0.2.2 redirect=case.example") == "permerror");
    BOOST_TEST(verdict(world, "v=spf1 include:loop1.example") == "permerror");
    BOOST_TEST(verdict(world, "v=spf1 include:case.example") == "permerror");
    BOOST_TEST(world.asked.size() == 11U); // the first record, and ten more
    BOOST_TEST(checked(world, "v=spf1 include:case.example").reason.find("takes over 10 lookups") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(void_lookups)
{
    World world(kZone);
    BOOST_TEST(verdict(world, "v=spf1 a:no1.example a:no2.example ?all") == "neutral");
    BOOST_TEST(verdict(world, "v=spf1 a:no1.example mx:no2.example exists:no3.example ?all") ==
               "permerror");
    const auto out = checked(world, "v=spf1 a:no1.example mx:no2.example a ?all");
    BOOST_TEST(out.void_lookups == 2U);
    BOOST_TEST(out.lookups == 3U);
    // Names that cannot be asked for, and what the client owns, are not the domain's lookups.
    BOOST_TEST(verdict(world, "v=spf1 a:a..b.example a:c..d.example a:e..f.example ptr ?all") ==
               "neutral");
}

/// Exactly `count` hosts, of which the last has the client's address.
std::string hosts(const char* type, const std::string& owner, std::size_t count)
{
    std::string zone = "$TTL 60\n";
    for (std::size_t i = 1; i <= count; ++i) {
        const std::string host = "h" + std::to_string(i) + ".case.example.";
        zone += owner + " IN " + type + " " +
                (type == std::string("MX") ? std::to_string(i) + " " : std::string()) + host + "\n";
        zone += host + " IN A " + (i == count ? "192.0.2.1" : "192.0.2.200") + "\n";
    }
    return zone;
}

BOOST_AUTO_TEST_CASE(mx_names)
{
    World ten(hosts("MX", "case.example.", 10));
    BOOST_TEST(verdict(ten, "v=spf1 mx -all") == "pass");
    World eleven(hosts("MX", "case.example.", 11));
    BOOST_TEST(verdict(eleven, "v=spf1 mx -all") == "permerror");
    BOOST_TEST(verdict(eleven, "v=spf1 mx -all", "192.0.2.200") == "permerror");
}

/// Those past the limit are left out: it is the client who has them.
BOOST_AUTO_TEST_CASE(ptr_names)
{
    World ten(hosts("PTR", "1.2.0.192.in-addr.arpa.", 10));
    BOOST_TEST(verdict(ten, "v=spf1 ptr -all") == "pass");
    World eleven(hosts("PTR", "1.2.0.192.in-addr.arpa.", 11));
    BOOST_TEST(verdict(eleven, "v=spf1 ptr -all") == "fail");
    BOOST_TEST(std::count_if(eleven.asked.begin(), eleven.asked.end(), [](const std::string& one) {
                   return one.starts_with("A h");
               }) == 10);
}

/// Addresses of a name are not limited: they lead to no more questions.
BOOST_AUTO_TEST_CASE(many_addresses)
{
    std::string zone = "$TTL 60\n";
    for (int i = 1; i <= 40; ++i)
        zone += "case.example. IN A 192.0.2." + std::to_string(i) + "\n";
    World world(zone);
    BOOST_TEST(verdict(world, "v=spf1 a -all", "192.0.2.40") == "pass");
}

BOOST_AUTO_TEST_CASE(time)
{
    World world(kZone);
    world.answer_time = std::chrono::seconds(5);
    // The record at 5 s, addresses at 10, 15 and 20 s: nothing is asked after that.
    BOOST_TEST(verdict(world, "v=spf1 a a a ip4:192.0.2.1 -all") == "pass");
    BOOST_TEST(verdict(world, "v=spf1 a a a a ip4:192.0.2.1 -all") == "temperror");
    BOOST_TEST(world.asked.size() == 4U);
    BOOST_TEST(verdict(world, "v=spf1 a a a include:eight.example -all") == "temperror");
    BOOST_TEST(verdict(world, "v=spf1 a a a redirect=eight.example") == "temperror");
    BOOST_TEST(verdict(world, "v=spf1 a a a ptr -all") == "temperror");
    // There is no more time for words.
    BOOST_TEST(verdict(world, "v=spf1 a a a exp=ten.example -all") == "fail");
    BOOST_TEST(world.asked.size() == 4U);
}

BOOST_AUTO_TEST_CASE(limits_can_be_others)
{
    World world(kZone);
    world.texts["case.example"] = {"v=spf1 a a ip4:192.0.2.1 -all"};
    CheckLimits limits;
    limits.lookups = 1;
    BOOST_TEST(name_of(world.mail_from(kOne, kAnn, "h", limits).verdict) == "permerror");
    limits.lookups = 2;
    BOOST_TEST(name_of(world.mail_from(kOne, kAnn, "h", limits).verdict) == "pass");
}

BOOST_AUTO_TEST_SUITE_END()
