// What is like the words that are sought, and how much. RFC 6203
#include <boost/test/unit_test.hpp>

#include <string>

#include "core/fts/fuzzy_words.h"
#include "tests/core/fts/fts_fixture.h"

using namespace mailctl;
using namespace mailctl::tests;
using fts::Field;

namespace {

struct Mailbox : FtsFixture {
    Mailbox()
    {
        for (const auto* subject : {"IMAP is broken", "breakfast at the café", "Übergröße", "quarterly report report report",
                                    "one report among many other words of a letter", "日本語の検索"})
            append(inbox(), letter(subject));
        update();
    }

    /// The emails that are like it, the most relevant first.
    std::string like(const std::string& text)
    {
        const auto answer = ask(text, {Field::Subject}, true);
        std::vector<std::pair<unsigned, std::uint64_t>> found;
        for (const auto& [id, score] : answer.scores) {
            BOOST_TEST((score >= 1 && score <= 100));
            found.emplace_back(100 - score, id);
        }
        std::sort(found.begin(), found.end());
        std::string out;
        for (const auto& [score, id] : found)
            out += std::to_string(id);
        return out;
    }
};

std::string words_of(std::string_view text)
{
    std::string out;
    for (const auto& word : fts::fuzzy_words(text))
        out.append(out.empty() ? "" : "|").append(word.text);
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(fts_fuzzy)

BOOST_AUTO_TEST_CASE(words)
{
    BOOST_TEST(words_of("imap break") == "imap|break");
    BOOST_TEST(words_of("don't") == "don|t");
    BOOST_TEST(words_of(" ... ").empty());
    BOOST_TEST(words_of("日本語の検索") == "日本語|の|検索");
    std::string many;
    for (std::size_t i = 0; i < fts::kFuzzyWords + 1; ++i)
        many += "word ";
    BOOST_TEST(fts::fuzzy_words(many).size() == fts::kFuzzyWords);
}

BOOST_FIXTURE_TEST_CASE(like_words, Mailbox)
{
    BOOST_TEST(like("imap") == "1");
    BOOST_TEST(like("borken imap") == "1");
    BOOST_TEST(like("break") == "2"); // goes on: breakfast
    BOOST_TEST(like("cafe") == "2");
    BOOST_TEST(like("ubergrosse") == "3");
    BOOST_TEST(like("検索") == "6");
    BOOST_TEST(like("nothing like it") == "");
}

BOOST_FIXTURE_TEST_CASE(more_relevant_first, Mailbox)
{
    BOOST_TEST(like("report") == "45");
}

BOOST_FIXTURE_TEST_CASE(any_word_where_no_message_has_all, Mailbox)
{
    BOOST_TEST(like("imap zebra") == "1");
}

// RFC 6203 §3: what was delivered before the search is found.
BOOST_FIXTURE_TEST_CASE(new_mail_is_taken_in_first, Mailbox)
{
    append(inbox(), letter("a zebra"));
    BOOST_TEST(like("zebra") == "7");
}

BOOST_AUTO_TEST_SUITE_END()
