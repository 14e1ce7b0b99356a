// Parses URLs of messages. Input may be anything: nothing in it is trusted.
#include "core/imap/message_url.h"

#include <algorithm>
#include <charconv>

#include "core/base/ascii.h"
#include "core/imap/utf7.h"

namespace mailctl::imap {
namespace {

constexpr std::size_t kDateOctets = 10;       // "2026-11-21" without a time
constexpr std::size_t kLeastTokenDigits = 32; // RFC 4467 §2.5: 128 bits

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
    if (ascii::equals_ignoring_case(url.mailbox, "INBOX"))
        url.mailbox = "INBOX";
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

/// host [":" port]
Result<> parse_host(std::string_view text, MessageUrl& url)
{
    const auto name = text.starts_with('[') ? text.find(']') : 0;
    const auto colon = name == std::string_view::npos ? name : text.find(':', name);
    if (colon != std::string_view::npos)
        TRY_VOID(number_of<std::uint16_t>(text.substr(colon + 1)));
    url.host = ascii::lower(text.substr(0, colon));
    const bool is_host = std::all_of(url.host.begin(), url.host.end(), [](char c) {
        return ascii::is_alnum(c) || c == '-' || c == '.' || c == '[' || c == ']' || c == ':';
    });
    return url.host.empty() || !is_host ? Result<>(malformed()) : ok();
}

/// [[enc-user] [";AUTH=" ("*" / enc-auth-type)] "@"] host [":" port]. RFC 5092 §3.2
Result<> parse_server(std::string_view text, MessageUrl& url)
{
    if (const auto at = text.rfind('@'); at != std::string_view::npos) {
        auto user = text.substr(0, at);
        if (const auto how = user.find(';'); how != std::string_view::npos) {
            auto mechanism = user.substr(how);
            if (!take(mechanism, ";AUTH=") || mechanism.empty())
                return malformed();
            user = user.substr(0, how);
        }
        TRY(url.user, decode(user));
        text.remove_prefix(at + 1);
    }
    return parse_host(text, url);
}

/// "submit+" enc-user / "user+" enc-user / "authuser" / "anonymous"
Result<> parse_access(std::string_view text, UrlAuthorization& authorization)
{
    using Access = UrlAuthorization::Access;
    authorization.access = Access::Anonymous;
    if (ascii::equals_ignoring_case(text, "anonymous"))
        return ok();
    authorization.access = Access::AuthUser;
    if (ascii::equals_ignoring_case(text, "authuser"))
        return ok();
    if (take(text, "submit+"))
        authorization.access = Access::Submit;
    else if (take(text, "user+"))
        authorization.access = Access::User;
    else
        return malformed();
    TRY(authorization.user, decode(text));
    return authorization.user.empty() ? Result<>(malformed()) : ok();
}

/// mech ":" 32*HEXDIG
Result<> parse_verifier(std::string_view text, UrlAuthorization& authorization)
{
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0)
        return malformed();
    authorization.mechanism = ascii::upper(text.substr(0, colon));
    authorization.token = text.substr(colon + 1);
    const bool is_hex =
        authorization.token.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
    return authorization.token.size() < kLeastTokenDigits || !is_hex ? Result<>(malformed()) : ok();
}

/// Takes [";EXPIRE=" date-time] ";URLAUTH=" access [":" mech ":" token] from the end of `text`.
/// RFC 4467 §9
Result<> take_authorization(std::string_view& text, MessageUrl& url)
{
    constexpr std::string_view kAccess = ";URLAUTH=", kExpire = ";EXPIRE=";
    const auto at = ascii::find_ignoring_case(text, kAccess);
    if (at == std::string_view::npos)
        return ok();
    UrlAuthorization authorization;
    const auto access = text.substr(at + kAccess.size());
    const auto colon = access.find(':');
    TRY_VOID(parse_access(access.substr(0, colon), authorization));
    if (colon != std::string_view::npos)
        TRY_VOID(parse_verifier(access.substr(colon + 1), authorization));
    authorization.rump = colon == std::string_view::npos
                             ? text
                             : text.substr(0, at + kAccess.size() + colon);
    text = text.substr(0, at);
    if (const auto expire = ascii::find_ignoring_case(text, kExpire); expire != std::string_view::npos) {
        const auto date = text.substr(expire + kExpire.size());
        TRY(authorization.expires, parse_rfc3339(date));
        if (date.size() <= kDateOctets)
            return malformed();
        text = text.substr(0, expire);
    }
    url.authorization = std::move(authorization);
    return ok();
}

} // namespace

Result<MessageUrl> parse_message_url(std::string_view text)
{
    if (text.size() > kUrlOctets)
        return malformed();
    MessageUrl url;
    TRY_VOID(take_authorization(text, url));
    if (take(text, "imap://")) {
        const auto path = std::min(text.find('/'), text.size());
        TRY_VOID(parse_server(text.substr(0, path), url));
        text.remove_prefix(path);
    }
    if (!text.starts_with("/;") && text.starts_with('/')) {
        text.remove_prefix(1);
        const auto mailbox = take_value(text);
        TRY_VOID(parse_mailbox(mailbox, url));
        if (url.mailbox.empty())
            return malformed();
    } else if (!url.host.empty()) {
        return malformed();
    }
    if (!take(text, "/;UID=") && !(url.mailbox.empty() && take(text, ";UID=")))
        return malformed();
    TRY(url.uid, number_of<std::uint32_t>(take_value(text)));
    if (url.uid == 0)
        return malformed();
    if (take(text, "/;SECTION=")) {
        const auto section = take_value(text);
        TRY(url.section, decode(section));
        if (url.section.empty() || section.find(';') != std::string_view::npos)
            return malformed();
    }
    if (take(text, "/;PARTIAL="))
        TRY_VOID(parse_partial(take_value(text), url));
    if (!text.empty())
        return malformed();
    if (url.authorization && (url.user.empty() || url.mailbox.empty())) // RFC 4467 §9: authimapurl
        return malformed();
    return url;
}

} // namespace mailctl::imap
