// Values, differences and descriptions, all from the rows of the schema.
#include "conf/print.h"

#include <algorithm>
#include <set>

#include "conf/schema/arrays.h"
#include "core/base/ascii.h"

namespace mailctl::conf {
namespace {

template <class Owner>
void show(const std::vector<Setting<Owner>>& rows, const Owner& owner, const std::string& prefix,
          const std::string& origin_prefix, std::vector<ShownSetting>& out)
{
    for (const auto& row : rows)
        out.push_back({prefix + std::string(row.path), row.print(owner), default_of(row),
                       row.effect, origin_prefix + std::string(row.path)});
}

std::string without_newlines(std::string_view text)
{
    std::string out(text);
    std::replace(out.begin(), out.end(), '\n', ' ');
    return out;
}

// "# text" wrapped at about 90 columns.
std::string comment(std::string_view text)
{
    constexpr std::size_t kWidth = 92;
    const auto one_line = without_newlines(text);
    std::string out, line = "#";
    for (const auto word : ascii::split(one_line, ' ')) {
        if (line.size() + 1 + word.size() > kWidth) {
            out += line + "\n";
            line = "#";
        }
        line += " " + std::string(word);
    }
    return out + line + "\n";
}

template <class Owner>
std::string assignments(const std::vector<Setting<Owner>>& rows, const Owner& owner)
{
    std::string out;
    for (const auto& row : rows)
        if (row.print(owner) != default_of(row))
            out += std::string(row.path) + " = " + row.print(owner) + "\n";
    return out;
}

template <class Owner>
std::string key_list(const std::vector<Setting<Owner>>& rows)
{
    std::string out;
    for (const auto& row : rows) {
        out += comment(std::string("  ") + std::string(row.path) + ": " + std::string(row.help) +
                       (row.choices.empty() ? "" : " (" + row.choices + ")") +
                       "; default " + default_of(row));
    }
    return out;
}

template <class Array>
std::string array_text(const Array& array, const Config& config)
{
    std::string out =
        "\n" + comment(std::string(array.intro) + " Keys of [[" + std::string(array.path) + "]]:") +
        key_list(array.rows);
    for (const auto& entry : array.entries(config))
        out += "\n[[" + std::string(array.path) + "]]\n" + assignments(array.rows, entry);
    return out;
}

template <class Owner>
void describe_rows(const std::vector<Setting<Owner>>& rows, const std::string& prefix,
                   std::string_view pattern, std::vector<Description>& out)
{
    for (const auto& row : rows) {
        const auto path = prefix + std::string(row.path);
        const bool wanted =
            ascii::find_ignoring_case(path, pattern) != std::string_view::npos ||
            ascii::find_ignoring_case(row.help, pattern) != std::string_view::npos;
        if (wanted)
            out.push_back({path, std::string(row.type), row.choices, default_of(row),
                           std::string(name_of(row.effect)), std::string(row.help),
                           std::string(row.manual), std::string(row.since)});
    }
}

} // namespace

std::vector<ShownSetting> all_values(const Config& config)
{
    std::vector<ShownSetting> out;
    show(settings(), config, "", "", out);
    each_array([&](const auto& array) {
        const auto& entries = array.entries(config);
        const std::string path(array.path);
        for (std::size_t i = 0; i < entries.size(); ++i)
            show(array.rows, entries[i], path + "[" + name_of_entry(entries[i], i) + "].",
                 path + "[" + std::to_string(i) + "].", out);
    });
    return out;
}

std::vector<Difference> differences(const Config& before, const Config& after)
{
    std::map<std::string, ShownSetting> old;
    for (auto& shown : all_values(before))
        old.emplace(shown.path, shown);
    std::vector<Difference> out;
    std::set<std::string> seen;
    for (const auto& shown : all_values(after)) {
        seen.insert(shown.path);
        const auto was = old.find(shown.path);
        const std::string before_value = was == old.end() ? "" : was->second.value;
        if (before_value != shown.value)
            out.push_back({shown.path, before_value, shown.value, shown.effect});
    }
    for (const auto& [path, shown] : old)
        if (!seen.contains(path))
            out.push_back({path, shown.value, "", shown.effect});
    return out;
}

std::string commented_file(const Config& config)
{
    std::string out =
        "# Settings of mailctl. Every key is here with its default; mailctl.toml(5) tells more.\n"
        "# After a change: mailctl conf check, mailctl conf plan, mailctl conf apply.\n"
        "\n# Further files, read as if they stood here:\n# include = [\"conf.d/*.toml\"]\n";
    std::string section;
    for (const auto& row : settings()) {
        const auto dot = row.path.rfind('.');
        const std::string table(row.path.substr(0, dot));
        if (table != section)
            out += "\n[" + table + "]\n";
        section = table;
        out += comment(std::string(row.help) +
                       (row.choices.empty() ? "" : ": " + row.choices) + ".");
        if (!row.manual.empty())
            out += comment(row.manual);
        const auto value = row.print(config);
        const auto line = std::string(row.path.substr(dot + 1)) + " = ";
        out += value == default_of(row) ? "# " + line + default_of(row) + "\n" : line + value + "\n";
    }
    each_array([&](const auto& array) { out += array_text(array, config); });
    return out;
}

std::vector<Description> describe(std::string_view pattern)
{
    std::vector<Description> out;
    describe_rows(settings(), "", pattern, out);
    each_array([&](const auto& array) {
        describe_rows(array.rows, std::string(array.path) + "[].", pattern, out);
    });
    return out;
}

} // namespace mailctl::conf
