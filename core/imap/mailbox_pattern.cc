// Matching with "*" and "%", in time linear in name times wildcards.
#include "core/imap/mailbox_pattern.h"

#include <vector>

#include "core/base/ascii.h"

namespace mailctl::imap {
namespace {

constexpr std::string_view kInbox = "INBOX";

bool is_wildcard(char c) { return c == '*' || c == '%'; }

/// The pattern with any case of a leading INBOX level made "INBOX".
std::string canonical(std::string_view pattern, char delimiter)
{
    std::string out(pattern);
    if (ascii::starts_with_ignoring_case(pattern, kInbox) &&
        (pattern.size() == kInbox.size() || pattern[kInbox.size()] == delimiter ||
         is_wildcard(pattern[kInbox.size()])))
        out.replace(0, kInbox.size(), kInbox);
    return out;
}

} // namespace

bool matches_pattern(std::string_view pattern, std::string_view name, char delimiter)
{
    const std::string wanted = canonical(pattern, delimiter);
    // reach[i]: the pattern so far matches the first i octets of the name.
    std::vector<bool> reach(name.size() + 1, false);
    reach[0] = true;
    for (const char c : wanted) {
        std::vector<bool> next(name.size() + 1, false);
        if (is_wildcard(c)) {
            bool open = false;
            for (std::size_t i = 0; i <= name.size(); ++i) {
                if (c == '%' && i > 0 && name[i - 1] == delimiter)
                    open = false;
                open = open || reach[i];
                next[i] = open;
            }
        } else {
            for (std::size_t i = 0; i < name.size(); ++i)
                next[i + 1] = reach[i] && name[i] == c;
        }
        reach.swap(next);
    }
    return reach[name.size()];
}

std::string join_reference(std::string_view reference, std::string_view mailbox, char delimiter)
{
    if (!mailbox.empty() && mailbox.front() == delimiter)
        return std::string(mailbox.substr(1));
    return std::string(reference).append(mailbox);
}

} // namespace mailctl::imap
