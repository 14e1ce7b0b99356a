// Commands, replies and parameters, as tables.
#include <boost/test/unit_test.hpp>

#include <set>

#include "conf/schema/reply_names.h"
#include "core/smtp/command.h"
#include "core/smtp/extensions.h"
#include "core/smtp/parameters.h"
#include "core/smtp/replies.h"
#include "core/smtp/with_protocol.h"
#include "core/smtp/xtext.h"

using namespace mailctl;
using namespace mailctl::smtp;

BOOST_AUTO_TEST_CASE(replies_are_one_table)
{
    std::set<std::string_view> names;
    std::size_t index = 0;
    for (const auto& row : replies()) {
        BOOST_TEST_CONTEXT(row.name)
        {
            BOOST_TEST(static_cast<std::size_t>(row.key) == index++);
            BOOST_TEST(names.insert(row.name).second);
            BOOST_TEST(row.text.find_first_of("\r\n") == std::string_view::npos);
            // RFC 3463 §2: the class of the enhanced code is that of the code.
            if (!row.enhanced.empty())
                BOOST_TEST(row.enhanced.front() == static_cast<char>('0' + row.code / 100));
        }
    }
}

BOOST_AUTO_TEST_CASE(settings_know_every_reply)
{
    BOOST_REQUIRE(std::size(conf::kReplyNames) == replies().size());
    for (std::size_t i = 0; i < replies().size(); ++i)
        BOOST_TEST(conf::kReplyNames[i] == replies()[i].name);
}

BOOST_AUTO_TEST_CASE(replies_on_the_wire)
{
    BOOST_TEST(encode(make_reply(Say::NoSuchUser)) == "550 5.1.1 No such user here\r\n");
    // RFC 5321 §4.2.1, RFC 2034 §4
    BOOST_TEST(encode(Reply(214, "2.0.0", "a\nb")) == "214-2.0.0 a\r\n214 2.0.0 b\r\n");
    BOOST_TEST(encode(Reply(250, "", "mx.example.org")) == "250 mx.example.org\r\n");
}

BOOST_AUTO_TEST_CASE(command_lines)
{
    BOOST_TEST(split_command("QUIT").verb == "QUIT");
    BOOST_TEST(split_command("QUIT  ").arguments == "");
    BOOST_TEST(split_command("MAIL  FROM:<a@b> ").arguments == "FROM:<a@b>");
    BOOST_TEST(has_control(std::string_view("NO\0OP", 5)));
    BOOST_TEST(has_control("NOOP\rX"));
    BOOST_TEST(!has_control("NOOP\tx"));
    BOOST_TEST(is_http("GET / HTTP/1.1"));
    BOOST_TEST(is_http("Host: mx.example.org"));
    BOOST_TEST(!is_http("HELP"));
    BOOST_TEST(!is_http("GET"));
}

BOOST_AUTO_TEST_CASE(hello_names)
{
    struct Case {
        std::string_view name;
        bool good;
    };
    constexpr Case kCases[] = {{"mx.example.org", true}, {"[192.0.2.1]", true},
                               {"[IPv6:2001:db8::1]", true}, {"DESKTOP_7", true},
                               {"localhost", true},      {"", false},
                               {"a b", false},           {"a>b", false},
                               {"[]", false},            {"b\xC3\xBC" "cher.example", false}};
    for (const auto& c : kCases)
        BOOST_TEST(is_hello_name(c.name) == c.good, c.name);
}

