// Messages built out of text and files, read back.
#include "core/mime/builder.h"

#include <boost/test/unit_test.hpp>

#include "core/mime/card.h"
#include "core/mime/encoded_word.h"

namespace mailctl::mime {
namespace {

BOOST_AUTO_TEST_CASE(header_text_reads_back)
{
    struct Case {
        std::string_view name, text;
    };
    const std::string tail = "eine sehr lange Zeile, die in mehrere Wörter zerfällt, weil fünfundsiebzig "
                             "Zeichen nicht für alles reichen: äöüß€";
    const Case cases[] = {
        {"ASCII", "plain text"},
        {"umlauts", "Grüße"},
        {"an encoded-word's look", "=?utf-8?B?eA==?="},
        {"several words", tail},
    };
    for (const auto& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            const std::string encoded = encode_header_text(c.text);
            BOOST_TEST(decode_header_text(encoded) == c.text);
            for (std::size_t at = 0; at < encoded.size(); at = encoded.find("\r\n", at) + 2) {
                const auto end = std::min(encoded.find("\r\n", at), encoded.size());
                BOOST_TEST(end - at <= 76U); // RFC 2047 §2
                if (end == encoded.size())
                    break;
            }
        }
    }
    // A line's end would begin another field.
    BOOST_TEST(encode_header_text("x\r\nBcc: y").find('\n') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(parts_are_found_again)
{
    Draft draft;
    draft.fields = {{"Subject", "x"}};
    draft.text = "one\ntwo";
    draft.attachments.push_back({"a \"b\".txt", "text/plain", "file\n"});
    draft.attachments.push_back({"ä.bin", "application/octet-stream", std::string("\0\1", 2)});
    draft.boundary = "=_b";
    const std::string message = compose(draft);
    const Card card = make_card(message);
    BOOST_REQUIRE(card.root.children.size() == 3U);
    BOOST_TEST(card.root.subtype == "mixed");
    BOOST_TEST(!card.has_8bit);
    const Part& text = card.root.children[0];
    BOOST_TEST(message.substr(text.body_offset(), text.body_octets) == "one\r\ntwo\r\n");
    BOOST_TEST(card.root.children[1].disposition == "attachment");
    const Part& file = card.root.children[1];
    BOOST_TEST(message.substr(file.body_offset(), 8) == "ZmlsZQo=");
    BOOST_TEST(message.find("filename*=utf-8''%C3%A4.bin") != std::string::npos);
}

} // namespace
} // namespace mailctl::mime
