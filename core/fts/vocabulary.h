// All words of an index, to be looked through for parts of words.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fts/token.h"

namespace mailctl::fts {

/// Words in one run of memory: a part of a word is found at the speed of memory. Grows only. Words may
/// be in it more than once.
class Vocabulary {
public:
    /// Lines as line_of makes them.
    void add(std::string_view lines);
    void clear();
    std::size_t octets() const { return words_.size() + bases_.size(); }

    /// The words that hold the piece where it may be in one: anywhere, or at its start or end, if text
    /// of another class stands beside it. Views hold until the next add. nullopt: more than `most`.
    std::optional<std::vector<std::string_view>> holding(const Piece& piece, std::size_t most) const;

    struct Similar {
        std::string_view word;
        unsigned distance = 0; ///< 0: the same but for accents
    };
    /// Words like `base` (as base_of gives it), nearest first, at most `most`: those that differ by
    /// accents, that start with it, or with a few letters wrong.
    std::vector<Similar> similar(std::string_view base, std::size_t most) const;

private:
    std::string words_ = "\n"; ///< "\nword\nword\n"
    std::string bases_ = "\n"; ///< "\nbase\tword\n" of words that have another base
};

/// A word for Vocabulary::add, with its base where that differs.
std::string line_of(std::string_view word);

/// Without accents: decomposed, marks gone.
std::string base_of(std::string_view folded);

} // namespace mailctl::fts
