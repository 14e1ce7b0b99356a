// What APPEND says before its message.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/imap/flag_list.h"
#include "core/imap/lexer.h"

namespace mailctl::imap {

struct AppendArguments {
    std::string mailbox;
    FlagList flags;
    std::optional<Time> date;
};

/// mailbox [SP flag-list] [SP date-time] SP, up to the message's literal. RFC 3501 §6.3.11.
/// Errors: Invalid.
Result<AppendArguments> parse_append(Lexer& args);

/// True where `command` is an APPEND whose last literal, still to come, is the message and not its
/// mailbox name: such a literal goes to the store, not into memory.
bool is_append_message(std::string_view command);

} // namespace mailctl::imap
