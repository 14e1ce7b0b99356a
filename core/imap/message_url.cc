// Parses URLs of messages. Input may be anything: nothing in it is trusted.
#include "core/imap/message_url.h"

#include <algorithm>
#include <charconv>

#include "core/base/ascii.h"
#include "core/imap/utf7.h"

namespace mailctl::imap {
namespace {

Error malformed()
{
    return Error(Errc::Invalid, "Malformed URL");
}

/// Takes `word`, ASCII case ignored, from the start of `text`.
bool take(std::string_view& text, std::string_view word)
{
    if (!ascii::equals_ignoring_case(text.substr(0, word.size()), word))
        return false;
    text.remove_prefix(word.size());
    return true;
}

/// Takes what stands before the next "/;" or the end.
std::string_view take_value(std::string_view& text)
{
    const auto end = std::min(text.find("/;"), text.size());
    const auto value = text.substr(0, end);
    text.remove_prefix(end);
    return value;
}

template <class Number>
Result<Number> number_of(std::string_view text)
{
    Number value{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || failure != std::errc() || end != text.data() + text.size())
        return malformed();
    return value;
}

/// "%2F" and the octets that stand for themselves; no controls. RFC 3986 §2.1
Result<std::string> decode(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto octet = static_cast<unsigned char>(text[i]);
        if (octet == '%') {
            const auto digits = text.substr(i + 1, 2);
            const auto [end, failure] =
                std::from_chars(digits.data(), digits.data() + digits.size(), octet, 16);
            if (digits.size() != 2 || failure != std::errc() || end != digits.data() + 2)
                return malformed();
            i += 2;
        }
        if (octet < ' ' || octet == 0x7F)
            return malformed();
        out.push_back(static_cast<char>(octet));
    }
    if (!is_utf8(out))
        return malformed();
    return out;
}

/// enc-mailbox [";UIDVALIDITY=" nz-number]
Result<> parse_mailbox(std::string_view text, MessageUrl& url)
{
    constexpr std::string_view kUidValidity = ";UIDVALIDITY=";
    const auto at = text.find(';');
    if (at != std::string_view::npos) {
        auto rest = text.substr(at);
        if (!take(rest, kUidValidity))
            return malformed();
        TRY(url.uid_validity, number_of<std::uint32_t>(rest));
    }
    TRY(url.mailbox, decode(text.substr(0, at)));
    if (url.mailbox.empty() && url.uid_validity)
        return malformed();
    return ok();
}

/// "0.1024", "1024"
Result<> parse_partial(std::string_view text, MessageUrl& url)
{
    const auto dot = text.find('.');
    TRY(url.offset, number_of<std::uint64_t>(text.substr(0, dot)));
    if (dot == std::string_view::npos)
        return ok();
    TRY(url.octets, number_of<std::uint64_t>(text.substr(dot + 1)));
    return *url.octets == 0 ? Result<>(malformed()) : ok();
}

} // namespace

Result<MessageUrl> parse_message_url(std::string_view text)
{
    if (text.size() > kUrlOctets)
        return malformed();
    MessageUrl url;
    if (take(text, "imap://")) {
        const auto path = std::min(text.find('/'), text.size());
        url.server = text.substr(0, path);
        text.remove_prefix(path);
        if (url.server.empty())
            return malformed();
    }
    if (!text.starts_with("/;") && text.starts_with('/')) {
        text.remove_prefix(1);
        const auto mailbox = take_value(text);
        TRY_VOID(parse_mailbox(mailbox, url));
        if (url.mailbox.empty())
            return malformed();
    } else if (!url.server.empty()) {
        return malformed();
    }
    if (!take(text, "/;UID=") && !(url.mailbox.empty() && take(text, ";UID=")))
        return malformed();
    TRY(url.uid, number_of<std::uint32_t>(take_value(text)));
    if (url.uid == 0)
        return malformed();
    if (take(text, "/;SECTION=")) {
        TRY(url.section, decode(take_value(text)));
        if (url.section.empty())
            return malformed();
    }
    if (take(text, "/;PARTIAL="))
        TRY_VOID(parse_partial(take_value(text), url));
    if (!text.empty())
        return malformed();
    return url;
}

} // namespace mailctl::imap
