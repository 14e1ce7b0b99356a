// check_host() by the cases of the public test suite for RFC 7208, in words and names of our own.
#include <boost/test/unit_test.hpp>

#include "tests/core/spf/world.h"

using namespace mailctl;
using namespace mailctl::spf;

namespace {

struct Case {
    std::string_view name, record, ip, expected;
};

/// The record of "case.example" decides about mail from ann@case.example.
std::string judged(World& world, const Case& c)
{
    world.texts["case.example"] = {std::string(c.record)};
    return std::string(name_of(world.mail_from(std::string(c.ip), "ann@case.example").verdict));
}

template <std::size_t N>
void check_all(World& world, const Case (&cases)[N])
{
    for (const Case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            BOOST_TEST(judged(world, c) == c.expected);
        }
    }
}

constexpr const char* kOne = "192.0.2.1";
constexpr const char* kSix = "2001:db8::1";

} // namespace

BOOST_AUTO_TEST_SUITE(spf_check)

// RFC 7208 §4.3
BOOST_AUTO_TEST_CASE(what_is_checked)
{
    const std::string longest(63, 'a');
    World world("$TTL 60\nexample. IN SOA ns.example. root.example. 1 2 3 4 5\n" + longest +
                ".example. IN TXT \"v=spf1 -all\"\nplain.example. IN A 192.0.2.1\n"
                "mail.example. IN TXT \"v=spf1 ip4:192.0.2.1 -all\"\n");
    const auto verdict = [&world](const std::string& sender, const std::string& helo) {
        return std::string(name_of(world.mail_from("192.0.2.9", sender, helo).verdict));
    };
    BOOST_TEST(verdict("ann@" + longest + ".example", "h") == "fail");
    BOOST_TEST(verdict("ann@nowhere.example", "h") == "none");
    BOOST_TEST(verdict("ann@plain.example", "h") == "none");
    BOOST_TEST(verdict("ann@[192.0.2.9]", "h") == "none");
    BOOST_TEST(verdict("ann@one-label", "h") == "none");
    // The null sender: postmaster at the HELO name. RFC 7208 §2.4
    BOOST_TEST(verdict("", "MAIL.example") == "fail");
    BOOST_TEST(verdict("", "A2345678") == "none");
    BOOST_TEST(verdict("", "[192.0.2.9]") == "none");
    BOOST_TEST(verdict("", "a...example") == "none");
    BOOST_TEST(verdict("", std::string(64, 'a') + ".example") == "none");
    BOOST_TEST(name_of(world.mail_from("192.0.2.1", "", "mail.example").verdict) == "pass");
    BOOST_TEST(name_of(world.mail_from("unix", "ann@mail.example").verdict) == "none");
    // Names that nobody can have are not asked for.
    world.asked.clear();
    (void)verdict("ann@one-label", "h");
    (void)verdict("ann@[192.0.2.9]", "h");
    BOOST_TEST(world.asked.empty());
}

BOOST_AUTO_TEST_CASE(names_in_unicode)
{
    World world("b\\195\\188cher.example. 60 IN TXT \"v=spf1 +all\"\n"
                "xn--bcher-kva.example. 60 IN TXT \"v=spf1 exists:%{d}.ok.example -all\"\n"
                "xn--bcher-kva.example.ok.example. 60 IN A 127.0.0.2\n");
    BOOST_TEST(name_of(world.mail_from(kOne, "ann@b\xc3\xbc" "cher.example").verdict) == "pass");
    BOOST_TEST(name_of(world.mail_from(kOne, "", "b\xc3\xbc" "cher.example").verdict) == "pass");
    BOOST_TEST(world.asked.front() == "TXT xn--bcher-kva.example");
}

// RFC 7208 §2.3: HELO by itself.
BOOST_AUTO_TEST_CASE(helo_identity)
{
    World world("mail.example. 60 IN TXT \"v=spf1 ip4:192.0.2.1 exp=why.example -all\"\n"
                "why.example. 60 IN TXT \"%{s} from %{h}\"\n");
    Envelope envelope;
    envelope.ip = "192.0.2.2";
    envelope.helo = "mail.example";
    envelope.sender = *address::parse("ann@elsewhere.example");
    const auto out = run(check_helo(world, world.clock, envelope, CheckLimits()));
    BOOST_TEST(name_of(out.verdict) == "fail");
    BOOST_TEST(name_of(out.identity) == "helo");
    BOOST_TEST(out.explanation == "postmaster@mail.example from mail.example");
}

