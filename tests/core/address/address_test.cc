// Addresses: what is taken, in which form it is kept, and what is refused.
#include "core/address/address.h"

#include <boost/test/unit_test.hpp>

#include "core/address/literal.h"
#include "core/base/utf8.h"

using namespace mailctl;
using namespace mailctl::address;

namespace {

std::string times(std::size_t count, char c)
{
    return std::string(count, c);
}

/// A domain of exactly `octets` octets, made of labels of at most 63.
std::string domain_of(std::size_t octets)
{
    std::string name = times(octets, 'd');
    for (std::size_t at = 60; at + 1 < octets; at += 61)
        name[at] = '.';
    return name;
}

} // namespace

// RFC 5321 §4.1.2
BOOST_AUTO_TEST_CASE(mailboxes)
{
    struct Case {
        std::string_view name, text, local_part, domain, written;
    };
    constexpr Case kCases[] = {
        {"plain", "ann@example.org", "ann", "example.org", "ann@example.org"},
        {"case kept, domain lower", "Ann@EXAMPLE.Org", "Ann", "example.org", "Ann@example.org"},
        {"dots", "a.b.c@example.org", "a.b.c", "example.org", "a.b.c@example.org"},
        {"every atext", "!#$%&'*+-/=?^_`{|}~@x", "!#$%&'*+-/=?^_`{|}~", "x",
         "!#$%&'*+-/=?^_`{|}~@x"},
        {"no dot in domain", "root@localhost", "root", "localhost", "root@localhost"},
        {"final dot", "ann@example.org.", "ann", "example.org", "ann@example.org"},
        {"quoted needlessly", "\"ann\"@example.org", "ann", "example.org", "ann@example.org"},
        {"quoted space", "\"ann lee\"@example.org", "ann lee", "example.org",
         "\"ann lee\"@example.org"},
        {"quoted at", "\"a@b\"@example.org", "a@b", "example.org", "\"a@b\"@example.org"},
        {"quoted pair", "\"a\\\"b\\\\c\\d\"@x.org", "a\"b\\cd", "x.org", "\"a\\\"b\\\\cd\"@x.org"},
        {"quoted dots", "\".a..b.\"@x.org", ".a..b.", "x.org", "\".a..b.\"@x.org"},
        {"literal v4", "ann@[192.0.2.1]", "ann", "[192.0.2.1]", "ann@[192.0.2.1]"},
        {"literal v6", "ann@[ipv6:2001:DB8:0:0::1]", "ann", "[IPv6:2001:db8::1]",
         "ann@[IPv6:2001:db8::1]"},
        {"utf-8 local part", "\xc3\xa5sa@example.org", "\xc3\xa5sa", "example.org",
         "\xc3\xa5sa@example.org"},
        {"utf-8 domain", "ann@B\xc3\xbc" "cher.example", "ann", "xn--bcher-kva.example",
         "ann@xn--bcher-kva.example"},
        {"underscore in domain", "ann@my_host.example", "ann", "my_host.example",
         "ann@my_host.example"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            const auto parsed = parse(c.text);
            BOOST_REQUIRE(parsed.has_value());
            BOOST_TEST(parsed->local_part == c.local_part);
            BOOST_TEST(parsed->domain == c.domain);
            BOOST_TEST(to_string(*parsed) == c.written);
            BOOST_TEST((parse(to_string(*parsed)).value() == *parsed));
        }
    }
}

