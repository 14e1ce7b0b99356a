// Header fields: how they are split, address lists, media types and dates.
#include <boost/test/unit_test.hpp>

#include "core/mime/address_list.h"
#include "core/mime/content_type.h"
#include "core/mime/date.h"
#include "core/mime/header.h"
#include "core/mime/message_id.h"

using namespace mailctl;
using namespace mailctl::mime;

namespace {

/// "name <mailbox@host>" each, "group:" and ";" for groups.
std::string shown(const AddressList& list)
{
    std::string out;
    for (const auto& a : list) {
        out += out.empty() ? "" : ", ";
        if (a.host.empty())
            out += a.mailbox.empty() ? ";" : a.mailbox + ":";
        else
            out += (a.name.empty() ? "" : a.name + ' ') + '<' +
                   (a.route.empty() ? "" : a.route + ':') + a.mailbox + '@' + a.host + '>';
    }
    return out;
}

std::string shown(const Parameters& parameters)
{
    std::string out;
    for (const auto& [name, value] : parameters)
        out += ";" + name + "=" + value;
    return out;
}

} // namespace

// RFC 5322 §2.2
BOOST_AUTO_TEST_CASE(header_fields)
{
    const std::string header = "From ann Sat Nov 21 02:00:00\n"
                               "Subject: one\r\n two\r\n\tthree\r\n"
                               "subject :four\r\n"
                               "no colon here\n"
                               "X-Empty:\r\n"
                               "\r\nBody: no field\r\n";
    std::string seen;
    std::string raw;
    for (FieldReader reader(header); reader.next();) {
        seen += std::string(reader.field().name) + "=" + unfold(reader.field().value) + "|";
        raw += reader.field().raw;
    }
    BOOST_TEST(seen == "=From ann Sat Nov 21 02:00:00|Subject=one two\tthree|subject=four|"
                       "=no colon here|X-Empty=|");
    BOOST_TEST(raw + "\r\n" == header.substr(0, header_octets(header)));
    BOOST_TEST(*find_field(header, "SUBJECT") == " one\r\n two\r\n\tthree");
    BOOST_TEST(!find_field(header, "Body").has_value());
    BOOST_TEST(header_octets("A: b\n\nx") == 6U);
    BOOST_TEST(header_octets("A: b") == 4U);
    BOOST_TEST(header_octets("\r\nx") == 2U);
    BOOST_TEST(unfold(" \r\n a\r\n b \r\n") == "a b");
}

// RFC 5322 §3.4, §4.4 and Appendix A
BOOST_AUTO_TEST_CASE(address_lists)
{
    struct Case {
        std::string_view name, text, shown;
    };
    constexpr Case kCases[] = {
        {"bare", "ann@example.org", "<ann@example.org>"},
        {"name", "Ann Lee <ann@example.org>", "Ann Lee <ann@example.org>"},
        {"two", "a@x, B <b@y>", "<a@x>, B <b@y>"},
        {"quoted name", "\"Lee, Ann \\\"A\\\"\" <ann@x>", "Lee, Ann \"A\" <ann@x>"},
        {"dot in name", "John Q. Public <j@x>", "John Q. Public <j@x>"},
        {"encoded word stays", "=?utf-8?q?=C3=85sa?= <a@x>", "=?utf-8?q?=C3=85sa?= <a@x>"},
        {"quoted local part", "\"ann lee\"@x", "<ann lee@x>"},
        {"comment is a name", "ann@x (Ann Lee)", "Ann Lee <ann@x>"},
        {"comments anywhere", "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
         "Pete <pete@silly.test>"},
        {"nested comment", "a@x (one (two) three)", "one (two) three <a@x>"},
        {"group", "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
         "A Group:, Ed Jones <c@a.test>, <joe@where.test>, John <jdoe@one.test>, ;"},
        {"empty group", "Undisclosed recipients:(nobody(that I know))  ;",
         "Undisclosed recipients:, ;"},
        {"group without end", "g: a@x", "g:, <a@x>, ;"},
        {"address after group", "g: a@x; b@y", "g:, <a@x>, ;, <b@y>"},
        {"route", "Mary <@node.test,@b.test:mary@x>", "Mary <@node.test,@b.test:mary@x>"},
        {"blanks in route", "<@a , , @b : mary@x>", "<@a,@b:mary@x>"},
        {"route to nobody", "<@a,@b:>", "<MISSING_MAILBOX@b>"},
        {"blanks around dots", "john .  doe @ example . org", "<john.doe@example.org>"},
        {"empty members", ", a@x,,b@y,", "<a@x>, <b@y>"},
        {"folded", "a@x,\r\n\tB\r\n C <b@y>", "<a@x>, B C <b@y>"},
        {"domain literal", "a@[192.0.2.1]", "<a@[192.0.2.1]>"},
        {"address as name", "ann@x <ann@x>", "ann@x <ann@x>"},
        {"no comma", "A <a@x> B <b@y>", "A <a@x>, B <b@y>"},
        {"no domain", "ann", "<ann@MISSING_DOMAIN>"},
        {"no domain in angles", "Ann <ann>", "Ann <ann@MISSING_DOMAIN>"},
        {"null path", "<>", "<MISSING_MAILBOX@MISSING_DOMAIN>"},
        {"no local part", "<@x>", "<MISSING_MAILBOX@x>"},
        {"angle not closed", "Ann <ann@x, b@y", "Ann <ann@x>, <b@y>"},
        {"quote not closed", "\"Ann <ann@x>", "<Ann <ann@x>@MISSING_DOMAIN>"},
        {"comment not closed", "ann@x (Ann", "Ann <ann@x>"},
        {"stray marks", ")>ann@x)>;", "<ann@x>"},
        {"raw 8-bit", "\xc3\x85sa <\xc3\xa5@x>", "\xc3\x85sa <\xc3\xa5@x>"},
        {"colon in the middle", "a: b: c@x;", "a:, <bc@x>, ;"},
        {"nothing", " (only a comment) ", ""},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            BOOST_TEST(shown(parse_address_list(c.text)) == c.shown);
        }
    }
    std::string many;
    for (std::size_t i = 0; i <= kMaxEnvelopeAddresses; ++i)
        many += "a@x,";
    BOOST_TEST(parse_address_list(many).size() == kMaxEnvelopeAddresses);
}

