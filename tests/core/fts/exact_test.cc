// An index says "yes" and "no" exactly as reading the message would.
#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <vector>

#include "core/crypto/base64.h"
#include "core/mime/search_text.h"
#include "tests/core/fts/fts_fixture.h"

using namespace mailctl;
using namespace mailctl::tests;
using fts::Field;

namespace {

/// Text as messages have it: words that share parts, other scripts, junk, and what stands between.
class Author {
public:
    explicit Author(unsigned seed) : random_(seed) {}

    std::size_t below(std::size_t n) { return random_() % n; }

    std::string word()
    {
        static const std::vector<std::string> parts{"in", "voice", "ice", "er", "ton", "ä", "ß", "é", "e\xcc\x81", "ми", "р",
                                                    "漢", "字", "仮", "カ", "ท", "ไ", "x", "I", "Ⅷ", "ﬁ", "Ａ"};
        std::string out;
        for (auto n = 1 + below(4); n > 0; --n)
            out += parts[below(parts.size())];
        return out;
    }

    std::string junk()
    {
        static const std::string letters = "abcdefgh0123XYZ";
        std::string out;
        for (auto n = 5 + below(60); n > 0; --n)
            out += letters[below(letters.size())];
        return out;
    }

    std::string text(std::size_t words)
    {
        static const std::vector<std::string> between{" ", " ", " ", "\r\n", ", ", ".", "-", "/", "“", "_", "\xc2\xa0", "\xc2\xad", "👍"};
        std::string out;
        while (words-- > 0) {
            out += below(8) == 0 ? junk() : word();
            out += between[below(between.size())];
        }
        return out;
    }

    std::string html()
    {
        std::string out = "<html><style>p { color: red }</style><p>";
        for (auto n = below(20); n > 0; --n)
            out += text(2) + (below(2) == 0 ? "<b>" + word() + "</b>" + word() : "&auml;<br>&amp;" + word());
        return out + "</p></html>";
    }

    std::string message()
    {
        std::string head = "From: " + name() + " <" + junk() + "@example.org>\r\nTo: \"" + junk() + "\" <x@example.net>, b@example.org\r\n"
                           "Subject: =?utf-8?b?" + encoded(text(4)) + "?=\r\nMessage-ID: <" + junk() + "@example.org>\r\n"
                           "X-Note: " + junk() + " of " + junk() + "\r\nMIME-Version: 1.0\r\n";
        switch (below(4)) {
        case 0:
            return head + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + text(below(60));
        case 1:
            return head + "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded(html());
        case 2:
            return head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" +
                   text(below(30)) + "\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html() +
                   "\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: " + junk() + "\r\n\r\n" + junk() + "\r\n--b--\r\n";
        default:
            return head + "Content-Type: text/plain; charset=iso-8859-1\r\n\r\nSch\xf6n " + junk() + " Gr\xfc\xdf" "e\r\n";
        }
    }

    /// A part of one of the texts, or something that is likely in none.
    std::string needle(const std::vector<std::string>& texts)
    {
        if (below(6) == 0)
            return word() + (below(2) == 0 ? " " : "") + word();
        const auto& text = texts[below(texts.size())];
        std::vector<std::size_t> starts;
        for (std::size_t at = 0; at < text.size(); ++at)
            if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80)
                starts.push_back(at);
        starts.push_back(text.size());
        const auto from = below(starts.size() - 1);
        const auto to = std::min(from + 1 + below(below(3) == 0 ? 40 : 8), starts.size() - 1);
        return text.substr(starts[from], starts[to] - starts[from]);
    }

private:
    static std::string encoded(const std::string& text) { return crypto::encode_base64(text); }
    std::string name() { return below(2) == 0 ? "Ann" : "=?utf-8?b?" + encoded(word()) + "?="; }

    std::mt19937 random_;
};

struct Kept {
    std::string raw;
    mime::Card card;
};

