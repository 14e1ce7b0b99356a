// Body structures: which parts a message has, and the octets of each.
#include <boost/test/unit_test.hpp>

#include "core/mime/card.h"
#include "core/mime/content_type.h"
#include "tests/core/mime/shape.h"

using namespace mailctl;
using namespace mailctl::mime;

namespace {

/// Line ends as SMTP has them.
std::string crlf(std::string_view text)
{
    std::string out;
    for (const char c : text)
        out += c == '\n' ? "\r\n" : std::string(1, c);
    return out;
}

std::string multipart(std::string_view body, std::string_view boundary = "b")
{
    return "Content-Type: multipart/mixed; boundary=\"" + std::string(boundary) + "\"\n\n" +
           std::string(body);
}

/// Every leaf's body, in order, with "|" between.
void collect(std::string_view message, const Part& part, std::string& out)
{
    if (part.children.empty())
        out += body_of(message, part) + '|';
    for (const auto& child : part.children)
        collect(message, child, out);
}

std::string leaves(std::string_view message)
{
    const Card card = make_card(message);
    std::string out;
    collect(message, card.root, out);
    out.pop_back();
    return out;
}

std::string nested(unsigned levels)
{
    std::string message = "Content-Type: text/html\n\nx";
    for (unsigned i = 0; i < levels; ++i)
        message = "Content-Type: message/rfc822\n\n" + message;
    return message;
}

} // namespace

BOOST_AUTO_TEST_CASE(single_parts)
{
    const std::string message = crlf("Subject: hi\n\none\ntwo\n");
    const Card card = make_card(message);
    BOOST_TEST(card.root.header_octets == 15U);
    BOOST_TEST(card.root.body_octets == 10U);
    BOOST_TEST(card.root.body_lines == 2U);
    BOOST_TEST(card.octets == 25U);
    BOOST_TEST(card.lines == 4U);
    BOOST_TEST(body_of(message, card.root) == "one\r\ntwo\r\n");

    BOOST_TEST(shape_of(make_card("").root) == "plain@0+0/0");
    BOOST_TEST(shape_of(make_card("\n").root) == "plain@1+0/0");
    BOOST_TEST(shape_of(make_card("\r\n").root) == "plain@2+0/0");
    BOOST_TEST(shape_of(make_card("\r\nx").root) == "plain@2+1/1");
    BOOST_TEST(shape_of(make_card("A: b").root) == "plain@4+0/0");
    BOOST_TEST(shape_of(make_card("A: b\r\n").root) == "plain@6+0/0");
    BOOST_TEST(shape_of(make_card("A: b\n \n\nx\ny").root) == "plain@8+3/2");
}

