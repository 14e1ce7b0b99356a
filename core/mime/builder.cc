// Text in quoted-printable, files in base64.
#include "core/mime/builder.h"

#include <algorithm>

#include "core/mime/transfer_encode.h"

namespace mailctl::mime {
namespace {

/// Octets of text in one encoded-word: 75 characters with "=?utf-8?B?" and "?=".
constexpr std::size_t kWordOctets = 42;

bool is_plain(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x7f && static_cast<unsigned char>(c) >= 0x20;
    });
}

/// Controls out: a line's end would begin another field.
std::string without_controls(std::string_view text)
{
    std::string out;
    for (const char c : text)
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    return out;
}

/// At most `limit` octets that do not cut a character in two: RFC 2047 §5.
std::size_t whole_characters(std::string_view text, std::size_t limit)
{
    if (text.size() <= limit)
        return text.size();
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80)
        --limit;
    return limit == 0 ? std::min<std::size_t>(text.size(), 4) : limit;
}

std::string with_crlf(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool crlf = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        if (text[i] != '\r' && text[i] != '\n') {
            out += text[i];
            continue;
        }
        out += "\r\n";
        i += crlf ? 1 : 0;
    }
    if (!out.ends_with("\r\n"))
        out += "\r\n";
    return out;
}

/// RFC 2183 §2.3; RFC 2231 §4 where the name is not ASCII.
std::string file_name_parameter(const std::string& name)
{
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    if (is_plain(name)) {
        std::string out = "filename=\"";
        for (const char c : name) {
            if (c == '"' || c == '\\')
                out += '\\';
            out += c;
        }
        return out + '"';
    }
    std::string out = "filename*=utf-8''";
    for (const char c : name) {
        const auto octet = static_cast<unsigned char>(c);
        const bool plain = (octet >= '0' && octet <= '9') || (octet >= 'A' && octet <= 'Z') ||
                           (octet >= 'a' && octet <= 'z') || octet == '.' || octet == '-' ||
                           octet == '_';
        if (plain)
            out += c;
        else
            out += {'%', kHex[octet >> 4], kHex[octet & 15]};
    }
    return out;
}

void append_text(std::string& out, const std::string& text)
{
    out += "Content-Type: text/plain; charset=utf-8\r\n"
           "Content-Transfer-Encoding: quoted-printable\r\n\r\n";
    append_quoted_printable(out, with_crlf(text));
}

void append_attachment(std::string& out, const Attachment& attachment)
{
    out += "Content-Type: " + attachment.type + "\r\nContent-Transfer-Encoding: base64\r\n" +
           "Content-Disposition: attachment;\r\n " + file_name_parameter(attachment.name) +
           "\r\n\r\n";
    append_base64_lines(out, attachment.content);
    out += "\r\n";
}

} // namespace

std::string encode_header_text(std::string_view text)
{
    const std::string clean = without_controls(text);
    if (is_plain(clean) && clean.find("=?") == std::string::npos)
        return clean;
    std::string out;
    std::string_view rest = clean;
    while (!rest.empty()) {
        const std::size_t octets = whole_characters(rest, kWordOctets);
        if (!out.empty())
            out += "\r\n ";
        out += "=?utf-8?B?";
        append_base64_lines(out, rest.substr(0, octets)); // short enough for one line
        out += "?=";
        rest.remove_prefix(octets);
    }
    return out;
}

std::string header_address(std::string_view name, std::string_view address)
{
    if (name.empty())
        return std::string(address);
    const std::string clean = without_controls(name);
    if (!is_plain(clean))
        return encode_header_text(clean) + " <" + std::string(address) + '>';
    std::string out = "\"";
    for (const char c : clean) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + "\" <" + std::string(address) + '>';
}

std::string compose(const Draft& draft)
{
    std::string out;
    for (const auto& [name, value] : draft.fields)
        out += name + ": " + value + "\r\n";
    out += "MIME-Version: 1.0\r\n";
    if (draft.attachments.empty()) {
        append_text(out, draft.text);
        return out;
    }
    out += "Content-Type: multipart/mixed;\r\n boundary=\"" + draft.boundary + "\"\r\n\r\n";
    out += "--" + draft.boundary + "\r\n";
    append_text(out, draft.text);
    for (const auto& attachment : draft.attachments) {
        out += "\r\n--" + draft.boundary + "\r\n"; // RFC 2046 §5.1.1: the CRLF is the boundary's
        append_attachment(out, attachment);
    }
    return out + "\r\n--" + draft.boundary + "--\r\n";
}

} // namespace mailctl::mime