BOOST_AUTO_TEST_CASE(refused_mailboxes)
{
    struct Case {
        std::string_view name, text, reason;
    };
    constexpr Case kCases[] = {
        {"empty", "", "local part is empty at octet 1"},
        {"no at", "ann", "no \"@\" after the local part at octet 4"},
        {"no local part", "@example.org", "local part is empty at octet 1"},
        {"no domain", "ann@", "domain is empty"},
        {"dot first", ".ann@x", "local part has a dot without a name before it at octet 1"},
        {"two dots", "a..b@x", "local part has a dot without a name before it at octet 3"},
        {"dot last", "ann.@x", "local part ends with a dot at octet 4"},
        {"space", "ann lee@x", "local part has a character that must be quoted at octet 4"},
        {"two ats", "a@b@c", "domain has a character other than letters, digits and \"-\""},
        {"route", "<@a:b@c>", "local part has a character that must be quoted at octet 1"},
        {"open quote", "\"ann@x", "quoted local part does not end at octet 7"},
        {"open quoted pair", "\"ann\\", "quoted local part does not end at octet 6"},
        {"text after quotes", "\"a\"b@x", "no \"@\" after the local part at octet 4"},
        {"empty quotes", "\"\"@x", "local part is empty at octet 1"},
        {"newline in quotes", "\"a\nb\"@x", "control character in quoted local part at octet 3"},
        {"quoted newline", "\"a\\\nb\"@x", "control character in quoted local part at octet 4"},
        {"not utf-8", "\xff@x", "local part is not UTF-8 at octet 1"},
        {"overlong utf-8", "\xc0\xae@x", "local part is not UTF-8 at octet 1"},
        {"surrogate", "\xed\xa0\x80@x", "local part is not UTF-8 at octet 1"},
        {"domain not utf-8", "a@\xff.org", "domain is not UTF-8"},
        {"empty label", "a@b..c", "domain has an empty label"},
        {"dot alone", "a@.", "domain has an empty label"},
        {"hyphen first", "a@-b.c", "domain has a label that starts or ends with \"-\""},
        {"hyphen last", "a@b-.c", "domain has a label that starts or ends with \"-\""},
        {"no such IDN", "a@xn--zzzzzz.org", "domain has an \"xn--\" label that is no IDN"},
        {"encoded ASCII", "a@xn--abc-.org", "domain has a label that starts or ends with \"-\""},
        {"literal open", "a@[192.0.2.1", "address literal lacks its brackets"},
        {"literal number", "a@[192.0.2.256]", "address literal is not an IPv4 address"},
        {"literal short", "a@[192.0.2]", "address literal is not an IPv4 address"},
        {"literal tag", "a@[x400:abc]", "address literal is not an IPv4 address"},
        {"literal v6", "a@[IPv6:2001:db8:::1]", "address literal is not an IPv6 address"},
        {"literal v6 zone", "a@[IPv6:fe80::1%eth0]", "address literal is not an IPv6 address"},
        {"literal v6 untagged", "a@[2001:db8::1]", "address literal is not an IPv4 address"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            const auto parsed = parse(c.text);
            BOOST_REQUIRE(!parsed.has_value());
            BOOST_TEST((parsed.error().code() == Errc::Invalid));
            BOOST_TEST(parsed.error().detail() == c.reason);
        }
    }
    using namespace std::string_view_literals;
    BOOST_TEST(!parse("a\0b@x.org"sv).has_value());
    BOOST_TEST(!parse("a@x\0.org"sv).has_value());
    BOOST_TEST(!parse("a@\xc3\xa5\0.org"sv).has_value());
    BOOST_TEST(!parse("a@[IPv6:::1\0]"sv).has_value());
}

// RFC 6531 §3.3: only where the caller speaks SMTPUTF8.
BOOST_AUTO_TEST_CASE(ascii_only)
{
    BOOST_TEST(!parse("\xc3\xa5@example.org", Utf8::No).has_value());
    BOOST_TEST(!parse("\"\xc3\xa5\"@example.org", Utf8::No).has_value());
    BOOST_TEST(!parse("a@b\xc3\xbc.org", Utf8::No).has_value());
    BOOST_TEST(parse("a@xn--bcher-kva.org", Utf8::No).has_value());
    BOOST_TEST(!parse("a@[192.0.2.1]", Utf8::Yes, Literal::No).has_value());
}

