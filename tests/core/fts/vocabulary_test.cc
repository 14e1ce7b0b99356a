// Looking through words for parts and for what is like them.
#include "core/fts/vocabulary.h"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace mailctl::fts;

namespace {

Vocabulary sample()
{
    Vocabulary words;
    std::string lines;
    for (const auto* word : {"cafe", "café", "invoice", "voice", "voiceless", "ice", "niece", "grüße", "invoice"})
        lines += line_of(word);
    words.add(lines);
    return words;
}

std::string holding(std::string_view text, bool opens, bool closes)
{
    const auto words = sample();
    std::string out;
    const auto found = words.holding({text, CharacterClass::Word, opens, closes}, 100);
    for (const auto word : found.value())
        out.append(out.empty() ? "" : " ").append(word);
    return out;
}

std::string similar(std::string_view word)
{
    const auto words = sample();
    std::string out;
    for (const auto& one : words.similar(base_of(word), 100))
        out.append(out.empty() ? "" : " ").append(one.word).append(":").append(std::to_string(one.distance));
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(fts_vocabulary)

BOOST_AUTO_TEST_CASE(parts_of_words)
{
    BOOST_TEST(holding("ice", true, true) == "ice invoice voice voiceless");
    BOOST_TEST(holding("voice", false, true) == "voice voiceless");
    BOOST_TEST(holding("voice", true, false) == "invoice voice");
    BOOST_TEST(holding("ice", false, false) == "ice");
    BOOST_TEST(holding("xyz", true, true).empty());
    BOOST_TEST(holding("caf", true, true) == "cafe café");
    BOOST_TEST(!sample().holding({"ice", CharacterClass::Word, true, true}, 3).has_value());
}

BOOST_AUTO_TEST_CASE(words_like_others)
{
    BOOST_TEST(similar("cafe") == "cafe:0 café:0");
    BOOST_TEST(similar("café") == "cafe:0 café:0");
    BOOST_TEST(similar("voice") == "voice:0 voiceless:1");
    BOOST_TEST(similar("vioce") == "voice:1"); // neighbours exchanged
    BOOST_TEST(similar("invoise") == "invoice:1");
    BOOST_TEST(similar("ise").empty()); // too short for mistakes
}

BOOST_AUTO_TEST_CASE(accents)
{
    BOOST_TEST(base_of("café") == "cafe");
    BOOST_TEST(line_of("cafe") == "cafe\n");
    BOOST_TEST(line_of("café") == "café\tcafe\n");
}

BOOST_AUTO_TEST_SUITE_END()
