// The words of what a person asks for, in any language.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mailctl::fts {

inline constexpr std::size_t kFuzzyWords = 32; ///< of one string; the rest is passed over

struct FuzzyWord {
    std::string text; ///< folded
    std::string base; ///< without accents
    bool is_unspaced = false;
};

/// Words by ICU's rules and dictionaries (UAX #29); what is written without blanks is cut up too.
std::vector<FuzzyWord> fuzzy_words(std::string_view folded);

} // namespace mailctl::fts
