// The patterns of LIST and LSUB.
#pragma once

#include <string>
#include <string_view>

namespace mailctl::imap {

/// True where the whole of `name` matches: "*" is any run of characters, "%" any run without
/// `delimiter`. INBOX as a first level matches in any case. RFC 3501 §6.3.8.
bool matches_pattern(std::string_view pattern, std::string_view name, char delimiter);

/// The pattern that a reference and a mailbox argument make together: the two joined, except that
/// an argument which starts with the delimiter stands alone. RFC 3501 §6.3.8.
std::string join_reference(std::string_view reference, std::string_view mailbox, char delimiter);

} // namespace mailctl::imap