// RFC 7208 §4.4, §4.5
BOOST_AUTO_TEST_CASE(which_record)
{
    struct Records {
        std::string_view name;
        std::vector<std::string> texts;
        std::string_view expected;
    };
    const Records kRecords[] = {
        {"empty", {"v=spf1"}, "neutral"},
        {"another version", {"v=spf10"}, "none"},
        {"strings joined without a blank", {"v=spf1mx"}, "none"},
        {"another version beside it", {"v=spf10", "v=spf1 +all"}, "pass"},
        {"case", {"V=sPf1 ~all"}, "softfail"},
        {"two", {"v=spf1 -all", "v=spf1 +all"}, "permerror"},
        {"two in other case", {"v=spf1 -all", "V=sPf1 -all"}, "permerror"},
        {"twice the same", {"v=spf1 -all", "v=spf1 -all"}, "permerror"},
        {"others do not matter", {"\x96\xff", "x", "v=spf1 -all"}, "fail"},
        {"8-bit in it", {"v=spf1 a:\xef\xbb\xbfgarbage.example -all"}, "permerror"},
        {"8-bit before a mechanism", {"v=spf1 \x80" "a:x.example -all"}, "permerror"},
        {"8-bit in all", {"v=spf1 a:x.example \x96" "all"}, "permerror"},
        {"8-bit in a name", {"v=spf1 a:\x96.example -all"}, "permerror"},
    };
    World world("x.example. 60 IN A 192.0.2.7\n");
    for (const auto& c : kRecords) {
        BOOST_TEST_CONTEXT(c.name) {
            world.texts["case.example"] = c.texts;
            BOOST_TEST(name_of(world.mail_from(kOne, "ann@case.example").verdict) == c.expected);
        }
    }
    world.broken.insert("TXT case.example");
    const auto broken = world.mail_from(kOne, "ann@case.example");
    BOOST_TEST(name_of(broken.verdict) == "temperror");
    BOOST_TEST(broken.reason.find("SERVFAIL") != std::string::npos);
}

// RFC 7208 §4.6, §4.7, §4.8
BOOST_AUTO_TEST_CASE(evaluation)
{
    World world("mail.example. 60 IN A 192.0.2.1\nno.example. 60 IN TXT \"v=spf1 -all\"\n");
    const std::string long_label =
        "v=spf1 a:" + std::string(64, 'a') + ".example a:mail.example -all";
    const Case kCases[] = {
        {"an error behind what matches", "v=spf1 ip4:192.0.2.1 -all moo", kOne, "permerror"},
        {"unknown modifier", "v=spf1 moo.cow-far_out=man:dog/cat ip4:192.0.2.1 -all", kOne, "pass"},
        {"equals too late", "v=spf1 moo.cow/far_out=man:dog/cat ip4:192.0.2.1 -all", kOne,
         "permerror"},
        {"equals behind a colon", "v=spf1 moo.cow:far_out=man:dog/cat ip4:192.0.2.1 -all", kOne,
         "permerror"},
        {"redirect counts last", "v=spf1 redirect=case.example ~all", kOne, "softfail"},
        {"redirect where nothing matched", "v=spf1 ip4:192.0.2.2 redirect=no.example", kOne, "fail"},
        {"nothing matched", "v=spf1 ip4:192.0.2.2", kOne, "neutral"},
        {"first that matches", "v=spf1 ?all -all", kOne, "neutral"},
        {"all twice", "v=spf1 all -all", kOne, "pass"},
        {"empty label", "v=spf1 a:mail...example -all", kOne, "fail"},
        {"long label", long_label, kOne, "pass"},
    };
    check_all(world, kCases);
    world.texts["case.example"] = {"v=spf1 a:%{H}.bar -all"};
    BOOST_TEST(name_of(world.mail_from(kOne, "ann@case.example", std::string(22, '%')).verdict) ==
               "fail");
}

