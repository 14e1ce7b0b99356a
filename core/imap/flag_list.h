// Flags and keywords as commands name them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/imap/lexer.h"

namespace mailctl::imap {

/// RFC 3501 §2.3.2, a bit each; the same bits as the store's.
enum class SystemFlag : std::uint8_t { Seen = 1, Answered = 2, Flagged = 4, Deleted = 8, Draft = 16 };

/// Each system flag and its name, in the order in which responses list them.
struct NamedFlag {
    SystemFlag flag;
    std::string_view name;
};
inline constexpr NamedFlag kSystemFlags[] = {{SystemFlag::Answered, "\\Answered"},
                                             {SystemFlag::Flagged, "\\Flagged"},
                                             {SystemFlag::Deleted, "\\Deleted"},
                                             {SystemFlag::Seen, "\\Seen"},
                                             {SystemFlag::Draft, "\\Draft"}};

/// Flags of a command: system flags as bits, keywords as they were spelled.
struct FlagList {
    std::uint8_t system = 0;
    std::vector<std::string> keywords;
};

/// flag-list = "(" [flag *(SP flag)] ")". RFC 3501 §9. \Recent is passed over.
/// Errors: Invalid (malformed, an unknown system flag, too many).
Result<FlagList> parse_flag_list(Lexer& args);
/// flag-list / (flag *(SP flag)), as STORE takes them.
Result<FlagList> parse_store_flags(Lexer& args);

/// Appends "\Answered \Seen" for the bits, separated by spaces.
void put_system_flags(std::string& out, std::uint8_t system);

} // namespace mailctl::imap
