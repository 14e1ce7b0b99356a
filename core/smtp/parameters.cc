// Parses the arguments of MAIL, RCPT and BDAT.
#include "core/smtp/parameters.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/result.h"
#include "core/smtp/limits.h"
#include "core/smtp/xtext.h"

namespace mailctl::smtp {
namespace {

bool has_8bit(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), ascii::is_8bit);
}

/// A path without its brackets, and what follows it.
struct Split {
    std::string_view path;
    std::string_view rest;
};

/// Where the path's ">" stands: a quoted local part may hold one. RFC 5321 §4.1.2
std::size_t find_path_end(std::string_view text)
{
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (quoted && text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            quoted = !quoted;
        else if (text[i] == '>' && !quoted)
            return i;
    }
    return std::string_view::npos;
}

/// Takes "FROM:<...>" apart. RFC 5321 §3.3, but: spaces after the colon pass, many programs send
/// them.
Parsed<Split> split_path(std::string_view arguments, std::string_view keyword)
{
    if (!ascii::starts_with_ignoring_case(arguments, keyword))
        return Say::BadArguments;
    arguments.remove_prefix(keyword.size());
    arguments = ascii::trim(arguments);
    if (arguments.empty() || arguments.front() != '<')
        return Say::BadArguments;
    arguments.remove_prefix(1);
    const auto end = find_path_end(arguments);
    if (end == std::string_view::npos)
        return Say::BadArguments;
    const std::string_view rest = arguments.substr(end + 1);
    if (!rest.empty() && !ascii::is_space(rest.front()))
        return Say::BadArguments;
    return Split{arguments.substr(0, end), ascii::trim(rest)};
}

/// RFC 5321 §4.1.1.3: source routes are taken and ignored ("<@a,@b:user@c>").
std::string_view without_source_route(std::string_view path)
{
    if (path.empty() || path.front() != '@')
        return path;
    const auto colon = path.find(':');
    return colon == std::string_view::npos ? path : path.substr(colon + 1);
}

Parsed<address::Address> parse_path(std::string_view path, bool utf8, Say bad)
{
    if (!utf8 && has_8bit(path))
        return Say::Utf8Address; // RFC 6531 §3.5
    path = without_source_route(path);
    if (path.size() > address::kMaxPathOctets)
        return bad;
    auto parsed = address::parse(path, utf8 ? address::Utf8::Yes : address::Utf8::No);
    if (!parsed)
        return bad;
    return *std::move(parsed);
}

/// One "KEYWORD" or "KEYWORD=value". RFC 5321 §4.1.2
struct Parameter {
    std::string keyword; ///< upper-case
    std::string_view value;
    bool has_value = false;
};