BOOST_AUTO_TEST_CASE(mail_arguments)
{
    struct Case {
        std::string_view arguments;
        Say said;
        std::string_view sender; // as parsed; "" is the null path
    };
    constexpr Case kCases[] = {
        {"FROM:<ann@example.org>", Say::Ok, "ann@example.org"},
        {"from:<>", Say::Ok, ""},
        {"FROM: <ann@example.org>", Say::Ok, "ann@example.org"},
        // RFC 5321 §4.1.1.3 and appendix C: routes are ignored.
        {"FROM:<@a.example,@b.example:ann@example.org>", Say::Ok, "ann@example.org"},
        {"FROM:<\"a>b\"@example.org> SIZE=5", Say::Ok, "\"a>b\"@example.org"},
        {"FROM:<ann@[192.0.2.1]>", Say::Ok, "ann@[192.0.2.1]"},
        {"FROM:ann@example.org", Say::BadArguments, ""},
        {"FROM:<ann@example.org", Say::BadArguments, ""},
        {"FROM:<ann@example.org>SIZE=1", Say::BadArguments, ""},
        {"TO:<ann@example.org>", Say::BadArguments, ""},
        {"", Say::BadArguments, ""},
        {"FROM:<ann>", Say::BadSender, ""},
        {"FROM:<a b@example.org>", Say::BadSender, ""},
        {"FROM:<ann@@example.org>", Say::BadSender, ""},
        {"FROM:<b\xC3\xBC@example.org>", Say::Utf8Address, ""},
        {"FROM:<b\xC3\xBC@example.org> SMTPUTF8", Say::Ok, "b\xC3\xBC@example.org"},
        {"FROM:<> SMTPUTF8=1", Say::BadParameter, ""},
        {"FROM:<> SIZE=12x", Say::BadParameter, ""},
        {"FROM:<> SIZE", Say::BadParameter, ""},
        {"FROM:<> SIZE=", Say::BadParameter, ""},
        {"FROM:<> SIZE=1 SIZE=2", Say::BadParameter, ""},
        {"FROM:<> SIZE=99999999999999999999999", Say::BadParameter, ""},
        {"FROM:<> BODY=8BITMIME RET=FULL ENVID=QQ+2B7", Say::Ok, ""},
        {"FROM:<> BODY=9BIT", Say::BadParameter, ""},
        {"FROM:<> RET=ALL", Say::BadParameter, ""},
        {"FROM:<> ENVID=a+0Ab", Say::BadParameter, ""},
        {"FROM:<> AUTH=<>", Say::Ok, ""},
        {"FROM:<> HOLDFOR=10", Say::ParameterUnknown, ""},
    };
    Extensions offered;
    offered.auth_parameter = true;
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.arguments)
        {
            const auto mail = parse_mail(c.arguments, offered);
            const Say said = mail ? Say::Ok : mail.error();
            BOOST_TEST(row_of(said).name == row_of(c.said).name);
            if (mail)
                BOOST_TEST((mail->sender ? to_string(*mail->sender) : "") == c.sender);
        }
    }
    BOOST_TEST(parse_mail("FROM:<> ENVID=QQ+2B7", offered)->envelope_id == "QQ+7");
}

BOOST_AUTO_TEST_CASE(parameters_that_are_not_offered)
{
    Extensions offered;
    offered.utf8 = false;
    offered.chunking = false;
    BOOST_TEST((parse_mail("FROM:<> SMTPUTF8", offered).error() == Say::ParameterUnknown));
    BOOST_TEST((parse_mail("FROM:<> AUTH=<>", offered).error() == Say::ParameterUnknown));
    BOOST_TEST((parse_mail("FROM:<> BODY=BINARYMIME", offered).error() == Say::BadParameter));
}

