// What other servers say: replies, EHLO's offers; and what is said to them.
#include <boost/test/unit_test.hpp>

#include "core/smtp/data_decoder.h"
#include "core/smtp/dot_stuffer.h"
#include "core/smtp/peer_extensions.h"
#include "core/smtp/peer_reply.h"
#include "core/smtp/write_command.h"
#include "core/smtp/xtext.h"

using namespace mailctl::smtp;
using State = ReplyParser::State;

namespace {

/// The reply, fed in pieces of so many octets; code 0 where it is bad, -1 where it goes on.
PeerReply parse(std::string_view octets, std::size_t piece)
{
    ReplyParser parser;
    std::string buffer;
    for (std::size_t at = 0; at < octets.size(); at += piece) {
        buffer += octets.substr(at, piece);
        std::string_view rest = buffer;
        const State state = parser.feed(rest);
        if (state == State::Done)
            return parser.take();
        if (state == State::Bad)
            return {};
        buffer.erase(0, buffer.size() - rest.size());
    }
    return {-1, "", ""};
}

std::string mail(std::string_view sender, const MailParameters& parameters)
{
    std::string out;
    append_mail(out, sender, parameters);
    return out;
}

std::string rcpt(std::string_view recipient, const RcptParameters& parameters)
{
    std::string out;
    append_rcpt(out, recipient, parameters);
    return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(replies_of_peers)
{
    struct Case {
        std::string_view name, octets;
        int code;
        std::string_view enhanced, text;
    };
    static const Case kCases[] = {
        {"one line", "250 ok\r\n", 250, "", "ok"},
        {"enhanced", "550 5.1.1 No such user\r\n", 550, "5.1.1", "No such user"},
        {"enhanced and nothing else", "250 2.0.0\r\n", 250, "2.0.0", ""},
        {"three digits", "550 5.100.999 x\r\n", 550, "5.100.999", "x"},
        {"four digits are none", "550 5.1000.1 x\r\n", 550, "", "5.1000.1 x"},
        {"of another class", "450 5.7.1 x\r\n", 450, "", "5.7.1 x"},
        {"354 has none", "354 3.0.0 x\r\n", 354, "", "3.0.0 x"},
        {"several lines", "550-5.7.1 a\r\n550-5.7.1 b\r\n550 5.7.1 c\r\n", 550, "5.7.1", "a\nb\nc"},
        {"enhanced on the first line only", "550-5.7.1 a\r\n550 b\r\n", 550, "5.7.1", "a\nb"},
        {"no text", "250\r\n", 250, "", ""},
        {"no text with a space", "250 \r\n", 250, "", ""},
        {"bare LF", "250-a\n250 b\n", 250, "", "a\nb"},
        {"controls and no UTF-8", "250 a\x01\x7F\xFF\xC3\xA9z\r\n", 250, "", "a???\xC3\xA9z"},
        {"codes differ", "250-a\r\n251 b\r\n", 0, "", ""},
        {"no code", "ok\r\n", 0, "", ""},
        {"empty line", "\r\n", 0, "", ""},
        {"1xx", "150 x\r\n", 0, "", ""},
        {"6xx", "650 x\r\n", 0, "", ""},
        {"glued", "250ok\r\n", 0, "", ""},
        {"goes on", "250-a\r\n", -1, "", ""},
    };
    for (const Case& c : kCases)
        for (const std::size_t piece : {1U, 3U, 1000U})
            BOOST_TEST_CONTEXT(c.name << " in pieces of " << piece)
            {
                const PeerReply reply = parse(c.octets, piece);
                BOOST_TEST(reply.code == c.code);
                BOOST_TEST(reply.enhanced == c.enhanced);
                BOOST_TEST(reply.text == c.text);
            }
}

BOOST_AUTO_TEST_CASE(limits_of_replies)
{
    const auto line = [](std::size_t octets) { return "250 " + std::string(octets - 4, 'x'); };
    BOOST_TEST(parse(line(2048) + "\r\n", 4096).code == 250);
    BOOST_TEST(parse(line(2049) + "\r\n", 4096).code == 0);
    BOOST_TEST(parse(line(3000), 7).code == 0); // without waiting for its end
    std::string lines;
    for (int i = 0; i < 511; ++i)
        lines += "250-x\r\n";
    BOOST_TEST(parse(lines + "250 x\r\n", 100'000).code == 250);
    BOOST_TEST(parse(lines + "250-x\r\n250 x\r\n", 100'000).code == 0);
    std::string long_text;
    for (int i = 0; i < 5; ++i)
        long_text += "550-" + std::string(500, 'x') + "\r\n";
    BOOST_TEST(parse(long_text + "550 end\r\n", 100'000).text.size() == 2000U);
}

BOOST_AUTO_TEST_CASE(one_line_of_a_reply)
{
    BOOST_TEST((PeerReply{550, "5.1.1", "a\nb"}.line()) == "550 5.1.1 a b");
    BOOST_TEST((PeerReply{250, "", "ok"}.line()) == "250 ok");
    BOOST_TEST(own_words("4.4.2", "gone").line() == "4.4.2 gone");
}

BOOST_AUTO_TEST_CASE(offers)
{
    const PeerExtensions e =
        parse_extensions("mx.example.org PIPELINING\nsize 35882577\n8BITMIME\nBinaryMime\nCHUNKING\n"
                         "DSN\nSMTPUTF8\nSTARTTLS\nENHANCEDSTATUSCODES\nREQUIRETLS\nETRN\n"
                         "AUTH PLAIN login\nAUTH=LOGIN CRAM-MD5\nLIMITS MAILMAX=7 RCPTMAX=9\nX-FOO 1");
    BOOST_TEST(!e.pipelining); // the first line is a name
    BOOST_TEST(e.has_size);
    BOOST_TEST(e.size == 35882577U);
    BOOST_TEST((e.eight_bit_mime && e.binary_mime && e.chunking && e.dsn && e.smtp_utf8));
    BOOST_TEST((e.start_tls && e.enhanced_codes && e.require_tls && e.etrn));
    const std::vector<std::string> auth{"PLAIN", "LOGIN", "CRAM-MD5"};
    BOOST_TEST(e.auth == auth, boost::test_tools::per_element());
    BOOST_TEST(e.max_messages == 7U);
    const PeerExtensions none = parse_extensions("mx\nSIZE\nSIZE x");
    BOOST_TEST(none.esmtp);
    BOOST_TEST(none.has_size);
    BOOST_TEST(none.size == 0U);
    BOOST_TEST(peer_name("mx.example.org hello\nPIPELINING") == "mx.example.org");
    BOOST_TEST(peer_name("") == "");
}

BOOST_AUTO_TEST_CASE(commands_as_written)
{
    MailParameters all;
    all.size = 1000;
    all.body = Body::EightBitMime;
    all.smtp_utf8 = all.require_tls = true;
    all.return_full = false;
    all.envelope_id = "QQ 314+";
    BOOST_TEST(mail("", {}) == "MAIL FROM:<>\r\n");
    BOOST_TEST(mail("s@a.example", all) == "MAIL FROM:<s@a.example> SIZE=1000 BODY=8BITMIME SMTPUTF8 "
                                           "REQUIRETLS RET=HDRS ENVID=QQ+20314+2B\r\n");
    BOOST_TEST(rcpt("r@b.example", {}) == "RCPT TO:<r@b.example>\r\n");
    BOOST_TEST(rcpt("r@b.example", {kNotifySuccess | kNotifyDelay, "rfc822;r+1@b.example"}) ==
               "RCPT TO:<r@b.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;r+2B1@b.example\r\n");
    BOOST_TEST(rcpt("r@b.example", {kNotifyNever, "utf-8;r\xC3\xA9@b.example"}) ==
               "RCPT TO:<r@b.example> NOTIFY=NEVER ORCPT=utf-8;r\\x{E9}@b.example\r\n");
    // RFC 3461 §4.2: at most 500 octets; rather none than one that is refused.
    BOOST_TEST(rcpt("r@b.example", {0, "rfc822;" + std::string(493, 'x')}).size() > 500U);
    BOOST_TEST(rcpt("r@b.example", {0, "rfc822;" + std::string(494, 'x')}) ==
               "RCPT TO:<r@b.example>\r\n");
    for (const std::string_view text : {"a", "\xC3\xA9+=\\ x", "\xF0\x9F\x98\x80"})
        BOOST_TEST(*decode_utf8_xtext(encode_utf8_xtext(text)) == text);
}

BOOST_AUTO_TEST_CASE(dots)
{
    struct Case {
        std::string_view name, message, wire;
    };
    static const Case kCases[] = {
        {"none", "a\r\nb\r\n", "a\r\nb\r\n.\r\n"},
        {"first line", ".a\r\n", "..a\r\n.\r\n"},
        {"alone", "a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n"},
        {"many", "..\r\n...\r\n", "...\r\n....\r\n.\r\n"},
        {"no end of the last line", "a", "a\r\n.\r\n"},
        {"bare LF at the end", "a\n", "a\n\r\n.\r\n"},
        {"a dot after a bare LF", "a\n.\nb\r\n", "a\n..\nb\r\n.\r\n"},
        {"empty", "", ".\r\n"},
        {"a dot in a line", "a.b\r\nc.\r\n", "a.b\r\nc.\r\n.\r\n"},
    };
    for (const Case& c : kCases)
        for (const std::size_t piece : {1U, 2U, 3U, 1000U})
            BOOST_TEST_CONTEXT(c.name << " in pieces of " << piece)
            {
                DotStuffer stuffer;
                std::string wire;
                for (std::size_t at = 0; at < c.message.size(); at += piece)
                    stuffer.feed(c.message.substr(at, piece), wire);
                stuffer.finish(wire);
                BOOST_TEST(wire == c.wire);
            }
}

// Wherever the dot stands against the sixteen octets that are looked at together.
BOOST_AUTO_TEST_CASE(dots_at_every_place)
{
    for (std::size_t at = 0; at < 70; ++at) {
        std::string message(at, 'x');
        message += "\r\n.y\r\n";
        message.append(40, 'z');
        BOOST_TEST(find_line_dot(message, 0) == at + 2);
        BOOST_TEST(find_line_dot(message, at + 2) == std::string::npos);
        DotStuffer stuffer;
        std::string wire;
        stuffer.feed(message, wire);
        BOOST_TEST(wire == message.substr(0, at + 2) + "." + message.substr(at + 2));
    }
}
