// Content transfer encodings, the way out: octets as lines of ASCII.
#pragma once

#include <string>
#include <string_view>

namespace mailctl::mime {

/// Appends `octets` in quoted-printable: CRLF stays a line's end, a CR or LF alone is encoded, so
/// that decoding gives the same octets. RFC 2045 §6.7
void append_quoted_printable(std::string& out, std::string_view octets);

/// Appends `octets` in base64, lines of 76 characters with CRLF between them and none at the end.
/// RFC 2045 §6.8
void append_base64_lines(std::string& out, std::string_view octets);

} // namespace mailctl::mime
