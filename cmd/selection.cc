// Parses and applies the words that choose objects.
#include "cmd/selection.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <utility>

#include "core/address/address.h"
#include "core/base/ascii.h"
#include "core/base/octets.h"

namespace mailctl::cmd {
namespace {

/// A value as a number where it is one: "25", "10MiB".
std::optional<std::uint64_t> number_in(const std::string& text)
{
    const auto octets = parse_octets(text);
    if (!octets)
        return std::nullopt;
    return *octets;
}

template <class T>
int three_way(const T& a, const T& b)
{
    return a < b ? -1 : b < a ? 1 : 0;
}

int compare_texts(const std::string& a, const std::string& b)
{
    const auto x = number_in(a), y = number_in(b);
    if (x && y)
        return three_way(*x, *y);
    return three_way(ascii::lower(a), ascii::lower(b));
}

} // namespace

int compare_cells(const Cell& a, const Cell& b)
{
    return compare_texts(a.for_machine(), b.for_machine());
}

Result<Condition> parse_condition(std::string_view text)
{
    const auto at = text.find_first_of("=!<>");
    if (at == std::string_view::npos || at == 0)
        return Error(Errc::Invalid,
                     "\"" + std::string(text) + "\" is not FIELD=VALUE (or != < > <= >=)");
    const bool two = at + 1 < text.size() && text[at + 1] == '=' && text[at] != '=';
    Condition condition;
    switch (text[at]) {
    case '=': condition.test = Condition::Test::Equal; break;
    case '<': condition.test = two ? Condition::Test::AtMost : Condition::Test::Less; break;
    case '>': condition.test = two ? Condition::Test::AtLeast : Condition::Test::Greater; break;
    default:
        if (!two)
            return Error(Errc::Invalid, "\"" + std::string(text) + "\": ! goes with =");
        condition.test = Condition::Test::NotEqual;
    }
    condition.field = ascii::trim(text.substr(0, at));
    condition.value = ascii::trim(text.substr(at + (two ? 2 : 1)));
    return condition;
}

bool holds(const Condition& condition, const Cell& cell)
{
    const std::string text = cell.for_machine();
    const auto equal = [&] {
        const auto x = number_in(text), y = number_in(condition.value);
        return (x && y && *x == *y) || address::matches_wildcard(condition.value, text);
    };
    switch (condition.test) {
    case Condition::Test::Equal: return equal();
    case Condition::Test::NotEqual: return !equal();
    case Condition::Test::Less: return compare_texts(text, condition.value) < 0;
    case Condition::Test::Greater: return compare_texts(text, condition.value) > 0;
    case Condition::Test::AtMost: return compare_texts(text, condition.value) <= 0;
    case Condition::Test::AtLeast: return compare_texts(text, condition.value) >= 0;
    }
    return false;
}

void add_selection(CLI::App& app, Selection& selection, SelectionUse use)
{
    app.add_option("--domain", selection.domains, "Only of this domain; may be repeated")
        ->type_name("DOMAIN");
    app.add_option("--where", selection.where,
                   "Only where FIELD=VALUE holds (also != < > <= >=, * in values); may be repeated")
        ->type_name("CONDITION");
    app.add_option("--sort", selection.sort, "In the order of this field; -FIELD: descending")
        ->type_name("FIELD");
    if (use == SelectionUse::Change)
        return;
    app.add_option("--columns", selection.columns, "Show these fields, separated by commas")
        ->type_name("FIELDS")
        ->delimiter(',');
    app.add_option("--limit", selection.limit, "Stop after this many")->type_name("N");
}

} // namespace mailctl::cmd
