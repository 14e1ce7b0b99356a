// Reading and printing of the types that settings have.
#include "conf/schema/row_types.h"

#include "core/base/ascii.h"

namespace mailctl::conf::rows {

std::string quoted(std::string_view text)
{
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (ascii::is_control(c)) {
            const auto octet = static_cast<unsigned char>(c);
            out += "\\u00";
            out += kDigits[octet >> 4];
            out += kDigits[octet & 15];
        } else {
            out += c;
        }
    }
    return out + '"';
}

Error wanted(std::string_view what)
{
    return Error(Errc::Invalid, "must be " + std::string(what));
}

Result<bool> read_bool(const Value& value)
{
    if (const auto* yes = std::get_if<bool>(&value.data))
        return *yes;
    return wanted("true or false");
}

std::string print_bool(const bool& value)
{
    return value ? "true" : "false";
}

Result<std::string> read_string(const Value& value)
{
    const auto* text = std::get_if<std::string>(&value.data);
    if (!text)
        return wanted("a string");
    if (text->find('\0') != std::string::npos)
        return wanted("a string without NUL");
    return *text;
}

std::string print_string(const std::string& value)
{
    return quoted(value);
}

Result<std::vector<std::string>> read_list(const Value& value)
{
    const auto* list = std::get_if<List>(&value.data);
    if (!list)
        return wanted("a list of strings");
    std::vector<std::string> out;
    for (const auto& item : *list) {
        const auto* text = std::get_if<std::string>(&item.data);
        if (!text)
            return wanted("a list of strings");
        out.push_back(*text);
    }
    return out;
}

std::string print_list(const std::vector<std::string>& value)
{
    std::string out = "[";
    for (const auto& item : value)
        out += (out.size() > 1 ? ", " : "") + quoted(item);
    return out + "]";
}

Result<milliseconds> read_duration(const Value& value)
{
    if (const auto* text = std::get_if<std::string>(&value.data)) {
        if (auto parsed = parse_duration(*text))
            return *parsed;
    }
    if (const auto* number = std::get_if<std::int64_t>(&value.data); number && *number == 0)
        return milliseconds(0);
    return wanted("a duration such as \"15m\" or \"1h30m\"");
}

std::string print_duration(const milliseconds& value)
{
    return quoted(to_text(value));
}

Result<std::uint64_t> read_octets(const Value& value)
{
    if (const auto* number = std::get_if<std::int64_t>(&value.data); number && *number >= 0)
        return static_cast<std::uint64_t>(*number);
    if (const auto* text = std::get_if<std::string>(&value.data))
        if (auto parsed = parse_octets(*text))
            return *parsed;
    return wanted("an amount of octets such as \"25MiB\" or 26214400");
}

std::string print_octets(const std::uint64_t& value)
{
    return value == 0 ? "0" : quoted(to_text_octets(value));
}

Result<std::map<std::string, std::string>> read_map(const Value& value)
{
    const auto* table = std::get_if<Table>(&value.data);
    if (!table)
        return wanted("a table of strings");
    std::map<std::string, std::string> out;
    for (const auto& member : table->members) {
        const auto* text = std::get_if<std::string>(&member.value.data);
        if (!text)
            return wanted("a table of strings");
        out[member.key] = *text;
    }
    return out;
}

std::string print_map(const std::map<std::string, std::string>& value)
{
    std::string out = "{";
    for (const auto& [key, text] : value)
        out += (out.size() > 1 ? ", " : " ") + key + " = " + quoted(text);
    return out + (value.empty() ? "}" : " }");
}

} // namespace mailctl::conf::rows
