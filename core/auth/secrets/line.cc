// Writes and reads lines of named fields.
#include "core/auth/secrets/line.h"

#include "core/base/ascii.h"
#include "core/crypto/hex.h"

namespace mailctl::auth {
namespace {

bool needs_escape(char c)
{
    return c == '%' || c == ' ' || c == ';' || c == ',' || ascii::is_control(c);
}

std::string escaped(std::string_view value)
{
    std::string out;
    for (const char c : value) {
        if (needs_escape(c))
            out += '%' + crypto::encode_hex({&c, 1});
        else
            out += c;
    }
    return out;
}

Result<std::string> unescaped(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        TRY(const std::string octet, crypto::decode_hex(text.substr(i + 1, 2)));
        if (octet.size() != 1)
            return Error(Errc::Invalid, "ends within %XX");
        out += octet;
        i += 2;
    }
    return out;
}

} // namespace

void LineWriter::start(std::string_view name)
{
    if (!line_.empty())
        line_ += ' ';
    line_ += name;
    line_ += '=';
}

LineWriter& LineWriter::put(std::string_view name, std::string_view value)
{
    if (value.empty())
        return *this;
    start(name);
    line_ += escaped(value);
    return *this;
}

LineWriter& LineWriter::put(std::string_view name, const std::vector<std::string>& values)
{
    if (values.empty())
        return *this;
    start(name);
    for (std::size_t i = 0; i < values.size(); ++i)
        line_ += (i > 0 ? "," : "") + escaped(values[i]);
    return *this;
}

Result<LineReader> LineReader::parse(std::string_view line)
{
    LineReader out;
    for (const auto field : ascii::split(line, ' ')) {
        const auto equals = field.find('=');
        if (equals == std::string_view::npos || equals == 0)
            return Error(Errc::Invalid, ascii::printable(field) + ": is not NAME=VALUE");
        std::vector<std::string> values;
        for (const auto value : ascii::split(field.substr(equals + 1), ',')) {
            TRY(std::string one, unescaped(value));
            values.push_back(std::move(one));
        }
        const std::string name(field.substr(0, equals));
        if (!out.fields_.emplace(name, std::move(values)).second)
            return Error(Errc::Invalid, ascii::printable(name) + ": named twice");
    }
    return out;
}

std::string LineReader::text(std::string_view name) const
{
    const auto found = fields_.find(name);
    return found == fields_.end() ? std::string() : found->second.front();
}

std::vector<std::string> LineReader::list(std::string_view name) const
{
    const auto found = fields_.find(name);
    return found == fields_.end() ? std::vector<std::string>() : found->second;
}

} // namespace mailctl::auth