// RFC 7208 §5.2
BOOST_AUTO_TEST_CASE(include)
{
    World world("$TTL 60\npass.example. IN TXT \"v=spf1 ip4:192.0.2.1 -all\"\n"
                "fail.example. IN TXT \"v=spf1 ip4:192.0.2.5 -all\"\n"
                "soft.example. IN TXT \"v=spf1 ip4:192.0.2.5 ~all\"\n"
                "neutral.example. IN TXT \"v=spf1 ip4:192.0.2.5 ?all\"\n"
                "wrong.example. IN TXT \"v=spf1 include +all\"\n"
                "none.example. IN TXT \"v=spf1am no record\"\n"
                "broken.example. IN TXT \"v=spf1 -all\"\n");
    world.broken.insert("TXT broken.example");
    const Case kCases[] = {
        {"pass", "v=spf1 -include:pass.example ?all", kOne, "fail"},
        {"fail", "v=spf1 include:fail.example ~all", kOne, "softfail"},
        {"softfail", "v=spf1 include:soft.example all", kOne, "pass"},
        {"neutral", "v=spf1 include:neutral.example -all", kOne, "fail"},
        {"temperror", "v=spf1 include:broken.example -all", kOne, "temperror"},
        {"permerror", "v=spf1 include:wrong.example -all", kOne, "permerror"},
        {"none", "v=spf1 include:none.example -all", kOne, "permerror"},
        {"no such name", "v=spf1 include:nowhere.example -all", kOne, "permerror"},
        {"no name", "v=spf1 include:a..example -all", kOne, "permerror"},
    };
    check_all(world, kCases);
    world.texts["case.example"] = {"v=spf1 include:pass.example -all"};
    const auto out = world.mail_from(kOne, "ann@case.example");
    BOOST_REQUIRE(out.matched.size() == 2U);
    BOOST_TEST(out.matched[0] == "include:pass.example");
    BOOST_TEST(out.matched[1] == "ip4:192.0.2.1");
    BOOST_TEST(out.lookups == 1U);
    BOOST_TEST(out.record == "v=spf1 include:pass.example -all");
}

// RFC 7208 §5.3
BOOST_AUTO_TEST_CASE(addresses)
{
    World world("$TTL 60\ncase.example. IN A 192.0.2.5\ncase.example. IN AAAA 2001:db8::d:beef\n"
                "two.example. IN A 198.51.100.1\ntwo.example. IN A 192.0.2.5\n"
                "six.example. IN AAAA 2001:db8::1\n"
                "a:b/c.example. IN A 192.0.2.1\nx.xn--zckzah. IN A 192.0.2.1\n"
                "mac%percent\\032\\032space%20url.example. IN A 192.0.2.1\n"
                "alias.example. IN CNAME two.example.\n");
    const Case kCases[] = {
        {"not the one", "v=spf1 a -all", kOne, "fail"},
        {"the one", "v=spf1 a -all", "192.0.2.5", "pass"},
        {"within a prefix", "v=spf1 a/24 -all", kOne, "pass"},
        {"within one of several", "v=spf1 a:two.example/24 -all", kOne, "pass"},
        {"by a CNAME", "v=spf1 a:alias.example -all", "198.51.100.1", "pass"},
        {"any IPv4", "v=spf1 a/0 -all", "203.0.113.9", "pass"},
        {"no address, any IPv4", "v=spf1 a:six.example/0 -all", kOne, "fail"},
        {"no name, any IPv4", "v=spf1 a:nowhere.example/0 -all", kOne, "fail"},
        {"IPv4's prefix is not IPv6's", "v=spf1 a/0 -all", kSix, "fail"},
        {"IPv6's prefix is not IPv4's", "v=spf1 a//0 -all", kOne, "fail"},
        {"nor a mapped one's", "v=spf1 a//0 -all", "::FFFF:192.0.2.1", "fail"},
        {"any IPv6", "v=spf1 a//0 -all", "1234::1", "pass"},
        {"no IPv6 address", "v=spf1 a:two.example//0 -all", kSix, "fail"},
        {"both prefixes, IPv4", "v=spf1 a/24//64 -all", kOne, "pass"},
        {"both prefixes, IPv6", "v=spf1 a/24//64 -all", "2001:db8::cafe", "pass"},
        {"IPv6 exactly", "v=spf1 a/24 -all", "2001:db8::cafe", "fail"},
        {"IPv4 exactly", "v=spf1 a//64 -all", kOne, "fail"},
        {"33 bits", "v=spf1 a:six.example//33 -all", "2001:db8:7fff::2", "pass"},
        {"33 bits, the other half", "v=spf1 a:six.example//33 -all", "2001:db8:8000::2", "fail"},
        {"odd characters", "v=spf1 a:a:b/c.example -all", kOne, "pass"},
        {"odd characters, mapped", "v=spf1 a:a:b/c.example -all", "::ffff:192.0.2.1", "pass"},
        {"IDN", "v=spf1 a:x.xn--zckzah -all", kOne, "pass"},
        {"escapes", "v=spf1 a:mac%%percent%_%_space%-url.example -all", kOne, "pass"},
    };
    check_all(world, kCases);
    world.broken.insert("A two.example");
    BOOST_TEST(judged(world, {"", "v=spf1 a:two.example -all", kOne, ""}) == "temperror");
    BOOST_TEST(judged(world, {"", "v=spf1 a:two.example -all", kSix, ""}) == "fail");
}

