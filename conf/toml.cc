// toml++ at its fence: its nodes become our values, its exceptions our diagnostics.
#include "conf/toml.h"

#include <algorithm>

#include "conf/toml_library.h"

namespace mailctl::conf {

void fail_toml_assertion()
{
    throw TomlAssertion("not TOML");
}

namespace {

Position position_of(const toml::node& node)
{
    const auto begin = node.source().begin;
    return {begin.line, begin.column};
}

Value value_from(const toml::node& node);

Table table_from(const toml::table& from)
{
    Table table;
    for (const auto& [key, node] : from) {
        Member member{std::string(key.str()), value_from(node)};
        member.value.at = {key.source().begin.line, key.source().begin.column};
        table.members.push_back(std::move(member));
    }
    // toml++ sorts by key; people read by line.
    std::stable_sort(table.members.begin(), table.members.end(),
                     [](const Member& a, const Member& b) {
                         return a.value.at.line < b.value.at.line;
                     });
    return table;
}

Value value_from(const toml::node& node)
{
    Value value;
    value.at = position_of(node);
    if (const auto* table = node.as_table()) {
        value.data = table_from(*table);
    } else if (const auto* array = node.as_array()) {
        List list;
        for (const auto& item : *array)
            list.push_back(value_from(item));
        value.data = std::move(list);
    } else if (const auto* text = node.as_string()) {
        value.data = text->get();
    } else if (const auto* number = node.as_integer()) {
        value.data = number->get();
    } else if (const auto* yes = node.as_boolean()) {
        value.data = yes->get();
    } else if (const auto* real = node.as_floating_point()) {
        value.data = real->get();
    } else {
        value.data = OtherKind{};
    }
    return value;
}

} // namespace

std::variant<Table, Diagnostic> parse_toml(std::string_view text, const std::string& file)
{
    try {
        return table_from(toml::parse(text, file));
    } catch (const toml::parse_error& error) {
        const auto at = error.source().begin;
        return Diagnostic{file, at.line, at.column, "", std::string(error.description())};
    } catch (const TomlAssertion& error) {
        return Diagnostic{file, 1, 1, "", error.what()}; // it does not say where
    }
}

} // namespace mailctl::conf