Parsed<std::vector<Parameter>> split_parameters(std::string_view text)
{
    std::vector<Parameter> out;
    while (!(text = ascii::trim(text)).empty()) {
        const auto end = std::min(text.find_first_of(" \t"), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(end);
        const auto equals = word.find('=');
        Parameter parameter{ascii::upper(word.substr(0, equals)), {}, false};
        if (equals != std::string_view::npos) {
            parameter.value = word.substr(equals + 1);
            parameter.has_value = true;
        }
        const bool repeated = std::any_of(out.begin(), out.end(), [&](const Parameter& other) {
            return other.keyword == parameter.keyword;
        });
        if (parameter.keyword.empty() || repeated || out.size() >= kMaxParameters ||
            (parameter.has_value && parameter.value.empty()))
            return Say::BadParameter;
        out.push_back(std::move(parameter));
    }
    return out;
}

/// What a parameter's reader answers: Ok, or what is wrong.
Say read_size(std::string_view value, MailCommand& mail)
{
    const auto size = ascii::parse_number<std::uint64_t>(value); // RFC 1870 §4: 1*20DIGIT
    if (!size)
        return Say::BadParameter;
    mail.size = *size;
    return Say::Ok;
}

Say read_body(std::string_view value, const Extensions& offered, MailCommand& mail)
{
    if (ascii::equals_ignoring_case(value, "7BIT"))
        mail.body = Body::SevenBit;
    else if (ascii::equals_ignoring_case(value, "8BITMIME"))
        mail.body = Body::EightBitMime;
    else if (ascii::equals_ignoring_case(value, "BINARYMIME") && offered.chunking)
        mail.body = Body::BinaryMime;
    else
        return Say::BadParameter;
    return Say::Ok;
}

/// RFC 3461 §4.3
Say read_ret(std::string_view value, MailCommand& mail)
{
    mail.return_full = ascii::equals_ignoring_case(value, "FULL");
    mail.return_given = true;
    const bool known = mail.return_full || ascii::equals_ignoring_case(value, "HDRS");
    return known ? Say::Ok : Say::BadParameter;
}

/// RFC 3461 §4.4. What is decoded goes into reports: no controls.
Say read_envid(std::string_view value, MailCommand& mail)
{
    if (value.size() > kMaxEnvidOctets)
        return Say::BadParameter;
    auto decoded = decode_xtext(value);
    if (!decoded || std::any_of(decoded->begin(), decoded->end(), ascii::is_control))
        return Say::BadParameter;
    mail.envelope_id = *std::move(decoded);
    return Say::Ok;
}

/// RFC 4865 §4: one of the two, within what was offered.
Say read_hold_for(std::string_view value, const Extensions& offered, MailCommand& mail)
{
    const auto seconds = ascii::parse_number<std::uint64_t>(value);
    if (!seconds || *seconds == 0 || *seconds > offered.future_release || mail.hold_until)
        return Say::BadParameter;
    mail.hold_for_seconds = *seconds;
    return Say::Ok;
}

Say read_hold_until(std::string_view value, const Extensions& offered, MailCommand& mail)
{
    const auto time = parse_rfc3339(value);
    const bool is_whole = value.find_first_of("Tt") != std::string_view::npos;
    if (!time || !is_whole || *time > offered.future_release_until || mail.hold_for_seconds > 0)
        return Say::BadParameter;
    mail.hold_until = *time;
    return Say::Ok;
}

Say read_mail_parameter(const Parameter& parameter, const Extensions& offered, MailCommand& mail)
{
    const auto& [keyword, value, has_value] = parameter;
    if (keyword == "SMTPUTF8" && offered.utf8) { // RFC 6531 §3.4: no value
        mail.smtp_utf8 = true;
        return has_value ? Say::BadParameter : Say::Ok;
    }
    if (keyword == "REQUIRETLS" && offered.require_tls) { // RFC 8689 §2: no value
        mail.require_tls = true;
        return has_value ? Say::BadParameter : Say::Ok;
    }
    if (keyword == "SIZE")
        return read_size(value, mail);
    if (keyword == "BODY")
        return read_body(value, offered, mail);
    if (keyword == "RET")
        return read_ret(value, mail);
    if (keyword == "ENVID")
        return read_envid(value, mail);
    if (keyword == "HOLDFOR" && offered.future_release > 0)
        return read_hold_for(value, offered, mail);
    if (keyword == "HOLDUNTIL" && offered.future_release > 0)
        return read_hold_until(value, offered, mail);
    // RFC 4954 §5: taken, and treated as "<>": we trust nobody's word about another's login.
    if (keyword == "AUTH" && offered.auth_parameter)
        return has_value && decode_xtext(value) ? Say::Ok : Say::BadParameter;
    return Say::ParameterUnknown;
}

/// RFC 3461 §4.1: NEVER alone, or a list of the others.
Say read_notify(std::string_view value, RcptCommand& rcpt)
{
    if (ascii::equals_ignoring_case(value, "NEVER")) {
        rcpt.notify = kNotifyNever;
        return Say::Ok;
    }
    for (const auto word : ascii::split(value, ',')) {
        if (ascii::equals_ignoring_case(word, "SUCCESS"))
            rcpt.notify |= kNotifySuccess;
        else if (ascii::equals_ignoring_case(word, "FAILURE"))
            rcpt.notify |= kNotifyFailure;
        else if (ascii::equals_ignoring_case(word, "DELAY"))
            rcpt.notify |= kNotifyDelay;
        else
            return Say::BadParameter;
    }
    return Say::Ok;
}

/// RFC 3461 §4.2: addr-type ";" xtext. RFC 6533 §3: type utf-8 has escapes of its own.
Say read_orcpt(std::string_view value, RcptCommand& rcpt)
{
    const auto semicolon = value.find(';');
    if (value.size() > kMaxOrcptOctets || semicolon == std::string_view::npos || semicolon == 0)
        return Say::BadParameter;
    const std::string_view type = value.substr(0, semicolon);
    const auto is_type_octet = [](char c) { return ascii::is_alnum(c) || c == '-'; };
    if (!std::all_of(type.begin(), type.end(), is_type_octet))
        return Say::BadParameter;
    const std::string_view text = value.substr(semicolon + 1);
    const bool utf8 = ascii::equals_ignoring_case(type, "utf-8");
    auto decoded = utf8 ? decode_utf8_xtext(text) : decode_xtext(text);
    if (!decoded || std::any_of(decoded->begin(), decoded->end(), ascii::is_control))
        return Say::BadParameter;
    rcpt.original_recipient = ascii::lower(type) + ';' + *decoded;
    return Say::Ok;
}

} // namespace

Parsed<MailCommand> parse_mail(std::string_view arguments, const Extensions& offered)
{
    TRY(const Split split, split_path(arguments, "FROM:"));
    TRY(const auto parameters, split_parameters(split.rest));

    MailCommand mail;
    for (const auto& parameter : parameters) {
        if (const Say said = read_mail_parameter(parameter, offered, mail); said != Say::Ok)
            return said;
    }
    if (split.path.empty()) // RFC 5321 §4.5.5
        return mail;
    TRY(mail.sender, parse_path(split.path, mail.smtp_utf8, Say::BadSender));
    return mail;
}

Parsed<RcptCommand> parse_rcpt(std::string_view arguments, bool utf8)
{
    TRY(const Split split, split_path(arguments, "TO:"));
    TRY(const auto parameters, split_parameters(split.rest));

    RcptCommand rcpt;
    for (const auto& [keyword, value, has_value] : parameters) {
        Say said = Say::ParameterUnknown;
        if (keyword == "NOTIFY")
            said = read_notify(value, rcpt);
        else if (keyword == "ORCPT")
            said = read_orcpt(value, rcpt);
        if (said != Say::Ok)
            return said;
    }
    if (ascii::equals_ignoring_case(split.path, "postmaster")) { // RFC 5321 §4.1.1.3
        rcpt.recipient.local_part = "postmaster";
        return rcpt;
    }
    TRY(rcpt.recipient, parse_path(split.path, utf8, Say::BadRecipient));
    return rcpt;
}

Parsed<BdatCommand> parse_bdat(std::string_view arguments)
{
    BdatCommand bdat;
    const auto space = std::min(arguments.find(' '), arguments.size());
    const auto octets = ascii::parse_number<std::uint64_t>(arguments.substr(0, space));
    const std::string_view mark = ascii::trim(arguments.substr(space));
    if (!octets || (!mark.empty() && !ascii::equals_ignoring_case(mark, "LAST")))
        return Say::BadArguments;
    bdat.octets = *octets;
    bdat.last = !mark.empty();
    return bdat;
}

} // namespace mailctl::smtp