// RFC 7208 §5.4
BOOST_AUTO_TEST_CASE(mail_exchangers)
{
    World world("$TTL 60\ncase.example. IN MX 0 host.example.\ncase.example. IN MX 5 six.example.\n"
                "host.example. IN A 198.51.100.1\nhost.example. IN A 192.0.2.5\n"
                "six.example. IN AAAA 2001:db8::5\n"
                "null.example. IN MX 0 .\nnull.example. IN A 192.0.2.1\n"
                "bare.example. IN A 192.0.2.1\n"
                "lost.example. IN MX 0 nowhere.example.\n");
    const Case kCases[] = {
        {"not the one", "v=spf1 mx -all", kOne, "fail"},
        {"second address", "v=spf1 mx -all", "192.0.2.5", "pass"},
        {"second host", "v=spf1 mx -all", "2001:db8::5", "pass"},
        {"within a prefix", "v=spf1 mx/24 -all", kOne, "pass"},
        {"any IPv4", "v=spf1 mx/0 -all", kOne, "pass"},
        {"IPv4's prefix is not IPv6's", "v=spf1 mx/0 -all", kSix, "fail"},
        {"IPv6's prefix is not IPv4's", "v=spf1 mx//0 -all", kOne, "fail"},
        {"nor a mapped one's", "v=spf1 mx//0 -all", "::FFFF:192.0.2.1", "fail"},
        {"any IPv6", "v=spf1 mx//0 -all", "1234::1", "pass"},
        {"hosts without addresses", "v=spf1 mx:lost.example/0 -all", kOne, "fail"},
        {"null MX", "v=spf1 mx:null.example", kOne, "neutral"},
        {"none: not the domain itself", "v=spf1 mx:bare.example", kOne, "neutral"},
    };
    check_all(world, kCases);
    world.broken.insert("A host.example");
    BOOST_TEST(judged(world, {"", "v=spf1 mx -all", kOne, ""}) == "temperror");
    world.broken.insert("MX case.example");
    BOOST_TEST(judged(world, {"", "v=spf1 mx -all", kSix, ""}) == "temperror");
}