BOOST_AUTO_TEST_CASE(rcpt_arguments)
{
    struct Case {
        std::string_view arguments;
        Say said;
        unsigned notify;
        std::string_view original;
    };
    constexpr Case kCases[] = {
        {"TO:<bob@example.org>", Say::Ok, 0, ""},
        {"TO:<Postmaster>", Say::Ok, 0, ""},
        {"TO:<>", Say::BadRecipient, 0, ""},
        {"TO:<bob>", Say::BadRecipient, 0, ""},
        {"TO:<bob@example.org> NOTIFY=SUCCESS,DELAY", Say::Ok, kNotifySuccess | kNotifyDelay, ""},
        {"TO:<bob@example.org> NOTIFY=never", Say::Ok, kNotifyNever, ""},
        {"TO:<bob@example.org> NOTIFY=NEVER,DELAY", Say::BadParameter, 0, ""},
        {"TO:<bob@example.org> ORCPT=rfc822;Bob+2Bx@example.org", Say::Ok, 0,
         "rfc822;Bob+x@example.org"},
        {"TO:<bob@example.org> ORCPT=utf-8;b\\x{FC}@example.org", Say::Ok, 0,
         "utf-8;b\xC3\xBC@example.org"},
        {"TO:<bob@example.org> ORCPT=bob@example.org", Say::BadParameter, 0, ""},
        {"TO:<bob@example.org> ORCPT=rfc822;a+0D+0Ab", Say::BadParameter, 0, ""},
        {"TO:<bob@example.org> SIZE=3", Say::ParameterUnknown, 0, ""},
        {"TO:<b\xC3\xBC@example.org>", Say::Utf8Address, 0, ""},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.arguments)
        {
            const auto rcpt = parse_rcpt(c.arguments, false);
            const Say said = rcpt ? Say::Ok : rcpt.error();
            BOOST_TEST(row_of(said).name == row_of(c.said).name);
            if (rcpt) {
                BOOST_TEST(rcpt->notify == c.notify);
                BOOST_TEST(rcpt->original_recipient == c.original);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(bdat_arguments)
{
    BOOST_TEST(parse_bdat("5")->octets == 5U);
    BOOST_TEST(!parse_bdat("5")->last);
    BOOST_TEST(parse_bdat("0 last")->last);
    BOOST_TEST(!parse_bdat("").has_value());
    BOOST_TEST(!parse_bdat("-1").has_value());
    BOOST_TEST(!parse_bdat("5 FIRST").has_value());
    BOOST_TEST(!parse_bdat("99999999999999999999 LAST").has_value());
}

BOOST_AUTO_TEST_CASE(xtext_reads_back)
{
    const std::string octets("a+b=c d\x01\xFF", 9);
    BOOST_TEST(*decode_xtext(encode_xtext(octets)) == octets);
    BOOST_TEST(!decode_xtext("a+").has_value());
    BOOST_TEST(!decode_xtext("a+2b").has_value()); // RFC 3461 §4: upper-case digits
    BOOST_TEST(!decode_xtext("a=b").has_value());
    BOOST_TEST(!decode_utf8_xtext("\\x{D800}").has_value());
    BOOST_TEST(!decode_utf8_xtext("\\x{110000}").has_value());
    BOOST_TEST(!decode_utf8_xtext("\\x{41").has_value());
}

BOOST_AUTO_TEST_CASE(ehlo_lists_what_is_offered)
{
    Extensions offered;
    offered.size = 1000;
    offered.start_tls = true;
    offered.auth = {"PLAIN", "LOGIN"};
    offered.recipients = 100;
    BOOST_TEST(ehlo_text("mx.example.org", offered) ==
               "mx.example.org\nPIPELINING\nSIZE 1000\n8BITMIME\nCHUNKING\nBINARYMIME\nSMTPUTF8\n"
               "ENHANCEDSTATUSCODES\nDSN\nSTARTTLS\nAUTH PLAIN LOGIN\nLIMITS RCPTMAX=100\nHELP");
}

BOOST_AUTO_TEST_CASE(with_words)
{
    // RFC 3848 §2, RFC 6531 §4.3
    BOOST_TEST(name_of({.extended = false, .tls = true}) == "SMTP");
    BOOST_TEST(name_of(WithProtocol{}) == "ESMTP");
    BOOST_TEST(name_of({.tls = true, .authenticated = true}) == "ESMTPSA");
    BOOST_TEST(name_of({.authenticated = true}) == "ESMTPA");
    BOOST_TEST(name_of({.lmtp = true, .tls = true}) == "LMTPS");
    BOOST_TEST(name_of({.tls = true, .utf8 = true}) == "UTF8SMTPS");
    BOOST_TEST(name_of({.lmtp = true, .utf8 = true}) == "UTF8LMTP");
}
