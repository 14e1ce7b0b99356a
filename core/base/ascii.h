// Character classes and case of ASCII, apart from any locale.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailctl::ascii {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_alpha(char c) { return is_upper(c) || is_lower(c); }
constexpr bool is_alnum(char c) { return is_alpha(c) || is_digit(c); }
constexpr bool is_space(char c) { return c == ' ' || c == '\t'; }
constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < 32 || c == 127; }
constexpr bool is_8bit(char c) { return static_cast<unsigned char>(c) >= 128; }
constexpr char to_lower(char c) { return is_upper(c) ? static_cast<char>(c + 32) : c; }
constexpr char to_upper(char c) { return is_lower(c) ? static_cast<char>(c - 32) : c; }

std::string lower(std::string_view text);
std::string upper(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
/// Where `needle` first stands in `text`, ASCII case ignored; npos where it does not.
std::size_t find_ignoring_case(std::string_view text, std::string_view needle);
/// Without spaces, tabs, CR and LF at both ends.
std::string_view trim(std::string_view text);
/// The parts between separators; "a,,b" has three, "" has one empty part.
std::vector<std::string_view> split(std::string_view text, char separator);
/// `text` with control characters as \xNN: what strangers sent, safe for logs and terminals.
std::string printable(std::string_view text);

/// The whole of `text` as a decimal number, or nothing.
template <class Integer>
std::optional<Integer> parse_number(std::string_view text)
{
    Integer value{};
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != end)
        return std::nullopt;
    return value;
}

} // namespace mailctl::ascii