// RFC 7208 §5.5
BOOST_AUTO_TEST_CASE(reverse_names)
{
    World world("$TTL 60\nexample. IN SOA ns.example. root.example. 1 2 3 4 5\n"
                "1.2.0.192.in-addr.arpa. IN PTR lies.example.\n"
                "1.2.0.192.in-addr.arpa. IN PTR Mail.Case.Example.\n"
                "2.2.0.192.in-addr.arpa. IN PTR mail.case.example.\n"
                "4.2.0.192.in-addr.arpa. IN PTR loop.example.\n"
                "loop.example. IN CNAME loop2.example.\nloop2.example. IN CNAME loop.example.\n"
                "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.D.0.1.0.0.2.ip6.arpa. IN PTR "
                "mail.case.example.\n"
                "mail.case.example. IN A 192.0.2.1\nmail.case.example. IN AAAA 2001:db8::1\n"
                "lies.example. IN A 192.0.2.99\n");
    const Case kCases[] = {
        {"below the domain", "v=spf1 ptr -all", kOne, "pass"},
        {"below another, case", "v=spf1 ptr:EXAMPLE.%{d1} ptr:Case.Example -all", kOne, "pass"},
        {"the name itself", "v=spf1 ptr:mail.case.example -all", kOne, "pass"},
        {"not a part of a label", "v=spf1 ptr:ase.example -all", kOne, "fail"},
        {"does not lead back", "v=spf1 ptr:lies.example -all", kOne, "fail"},
        {"another's name", "v=spf1 ptr -all", "192.0.2.2", "fail"},
        {"IPv6", "v=spf1 ptr -all", kSix, "pass"},
        {"no name", "v=spf1 ptr -all", "192.0.2.3", "fail"},
        {"a loop of CNAMEs", "v=spf1 ptr", "192.0.2.4", "neutral"},
    };
    check_all(world, kCases);
    // What the DNS does not answer does not match.
    world.broken.insert("A lies.example");
    BOOST_TEST(judged(world, {"", "v=spf1 ptr -all", kOne, ""}) == "pass");
    world.broken.insert("PTR 192.0.2.1");
    BOOST_TEST(judged(world, {"", "v=spf1 ptr -all", kOne, ""}) == "fail");
}

// RFC 7208 §5.6, §5.7
BOOST_AUTO_TEST_CASE(networks_and_existence)
{
    World world("four.example. 60 IN A 198.51.100.1\nsix.example. 60 IN AAAA 2001:db8::1\n"
                "broken.example. 60 IN A 192.0.2.1\n");
    world.broken.insert("A broken.example");
    const Case kCases[] = {
        {"all of IPv4", "v=spf1 ip4:203.0.113.1/0 -all", kOne, "pass"},
        {"one", "v=spf1 ip4:192.0.2.1/32 -all", kOne, "pass"},
        {"mapped is IPv4", "v=spf1 -ip4:192.0.2.1 ip6:::FFFF:192.0.2.1", "::FFFF:192.0.2.1", "fail"},
        {"IPv4 is in no IPv6 network", "v=spf1 ip6:::1.1.1.1/0", kOne, "neutral"},
        {"nor is mapped", "v=spf1 ip6:::1.1.1.1/0", "::FFFF:192.0.2.1", "neutral"},
        {"all of IPv6", "v=spf1 ip6:::1.1.1.1/0", kSix, "pass"},
        {"33 bits", "v=spf1 ip6:Cafe:Babe:8000::/33", "CAFE:BABE:8000::", "pass"},
        {"33 bits, IPv4", "v=spf1 ip6:Cafe:Babe:8000::/33", kOne, "neutral"},
        {"exists", "v=spf1 exists:four.example -all", kOne, "pass"},
        {"exists for IPv6", "v=spf1 exists:four.example -all", kSix, "pass"},
        {"an A record, not an AAAA", "v=spf1 exists:six.example -all", kSix, "fail"},
        {"does not answer", "v=spf1 exists:broken.example -all", kSix, "temperror"},
    };
    check_all(world, kCases);
}

