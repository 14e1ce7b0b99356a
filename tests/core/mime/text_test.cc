// Text as people read it: transfer encodings, character sets, encoded-words, searching.
#include <boost/test/unit_test.hpp>

#include "core/mime/charset.h"
#include "core/mime/encoded_word.h"
#include "core/mime/search_text.h"
#include "core/mime/transfer.h"

using namespace mailctl;
using namespace mailctl::mime;

namespace {

std::string decoded_in_pieces(std::string_view text, TransferEncoding encoding, std::size_t piece)
{
    TransferDecoder decoder(encoding);
    std::string out;
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
        decoder.feed(text.substr(0, piece), out);
    decoder.finish(out);
    return out;
}

} // namespace

// RFC 2045 §6.7, §6.8
BOOST_AUTO_TEST_CASE(transfer_encodings)
{
    struct Case {
        std::string_view name, token, text, decoded;
    };
    constexpr Case kCases[] = {
        {"base64", "base64", "aGVsbG8gd29ybGQ=", "hello world"},
        {"base64 lines", "base64", "aGVs\r\nbG8g\r\nd29y\r\nbGQh\r\n", "hello world!"},
        {"base64 split anywhere", "base64", "aGV\r\nsb G8=", "hello"},
        {"base64 two padded runs", "base64", "YQ==\r\nYmM=\r\nZGVm", "abcdef"},
        {"base64 junk is passed over", "base64", "a-G*V!s", "hel"},
        {"base64 cut", "base64", "aGVsbG", "hell"},
        {"base64 empty", "base64", "\r\n", ""},
        {"quoted", "quoted-printable", "a=3Db=C3=A4", "a=b\xc3\xa4"},
        {"quoted lower case", "quoted-printable", "=c3=a4", "\xc3\xa4"},
        {"soft line break", "quoted-printable", "one=\r\ntwo=  \t\r\nthree=\nfour", "onetwothreefour"},
        {"blanks before a line end go", "quoted-printable", "a b \t\r\nc \nd", "a b\r\nc\nd"},
        {"blanks at the end go", "quoted-printable", "a  ", "a"},
        {"no code", "quoted-printable", "a=zz =4x = b =", "a=zz =4x = b "},
        {"code cut at the end", "quoted-printable", "a=4", "a=4"},
        {"equals twice", "quoted-printable", "==41", "=A"},
        {"lone CR", "quoted-printable", "a\rb", "a\rb"},
        {"none", "8bit", "a=3D\xff", "a=3D\xff"},
        {"unknown", "x-uuencode", "abc", "abc"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            const auto encoding = transfer_encoding(c.token);
            BOOST_TEST(decode_transfer(c.text, encoding) == c.decoded);
            for (std::size_t piece = 1; piece < 6; ++piece)
                BOOST_TEST(decoded_in_pieces(c.text, encoding, piece) == c.decoded);
        }
    }
    const std::string blanks(5000, ' ');
    BOOST_TEST(decode_transfer("a" + blanks + "b", TransferEncoding::QuotedPrintable) ==
               "a" + blanks + "b");
}

