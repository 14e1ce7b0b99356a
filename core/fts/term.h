// How pieces of text are named in an index. A term is a field's letter, a kind, and octets.
// DO NOT CHANGE: on disk since 0.1
#pragma once

#include <string>
#include <string_view>

#include "core/fts/field.h"

namespace mailctl::fts::term {

inline std::string of(Field field, char kind, std::string_view text)
{
    std::string name{static_cast<char>(field), kind};
    name += text;
    return name;
}
inline std::string word(Field field, std::string_view text) { return of(field, '=', text); }
/// Three octets of a rare word.
inline std::string gram(Field field, std::string_view text) { return of(field, '3', text); }
/// One or two characters of text without blanks.
inline std::string unspaced(Field field, std::string_view text) { return of(field, 'u', text); }
/// The field holds rare words.
inline std::string any_rare(Field field) { return of(field, '*', {}); }
/// The word is in the list of words. Not of a field.
inline std::string listed(std::string_view text) { return "L" + std::string(text); }
/// The message's text is not in the index.
inline constexpr const char* kUnread = "!";

// What is kept beside the messages.
inline constexpr const char* kFormatKey = "format";
inline constexpr const char* kFormat = "1";
inline constexpr const char* kInstanceKey = "instance";
inline constexpr const char* kUpToKey = "up_to";
inline constexpr const char* kSeenKey = "mod_seq";
inline constexpr const char* kBlocksKey = "blocks";
inline std::string block_key(std::size_t number)
{
    return "words." + std::to_string(number);
}

} // namespace mailctl::fts::term
