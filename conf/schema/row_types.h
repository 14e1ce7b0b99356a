// How each C++ type of a setting reads from and prints as TOML. For conf/schema*.cc only.
#pragma once

#include <charconv>
#include <limits>
#include <span>
#include <type_traits>

#include "conf/schema/schema.h"
#include "core/base/clock.h"
#include "core/base/octets.h"

namespace mailctl::conf::rows {

/// `text` as a TOML basic string.
std::string quoted(std::string_view text);

/// A word of the settings for each value of an enumeration.
template <class Enum>
struct Word {
    Enum value;
    std::string_view word;
};

Error wanted(std::string_view what);

template <class Owner, class T, class Get>
Setting<Owner> typed(std::string_view path, std::string_view type, Get get, Effect effect,
                     std::string_view help, std::string_view manual,
                     Result<T> (*read)(const Value&), std::string (*print)(const T&))
{
    Setting<Owner> setting;
    setting.path = path;
    setting.type = type;
    setting.help = help;
    setting.manual = manual;
    setting.effect = effect;
    setting.assign = [get, read](Owner& owner, const Value& value) -> Result<> {
        TRY(get(owner), read(value));
        return ok();
    };
    setting.print = [get, print](const Owner& owner) {
        return print(get(const_cast<Owner&>(owner)));
    };
    return setting;
}

Result<bool> read_bool(const Value& value);
std::string print_bool(const bool& value);
Result<std::string> read_string(const Value& value);
std::string print_string(const std::string& value);
Result<std::vector<std::string>> read_list(const Value& value);
std::string print_list(const std::vector<std::string>& value);
Result<milliseconds> read_duration(const Value& value);
std::string print_duration(const milliseconds& value);
Result<std::uint64_t> read_octets(const Value& value);
std::string print_octets(const std::uint64_t& value);
Result<std::map<std::string, std::string>> read_map(const Value& value);
std::string print_map(const std::map<std::string, std::string>& value);

template <class Integer>
Result<Integer> read_integer(const Value& value)
{
    const auto* number = std::get_if<std::int64_t>(&value.data);
    if (!number)
        return wanted("an integer");
    if (*number < 0 || static_cast<std::uint64_t>(*number) > std::numeric_limits<Integer>::max())
        return wanted("an integer between 0 and " +
                      std::to_string(std::numeric_limits<Integer>::max()));
    return static_cast<Integer>(*number);
}

template <class Integer>
std::string print_integer(const Integer& value)
{
    return std::to_string(value);
}

/// One row of `Owner`; the member's type decides how it reads.
template <class Owner, class Get>
Setting<Owner> row(std::string_view path, Get get, Effect effect, std::string_view help,
                   std::string_view manual = {})
{
    using T = std::remove_reference_t<decltype(get(std::declval<Owner&>()))>;
    if constexpr (std::is_same_v<T, bool>)
        return typed<Owner, T>(path, "boolean", get, effect, help, manual, read_bool, print_bool);
    else if constexpr (std::is_same_v<T, std::string>)
        return typed<Owner, T>(path, "string", get, effect, help, manual, read_string,
                               print_string);
    else if constexpr (std::is_same_v<T, std::vector<std::string>>)
        return typed<Owner, T>(path, "list", get, effect, help, manual, read_list, print_list);
    else if constexpr (std::is_same_v<T, milliseconds>)
        return typed<Owner, T>(path, "duration", get, effect, help, manual, read_duration,
                               print_duration);
    else if constexpr (std::is_same_v<T, std::uint64_t>)
        return typed<Owner, T>(path, "octets", get, effect, help, manual, read_octets,
                               print_octets);
    else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>)
        return typed<Owner, T>(path, "table", get, effect, help, manual, read_map, print_map);
    else
        return typed<Owner, T>(path, "integer", get, effect, help, manual, read_integer<T>,
                               print_integer<T>);
}

/// A row whose value is one of a few words.
template <class Owner, class Get, std::size_t N, class Enum>
Setting<Owner> choice(std::string_view path, Get get, const Word<Enum> (&words)[N], Effect effect,
                      std::string_view help, std::string_view manual = {})
{
    Setting<Owner> setting;
    setting.path = path;
    setting.type = "choice";
    for (const auto& word : words)
        setting.choices += (setting.choices.empty() ? "" : ", ") + std::string(word.word);
    setting.help = help;
    setting.manual = manual;
    setting.effect = effect;
    const std::span<const Word<Enum>> all(words);
    setting.assign = [get, all, choices = setting.choices](Owner& owner,
                                                           const Value& value) -> Result<> {
        const auto* text = std::get_if<std::string>(&value.data);
        for (const auto& word : all) {
            if (text && word.word == *text) {
                get(owner) = word.value;
                return ok();
            }
        }
        return wanted("one of: " + choices);
    };
    setting.print = [get, all](const Owner& owner) {
        for (const auto& word : all)
            if (word.value == get(const_cast<Owner&>(owner)))
                return quoted(word.word);
        return std::string("\"\"");
    };
    return setting;
}

} // namespace mailctl::conf::rows
