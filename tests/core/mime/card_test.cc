// Cards: pieces of any size give the same card, cards survive storing, broken input never hurts.
#include "core/mime/card.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

#include "core/mime/card_envelope.h"
#include "tests/core/mime/shape.h"

using namespace mailctl;
using namespace mailctl::mime;

namespace {

const std::string kTypical =
    "Return-Path: <bob@example.net>\r\n"
    "Received: from a.example.net by mx.example.org; Sat, 21 Nov 2026 02:03:04 +0000\r\n"
    "Received: from b.example.net by a.example.net; Sat, 21 Nov 2026 02:03:03 +0000\r\n"
    "Date: Sat, 21 Nov 2026 03:03:02 +0100\r\n"
    "From: \"Bob, Q.\" <bob@example.net>\r\n"
    "To: Ann <ann@example.org>, friends: carl@example.com, Dora <dora@example.com>;\r\n"
    "Cc: (nobody)\r\n"
    "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= and\r\n a folded line\r\n"
    "Message-ID: <1@example.net>\r\n"
    "In-Reply-To: <0@example.org>\r\n"
    "References: <z@example.org>\r\n <y@example.org> <0@example.org>\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=\"=_out\"\r\n"
    "\r\n"
    "preamble\r\n"
    "--=_out\r\n"
    "Content-Type: multipart/alternative; boundary=\"=_out=in\"\r\n\r\n"
    "--=_out=in\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n"
    "Content-Transfer-Encoding: 8BIT\r\nContent-Language: de, en\r\n\r\nhallo \xc3\xa4\r\n-- \r\n"
    "--=_out=in\r\nContent-Type: text/html\r\nContent-ID: <html@x>\r\n"
    "Content-Description: the\r\n same\r\nContent-MD5: Q2hlY2s=\r\n"
    "Content-Location: http://example.org/\r\n\r\n<p>hallo\r\n--=_out=in--\r\n"
    "--=_out\r\nContent-Type: message/rfc822\r\n\r\nSubject: inside\r\nFrom: x@y\r\n\r\nbody\r\n"
    "--=_out\r\nContent-Type: application/pdf;\r\n name*0*=utf-8''a%20;\r\n name*1=b.pdf\r\n"
    "Content-Disposition: attachment; filename=\"a b.pdf\"; size=3\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--=_out--\r\nepilogue\r\n";

std::string fed_in_pieces(std::string_view message, std::size_t octets)
{
    CardBuilder builder;
    for (std::size_t at = 0; at < message.size(); at += octets)
        builder.feed(message.substr(at, octets));
    return encode(builder.finish());
}

std::string fed_at_random(std::string_view message, std::mt19937& random)
{
    CardBuilder builder;
    while (!message.empty()) {
        const auto octets = std::min<std::size_t>(message.size(), random() % 40);
        builder.feed(message.substr(0, octets));
        message.remove_prefix(octets);
    }
    return encode(builder.finish());
}

/// Changes that make MIME go wrong: cut, repeat, swap lines, flip octets.
std::string mutated(std::string message, std::mt19937& random)
{
    static constexpr std::string_view kTokens[] = {
        "\r\n", "\n", "--", "--=_out", "--=_out--\r\n", "\r\n\r\n", ":", ";", "\"", "(", "<", "@",
        "Content-Type: message/rfc822\r\n\r\n", "Content-Type: multipart/digest; boundary=x\r\n\r\n",
        "--x\r\n", "\r", " "};
    for (unsigned i = 0, changes = 1 + random() % 8; i < changes; ++i) {
        const auto at = message.empty() ? 0 : random() % message.size();
        switch (random() % 5) {
        case 0:
            message.insert(at, kTokens[random() % std::size(kTokens)]);
            break;
        case 1:
            message.erase(at, random() % 30);
            break;
        case 2:
            message.insert(at, message.substr(random() % (message.size() + 1), random() % 200));
            break;
        case 3:
            message.resize(random() % (message.size() + 1));
            break;
        default:
            if (!message.empty())
                message[at] = static_cast<char>(random());
        }
    }
    return message;
}

/// Every part lies inside its parent, after its elder.
void check_ranges(const Part& part, std::uint64_t end)
{
    const std::uint64_t body_end = part.body_offset() + part.body_octets;
    BOOST_REQUIRE(body_end <= end);
    BOOST_REQUIRE(part.is_multipart() == (!part.children.empty() && !part.envelope));
    std::uint64_t from = part.body_offset();
    for (const auto& child : part.children) {
        BOOST_REQUIRE(child.header_offset >= from);
        check_ranges(child, std::max(body_end, child.body_offset()));
        from = child.body_offset() + child.body_octets;
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(typical_message)
{
    const Card card = make_card(kTypical);
    BOOST_TEST(card.envelope.date == "Sat, 21 Nov 2026 03:03:02 +0100");
    BOOST_TEST(card.envelope.subject == "=?utf-8?q?Gr=C3=BC=C3=9Fe?= and a folded line");
    BOOST_TEST(card.envelope.message_id == "<1@example.net>");
    BOOST_TEST(card.envelope.in_reply_to == "<0@example.org>");
    BOOST_TEST((card.envelope.from == AddressList{{"Bob, Q.", "bob", "example.net"}}));
    BOOST_TEST((card.envelope.to == AddressList{{"Ann", "ann", "example.org"},
                                                {"", "friends", ""},
                                                {"", "carl", "example.com"},
                                                {"Dora", "dora", "example.com"},
                                                {"", "", ""}}));
    BOOST_TEST(card.envelope.cc.empty());
    BOOST_TEST((card.references ==
                std::vector<std::string>{"<z@example.org>", "<y@example.org>", "<0@example.org>"}));
    BOOST_TEST(to_rfc3339(*card.date) == "2026-11-21T02:03:02Z");
    BOOST_TEST(card.received_count == 2U);
    BOOST_TEST(card.has_8bit);
    BOOST_TEST((card.has_date && card.has_message_id && card.has_from));
    BOOST_TEST(outline_of(card.root) == "mixed[alternative[plain html] rfc822{plain} pdf]");

    const Part* plain = find_part(card.root, {1, 1});
    BOOST_TEST(body_of(kTypical, *plain) == "hallo \xc3\xa4\r\n-- ");
    BOOST_TEST(plain->encoding == "8bit");
    BOOST_TEST((plain->languages == std::vector<std::string>{"de", "en"}));
    BOOST_TEST((plain->parameters == Parameters{{"charset", "utf-8"}, {"format", "flowed"}}));
    const Part* html = find_part(card.root, {1, 2});
    BOOST_TEST(html->id == "<html@x>");
    BOOST_TEST(html->description == "the same");
    BOOST_TEST(html->md5 == "Q2hlY2s=");
    BOOST_TEST(html->location == "http://example.org/");
    BOOST_TEST(find_part(card.root, {2})->envelope->subject == "inside");
    const Part* pdf = find_part(card.root, {3});
    BOOST_TEST((pdf->parameters == Parameters{{"name*0*", "utf-8''a%20"}, {"name*1", "b.pdf"}}));
    BOOST_TEST(pdf->disposition == "attachment");
    BOOST_TEST((pdf->disposition_parameters ==
                Parameters{{"filename", "a b.pdf"}, {"size", "3"}}));
}

BOOST_AUTO_TEST_CASE(pieces_of_any_size)
{
    const std::string whole = encode(make_card(kTypical));
    for (std::size_t octets = 1; octets < 200; ++octets)
        BOOST_TEST(fed_in_pieces(kTypical, octets) == whole);
}

BOOST_AUTO_TEST_CASE(stored_form)
{
    const std::string stored = encode(make_card(kTypical));
    const auto decoded = decode_card(stored);
    BOOST_REQUIRE(decoded.has_value());
    BOOST_TEST(encode(*decoded) == stored);
    BOOST_TEST((decoded->envelope == make_card(kTypical).envelope));
    BOOST_TEST(to_rfc3339(*decoded->date) == "2026-11-21T02:03:02Z");
    const auto old = decode_card(encode(make_card("Date: 1 Jan 1930 00:00 GMT\n\n")));
    BOOST_TEST(to_rfc3339(*old->date) == "1930-01-01T00:00:00Z");
}

BOOST_AUTO_TEST_CASE(an_envelope_alone)
{
    const std::string stored = encode(make_card(kTypical));
    const auto whole = decode_card(stored);
    const auto part = decode_card_envelope(stored);
    BOOST_REQUIRE(part.has_value());
    BOOST_TEST((part->envelope == whole->envelope));
    BOOST_TEST((part->references == whole->references && part->date == whole->date));
    BOOST_TEST(!decode_card_envelope(stored.substr(0, 8)).has_value());
    BOOST_TEST(!decode_card_envelope("\x02" + stored.substr(1)).has_value());
    BOOST_TEST(!decode_card_envelope("").has_value());
}

BOOST_AUTO_TEST_CASE(summaries)
{
    const auto tell = [](const CardSummary& summary) {
        std::string told(summary.subject);
        for (const auto& first : {summary.from, summary.to, summary.cc})
            told.append(" | ").append(first.name).append(" ").append(first.mailbox).append("@").append(first.host);
        return told + (summary.date ? " | " + to_rfc3339(*summary.date) : "");
    };
    struct Case {
        std::string_view header, summary;
    };
    constexpr Case kCases[] = {
        {"", " |  @ |  @ |  @"},
        {"Subject: s\nDate: 1 Jan 1930 00:00 GMT\nMessage-ID: <i@x>\nIn-Reply-To: <o@x>\nReferences: <a@x> <b@x>\n",
         "s |  @ |  @ |  @ | 1930-01-01T00:00:00Z"},
        {"From: A <a@x>, b@y\nSender: s@x\nReply-To: r@x, q@x\nTo: <@r,@s:t@z>\nCc: c@x, d@x, e@x\nBcc: f@x\n",
         " | A a@x |  t@z |  c@x"},
        {"To: friends: a@x, b@x;\nCc: \"Q, R\" <q@r>\n", " |  @ |  friends@ | Q, R q@r"},
    };
    for (const auto& c : kCases) {
        const auto card = make_card(std::string(c.header) + "\n");
        const auto stored = encode(card);
        const auto summary = decode_card_summary(stored);
        BOOST_REQUIRE(summary.has_value());
        BOOST_TEST(tell(*summary) == c.summary);
        BOOST_TEST(tell(summary_of(card)) == c.summary);
    }
    const auto stored = encode(make_card(kTypical));
    BOOST_TEST(tell(decode_card_summary(stored).value()) == tell(summary_of(make_card(kTypical))));
    BOOST_TEST(!decode_card_summary(stored.substr(0, 8)).has_value());
    BOOST_TEST(!decode_card_summary("\x02" + stored.substr(1)).has_value());
    BOOST_TEST(!decode_card_summary("").has_value());
}

// DO NOT CHANGE: on disk since 0.1
BOOST_AUTO_TEST_CASE(stored_octets)
{
    const Card card = make_card("Subject: s\r\nContent-Type: text/html\r\n\r\nab\n");
    using namespace std::string_view_literals;
    BOOST_TEST(encode(card) == "\x01\x00\x2a\x04\x00\x02\x01s\x02\x00\x27\x03\x01\x04html"sv);
}

BOOST_AUTO_TEST_CASE(corrupt_cards)
{
    const std::string stored = encode(make_card(kTypical));
    for (std::size_t octets = 0; octets < stored.size(); ++octets) {
        const auto cut = decode_card(std::string_view(stored).substr(0, octets));
        BOOST_REQUIRE(!cut.has_value());
        BOOST_TEST((cut.error().code() == Errc::Corrupt));
    }
    BOOST_TEST(!decode_card(stored + "x").has_value());
    BOOST_TEST(!decode_card("\x02" + stored.substr(1)).has_value());
    std::mt19937 random(1);
    for (int i = 0; i < 20'000; ++i) {
        std::string broken = stored;
        broken[1 + random() % (broken.size() - 1)] = static_cast<char>(random());
        if (const auto card = decode_card(broken))
            find_part(card->root, {2, 1, 1});
    }
}

BOOST_AUTO_TEST_CASE(broken_messages)
{
    std::mt19937 random(7);
    for (int i = 0; i < 5'000; ++i) {
        const std::string message = mutated(kTypical, random);
        const Card card = make_card(message);
        BOOST_REQUIRE(card.octets == message.size());
        check_ranges(card.root, message.size());
        const std::string whole = encode(card);
        BOOST_REQUIRE(fed_at_random(message, random) == whole);
        const auto decoded = decode_card(whole);
        BOOST_REQUIRE(decoded.has_value());
        BOOST_REQUIRE(encode(*decoded) == whole);
    }
}
