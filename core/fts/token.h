// How folded text falls into pieces that an index can find again.
//
// Every character is of one of three classes, whatever stands around it: part of a word, part of text
// that is written without blanks (Chinese, Japanese, Thai, ...), or between words. A piece is a run of
// one class. Hence a string that is sought falls into the same pieces wherever it stands in a text,
// except that its first and last may be parts of longer ones there.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace mailctl::fts {

enum class CharacterClass : std::uint8_t { Between, Word, Unspaced };

CharacterClass class_of(char32_t character);

/// A run of characters of one class, not Between.
struct Piece {
    std::string_view text;
    CharacterClass kind = CharacterClass::Word;
    bool opens = false; ///< it stands at the start of the text: what is before is unknown
    bool closes = false; ///< it stands at the end
};

/// The pieces of well-formed UTF-8, in order. Borrows: the text.
std::vector<Piece> pieces_of(std::string_view utf8);

/// The characters of well-formed UTF-8, one view each.
std::vector<std::string_view> characters_of(std::string_view utf8);

/// Each two neighbours of text without blanks; of one character: that.
std::vector<std::string_view> pairs_of(std::string_view unspaced);
/// Each kGramOctets of a rare word.
std::vector<std::string_view> grams_of(std::string_view word);

/// A word like of no language: base64, digests, long numbers. There are as many of them as there are
/// messages, so that they are not kept in the list of words but by three octets each. A word that holds
/// a rare one is rare.
bool is_rare(std::string_view word);

inline constexpr std::size_t kLongestWord = 24;        ///< characters; longer ones are rare
inline constexpr std::size_t kLongestWordOctets = 96;
inline constexpr std::size_t kLongestNumber = 8;       ///< digits
inline constexpr std::size_t kLongestMixture = 6;      ///< of letters and digits
inline constexpr std::size_t kGramOctets = 3;

} // namespace mailctl::fts