bool holds(const Kept& kept, Field field, const mime::TextNeedle& needle)
{
    const auto& envelope = kept.card.envelope;
    const auto in_any = [&](std::string_view name) {
        const auto texts = mime::envelope_texts(envelope, name).value();
        return std::any_of(texts.begin(), texts.end(), [&](const auto& text) { return needle.is_in(text); });
    };
    switch (field) {
    case Field::Header: // stands for TEXT here
        return mime::message_contains(kept.raw, kept.card, needle);
    case Field::Body:
        return mime::body_contains(kept.raw, kept.card, needle);
    case Field::Subject:
        return in_any("subject");
    case Field::From:
        return in_any("from");
    case Field::To:
        return in_any("to");
    default:
        return in_any("message-id");
    }
}

std::vector<std::string> texts_of(const Kept& kept)
{
    auto texts = mime::header_texts(std::string_view(kept.raw).substr(0, kept.card.root.header_octets));
    for (const auto& range : mime::search_ranges(kept.card.root)) {
        if (range.is_header)
            continue;
        mime::PartText text(*range.part);
        text.feed(std::string_view(kept.raw).substr(range.offset, range.octets));
        text.finish();
        for (auto* one : {&text.sent, &text.shown})
            if (!one->empty())
                texts.push_back(*one);
    }
    return texts;
}

/// How often the index knew, and how often it had to be looked up though nothing was there.
struct Tally {
    std::size_t yes = 0, no = 0, looked_up = 0, in_vain = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(fts_exact)

BOOST_AUTO_TEST_CASE(as_reading_every_message)
{
    FtsFixture fixture;
    Author author(20261126);
    std::vector<Kept> mail;
    std::vector<std::string> texts;
    for (int i = 0; i < 150; ++i) {
        Kept kept;
        kept.raw = author.message();
        kept.card = mime::make_card(kept.raw);
        fixture.append(fixture.inbox(), kept.raw);
        for (auto& text : texts_of(kept))
            texts.push_back(std::move(text));
        mail.push_back(std::move(kept));
        if (i % 40 == 39)
            fixture.update(); // in pieces, as mail comes
    }
    fixture.update();

    Tally tally;
    for (int round = 0; round < 1500; ++round) {
        const auto text = author.needle(texts);
        const mime::TextNeedle needle(text);
        if (needle.folded().empty())
            continue;
        for (const auto field : {Field::Header, Field::Body, Field::Subject, Field::From, Field::To, Field::MessageId}) {
            std::vector<Field> fields{field};
            if (field == Field::Header)
                fields.push_back(Field::Body);
            const auto answer = fixture.ask(text, fields);
            for (std::size_t i = 0; i < mail.size(); ++i) {
                const auto says = answer.about(EmailId{i + 1});
                const bool is_there = holds(mail[i], field, needle);
                if (says == fts::Says::Yes)
                    BOOST_REQUIRE_MESSAGE(is_there, "yes to \"" << text << "\" in " << mail[i].raw);
                if (says == fts::Says::No)
                    BOOST_REQUIRE_MESSAGE(!is_there, "no to \"" << text << "\" in " << mail[i].raw);
                tally.yes += says == fts::Says::Yes ? 1 : 0;
                tally.no += says == fts::Says::No ? 1 : 0;
                tally.looked_up += says == fts::Says::Unknown ? 1 : 0;
                tally.in_vain += says == fts::Says::Unknown && !is_there ? 1 : 0;
            }
        }
    }
    const auto all = tally.yes + tally.no + tally.looked_up;
    BOOST_TEST_MESSAGE("yes " << tally.yes << ", no " << tally.no << ", looked up " << tally.looked_up << ", in vain " << tally.in_vain);
    BOOST_TEST(tally.yes > 0U);
    BOOST_TEST(tally.in_vain < all / 5); // a third of these texts is junk
}

BOOST_AUTO_TEST_SUITE_END()
