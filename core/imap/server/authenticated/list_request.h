// What a LIST asks for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/imap/lexer.h"
#include "core/imap/server/authenticated/status_items.h"

namespace mailctl::imap {

inline constexpr std::size_t kListPatterns = 100; ///< of one LIST

/// RFC 5258 §3, RFC 5819 §2, RFC 6154 §2, RFC 8440 §3.
struct ListRequest {
    std::string reference;
    std::vector<std::string> patterns;
    bool is_extended = false; ///< the form of RFC 5258, not of RFC 3501

    bool is_xlist = false; ///< special uses are told by the names of XLIST

    bool only_subscribed = false, only_special_use = false; ///< selection
    bool recursive_match = false;
    bool tells_subscribed = false; ///< SUBSCRIBED was selected by or is to be returned
    std::vector<StatusItem> status; ///< RETURN (STATUS (...)); empty: none
    bool tells_my_rights = false;   ///< RFC 8440
    std::vector<std::string> metadata; ///< RETURN (METADATA (...)): entries. RFC 9590
};

/// [SP "(" options ")"] SP mailbox SP mbox-or-pat [SP "RETURN" SP "(" options ")"].
/// Errors: Invalid.
Result<ListRequest> parse_list(Lexer& args);

} // namespace mailctl::imap