BOOST_AUTO_TEST_CASE(flags_of_octets)
{
    using namespace std::string_view_literals;
    BOOST_TEST(!make_card("A: b\n\nc\n").has_8bit);
    BOOST_TEST(make_card("A: b\n\nc\xe9\n").has_8bit);
    BOOST_TEST(make_card("A: \xe9\n\nc\n").has_8bit);
    BOOST_TEST(make_card("A: b\n\nc\0d"sv).has_nul);
    const std::string long_body = "A: b\n\n" + std::string(100'000, 'x');
    BOOST_TEST(!make_card(long_body).has_nul);
    BOOST_TEST(make_card(long_body + "\xff").has_8bit);
    const Card nul_in_subject = make_card("Subject: a\0b\n\n"sv);
    BOOST_TEST(nul_in_subject.envelope.subject == "a?b");
}

// RFC 2046 §5.1
BOOST_AUTO_TEST_CASE(multiparts)
{
    struct Case {
        std::string_view name;
        std::string text;
        std::string_view outline, leaves;
    };
    const Case kCases[] = {
        {"RFC 2046 §5.1.1's example",
         multipart("preamble\n--b\n\nimplicitly typed\n--b\nContent-type: text/plain; "
                   "charset=us-ascii\n\nexplicitly typed,\nends with a line break.\n\n--b--\n\n"
                   "epilogue\n"),
         "mixed[plain plain]",
         "implicitly typed|explicitly typed,\r\nends with a line break.\r\n"},
        {"no end boundary", multipart("--b\n\none\n--b\n\ntwo\n"), "mixed[plain plain]",
         "one|two\r\n"},
        {"end boundary without line end", multipart("--b\n\none\n--b--"), "mixed[plain]", "one"},
        {"boundary as last line without line end", multipart("--b\n\none\n--b"),
         "mixed[plain plain]", "one|"},
        {"padding after boundaries", multipart("--b \t\n\none\n--b-- \t \n"), "mixed[plain]", "one"},
        {"text after a boundary is no boundary", multipart("--b\n\none\n--bc\ntwo\n--b--x\n--b--\n"),
         "mixed[plain]", "one\r\n--bc\r\ntwo\r\n--b--x"},
        {"empty parts", multipart("--b\n\n--b\n\n\n--b--\n"), "mixed[plain plain]", "|"},
        {"part without header or blank line", multipart("--b\n--b\nContent-Type: text/html\n--b--\n"),
         "mixed[plain html]", "|"},
        {"boundary follows boundary's header at the end", multipart("--b\nContent-Type: text/html"),
         "mixed[html]", ""},
        {"no parts", multipart("nothing here\n"), "plain", "nothing here\r\n"},
        {"only an end", multipart("--b--\nrest\n"), "plain", "--b--\r\nrest\r\n"},
        {"nothing after the header", multipart(""), "plain", ""},
        {"no boundary parameter", "Content-Type: multipart/mixed\n\n--b\n\nx\n", "plain",
         "--b\r\n\r\nx\r\n"},
        {"empty boundary", "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nx\n", "plain",
         "--\r\n\r\nx\r\n"},
        {"RFC 2231 boundary",
         "Content-Type: multipart/mixed; boundary*0=a; boundary*1=\"b c\"\n\n--ab c\n\nx\n--ab c--",
         "mixed[plain]", "x"},
        {"boundary with a colon, unquoted",
         "Content-Type: multipart/mixed; boundary=--=:x\n\n----=:x\n\nx\n----=:x--", "mixed[plain]",
         "x"},
        {"after the end nothing begins", multipart("--b\n\none\n--b--\n--b\n\ntwo\n"),
         "mixed[plain]", "one"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            const std::string message = crlf(c.text);
            BOOST_TEST(outline_of(make_card(message).root) == c.outline);
            BOOST_TEST(leaves(message) == c.leaves);
        }
    }
    const std::string padded = multipart("--b\n\none\n--b" + std::string(2000, ' ') + "\n--b--");
    BOOST_TEST(leaves(padded) == "one\n--b" + std::string(2000, ' '));
}

// RFC 2046 §5.1.2: inner multiparts, ended or not; boundaries that begin with one another.
BOOST_AUTO_TEST_CASE(nested_multiparts)
{
    struct Case {
        std::string_view name, text, outline, leaves;
    };
    constexpr Case kCases[] = {
        {"ended",
         "Content-Type: multipart/mixed; boundary=out\n\n--out\nContent-Type: multipart/alternative;"
         " boundary=in\n\n--in\n\na\n--in\nContent-Type: text/html\n\nb\n--in--\nepilogue\n--out\n\n"
         "c\n--out--\n",
         "mixed[alternative[plain html] plain]", "a|b|c"},
        {"inner one not ended",
         "Content-Type: multipart/mixed; boundary=out\n\n--out\nContent-Type: multipart/alternative;"
         " boundary=in\n\n--in\n\na\n--in\nContent-Type: text/html\n\nb\n--out\n\nc\n--out--\n",
         "mixed[alternative[plain html] plain]", "a|b|c"},
        {"inner begins with outer",
         "Content-Type: multipart/mixed; boundary=foo\n\n--foo\nContent-Type: multipart/mixed;"
         " boundary=foobar\n\n--foobar\n\na\n--foobar--\n--foo\n\nc\n--foo--\n",
         "mixed[mixed[plain] plain]", "a|c"},
        {"outer begins with inner",
         "Content-Type: multipart/mixed; boundary=foobar\n\n--foobar\nContent-Type: "
         "multipart/mixed; boundary=foo\n\n--foo\n\na\n--foobar\n\nc\n--foobar--\n",
         "mixed[mixed[plain] plain]", "a|c"},
        {"same boundary twice: the inner one takes it",
         "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/mixed;"
         " boundary=x\n\n--x\n\na\n--x--\n--x\n\nc\n--x--\n",
         "mixed[mixed[plain] plain]", "a|c"},
        {"digest",
         "Content-Type: multipart/digest; boundary=x\n\n--x\n\nSubject: one\n\na\n--x\n"
         "Content-Type: text/html\n\nb\n--x\n\n--x--\n",
         "digest[rfc822{plain} html rfc822{plain}]", "a|b|"},
        {"message in a part",
         "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\n\n"
         "Content-Type: multipart/mixed; boundary=y\n\n--y\n\na\n--y--\n--x\n\nb\n--x--\n",
         "mixed[rfc822{mixed[plain]} plain]", "a|b"},
        {"message whose header the boundary cuts",
         "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\n\n"
         "Subject: cut\n--x\n\nb\n--x--\n",
         "mixed[rfc822{plain} plain]", "|b"},
        {"empty message",
         "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\n\n--x--\n",
         "mixed[rfc822{plain}]", ""},
        {"message in base64 stays closed",
         "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDo=\n",
         "octet-stream", "U3ViamVjdDo=\r\n"},
        {"message in a message", "Content-Type: message/rfc822\n\nContent-Type: message/global\n\n"
         "Content-Type: text/html\n\nx", "rfc822{global{html}}", "x"},
        {"other message types are leaves", "Content-Type: message/partial; id=a\n\nx", "partial",
         "x"},
        {"multipart with an encoding is read all the same",
         "Content-Type: multipart/mixed; boundary=x\nContent-Transfer-Encoding: base64\n\n--x\n\n"
         "a\n--x--\n", "mixed[plain]", "a"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            const std::string message = crlf(c.text);
            BOOST_TEST(outline_of(make_card(message).root) == c.outline);
            BOOST_TEST(leaves(message) == c.leaves);
        }
    }
}

BOOST_AUTO_TEST_CASE(ranges_and_lines)
{
    const std::string message = crlf(
        "Content-Type: multipart/mixed; boundary=x\n\npre\n--x\nA: b\n\none\ntwo\n--x\n"
        "Content-Type: message/rfc822\n\nSubject: in\n\nthree\n\n--x--\nepi");
    const Card card = make_card(message);
    BOOST_REQUIRE(card.root.children.size() == 2U);
    const Part& first = card.root.children[0];
    BOOST_TEST(message.substr(first.header_offset, first.header_octets) == "A: b\r\n\r\n");
    BOOST_TEST(body_of(message, first) == "one\r\ntwo");
    BOOST_TEST(first.body_lines == 2U);
    const Part& second = card.root.children[1];
    BOOST_TEST(body_of(message, second) == "Subject: in\r\n\r\nthree\r\n");
    BOOST_TEST(second.body_lines == 3U);
    const Part& inside = second.children[0];
    BOOST_TEST(inside.header_offset == second.body_offset());
    BOOST_TEST(message.substr(inside.header_offset, inside.header_octets) == "Subject: in\r\n\r\n");
    BOOST_TEST(body_of(message, inside) == "three\r\n");
    BOOST_TEST(inside.body_lines == 1U);
    BOOST_TEST(second.envelope->subject == "in");
    BOOST_TEST(card.root.body_octets == message.size() - card.root.header_octets);
    BOOST_TEST(card.root.body_lines == 15U);
    BOOST_TEST(card.lines == 17U);
}

// The limits of card.h: at each, and one past.
BOOST_AUTO_TEST_CASE(limits)
{
    const auto deepest = outline_of(make_card(nested(kMaxPartDepth - 1)).root);
    BOOST_TEST(deepest.find("html") != std::string::npos);
    const auto too_deep = outline_of(make_card(nested(kMaxPartDepth)).root);
    BOOST_TEST(too_deep.find("html") == std::string::npos);
    BOOST_TEST(too_deep.find("octet-stream") != std::string::npos);

    std::string many = multipart("");
    for (unsigned i = 0; i < kMaxParts + 5; ++i)
        many += "--b\n\nx\n";
    const Card card = make_card(many + "--b--\n");
    BOOST_TEST(card.root.children.size() == kMaxParts - 1);
    BOOST_TEST(body_of(many, card.root.children.back()) ==
               "x\n--b\n\nx\n--b\n\nx\n--b\n\nx\n--b\n\nx\n--b\n\nx\n--b\n\nx");

    const std::string boundary(kMaxBoundaryOctets, 'b');
    BOOST_TEST(outline_of(make_card(multipart("--" + boundary + "\n\nx", boundary)).root) ==
               "mixed[plain]");
    BOOST_TEST(outline_of(make_card(multipart("--" + boundary + "b\n\nx", boundary + 'b')).root) ==
               "plain");

    const std::string long_header = "X: " + std::string(kMaxHeaderOctets, 'x') + "\nSubject: late\n";
    const Card cut = make_card(long_header + "\nbody\n");
    BOOST_TEST(cut.root.header_octets == long_header.size() + 1);
    BOOST_TEST(cut.root.body_octets == 5U);
    BOOST_TEST(cut.envelope.subject == "");

    const Card subject = make_card("Subject: " + std::string(2 * kMaxEnvelopeOctets, 's') + "\n\n");
    BOOST_TEST(subject.envelope.subject.size() == kMaxEnvelopeOctets - 1); // a blank goes first

    std::string references = "References:";
    for (unsigned i = 0; i < kMaxReferences + 10; ++i)
        references += " <" + std::to_string(i) + "@x>";
    const Card thread = make_card(references + "\nIn-Reply-To: <last@x>\n\n");
    BOOST_TEST(thread.references.size() == kMaxReferences);
    BOOST_TEST(thread.references.front() == "<0@x>");
    BOOST_TEST(thread.references.back() == "<last@x>");
}

// A message of many messages with long address lists does not make a card without bounds.
BOOST_AUTO_TEST_CASE(bounded_cards)
{
    std::string list;
    for (int i = 0; i < 3000; ++i)
        list += "a@b,";
    std::string message = "Content-Type: multipart/digest; boundary=b\n\n";
    for (int i = 0; i < 300; ++i)
        message += "--b\n\nTo: " + list + "\nCc: " + list + "\nSubject: s\n\nx\n";
    const Card card = make_card(message);
    BOOST_TEST(card.root.children.size() == 300U);
    BOOST_TEST(encode(card).size() < kMaxCardOctets);
    BOOST_TEST(card.root.children[0].envelope->to.size() == kMaxEnvelopeAddresses);
    BOOST_TEST(card.root.children[299].envelope->to.empty());
}

// RFC 9051 §6.4.5.1's example message
BOOST_AUTO_TEST_CASE(section_numbers)
{
    const std::string message =
        "Content-Type: multipart/mixed; boundary=x\n\n"
        "--x\nContent-Type: text/plain\n\n1\n"
        "--x\nContent-Type: application/octet-stream\n\n2\n"
        "--x\nContent-Type: message/rfc822\n\n"
        "Content-Type: multipart/mixed; boundary=y\n\n--y\n\n31\n--y\n"
        "Content-Type: application/octet-stream\n\n32\n--y--\n"
        "--x\nContent-Type: multipart/mixed; boundary=z\n\n--z\nContent-Type: image/gif\n\n41\n"
        "--z\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=w\n\n"
        "--w\n\n421\n--w\nContent-Type: multipart/alternative; boundary=v\n\n"
        "--v\nContent-Type: text/plain\n\n4221\n--v\nContent-Type: text/richtext\n\n4222\n--v--\n"
        "--w--\n--z--\n--x--\n";
    const Card card = make_card(message);
    struct Case {
        std::vector<unsigned> numbers;
        std::string_view body; // "": no such part
    };
    const Case kCases[] = {
        {{1}, "1"},          {{2}, "2"},          {{3, 1}, "31"},         {{3, 2}, "32"},
        {{4, 1}, "41"},      {{4, 2, 1}, "421"},  {{4, 2, 2, 1}, "4221"}, {{4, 2, 2, 2}, "4222"},
        {{0}, ""},           {{5}, ""},           {{1, 1}, ""},           {{3, 3}, ""},
        {{4, 2, 2, 3}, ""},  {{1, 0}, ""},
    };
    for (const auto& c : kCases) {
        const Part* part = find_part(card.root, c.numbers);
        BOOST_TEST((part ? body_of(message, *part) : std::string()) == c.body);
    }
    BOOST_TEST(find_part(card.root, {}) == &card.root);

    const Card plain = make_card("A: b\n\nx");
    BOOST_TEST(find_part(plain.root, {1}) == &plain.root);
    BOOST_TEST(find_part(plain.root, {2}) == nullptr);
    const std::string forwarded = "Content-Type: message/rfc822\n\nSubject: s\n\ny";
    const Card message_root = make_card(forwarded);
    BOOST_TEST(body_of(forwarded, *find_part(message_root.root, {1, 1})) == "y");
}