// RFC 5321 §4.5.3.1.1, §4.5.3.1.2, §4.5.3.1.3: at the limit, and one past.
BOOST_AUTO_TEST_CASE(limits)
{
    BOOST_TEST(parse(times(64, 'a') + "@x.org").has_value());
    BOOST_TEST(!parse(times(65, 'a') + "@x.org").has_value());
    BOOST_TEST(parse('"' + times(61, 'a') + " \"@x.org").has_value());
    BOOST_TEST(!parse('"' + times(62, 'a') + " \"@x.org").has_value());
    BOOST_TEST(canonical_domain(times(63, 'a') + ".org").has_value());
    BOOST_TEST(!canonical_domain(times(64, 'a') + ".org").has_value());
    BOOST_TEST(canonical_domain(domain_of(255)).has_value());
    BOOST_TEST(!canonical_domain(domain_of(256)).has_value());
    BOOST_TEST(parse("a@" + domain_of(252)).has_value());
    BOOST_TEST(!parse("a@" + domain_of(253)).has_value());
    BOOST_TEST(!canonical_domain(times(100'000, 'a')).has_value());
}

// RFC 5891 §4.4 and back
BOOST_AUTO_TEST_CASE(domains)
{
    BOOST_TEST(canonical_domain("B\xc3\x9c" "CHER.Example.").value() == "xn--bcher-kva.example");
    BOOST_TEST(canonical_domain("XN--BCHER-KVA.example").value() == "xn--bcher-kva.example");
    BOOST_TEST(canonical_domain("fa\xc3\x9f.de").value() == "xn--fa-hia.de");
    // U+3002, the ideographic full stop, parts labels too.
    BOOST_TEST(canonical_domain("\xe4\xbe\x8b\xe5\xad\x90\xe3\x80\x82test").value() ==
               "xn--fsqu00a.test");
    BOOST_TEST(!canonical_domain("").has_value());
    BOOST_TEST(!canonical_domain("a b.org").has_value());
    BOOST_TEST(display_domain("xn--bcher-kva.example") == "b\xc3\xbc" "cher.example");
    BOOST_TEST(display_domain("example.org") == "example.org");
    BOOST_TEST(display_domain("[192.0.2.1]") == "[192.0.2.1]");
    BOOST_TEST(display_domain("xn--zzzzzz.org") == "xn--zzzzzz.org");
}

// RFC 5321 §4.1.3
BOOST_AUTO_TEST_CASE(literals)
{
    BOOST_TEST(canonical_literal("[010.0.002.001]").value() == "[10.0.2.1]");
    BOOST_TEST(canonical_literal("[IPv6:0:0:0:0:0:0:0:1]").value() == "[IPv6:::1]");
    BOOST_TEST(canonical_literal("[IPv6:::ffff:192.0.2.1]").value() == "[IPv6:::ffff:192.0.2.1]");
    BOOST_TEST(!canonical_literal("[]").has_value());
    BOOST_TEST(!canonical_literal("[").has_value());
    BOOST_TEST(!canonical_literal("[0001.2.3.4]").has_value());
    BOOST_TEST((parse("a@[192.0.2.1]")->is_literal()));
}

BOOST_AUTO_TEST_CASE(subaddresses)
{
    struct Case {
        std::string_view local_part, separators, user, detail;
    };
    constexpr Case kCases[] = {
        {"ann+lists", "+", "ann", "lists"}, {"ann", "+", "ann", ""},
        {"ann+a+b", "+", "ann", "a+b"},     {"ann-x+y", "+-", "ann", "x+y"},
        {"ann+lists", "", "ann+lists", ""}, {"+ann", "+", "+ann", ""},
        {"ann+", "+", "ann", ""},           {"", "+", "", ""},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.local_part << " with " << c.separators)
        {
            const auto split = split_subaddress(c.local_part, c.separators);
            BOOST_TEST(split.user == c.user);
            BOOST_TEST(split.detail == c.detail);
        }
    }
}

BOOST_AUTO_TEST_CASE(wildcards)
{
    BOOST_TEST(matches_wildcard("*", ""));
    BOOST_TEST(matches_wildcard("*", "anything"));
    BOOST_TEST(matches_wildcard("sales-*@x.org", "Sales-EU@X.ORG"));
    BOOST_TEST(matches_wildcard("a*b*c", "a--b-b--c"));
    BOOST_TEST(!matches_wildcard("a*b*c", "a--b-b--d"));
    BOOST_TEST(!matches_wildcard("", "a"));
    BOOST_TEST(matches_wildcard("", ""));
    BOOST_TEST(!matches_wildcard("ab", "a"));
    BOOST_TEST(!matches_wildcard("*@x.org", "a@y.org"));
    BOOST_TEST(!matches_wildcard(times(30, '*') + "b", times(10'000, 'a')));
}

BOOST_AUTO_TEST_CASE(folding)
{
    BOOST_TEST(folded(parse("Ann.LEE@X.org").value()).local_part == "ann.lee");
    BOOST_TEST((folded(parse("ANN@x").value()) == folded(parse("ann@X").value())));
}

// RFC 3629 §3
BOOST_AUTO_TEST_CASE(well_formed_utf8)
{
    BOOST_TEST(utf8::is_valid(""));
    BOOST_TEST(utf8::is_valid("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"));
    for (const std::string_view bad : {"\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
                                       "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
                                       "\xe2\x82", "\xf0\x9f\x98", "\xc3"})
        BOOST_TEST(!utf8::is_valid(bad));
}
