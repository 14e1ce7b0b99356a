// Cards as text, so that tests show structures in one line.
#pragma once

#include <string>

#include "core/mime/card.h"

namespace mailctl::mime {

/// "mixed[plain@120+5/1 message{html@300+10/2}]": subtype@body offset+octets/lines.
inline std::string shape_of(const Part& part)
{
    const auto place = '@' + std::to_string(part.body_offset()) + '+' +
                       std::to_string(part.body_octets) + '/' + std::to_string(part.body_lines);
    std::string inside;
    for (const auto& child : part.children)
        inside += (inside.empty() ? "" : " ") + shape_of(child);
    if (part.is_multipart())
        return part.subtype + '[' + inside + ']';
    if (part.is_message())
        return part.subtype + place + '{' + inside + '}';
    return part.subtype + place;
}

/// The same without places: "mixed[plain rfc822{html}]".
inline std::string outline_of(const Part& part)
{
    std::string inside;
    for (const auto& child : part.children)
        inside += (inside.empty() ? "" : " ") + outline_of(child);
    if (part.is_multipart())
        return part.subtype + '[' + inside + ']';
    return part.is_message() ? part.subtype + '{' + inside + '}' : part.subtype;
}

/// The octets of the part's body.
inline std::string body_of(std::string_view message, const Part& part)
{
    return std::string(message.substr(part.body_offset(), part.body_octets));
}

} // namespace mailctl::mime
