// Conversion to 7bit: the content that a reader decodes is the content that was sent.
#include <boost/test/unit_test.hpp>

#include "core/mime/card.h"
#include "core/mime/to_7bit.h"
#include "core/mime/transfer.h"
#include "core/mime/transfer_encode.h"

using namespace mailctl;
using namespace mailctl::mime;

namespace {

/// The contents of all leaves, decoded.
void collect(const std::string& message, const Part& part, std::vector<std::string>& out)
{
    for (const Part& child : part.children)
        collect(message, child, out);
    if (part.children.empty())
        out.push_back(decode_transfer(message.substr(part.body_offset(), part.body_octets),
                                      transfer_encoding(part.encoding)));
}

std::vector<std::string> contents(const std::string& message)
{
    std::vector<std::string> out;
    collect(message, make_card(message).root, out);
    return out;
}

bool is_ascii(std::string_view text)
{
    for (const char c : text)
        if (static_cast<unsigned char>(c) >= 128 || c == '\0')
            return false;
    return true;
}

std::string quoted(std::string_view octets)
{
    std::string out;
    append_quoted_printable(out, octets);
    return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(quoted_printable_of_lines)
{
    struct Case {
        std::string_view name, octets, expected;
    };
    static const Case kCases[] = {
        {"plain", "a b\r\nc", "a b\r\nc"},
        {"8-bit and equals", "\xE9=1", "=E9=3D1"},
        {"blanks at the end", "a \r\nb\t", "a=20\r\nb=09"},
        {"bare CR and LF", "a\nb\rc\r\n", "a=0Ab=0Dc\r\n"},
        {"empty", "", ""},
    };
    for (const Case& c : kCases)
        BOOST_TEST_CONTEXT(c.name)
        {
            BOOST_TEST(quoted(c.octets) == c.expected);
        }
    // At the limit, and one past it: RFC 2045 §6.7 rule 5
    BOOST_TEST(quoted(std::string(76, 'x')) == std::string(76, 'x'));
    BOOST_TEST(quoted(std::string(77, 'x')) == std::string(75, 'x') + "=\r\nxx");
}

BOOST_AUTO_TEST_CASE(encodings_decode_to_what_they_were_made_of)
{
    std::string octets;
    for (int i = 0; i < 1500; ++i) {
        octets += static_cast<char>(i * 37 % 256);
        if (i % 31 == 0)
            octets += " \r\n";
        std::string base64;
        append_base64_lines(base64, octets);
        BOOST_TEST_REQUIRE(decode_transfer(base64, TransferEncoding::Base64) == octets);
        const std::string quoted_octets = quoted(octets);
        BOOST_TEST_REQUIRE(decode_transfer(quoted_octets, TransferEncoding::QuotedPrintable) == octets);
        BOOST_TEST_REQUIRE(is_7bit(base64));
        BOOST_TEST_REQUIRE(is_7bit(quoted_octets));
    }
}

BOOST_AUTO_TEST_CASE(seven_bit_and_not)
{
    BOOST_TEST(is_7bit(""));
    BOOST_TEST(is_7bit("a\r\nb"));
    BOOST_TEST(is_7bit(std::string(998, 'x') + "\r\n"));
    BOOST_TEST(!is_7bit(std::string(999, 'x') + "\r\n"));
    BOOST_TEST(!is_7bit("a\nb\r\n"));
    BOOST_TEST(!is_7bit("a\rb\r\n"));
    BOOST_TEST(!is_7bit("\xC3\xA9"));
    BOOST_TEST(!is_7bit(std::string(1, '\0')));
}

BOOST_AUTO_TEST_CASE(messages_keep_their_content)
{
    struct Case {
        std::string_view name, message, must_hold;
    };
    static const Case kCases[] = {
        {"text without MIME", "Subject: x\r\n\r\nviele gr\xC3\xBC\xC3\x9F" "e\r\n",
         "charset=unknown-8bit\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
         "viele gr=C3=BC=C3=9Fe\r\n"},
        {"text of 8bit",
         "MIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n"
         "Content-Type: text/plain; charset=utf-8\r\n\r\n\xC3\xA9 text \r\n",
         "MIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Type"},
        {"text that is mostly not ASCII",
         "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
         "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82\r\n",
         "Content-Transfer-Encoding: base64\r\n"},
        {"parts",
         "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
         "Content-Transfer-Encoding: 8bit\r\n\r\n"
         "preamble\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n"
         "Content-Transfer-Encoding: 8bit\r\n\r\n\xC3\xA9 eins\r\n--b\r\n\r\nzwei\r\n--b\r\n"
         "Content-Type: application/x\r\nContent-Transfer-Encoding: binary\r\n\r\n\xFF\xFE\n\r\n"
         "--b--\r\nepilogue\r\n",
         "Content-Transfer-Encoding: 7bit\r\n\r\npreamble\r\n--b\r\n"},
        {"a message inside",
         "MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n"
         "\r\nSubject: inner\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
         "\r\n\xC3\xA9 innen\r\n",
         "Content-Transfer-Encoding: 7bit\r\n\r\nSubject: inner\r\n"},
        {"already ASCII", "Subject: x\r\n\r\nhello\r\n", "Subject: x\r\n\r\nhello\r\n"},
    };
    for (const Case& c : kCases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            const std::string message(c.message);
            const auto converted = to_7bit(message);
            BOOST_TEST_REQUIRE(converted.has_value());
            BOOST_TEST(is_ascii(*converted));
            BOOST_TEST(contents(*converted) == contents(message), boost::test_tools::per_element());
            BOOST_TEST(converted->find(c.must_hold) != std::string::npos, *converted);
        }
    }
}

BOOST_AUTO_TEST_CASE(messages_that_may_not_be_converted)
{
    struct Case {
        std::string_view name, message;
    };
    static const Case kCases[] = {
        {"signed", "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\n\xC3\xA9\r\n--b--\r\n"},
        {"partial", "Content-Type: message/partial; id=x; number=1\r\n\r\n\xC3\xA9\r\n"},
        {"no base64 after all", "Content-Transfer-Encoding: base64\r\n\r\n\xC3\xA9\r\n"},
        {"8-bit preamble",
         "Content-Type: multipart/mixed; boundary=b\r\n\r\n\xC3\xA9\r\n--b\r\n\r\nx\r\n--b--\r\n"},
        {"no part begins", "Content-Type: multipart/mixed; boundary=b\r\n\r\n\xC3\xA9\r\n"},
    };
    for (const Case& c : kCases)
        BOOST_TEST_CONTEXT(c.name)
        {
            BOOST_TEST(!to_7bit(c.message).has_value());
        }
}
