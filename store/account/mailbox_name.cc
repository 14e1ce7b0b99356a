// Checks mailbox names.
#include "store/account/mailbox_name.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "store/account.h"

namespace mailctl::store {

namespace {

/// Octets of the well-formed UTF-8 sequence at the start of `text`, 0 where there is none.
/// RFC 3629 §4
std::size_t utf8_sequence(std::string_view text)
{
    const auto octet = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto first = octet(0);
    if (first < 0x80)
        return 1;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((octet(i) & 0xC0) != 0x80)
            return 0;
    const auto second = octet(1);
    const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    const bool surrogate = first == 0xED && second >= 0xA0;
    const bool beyond = first == 0xF4 && second >= 0x90;
    return overlong || surrogate || beyond ? 0 : length;
}

bool is_utf8(std::string_view text)
{
    while (!text.empty()) {
        const auto length = utf8_sequence(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

/// What Net-Unicode forbids besides the controls of ASCII: C1 controls, the separators of lines and
/// of paragraphs. RFC 6855 §3, RFC 9051 §5.1
bool has_unicode_control(std::string_view text)
{
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto left = text.substr(at);
        const bool is_c1 = left.size() >= 2 && left[0] == '\xC2' &&
                           static_cast<unsigned char>(left[1]) < 0xA0;
        if (is_c1 || left.substr(0, 3) == "\xE2\x80\xA8" || left.substr(0, 3) == "\xE2\x80\xA9")
            return true;
    }
    return false;
}

} // namespace

std::string canonical_mailbox_name(std::string_view name)
{
    const auto first = name.substr(0, name.find(kHierarchyDelimiter));
    std::string canonical(name);
    if (ascii::equals_ignoring_case(first, kInbox))
        canonical.replace(0, kInbox.size(), kInbox);
    return canonical;
}

Result<> check_mailbox_name(std::string_view name)
{
    if (name.size() > kMaxMailboxNameOctets)
        return Error(Errc::Invalid, "the mailbox name is too long");
    const auto levels = ascii::split(name, kHierarchyDelimiter);
    if (levels.size() > kMaxMailboxDepth)
        return Error(Errc::Invalid, "the mailbox name has too many levels");
    for (const auto level : levels)
        if (level.empty())
            return Error(Errc::Invalid, "a level of the mailbox name is empty");
    for (const char c : name)
        if (ascii::is_control(c) || c == '*' || c == '%')
            return Error(Errc::Invalid, "the mailbox name has a character that is not allowed");
    if (!is_utf8(name))
        return Error(Errc::Invalid, "the mailbox name is not UTF-8");
    if (has_unicode_control(name))
        return Error(Errc::Invalid, "the mailbox name has a character that is not allowed");
    return ok();
}

std::vector<std::string> parents_of(std::string_view name)
{
    std::vector<std::string> parents;
    for (auto at = name.find(kHierarchyDelimiter); at != std::string_view::npos;
         at = name.find(kHierarchyDelimiter, at + 1))
        parents.emplace_back(name.substr(0, at));
    return parents;
}

bool is_below(std::string_view name, std::string_view parent)
{
    return name.size() > parent.size() && name.starts_with(parent) &&
           name[parent.size()] == kHierarchyDelimiter;
}

std::uint32_t uid_validity_at(Time now, std::uint32_t last)
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
    return std::max(static_cast<std::uint32_t>(seconds.count()), last + 1);
}

} // namespace mailctl::store
