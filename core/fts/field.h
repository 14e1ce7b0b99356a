// What of a message an index tells apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailctl::fts {

/// DO NOT CHANGE: on disk since 0.1
enum class Field : char {
    Header = 'h', ///< any field of the message's own header, as "Name: value"
    Body = 'b',   ///< text parts, and the headers of messages inside
    Subject = 's',
    From = 'f',
    To = 't',
    Cc = 'c',
    Bcc = 'd',
    MessageId = 'm',
    InReplyTo = 'r',
};

/// A text in which a string may be found; folded (mime::fold_case).
struct FieldText {
    Field field = Field::Body;
    std::string folded;
};

/// The field of that name (lower case) that an index keeps apart; nullopt: it is only in Header.
inline std::optional<Field> field_named(std::string_view name)
{
    return name == "subject"       ? std::optional(Field::Subject)
           : name == "from"        ? std::optional(Field::From)
           : name == "to"          ? std::optional(Field::To)
           : name == "cc"          ? std::optional(Field::Cc)
           : name == "bcc"         ? std::optional(Field::Bcc)
           : name == "message-id"  ? std::optional(Field::MessageId)
           : name == "in-reply-to" ? std::optional(Field::InReplyTo)
                                   : std::nullopt;
}

/// A string to find in any of some fields.
struct Sought {
    std::vector<Field> fields;
    std::string folded;    ///< mime::fold_case of what was asked for
    bool is_fuzzy = false; ///< words like these, in any order. RFC 6203 §3
};

} // namespace mailctl::fts
