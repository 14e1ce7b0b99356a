// A subject without what replies, forwards and lists put around it.
#pragma once

#include <string>
#include <string_view>

namespace mailctl::imap {

struct BaseSubject {
    std::string text;      ///< UTF-8, blanks joined; may be empty
    bool is_reply = false; ///< "Re:", "Fwd:", "(fwd)" or "[fwd: ]" was taken off
};

/// The base subject of a Subject field's value. RFC 5256 §2.1.
BaseSubject base_subject(std::string_view field_value);

} // namespace mailctl::imap