// RFC 2045 §5.1, RFC 2183 §2, RFC 2231 §3
BOOST_AUTO_TEST_CASE(media_types)
{
    struct Case {
        std::string_view name, text, type;
    };
    constexpr Case kCases[] = {
        {"plain", "text/plain", "text/plain"},
        {"case", "TEXT/HTML; Charset=UTF-8", "text/html;charset=UTF-8"},
        {"comments", "text/plain (c); (d) charset (e) = (f) us-ascii (Plain text)",
         "text/plain;charset=us-ascii"},
        {"quoted", "text/x; a=\"b;\\\"c\\\"\"; d=e", "text/x;a=b;\"c\";d=e"},
        {"blanks", " text / plain ;charset=\r\n utf-8 ; ", "text/plain;charset=utf-8"},
        {"RFC 2231 stays raw", "a/b; title*0*=us-ascii'en'This%20is; title*1=\" it\"",
         "a/b;title*0*=us-ascii'en'This%20is;title*1= it"},
        {"name with blanks", "a/b; name=my file (1).pdf; x=y", "a/b;name=my file (1).pdf;x=y"},
        {"value with an equals sign", "a/b; boundary==_x=1", "a/b;boundary==_x=1"},
        {"no semicolon", "text/plain; charset=utf-8 format=flowed; a=b",
         "text/plain;charset=utf-8;a=b"},
        {"parameter without value", "text/plain; flowed; a=b", "text/plain;a=b"},
        {"only a type", "text", "text/plain"},
        {"empty", "", "text/plain"},
        {"no subtype", "image/; name=x", "text/plain"},
        {"nonsense", ";;;/;", "text/plain"},
        {"not a token", "te@xt/html", "text/plain"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            const auto found = parse_content_type(c.text);
            BOOST_TEST(found.type + '/' + found.subtype + shown(found.parameters) == c.type);
        }
    }
    BOOST_TEST(parse_disposition("ATTACHMENT; FileName=\"a b\"").type == "attachment");
    BOOST_TEST(shown(parse_disposition("inline; filename=a b.txt").parameters) ==
               ";filename=a b.txt");
    BOOST_TEST(parse_disposition("\"inline\"").type == "");
    BOOST_TEST(parse_encoding(" Quoted-Printable (x)") == "quoted-printable");
    BOOST_TEST(parse_encoding("") == "7bit");
    BOOST_TEST((parse_languages("de, en-GB (x)") == std::vector<std::string>{"de", "en-GB"}));
}