// RFC 7208 §7: what macros ask for.
BOOST_AUTO_TEST_CASE(macros_in_names)
{
    World world("$TTL 60\n1.2.0.192.gladstone.philip.user.example. IN A 127.0.0.2\n"
                "bar.foo.user.example. IN A 127.0.0.2\nmail.example. IN A 192.0.2.1\n"
                "mx.case.example. IN A 192.0.2.1\nother.example. IN A 192.0.2.1\n"
                "1.2.0.192.in-addr.arpa. IN PTR other.example.\n"
                "1.2.0.192.in-addr.arpa. IN PTR mx.case.example.\n"
                "mx.case.example.ok.example. IN A 127.0.0.2\n"
                "unknown.ok.example. IN A 127.0.0.2\n"
                "h.example. IN TXT \"v=spf1 -a:%{h} +all\"\n");
    const auto verdict = [&world](const char* record, const char* sender,
                                  const char* helo = "mail.example", const char* ip = "192.0.2.1") {
        world.texts["case.example"] = {record};
        return std::string(name_of(world.mail_from(ip, sender, helo).verdict));
    };
    const char* const kAnn = "ann@case.example";
    BOOST_TEST(verdict("v=spf1 exists:%{ir}.%{l2r-}.user.%{d1} -all",
                       "philip-gladstone-test@case.example") == "pass");
    BOOST_TEST(verdict("v=spf1 exists:%{l2r+-}.user.%{d1} -all",
                       "foo-bar+zip+quux@case.example") == "pass");
    BOOST_TEST(verdict("v=spf1 a:%{H} -all", kAnn) == "pass");
    BOOST_TEST(verdict("v=spf1 a:%{H} -all", kAnn, "JUMPIN' JUPITER") == "fail");
    BOOST_TEST(verdict("v=spf1 a:%{H} -all", kAnn, "[192.0.2.1]") == "fail");
    BOOST_TEST(verdict("v=spf1 -include:h.%{d1} ip4:192.0.2.0/24 -all", kAnn, "OEMCOMPUTER") ==
               "fail");
    BOOST_TEST(verdict("v=spf1 -include:h.%{d1} ip4:192.0.2.0/24 -all", kAnn) == "pass");
    BOOST_TEST(verdict("v=spf1 exists:%{p}.ok.example -all", kAnn) == "pass"); // below the domain first
    BOOST_TEST(verdict("v=spf1 exists:%{p}.ok.example -all", kAnn, "h", "192.0.2.7") == "pass");
    BOOST_TEST(verdict("v=spf1 -exists:%(ir).x.example ?all", kAnn) == "permerror");
    BOOST_TEST(verdict("v=spf1 a:%{a}.example -all", kAnn) == "permerror");
}

/// A sender without a local part is the postmaster. RFC 7208 §4.3
BOOST_AUTO_TEST_CASE(no_local_part)
{
    World world("case.example. 60 IN TXT \"v=spf1 exp=who.example -all\"\n"
                "who.example. 60 IN TXT \"%{l} of %{o}\"\n");
    Question question;
    question.ip = kOne;
    question.domain = "Case.Example.";
    question.sender_domain = "case.example";
    const auto out = run(check_host(world, world.clock, question, CheckLimits()));
    BOOST_TEST(name_of(out.verdict) == "fail");
    BOOST_TEST(out.explanation == "postmaster of case.example");
    BOOST_TEST(out.domain == "case.example");
}

/// Hosts that do not match, another record, and the client's own name.
BOOST_AUTO_TEST_CASE(several_steps)
{
    World world("$TTL 60\ncase.example. IN MX 10 mx1.case.example.\n"
                "case.example. IN MX 10 mx2.other.example.\n"
                "mx1.case.example. IN A 198.51.100.2\nmx1.case.example. IN AAAA 2001:db8::3\n"
                "mx2.other.example. IN A 192.0.2.26\nmx2.other.example. IN AAAA 2001:db8:1::2\n"
                "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.ip6.arpa. IN PTR "
                "six.fe.case.example.\nsix.fe.case.example. IN AAAA 2001:db8::1\n"
                "_spf.other.example. IN TXT \"v=spf1 ptr:fe.case.example ptr:x.other.example -all\"\n");
    BOOST_TEST(judged(world, {"", "v=spf1 mx redirect=_spf.other.example", kSix, ""}) == "pass");
    BOOST_TEST(judged(world, {"", "v=spf1 mx redirect=_spf.other.example", kOne, ""}) == "fail");
    BOOST_TEST(judged(world, {"", "v=spf1 mx redirect=_spf.other.example", "192.0.2.26", ""}) ==
               "pass");
}

BOOST_AUTO_TEST_SUITE_END()
