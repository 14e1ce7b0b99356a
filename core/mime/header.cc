// Splits a header block into fields.
#include "core/mime/header.h"

#include "core/base/ascii.h"

namespace mailctl::mime {
namespace {

// RFC 5322 §2.2: printable ASCII apart from the colon.
bool is_name_octet(char c)
{
    return c > 32 && c < 127 && c != ':';
}

bool starts_blank_line(std::string_view text)
{
    return text.starts_with('\n') || text.starts_with("\r\n");
}

/// Where the line after the one at `from` starts.
std::size_t next_line(std::string_view text, std::size_t from)
{
    const auto end = text.find('\n', from);
    return end == std::string_view::npos ? text.size() : end + 1;
}

std::string_view without_line_end(std::string_view text)
{
    if (text.ends_with('\n'))
        text.remove_suffix(1);
    if (text.ends_with('\r'))
        text.remove_suffix(1);
    return text;
}

Field field_of(std::string_view raw)
{
    Field field{{}, without_line_end(raw), raw};
    std::size_t name = 0;
    while (name < raw.size() && is_name_octet(raw[name]))
        ++name;
    std::size_t colon = name; // RFC 5322 §4.5: blanks before the colon
    while (colon < raw.size() && ascii::is_space(raw[colon]))
        ++colon;
    if (name == 0 || colon == raw.size() || raw[colon] != ':')
        return field;
    field.name = raw.substr(0, name);
    field.value.remove_prefix(colon + 1);
    return field;
}

} // namespace

bool Field::is(std::string_view other) const
{
    return ascii::equals_ignoring_case(name, other);
}

bool FieldReader::next()
{
    if (rest_.empty() || starts_blank_line(rest_))
        return false;
    std::size_t end = next_line(rest_, 0);
    while (end < rest_.size() && ascii::is_space(rest_[end]))
        end = next_line(rest_, end);
    field_ = field_of(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return true;
}

std::size_t header_octets(std::string_view message)
{
    std::size_t at = 0;
    while (at < message.size()) {
        const bool blank = starts_blank_line(message.substr(at));
        at = next_line(message, at);
        if (blank)
            break;
    }
    return at;
}

std::string unfold(std::string_view value)
{
    value = ascii::trim(value);
    std::string out;
    out.reserve(value.size());
    for (const char c : value) {
        if (c != '\r' && c != '\n' && c != '\0')
            out += c;
    }
    return out;
}

std::optional<std::string_view> find_field(std::string_view header, std::string_view name)
{
    for (FieldReader reader(header); reader.next();) {
        if (reader.field().is(name))
            return reader.field().value;
    }
    return std::nullopt;
}

} // namespace mailctl::mime
