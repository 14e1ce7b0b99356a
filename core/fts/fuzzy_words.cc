// Words by ICU.
#include "core/fts/fuzzy_words.h"

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>

#include "core/fts/token.h"
#include "core/fts/vocabulary.h"

namespace mailctl::fts {

std::vector<FuzzyWord> fuzzy_words(std::string_view folded)
{
    std::vector<FuzzyWord> words;
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::BreakIterator> breaks(
        icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
    const auto text = icu::UnicodeString::fromUTF8({folded.data(), static_cast<std::int32_t>(folded.size())});
    if (U_FAILURE(status))
        return words;
    breaks->setText(text);
    auto from = breaks->first();
    for (auto to = breaks->next(); to != icu::BreakIterator::DONE; from = to, to = breaks->next()) {
        std::string word;
        text.tempSubStringBetween(from, to).toUTF8String(word);
        // "don't" is one word to ICU, and two to an index.
        for (const auto& piece : pieces_of(word)) {
            if (words.size() == kFuzzyWords)
                return words;
            words.push_back({std::string(piece.text), base_of(piece.text), piece.kind == CharacterClass::Unspaced});
        }
    }
    return words;
}

} // namespace mailctl::fts
