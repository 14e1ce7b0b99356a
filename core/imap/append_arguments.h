// What APPEND and REPLACE say before each message.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/imap/date.h"
#include "core/imap/flag_list.h"
#include "core/imap/lexer.h"

namespace mailctl::imap {

/// Of one message.
struct AppendArguments {
    FlagList flags;
    std::optional<ZonedTime> date;
    bool in_utf8 = false;   ///< a ")" follows the octets. RFC 6855 §4
    bool catenates = false; ///< parts follow, up to a ")". RFC 4469 §3
};

/// [flag-list SP] [date-time SP] ["UTF8" SP "("] ["~"], up to the "{" of the message's literal, or
/// "CATENATE" SP "(" up to its first part. RFC 3501 §6.3.11, RFC 3516 §4.4, RFC 4469 §5.
/// Errors: Invalid.
Result<AppendArguments> parse_append_message(Lexer& args);

/// True where `command` is an APPEND, or with `may_replace` a REPLACE, whose last literal, still to
/// come, is a message and not a mailbox name: such a literal goes to the store, not into memory.
bool is_append_message(std::string_view command, bool may_replace);

} // namespace mailctl::imap