BOOST_AUTO_TEST_CASE(character_sets)
{
    struct Case {
        std::string_view charset, text, utf8;
    };
    constexpr Case kCases[] = {
        {"utf-8", "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
        {"US-ASCII", "abc", "abc"},
        {"us-ascii", "\xc3\xbc", "\xc3\xbc"},
        {"iso-8859-1", "\xfc\x80", "\xc3\xbc\xe2\x82\xac"},
        {"ISO-8859-15", "\xa4", "\xe2\x82\xac"},
        {"windows-1251", "\xcf\xf0", "\xd0\x9f\xd1\x80"},
        {"koi8-r", "\xf0\xd2", "\xd0\x9f\xd1\x80"},
        {"shift_jis", "\x93\xfa", "\xe6\x97\xa5"},
        {"iso-2022-jp", "\x1b$BF|\x1b(B", "\xe6\x97\xa5"},
        {"gb2312", "\xc8\xd5", "\xe6\x97\xa5"},
        {"big5", "\xa4\xe9", "\xe6\x97\xa5"},
        {"euc-kr", "\xc0\xcf", "\xec\x9d\xbc"},
        {"utf-16le", std::string_view("a\0b\0", 4), "ab"},
        {"utf-8", "a\xff" "b", "a\xef\xbf\xbd" "b"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.charset)
        {
            const auto converted = to_utf8(c.text, c.charset);
            BOOST_REQUIRE(converted.has_value());
            BOOST_TEST(*converted == c.utf8);
            auto decoder = *CharsetDecoder::open(c.charset);
            std::string out;
            for (const char octet : c.text)
                decoder.feed(std::string_view(&octet, 1), out);
            decoder.finish(out);
            BOOST_TEST(out == c.utf8);
        }
    }
    BOOST_TEST((to_utf8("a", "no-such-set").error().code() == Errc::NotFound));
    BOOST_TEST(!to_utf8("a", "").has_value());
    BOOST_TEST(!to_utf8("a", std::string(500, 'x')).has_value());
    BOOST_TEST(to_utf8(std::string(3'000'000, '\xe9'), "iso-8859-1")->size() == 6'000'000U);
    BOOST_TEST(guess_utf8("\xe9") == "\xc3\xa9");
    BOOST_TEST(guess_utf8("\xc3\xa9") == "\xc3\xa9");
    BOOST_TEST(fold_case("STRASSE") == fold_case("Stra\xc3\x9f" "e"));
    BOOST_TEST(fold_case("\xc3\x84") == fold_case("a\xcc\x88"));
}

// RFC 2047 §2, §6.2, §8
BOOST_AUTO_TEST_CASE(encoded_words)
{
    struct Case {
        std::string_view text, decoded;
    };
    constexpr Case kCases[] = {
        {"plain", "plain"},
        {" folded\r\n text ", "folded text"},
        {"=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Gr\xc3\xbc\xc3\x9f" "e"},
        {"=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n"
         " =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
         "If you can read this you understand the example."},
        {"=?ISO-8859-1?Q?a?= b", "a b"},
        {"=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"},
        {"=?ISO-8859-1?Q?a_b?=", "a b"},
        {"=?ISO-8859-1?Q?a_?= =?ISO-8859-2?Q?b?=", "a b"},
        {"x =?utf-8?q?y?= z", "x y z"},
        {"=?utf-8?Q?=C3?= =?utf-8?Q?=BC?=", "\xc3\xbc"},
        {"=?utf-8*de?Q?=C3=BC?=", "\xc3\xbc"},
        {"=?no-such-set?Q?abc?= x", "=?no-such-set?Q?abc?= x"},
        {"=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
        {"=?utf-8?Q?abc", "=?utf-8?Q?abc"},
        {"=?utf-8?Q?abc=?utf-8?q?d?=", "=?utf-8?Q?abcd"},
        {"=?=?utf-8?q?d?=", "=?d"},
        {"=??q?x?=", "=??q?x?="},
        {"caf\xe9", "caf\xc3\xa9"},
        {"\"=?utf-8?q?quoted?=\" <a@b>", "\"quoted\" <a@b>"},
        {"", ""},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.text)
        {
            BOOST_TEST(decode_header_text(c.text) == c.decoded);
        }
    }
    std::string hostile;
    for (int i = 0; i < 50'000; ++i)
        hostile += "=?x?q?";
    BOOST_TEST(decode_header_text(hostile) == hostile);
}

// RFC 9051 §6.4.4: BODY, TEXT, HEADER
BOOST_AUTO_TEST_CASE(searching)
{
    const std::string message =
        "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= from Vienna\r\n"
        "X-Empty:\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\nprologue word\r\n"
        "--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        "Sch=F6ne Gr=FC=DFe aus der long=\r\nword Stra=DFe\r\n"
        "--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        "PGI+SGVsbG8gd29ybGQ8L2I+\r\n"
        "--b\r\nContent-Type: application/octet-stream\r\n\r\nbinary word\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: =?utf-8?q?forw=C3=A4rded?=\r\n\r\n"
        "deep text\r\n--b--\r\n";
    const Card card = make_card(message);
    const auto in_body = [&](std::string_view text) {
        return body_contains(message, card, TextNeedle(text));
    };
    const auto in_message = [&](std::string_view text) {
        return message_contains(message, card, TextNeedle(text));
    };
    BOOST_TEST(in_body("sch\xc3\xb6ne gr\xc3\xbcsse"));
    BOOST_TEST(in_body("LONGWORD"));
    BOOST_TEST(in_body("strasse"));
    BOOST_TEST(in_body("hello WORLD"));
    BOOST_TEST(in_body("Forw\xc3\x84rded"));
    BOOST_TEST(in_body("deep text"));
    BOOST_TEST(in_body(""));
    BOOST_TEST(!in_body("binary word"));
    BOOST_TEST(!in_body("prologue"));
    BOOST_TEST(!in_body("Vienna"));
    BOOST_TEST(in_message("gr\xc3\xbc\xc3\x9f" "e FROM vienna"));
    BOOST_TEST(in_message("subject: gr"));
    BOOST_TEST(!in_message("nowhere"));

    const std::string header = message.substr(0, card.root.header_octets);
    BOOST_TEST(field_contains(header, "subject", TextNeedle("VIENNA")));
    BOOST_TEST(!field_contains(header, "to", TextNeedle("")));
    BOOST_TEST(field_contains(header, "X-Empty", TextNeedle("")));
    BOOST_TEST(search_ranges(card.root).size() == 4U);
}

// A needle is found wherever pieces cut it, in small memory.
BOOST_AUTO_TEST_CASE(searching_in_pieces)
{
    std::string body;
    for (int i = 0; i < 20'000; ++i)
        body += "filler \xc3\xbc line\r\n";
    const std::size_t middle = body.size() / 2;
    for (std::size_t shift = 0; shift < 40; ++shift) {
        std::string text = body;
        text.insert(middle - middle % 17 + 17 * shift, "N\xc3\x84" "DEL");
        const Card card = make_card("Content-Type: text/plain; charset=utf-8\n\n" + text);
        const TextNeedle needle("n\xc3\xa4" "del");
        PartSearch search(card.root, needle);
        bool found = false;
        for (std::size_t at = 0; at < text.size() && !found; at += 1021)
            found = search.feed(std::string_view(text).substr(at, 1021));
        BOOST_TEST((found || search.finish()));
    }
    const std::string wide(100'000, '\xe3');
    const Card card = make_card("Content-Type: text/plain; charset=shift_jis\n\n" + wide);
    const TextNeedle needle("x");
    PartSearch search(card.root, needle);
    BOOST_TEST(!search.feed(wide));
    BOOST_TEST(!search.finish());
}
