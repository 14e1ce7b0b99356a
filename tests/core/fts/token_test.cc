// Pieces of text, and which words are rare.
#include "core/fts/token.h"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace mailctl::fts;

namespace {

std::string shown(std::string_view text)
{
    std::string out;
    for (const auto& piece : pieces_of(text)) {
        out += piece.opens ? "(" : "[";
        out += piece.kind == CharacterClass::Unspaced ? "~" : "";
        out.append(piece.text).append(piece.closes ? ")" : "]");
    }
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(fts_tokens)

BOOST_AUTO_TEST_CASE(pieces)
{
    struct Case {
        std::string_view text, pieces;
    };
    const Case cases[] = {
        {"", ""},
        {"...", ""},
        {"word", "(word)"},
        {"one two", "(one][two)"},
        {" one ", "[one]"},
        {"a_b", "(a][b)"},
        {"grüße, мир", "(grüße][мир)"},
        {"“quoted”", "[quoted]"},
        {"abc漢字def", "(abc][~漢字][def)"},
        {"ไทย", "(~ไทย)"},
        {"x\xff" "y", "(x][y)"},
    };
    for (const auto& c : cases)
        BOOST_TEST_CONTEXT(c.text)
        BOOST_TEST(shown(c.text) == c.pieces);
}

BOOST_AUTO_TEST_CASE(neighbours)
{
    BOOST_TEST(pairs_of("漢").size() == 1U);
    BOOST_TEST(pairs_of("漢字仮").at(1) == "字仮");
    BOOST_TEST(grams_of("abcd").size() == 2U);
    BOOST_TEST(grams_of("ab").empty());
}

BOOST_AUTO_TEST_CASE(rare_words)
{
    BOOST_TEST(!is_rare("invoice"));
    BOOST_TEST(!is_rare(std::string(kLongestWord, 'a')));
    BOOST_TEST(is_rare(std::string(kLongestWord + 1, 'a')));
    BOOST_TEST(!is_rare(std::string(kLongestNumber, '1')));
    BOOST_TEST(is_rare(std::string(kLongestNumber + 1, '1')));
    BOOST_TEST(!is_rare("room12"));
    BOOST_TEST(is_rare("room123"));
}

// What holds a rare word is rare: else a part of it would be looked for in the wrong place.
BOOST_AUTO_TEST_CASE(what_holds_a_rare_word_is_rare)
{
    const std::string letters = "ab1\xc3\xa4";
    std::uint32_t seed = 1;
    for (int round = 0; round < 20'000; ++round) {
        std::string word;
        for (seed = seed * 1664525 + 1013904223; word.size() < 4 + seed % 40;) {
            const auto at = (seed = seed * 1664525 + 1013904223) >> 30;
            word += at == 3 ? "\xc3\xa4" : letters.substr(at, 1);
        }
        const auto from = word.size() / 4;
        const auto part = word.substr(from, word.size() / 2);
        if (is_rare(part))
            BOOST_TEST(is_rare(word), word);
    }
}

BOOST_AUTO_TEST_SUITE_END()
