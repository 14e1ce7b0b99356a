// Reads MIME's structured fields.
#include "core/mime/content_type.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/mime/lexer.h"

namespace mailctl::mime {
namespace {

constexpr std::size_t kMaxParameters = 100;
constexpr std::string_view kTspecials = "()<>@,;:\\\"/[]?="; // RFC 2045 §5.1

bool is_token(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return c > 32 && c < 127 && kTspecials.find(c) == std::string_view::npos;
    });
}

// File names are often sent with blanks and without quotes.
bool may_hold_blanks(std::string_view name)
{
    return name == "name" || name == "filename";
}

std::string read_value(Lexer& in, std::string_view name)
{
    if (in.peek() == '"')
        return in.quoted_string();
    if (!may_hold_blanks(name))
        return std::string(in.run(";(\""));
    std::string value;
    for (const char c : ascii::trim(in.until(';'))) {
        if (c != '\r' && c != '\n')
            value += c;
    }
    return value;
}

// parameter = attribute "=" value, each after a ";"
Parameters read_parameters(Lexer& in)
{
    Parameters parameters;
    while (parameters.size() < kMaxParameters) {
        in.until(';'); // passes over what cannot be read
        if (!in.skip_if(';'))
            break;
        in.skip_cfws();
        std::string name = ascii::lower(in.run("=;(\""));
        in.skip_cfws();
        if (name.empty() || !in.skip_if('='))
            continue;
        in.skip_cfws();
        std::string value = read_value(in, name);
        parameters.emplace_back(std::move(name), std::move(value));
    }
    return parameters;
}

int hex_value(char c)
{
    if (ascii::is_digit(c))
        return c - '0';
    const char lower = ascii::to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

void append_percent_decoded(std::string& out, std::string_view text)
{
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool coded = text[at] == '%' && at + 2 < text.size() &&
                           hex_value(text[at + 1]) >= 0 && hex_value(text[at + 2]) >= 0;
        if (!coded) {
            out += text[at];
            continue;
        }
        out += static_cast<char>(hex_value(text[at + 1]) * 16 + hex_value(text[at + 2]));
        at += 2;
    }
}

// RFC 2231 §4: charset "'" [language] "'" octets
void append_extended(ExtendedValue& out, std::string_view text, bool is_first)
{
    const auto first = is_first ? text.find('\'') : std::string_view::npos;
    const auto second = first == std::string_view::npos ? first : text.find('\'', first + 1);
    if (second != std::string_view::npos) {
        out.charset = ascii::lower(text.substr(0, first));
        text.remove_prefix(second + 1);
    }
    append_percent_decoded(out.octets, text);
}

} // namespace

ContentType parse_content_type(std::string_view value)
{
    Lexer in(value);
    ContentType found;
    in.skip_cfws();
    const auto type = in.run("/;(\"");
    in.skip_cfws();
    if (!is_token(type) || !in.skip_if('/'))
        return found;
    in.skip_cfws();
    const auto subtype = in.run("/;(\"");
    if (!is_token(subtype))
        return found;
    found.type = ascii::lower(type);
    found.subtype = ascii::lower(subtype);
    found.parameters = read_parameters(in);
    return found;
}

Disposition parse_disposition(std::string_view value)
{
    Lexer in(value);
    Disposition found;
    in.skip_cfws();
    const auto type = in.run(";(\"");
    if (!is_token(type))
        return found;
    found.type = ascii::lower(type);
    found.parameters = read_parameters(in);
    return found;
}

std::string parse_encoding(std::string_view value)
{
    Lexer in(value);
    in.skip_cfws();
    const auto encoding = in.run(";(\"");
    return is_token(encoding) ? ascii::lower(encoding) : "7bit";
}

std::vector<std::string> parse_languages(std::string_view value)
{
    std::vector<std::string> tags;
    for (Lexer in(value); !in.at_end() && tags.size() < kMaxParameters;) {
        in.skip_cfws();
        const auto tag = in.run(",(\"");
        if (is_token(tag))
            tags.emplace_back(tag);
        in.until(',');
        in.skip();
    }
    return tags;
}

std::optional<std::string_view> find_parameter(const Parameters& parameters, std::string_view name)
{
    for (const auto& [key, value] : parameters) {
        if (key == name)
            return value;
    }
    return std::nullopt;
}

std::optional<ExtendedValue> find_extended(const Parameters& parameters, std::string_view name)
{
    ExtendedValue out;
    const std::string star = std::string(name) + '*';
    if (const auto coded = find_parameter(parameters, star)) {
        append_extended(out, *coded, true);
        return out;
    }
    if (const auto plain = find_parameter(parameters, name)) {
        out.octets = *plain;
        return out;
    }
    for (std::size_t section = 0;; ++section) { // RFC 2231 §3
        const std::string key = star + std::to_string(section);
        if (const auto coded = find_parameter(parameters, key + '*'))
            append_extended(out, *coded, section == 0);
        else if (const auto plain = find_parameter(parameters, key))
            out.octets += *plain;
        else if (section == 0)
            return std::nullopt;
        else
            return out;
    }
}

std::string boundary_of(const Parameters& parameters)
{
    const auto found = find_extended(parameters, "boundary");
    if (!found)
        return {};
    std::string boundary = found->octets;
    const auto last = boundary.find_last_not_of(" \t"); // RFC 2046 §5.1.1: never ends in a blank
    boundary.resize(last == std::string::npos ? 0 : last + 1);
    const bool usable = boundary.size() <= kMaxBoundaryOctets &&
                        boundary.find_first_of("\r\n") == std::string::npos;
    return usable ? boundary : std::string();
}

} // namespace mailctl::mime
