// Mailbox names on the wire: modified UTF-7 (RFC 3501 §5.1.3).
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl::imap {

/// UTF-8 of a modified UTF-7 name. RFC 3501 §5.1.3, but: a name that is plain UTF-8 already
/// passes as it is, since clients send such names without asking.
/// Errors: Invalid (bad base64, lone surrogate, control character, not UTF-8).
Result<std::string> decode_utf7(std::string_view name);

/// Modified UTF-7 of a UTF-8 name.
std::string encode_utf7(std::string_view name);

/// True where `text` is well-formed UTF-8 (RFC 3629 §4).
bool is_utf8(std::string_view text);

} // namespace mailctl::imap
