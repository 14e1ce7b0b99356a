// Writes MAIL and RCPT. RFC 5321 §4.1.1.2, §4.1.1.3
#include "core/smtp/write_command.h"

#include "core/base/ascii.h"
#include "core/smtp/limits.h"
#include "core/smtp/xtext.h"

namespace mailctl::smtp {
namespace {

std::string_view name_of(Body body)
{
    switch (body) {
        case Body::SevenBit:
            return "7BIT";
        case Body::EightBitMime:
            return "8BITMIME";
        case Body::BinaryMime:
            return "BINARYMIME";
    }
    return "7BIT";
}

void append_notify(std::string& out, std::uint8_t notify)
{
    struct Word {
        std::uint8_t bit;
        std::string_view word;
    };
    constexpr Word kWords[] = {
        {kNotifySuccess, "SUCCESS"}, {kNotifyFailure, "FAILURE"}, {kNotifyDelay, "DELAY"}};
    out += " NOTIFY=";
    if ((notify & kNotifyNever) != 0) { // RFC 3461 §4.1: alone
        out += "NEVER";
        return;
    }
    bool is_first = true;
    for (const Word& word : kWords) {
        if ((notify & word.bit) == 0)
            continue;
        if (!is_first)
            out += ',';
        is_first = false;
        out += word.word;
    }
}

/// Left out where it would be longer than any server must take.
void append_original_recipient(std::string& out, std::string_view original)
{
    const auto semicolon = original.find(';');
    if (semicolon == std::string_view::npos)
        return;
    const std::string_view type = original.substr(0, semicolon);
    const std::string_view text = original.substr(semicolon + 1);
    std::string value(type);
    value += ';';
    value += ascii::equals_ignoring_case(type, "utf-8") ? encode_utf8_xtext(text)
                                                        : encode_xtext(text);
    if (value.size() <= kMaxOrcptOctets)
        out += " ORCPT=" + value;
}

} // namespace

void append_mail(std::string& out, std::string_view sender, const MailParameters& parameters)
{
    out += "MAIL FROM:<";
    out += sender;
    out += '>';
    if (parameters.size) {
        out += " SIZE=";
        out += std::to_string(*parameters.size);
    }
    if (parameters.body) {
        out += " BODY=";
        out += name_of(*parameters.body);
    }
    if (parameters.smtp_utf8)
        out += " SMTPUTF8";
    if (parameters.require_tls)
        out += " REQUIRETLS";
    if (parameters.return_full)
        out += *parameters.return_full ? " RET=FULL" : " RET=HDRS";
    if (!parameters.envelope_id.empty()) {
        out += " ENVID=";
        out += encode_xtext(parameters.envelope_id);
    }
    out += "\r\n";
}

void append_rcpt(std::string& out, std::string_view recipient, const RcptParameters& parameters)
{
    out += "RCPT TO:<";
    out += recipient;
    out += '>';
    if (parameters.notify != 0)
        append_notify(out, parameters.notify);
    if (!parameters.original_recipient.empty())
        append_original_recipient(out, parameters.original_recipient);
    out += "\r\n";
}

} // namespace mailctl::smtp
