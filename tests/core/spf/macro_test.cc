// Macro strings: what they stand for.
#include <boost/test/unit_test.hpp>

#include "core/spf/macro.h"

using namespace mailctl;
using namespace mailctl::spf;

namespace {

/// The message of RFC 7208 §7.4.
MacroFacts facts(const char* ip = "192.0.2.3")
{
    MacroFacts out;
    out.local_part = "strong-bad";
    out.sender_domain = "email.example.com";
    out.domain = "email.example.com";
    out.ip = *Ip::parse(ip);
    out.validated = "mail.example.net";
    out.helo = "relay.example.net";
    out.receiver = "mx.example.org";
    out.now = Time(std::chrono::milliseconds(1'800'000'000'999));
    return out;
}

std::string expanded(std::string_view text, const MacroFacts& given)
{
    const auto macros = MacroString::parse(text, MacroUse::Explanation);
    return macros ? macros->expand(given, 10'000) : "! " + macros.error().detail();
}

std::string name(std::string_view text, const MacroFacts& given)
{
    const auto macros = MacroString::parse(text, MacroUse::Domain);
    BOOST_REQUIRE_MESSAGE(macros.has_value(), text);
    const auto found = macros->expand_name(given);
    return found ? *found : "! " + found.error().detail();
}

} // namespace

BOOST_AUTO_TEST_SUITE(spf_macros)

// RFC 7208 §7.2, §7.3, §7.4
BOOST_AUTO_TEST_CASE(expansions)
{
    struct Case {
        std::string_view text, expected;
    };
    constexpr Case kCases[] = {
        {"", ""},
        {"%{s}", "strong-bad@email.example.com"},
        {"%{o}", "email.example.com"},
        {"%{d}", "email.example.com"},
        {"%{d4}", "email.example.com"},
        {"%{d3}", "email.example.com"},
        {"%{d2}", "example.com"},
        {"%{d1}", "com"},
        {"%{dr}", "com.example.email"},
        {"%{d2r}", "example.email"},
        {"%{l}", "strong-bad"},
        {"%{l-}", "strong.bad"},
        {"%{lr}", "strong-bad"},
        {"%{lr-}", "bad.strong"},
        {"%{l1r-}", "strong"},
        {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
        {"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
        {"%{lr-}.lp.%{ir}.%{v}._spf.%{d2}",
         "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"},
        {"%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"},
        {"%{c} %{r} %{t} %{p} %{h}",
         "192.0.2.3 mx.example.org 1800000000 mail.example.net relay.example.net"},
        {"%%%_%-", "% %20"},
        {"%{d123456789012345678901234567890}", "email.example.com"},
        {"%{D2R}", "example.email"},
        {"%{d=/,.}", "email.example.com"},
        {"It is %{o}, with a dot.", "It is email.example.com, with a dot."},
    };
    for (const Case& c : kCases) {
        BOOST_TEST_CONTEXT(c.text) {
            BOOST_TEST(expanded(c.text, facts()) == c.expected);
        }
    }
    const auto v6 = facts("2001:db8::cb01");
    BOOST_TEST(expanded("%{ir}.%{v}._spf.%{d2}", v6) ==
               "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com");
    BOOST_TEST(expanded("%{c}", v6) == "2001:db8::cb01");
    BOOST_TEST(expanded("%{i} %{v}", facts("::ffff:192.0.2.3")) == "192.0.2.3 in-addr");
    auto nobody = facts();
    nobody.receiver.clear();
    BOOST_TEST(expanded("%{r}", nobody) == "unknown");
}

// Large letters escape what URLs do not hold.
BOOST_AUTO_TEST_CASE(urls)
{
    auto odd = facts();
    odd.local_part = "~jack&jill=up-a_b3.c";
    BOOST_TEST(expanded("l=%{L}", odd) == "l=~jack%26jill%3Dup-a_b3.c");
    BOOST_TEST(expanded("%{S}", odd) == "~jack%26jill%3Dup-a_b3.c%40email.example.com");
    odd.local_part = "\xc3\xa4 b";
    BOOST_TEST(expanded("%{L}", odd) == "%C3%A4%20b");
}

// RFC 7208 §7.1
BOOST_AUTO_TEST_CASE(syntax)
{
    struct Case {
        std::string_view text, expected;
    };
    constexpr Case kCases[] = {
        {"%", "! a \"%\" that starts no macro"},
        {"a%b", "! a \"%\" that starts no macro"},
        {"%(d)", "! a \"%\" that starts no macro"},
        {"%{d", "! a macro without \"}\""},
        {"%{}", "! an empty macro"},
        {"%{a}", "! no such macro: a"},
        {"%{X}", "! no such macro: X"},
        {"%{d0}", "! a macro that keeps no parts"},
        {"%{d00}", "! a macro that keeps no parts"},
        {"%{dx}", "! a bad delimiter in a macro"},
        {"%{d-2}", "! a bad delimiter in a macro"},
        {"%{drr}", "! a bad delimiter in a macro"},
        {"\x01", "! a character that is not allowed"},
        {"\xc3\xa4", "! a character that is not allowed"},
    };
    for (const Case& c : kCases) {
        BOOST_TEST_CONTEXT(c.text) {
            BOOST_TEST(expanded(c.text, facts()) == c.expected);
        }
    }
    for (const char* text : {"%{c}", "%{r}", "%{t}", "%{T2r}", "a b"}) {
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(!MacroString::parse(text, MacroUse::Domain).has_value());
            BOOST_TEST(MacroString::parse(text, MacroUse::Explanation).has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(names)
{
    BOOST_TEST(name("%{d2}.", facts()) == "example.com");
    BOOST_TEST(name("a..b.example", facts()) == "! no domain name: a..b.example");
    BOOST_TEST(name(".example", facts()) == "! no domain name: .example");
    auto odd = facts();
    odd.local_part = "\xc3\xa4"; // RFC 8616 §4
    BOOST_TEST(name("%{l}.example", odd).starts_with("! "));
    odd.local_part = "a\\b";
    BOOST_TEST(name("%{l}.example", odd).starts_with("! "));
    odd.local_part = "a b;c";
    BOOST_TEST(name("%{l}.example", odd) == "a b;c.example");
    BOOST_TEST(name(std::string(63, 'a') + ".example", odd).size() == 71U);
    BOOST_TEST(name(std::string(64, 'a') + ".example", odd).starts_with("! "));
}

// RFC 7208 §7.3: labels on the left go until 253 octets are left.
BOOST_AUTO_TEST_CASE(long_names)
{
    const std::string label = std::string(59, 'x') + '.';
    const std::string rest = label + label + label + label + std::string(13, 'y'); // 253
    BOOST_TEST(rest.size() == kMaxNameOctets);
    BOOST_TEST(name(rest, facts()) == rest);
    BOOST_TEST(name("a." + rest, facts()) == rest);
    BOOST_TEST(name("b.c.d." + rest, facts()) == rest);
    BOOST_TEST(name("a" + rest, facts()) == rest.substr(60));
    BOOST_TEST(name(std::string(254, 'x'), facts()).starts_with("! "));
    std::string endless;
    for (int i = 0; i < 1000; ++i)
        endless += "%{s}";
    BOOST_TEST(name(endless, facts()).starts_with("! "));
}

BOOST_AUTO_TEST_SUITE_END()