// RFC 2231 §3, §4, §4.1
BOOST_AUTO_TEST_CASE(extended_parameters)
{
    const auto decoded = [](std::string_view text) {
        const auto found = find_extended(parse_content_type(text).parameters, "name");
        return found ? found->charset + '|' + found->octets : std::string("none");
    };
    BOOST_TEST(decoded("a/b; name=plain") == "|plain");
    BOOST_TEST(decoded("a/b; name*=UTF-8'de'%C3%A4%20x") == "utf-8|\xc3\xa4 x");
    BOOST_TEST(decoded("a/b; name*0*=utf-8''a%20; name*1=b%20; name*2*=%63") == "utf-8|a b%20c");
    BOOST_TEST(decoded("a/b; name*1=b; name*0=a") == "|ab");
    BOOST_TEST(decoded("a/b; name*=no%quotes%4") == "|no%quotes%4");
    BOOST_TEST(decoded("a/b; x=y") == "none");
    BOOST_TEST(boundary_of({{"boundary", "x \t"}}) == "x");
    BOOST_TEST(boundary_of({}) == "");
}

// RFC 5322 §3.6.4
BOOST_AUTO_TEST_CASE(message_ids)
{
    using Ids = std::vector<std::string>;
    BOOST_TEST((parse_message_ids("<a@x>\r\n <b@y><c@z>") == Ids{"<a@x>", "<b@y>", "<c@z>"}));
    BOOST_TEST((parse_message_ids("Your message of Friday <a@\r\n x>") == Ids{"<a@x>"}));
    BOOST_TEST((parse_message_ids("<<a@x> <> < b@y") == Ids{"<a@x>"}));
    BOOST_TEST(parse_message_ids("").empty());
}

// RFC 5322 §3.3, §4.3
BOOST_AUTO_TEST_CASE(dates)
{
    struct Case {
        std::string_view text, time; // "": refused
    };
    constexpr Case kCases[] = {
        {"Sat, 21 Nov 2026 02:03:04 +0000", "2026-11-21T02:03:04Z"},
        {"21 Nov 2026 02:03 -0330", "2026-11-21T05:33:00Z"},
        {"Sat, 21 Nov 2026 02:03:04 GMT", "2026-11-21T02:03:04Z"},
        {"21 Nov 97 09:55:06 -0600", "1997-11-21T15:55:06Z"},
        {"21 Nov 26 09:55:06 EST", "2026-11-21T14:55:06Z"},
        {"21 Nov 126 09:55:06 PDT", "2026-11-21T16:55:06Z"},
        {"21 Nov 2026 09:55:06 Z", "2026-11-21T09:55:06Z"},
        {"21 Nov 2026 09:55:06 XYZ", "2026-11-21T09:55:06Z"},
        {"21 Nov 2026 09:55:06", "2026-11-21T09:55:06Z"},
        {"Mon, 21 Nov 2026 02:03:04 +0000", "2026-11-21T02:03:04Z"},
        {"Sat 21 November 2026 02:03:04 +0000", "2026-11-21T02:03:04Z"},
        {"Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "1997-11-21T15:55:06Z"},
        {"Thu,\r\n 13\r\n  Feb\r\n 1969 23:32\r\n -0330 (Newfoundland Time)",
         "1969-02-14T03:02:00Z"},
        {"31 Dec 2016 23:59:60 +0000", "2017-01-01T00:00:00Z"},
        {"21 Nov 2026 02:03:04.5 +0000", ""},
        {"31 Feb 2026 02:03:04 +0000", ""},
        {"21 Nov 2026 24:00:00 +0000", ""},
        {"21 Nov 2026 02:60 +0000", ""},
        {"21 Nov 2026 02:03:04 +00", ""},
        {"21 Nov 2026 02:03:04 +0075", ""},
        {"21 Nov 1026 02:03:04 +0000", ""},
        {"21 Nop 2026 02:03:04 +0000", ""},
        {"Nov 21 2026", ""},
        {"", ""},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.text)
        {
            const auto parsed = parse_date(c.text);
            BOOST_TEST((parsed ? to_rfc3339(parsed->time) : std::string()) == c.time);
        }
    }
    BOOST_TEST(parse_date("21 Nov 2026 00:30 +0100")->zone.count() == 60);
    const auto time = *parse_rfc3339("2026-11-01T02:03:04.5Z");
    BOOST_TEST(format_date(time) == "Sun, 1 Nov 2026 02:03:04 +0000");
    BOOST_TEST(format_date(time, std::chrono::minutes(-210)) == "Sat, 31 Oct 2026 22:33:04 -0330");
}
