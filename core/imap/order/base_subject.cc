// Takes "Re:", "[list]" and their like off a subject.
#include "core/imap/order/base_subject.h"

#include "core/base/ascii.h"
#include "core/mime/encoded_word.h"

namespace mailctl::imap {
namespace {

/// Step 1: tabs and line ends are blanks, and blanks in a row are one.
std::string join_blanks(std::string_view text)
{
    std::string joined;
    joined.reserve(text.size());
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        if (!blank)
            joined += c;
        else if (!joined.empty() && joined.back() != ' ')
            joined += ' ';
    }
    return joined;
}

void skip_blanks(std::string_view& text)
{
    while (text.starts_with(' '))
        text.remove_prefix(1);
}

/// subj-trailer = "(fwd)" / WSP. Step 2.
void remove_trailers(std::string_view& text, bool& is_reply)
{
    constexpr std::string_view kForward = "(fwd)";
    for (;;) {
        if (text.ends_with(' ')) {
            text.remove_suffix(1);
        } else if (text.size() >= kForward.size() &&
                   ascii::equals_ignoring_case(text.substr(text.size() - kForward.size()),
                                               kForward)) {
            text.remove_suffix(kForward.size());
            is_reply = true;
        } else {
            return;
        }
    }
}

/// subj-blob = "[" *BLOBCHAR "]" *WSP; gives whether one was taken.
bool take_blob(std::string_view& text)
{
    if (!text.starts_with('['))
        return false;
    const auto end = text.find_first_of("[]", 1);
    if (end == std::string_view::npos || text[end] == '[')
        return false;
    text.remove_prefix(end + 1);
    skip_blanks(text);
    return true;
}

/// subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"
bool take_refwd(std::string_view& text)
{
    auto rest = text;
    if (ascii::starts_with_ignoring_case(rest, "fwd"))
        rest.remove_prefix(3);
    else if (ascii::starts_with_ignoring_case(rest, "fw") ||
             ascii::starts_with_ignoring_case(rest, "re"))
        rest.remove_prefix(2);
    else
        return false;
    skip_blanks(rest);
    take_blob(rest);
    if (!rest.starts_with(':'))
        return false;
    text = rest.substr(1);
    return true;
}

/// subj-leader = (*subj-blob subj-refwd) / WSP. Steps 3 to 5. Where no "re:" follows the blobs,
/// none follows the last ones of them either: then they go without looking again.
void remove_leaders(std::string_view& text, bool& is_reply)
{
    for (;;) {
        skip_blanks(text);
        auto rest = text;
        while (take_blob(rest))
            ;
        if (!take_refwd(rest))
            break;
        text = rest;
        is_reply = true;
    }
    for (auto rest = text; take_blob(rest) && !rest.empty();)
        text = rest;
}

/// "[fwd:" and "]" around it. Step 6.
bool remove_wrapper(std::string_view& text)
{
    constexpr std::string_view kStart = "[fwd:";
    if (!ascii::starts_with_ignoring_case(text, kStart) || !text.ends_with(']'))
        return false;
    text.remove_prefix(kStart.size());
    text.remove_suffix(1);
    return true;
}

} // namespace

BaseSubject base_subject(std::string_view field_value)
{
    std::string decoded;
    std::string_view text = field_value;
    if (!mime::is_plain(field_value) || field_value.find("  ") != std::string_view::npos) {
        decoded = join_blanks(mime::decode_header_text(field_value));
        text = decoded;
    }
    BaseSubject base;
    for (;;) {
        remove_trailers(text, base.is_reply);
        remove_leaders(text, base.is_reply);
        if (!remove_wrapper(text))
            break;
        base.is_reply = true;
    }
    base.text = text;
    return base;
}

} // namespace mailctl::imap
