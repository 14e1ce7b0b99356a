// Records and their terms, right and wrong.
#include <boost/test/unit_test.hpp>

#include "core/spf/record.h"

using namespace mailctl;
using namespace mailctl::spf;

namespace {

struct Case {
    std::string_view name, terms, expected;
};

/// "fail ip4 192.0.2.0/24", and so on; modifiers after the directives.
std::string shown(std::string_view terms)
{
    const auto record = parse_record("v=spf1" + std::string(terms));
    if (!record)
        return "! " + record.error().detail();
    static constexpr const char* kNames[] = {"all", "include", "a",   "mx",
                                             "ptr", "ip4",     "ip6", "exists"};
    std::string out;
    for (const auto& one : record->directives) {
        out += out.empty() ? "" : ", ";
        out += std::string(name_of(one.qualifier)) + " " +
               kNames[static_cast<std::size_t>(one.mechanism)];
        if (one.domain)
            out += " " + one.domain->expand({}, 1000);
        if (one.mechanism == Mechanism::Ip4 || one.mechanism == Mechanism::Ip6)
            out += " " + one.network.text();
        if (one.ip4_bits != kIp4Bits)
            out += "/" + std::to_string(one.ip4_bits);
        if (one.ip6_bits != kIp6Bits)
            out += "//" + std::to_string(one.ip6_bits);
    }
    if (record->redirect)
        out += " -> " + record->redirect->domain.expand({}, 1000);
    if (record->explanation)
        out += " because " + record->explanation->domain.expand({}, 1000);
    return out;
}

template <std::size_t N>
void check_all(const Case (&cases)[N])
{
    for (const Case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            BOOST_TEST(shown(c.terms) == c.expected);
        }
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(spf_records)

// RFC 7208 §4.5
BOOST_AUTO_TEST_CASE(versions)
{
    BOOST_TEST(is_record("v=spf1"));
    BOOST_TEST(is_record("V=SpF1 -all"));
    BOOST_TEST(!is_record("v=spf10 -all"));
    BOOST_TEST(!is_record("v=spf1-all"));
    BOOST_TEST(!is_record(" v=spf1 -all"));
    BOOST_TEST(!is_record("v=spf2.0/pra -all"));
    BOOST_TEST(!is_record(""));
}

// RFC 7208 §4.6.1, §4.6.2
BOOST_AUTO_TEST_CASE(terms)
{
    constexpr Case kCases[] = {
        {"none", "", ""},
        {"blanks alone", "   ", ""},
        {"one", " -all", "fail all"},
        {"blanks between and behind", "  a   -all ", "pass a, fail all"},
        {"qualifiers", " +a ?mx ~ptr -all", "pass a, neutral mx, softfail ptr, fail all"},
        {"case", " A:Relay.Example -ALL", "pass a Relay.Example, fail all"},
        {"a tab is no blank", "\t-all", "! no SPF record"},
        {"a tab within", " a\t-all", "! \"a\\x09-all\": a prefix length does not go here"},
        {"8-bit", " \x80:a -all", "! \"\x80:a\": no such mechanism"},
        {"unknown", " -all moo", "! \"moo\": no such mechanism"},
        {"unknown with a name's characters", " x.y-z_1:a.b", "! \"x.y-z_1:a.b\": no such mechanism"},
        {"a qualifier alone", " -", "! \"-\": no such mechanism"},
        {"two qualifiers", " --all", "! \"--all\": no such mechanism"},
        {"qualified modifier", " -redirect=a.example", "! \"-redirect=a.example\": no such mechanism"},
    };
    check_all(kCases);
}

// RFC 7208 §5.1, §5.2, §5.5, §5.7
BOOST_AUTO_TEST_CASE(mechanisms_with_names)
{
    constexpr Case kCases[] = {
        {"all with a dot", " -all.", "! \"-all.\": no such mechanism"},
        {"all with a name", " -all:x.example", "! \"-all:x.example\": all takes nothing"},
        {"all with a prefix", " -all/8", "! \"-all/8\": all takes nothing"},
        {"include", " include:x.example", "pass include x.example"},
        {"include alone", " include", "! \"include\": no domain"},
        {"include of nothing", " include:", "! \"include:\": no domain"},
        {"include with a prefix", " include:x.example/24",
         "! \"include:x.example/24\": no domain name of two labels or more"},
        {"exists", " exists:x.example", "pass exists x.example"},
        {"exists alone", " exists", "! \"exists\": no domain"},
        {"exists of nothing", " exists:", "! \"exists:\": no domain"},
        {"exists with a prefix", " exists:x.example/24",
         "! \"exists:x.example/24\": no domain name of two labels or more"},
        {"ptr", " ptr", "pass ptr"},
        {"ptr with a name", " ptr:x.example", "pass ptr x.example"},
        {"ptr of nothing", " ptr:", "! \"ptr:\": no domain"},
        {"ptr with a prefix", " ptr/0", "! \"ptr/0\": a prefix length does not go here"},
    };
    check_all(kCases);
}

// RFC 7208 §5.3, §5.4: what holds for "a" holds for "mx".
BOOST_AUTO_TEST_CASE(prefixes_of_both_families)
{
    constexpr Case kCases[] = {
        {"alone", " a", "pass a"},
        {"name", " mx:x.example", "pass mx x.example"},
        {"IPv4", " a/24", "pass a/24"},
        {"IPv6", " a//64", "pass a//64"},
        {"both", " mx/24//64", "pass mx/24//64"},
        {"name and both", " a:x.example/0//0", "pass a x.example/0//0"},
        {"largest", " a/32//128", "pass a"},
        {"IPv4 one past", " a/33", "! \"a/33\": a prefix length is a number up to 32"},
        {"IPv6 one past", " mx//129", "! \"mx//129\": a prefix length is a number up to 128"},
        {"far past", " a/99999999999999999999",
         "! \"a/99999999999999999999\": a prefix length is a number up to 32"},
        {"leading zero", " a/024", "! \"a/024\": a prefix length is a number up to 32"},
        {"no digits", " a/", "! \"a/\": a prefix length is a number up to 32"},
        {"no digits, IPv6", " a//", "! \"a//\": a prefix length is a number up to 128"},
        {"one slash for IPv6", " a/24/32", "! \"a/24/32\": a prefix length does not go here"},
        {"one slash and too many", " a/24/64", "! \"a/24/64\": a prefix length is a number up to 32"},
        {"IPv6 first", " a//64/24", "! \"a//64/24\": a prefix length does not go here"},
        {"of nothing", " a:", "! \"a:\": no domain"},
        {"of nothing with a prefix", " mx:/24", "! \"mx:/24\": no domain"},
        {"an address", " a:192.0.2.1",
         "! \"a:192.0.2.1\": a takes a name, not an address: ip4:192.0.2.1"},
        {"an IPv6 address", " mx:2001:db8::1",
         "! \"mx:2001:db8::1\": mx takes a name, not an address: ip6:2001:db8::1"},
    };
    check_all(kCases);
}

// RFC 7208 §7.1: domain-spec and toplabel.
BOOST_AUTO_TEST_CASE(domains)
{
    struct Domain {
        std::string_view name, text;
        bool is_good;
    };
    constexpr Domain kDomains[] = {
        {"two labels", "x.example", true},
        {"final dot", "x.example.", true},
        {"visible characters before the last label", "x:y/z!.example", true},
        {"hyphens in the last label", "x.xn--zckzah", true},
        {"digits and a hyphen", "x.1-2", true},
        {"a macro at the end", "x.%{d}", true},
        {"an escape at the end", "x%%", true},
        {"empty label", "x..example", true}, // is no name, but good syntax
        {"one label", "museum", false},
        {"one label and a dot", "museum.", false},
        {"digits alone at the end", "x.123", false},
        {"a hyphen first", "x.-com", false},
        {"a hyphen last", "x.com-", false},
        {"a port", "x.example:25", false},
        {"text without a dot behind a macro", "%{d}example", false},
        {"two dots at the end", "x.example..", false},
    };
    for (const Domain& d : kDomains) {
        BOOST_TEST_CONTEXT(d.name) {
            const auto spec = parse_domain_spec(d.text);
            BOOST_TEST(spec.has_value() == d.is_good);
            if (!spec)
                BOOST_TEST(spec.error().detail() == "no domain name of two labels or more");
        }
    }
    BOOST_TEST(!parse_domain_spec(std::string_view("x.example\0", 10)).has_value());
    BOOST_TEST(!parse_domain_spec("x y.example").has_value());
}

// RFC 7208 §5.6
BOOST_AUTO_TEST_CASE(networks)
{
    constexpr Case kCases[] = {
        {"IPv4", " ip4:192.0.2.1", "pass ip4 192.0.2.1"},
        {"IPv4 network", " ip4:192.0.2.0/24", "pass ip4 192.0.2.0/24"},
        {"everything", " ip4:192.0.2.0/0", "pass ip4 192.0.2.0/0"},
        {"largest", " ip4:192.0.2.1/32", "pass ip4 192.0.2.1"},
        {"one past", " ip4:192.0.2.1/33",
         "! \"ip4:192.0.2.1/33\": a prefix length is a number up to 32"},
        {"leading zero", " ip4:192.0.2.1/032",
         "! \"ip4:192.0.2.1/032\": a prefix length is a number up to 32"},
        {"leading zero in the address", " ip4:192.0.02.1",
         "! \"ip4:192.0.02.1\": no IP address: 192.0.02.1"},
        {"both prefixes", " ip4:192.0.2.1//32",
         "! \"ip4:192.0.2.1//32\": a prefix length is a number up to 32"},
        {"nothing", " ip4", "! \"ip4\": no address"},
        {"empty", " ip4:", "! \"ip4:\": no IP address: "},
        {"three parts", " ip4:192.0.2", "! \"ip4:192.0.2\": no IP address: 192.0.2"},
        {"port", " ip4:192.0.2.1:25", "! \"ip4:192.0.2.1:25\": no IP address: 192.0.2.1:25"},
        {"IPv6 as IPv4", " ip4:2001:db8::1",
         "! \"ip4:2001:db8::1\": an address of the other family"},
        {"IPv6", " ip6:2001:DB8::1", "pass ip6 2001:db8::1"},
        {"IPv6 network", " ip6:2001:db8::/33", "pass ip6 2001:db8:://33"},
        {"IPv4 within", " ip6:::192.0.2.1/0", "pass ip6 ::192.0.2.1//0"},
        {"mapped stays IPv6", " ip6:::ffff:192.0.2.1", "pass ip6 ::ffff:192.0.2.1"},
        {"IPv6 one past", " ip6:2001:db8::/129",
         "! \"ip6:2001:db8::/129\": a prefix length is a number up to 128"},
        {"IPv6 with two slashes", " ip6:2001:db8:://32",
         "! \"ip6:2001:db8:://32\": a prefix length is a number up to 128"},
        {"one colon too few", " ip6::CAFE::BABE", "! \"ip6::CAFE::BABE\": no IP address: :CAFE::BABE"},
        {"IPv4 as IPv6", " ip6:192.0.2.1", "! \"ip6:192.0.2.1\": an address of the other family"},
    };
    check_all(kCases);
}

// RFC 7208 §6
BOOST_AUTO_TEST_CASE(modifiers)
{
    constexpr Case kCases[] = {
        {"redirect", " redirect=x.example", " -> x.example"},
        {"exp", " exp=x.example -all", "fail all because x.example"},
        {"case", " Redirect=x.example EXP=y.example", " -> x.example because y.example"},
        {"unknown", " moo.cow-1_x=a:b/%{d} -all", "fail all"},
        {"unknown and empty", " moo= -all", "fail all"},
        {"unknown twice", " moo=1 moo=2", ""},
        {"unknown with a bad macro", " moo=%abc -all", "! \"moo=%abc\": a \"%\" that starts no macro"},
        {"name with a digit first", " 1up=x", "! \"1up=x\": no such mechanism"},
        {"no name", " =all", "! \"=all\": no such mechanism"},
        {"redirect as a mechanism", " redirect:x.example",
         "! \"redirect:x.example\": no such mechanism"},
        {"equals behind a slash", " moo/x=y", "! \"moo/x=y\": no such mechanism"},
        {"redirect twice", " redirect=x.example redirect=x.example",
         "! \"redirect=x.example\": stands twice"},
        {"exp twice", " exp=x.example exp=y.example", "! \"exp=y.example\": stands twice"},
        {"redirect to nothing", " redirect=", "! \"redirect=\": no domain"},
        {"exp of nothing", " exp=", "! \"exp=\": no domain"},
        {"redirect to no domain", " redirect=-all",
         "! \"redirect=-all\": no domain name of two labels or more"},
        {"letters of explanations", " exp=%{r}.example",
         "! \"exp=%{r}.example\": a macro for explanations alone: r"},
    };
    check_all(kCases);
}

BOOST_AUTO_TEST_CASE(as_long_as_a_record_may_be)
{
    std::string text = "v=spf1";
    while (text.size() + 2 <= kMaxRecordOctets)
        text += " a";
    BOOST_TEST(text.size() == kMaxRecordOctets);
    const auto longest = parse_record(text);
    BOOST_REQUIRE(longest.has_value());
    BOOST_TEST(longest->directives.size() == (kMaxRecordOctets - 6) / 2);
    BOOST_TEST(!parse_record(text + " ").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
