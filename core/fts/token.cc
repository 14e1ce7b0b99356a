// Classes of characters by ICU, and runs of them.
#include "core/fts/token.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>

#include "core/base/ascii.h"

namespace mailctl::fts {
namespace {

constexpr char32_t kTabled = 0x10000;

bool is_unspaced(UChar32 character)
{
    UErrorCode status = U_ZERO_ERROR;
    switch (uscript_getScript(character, &status)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_BOPOMOFO:
    case USCRIPT_YI:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
    case USCRIPT_TIBETAN:
        return U_SUCCESS(status);
    default:
        return false;
    }
}

CharacterClass ask_icu(UChar32 character)
{
    constexpr std::uint32_t kInWords = U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK;
    if ((U_GET_GC_MASK(character) & kInWords) == 0)
        return CharacterClass::Between;
    return is_unspaced(character) ? CharacterClass::Unspaced : CharacterClass::Word;
}

const std::array<CharacterClass, kTabled>& table()
{
    static const auto made = [] {
        std::array<CharacterClass, kTabled> classes{};
        for (char32_t c = 0; c < kTabled; ++c)
            classes[c] = ask_icu(static_cast<UChar32>(c));
        return classes;
    }();
    return made;
}

} // namespace

CharacterClass class_of(char32_t character)
{
    return character < kTabled ? table()[character] : ask_icu(static_cast<UChar32>(character));
}

std::vector<Piece> pieces_of(std::string_view utf8)
{
    const auto& classes = table();
    std::vector<Piece> pieces;
    const auto size = static_cast<std::int32_t>(utf8.size());
    auto current = CharacterClass::Between;
    std::int32_t start = 0;
    const auto end_piece = [&](std::int32_t at) {
        if (current == CharacterClass::Between)
            return;
        const auto from = static_cast<std::size_t>(start);
        pieces.push_back({utf8.substr(from, static_cast<std::size_t>(at) - from), current, start == 0, at == size});
    };
    for (std::int32_t at = 0; at < size;) {
        const auto begin = at;
        UChar32 character = 0;
        U8_NEXT(utf8.data(), at, size, character);
        const auto kind = character < 0                                 ? CharacterClass::Between
                          : static_cast<char32_t>(character) < kTabled ? classes[static_cast<std::size_t>(character)]
                                                                        : ask_icu(character);
        if (kind == current)
            continue;
        end_piece(begin);
        current = kind;
        start = begin;
    }
    end_piece(size);
    return pieces;
}

std::vector<std::string_view> characters_of(std::string_view utf8)
{
    std::vector<std::string_view> characters;
    for (std::size_t at = 0; at < utf8.size();) {
        auto end = at + 1;
        while (end < utf8.size() && (static_cast<unsigned char>(utf8[end]) & 0xC0) == 0x80)
            ++end;
        characters.push_back(utf8.substr(at, end - at));
        at = end;
    }
    return characters;
}

std::vector<std::string_view> pairs_of(std::string_view unspaced)
{
    const auto characters = characters_of(unspaced);
    if (characters.size() == 1)
        return characters;
    std::vector<std::string_view> pairs;
    for (std::size_t i = 0; i + 1 < characters.size(); ++i)
        pairs.emplace_back(characters[i].data(), characters[i].size() + characters[i + 1].size());
    return pairs;
}

std::vector<std::string_view> grams_of(std::string_view word)
{
    std::vector<std::string_view> grams;
    for (std::size_t at = 0; at + kGramOctets <= word.size(); ++at)
        grams.push_back(word.substr(at, kGramOctets));
    return grams;
}

bool is_rare(std::string_view word)
{
    std::size_t characters = 0, digits = 0;
    for (const char c : word) {
        characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
        digits += ascii::is_digit(c) ? 1 : 0;
    }
    if (characters > kLongestWord || word.size() > kLongestWordOctets)
        return true;
    if (digits == characters)
        return digits > kLongestNumber;
    return digits > 0 && characters > kLongestMixture;
}

} // namespace mailctl::fts
