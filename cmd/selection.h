// The words that choose objects, the same on every verb of a noun: list first, then act.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/table.h"

namespace CLI {
class App;
} // namespace CLI

namespace mailctl::cmd {

/// FIELD=VALUE, FIELD!=VALUE, FIELD<VALUE, FIELD>VALUE, FIELD<=VALUE, FIELD>=VALUE. "=" and "!="
/// take "*" and do not tell case apart; the others compare numbers (octets with units), else text.
struct Condition {
    enum class Test { Equal, NotEqual, Less, Greater, AtMost, AtLeast } test = Test::Equal;
    std::string field, value;
};

/// Errors: Invalid (no such form).
Result<Condition> parse_condition(std::string_view text);
bool holds(const Condition& condition, const Cell& cell);

/// --domain, --where, --sort and --columns as they were given.
struct Selection {
    std::vector<std::string> domains; ///< canonical after check()
    std::vector<std::string> where;
    std::string sort; ///< "-FIELD": descending
    std::vector<std::string> columns;
    std::uint64_t limit = 0; ///< 0: all

    bool is_empty() const { return domains.empty() && where.empty(); }
};

enum class SelectionUse { List, Change };
/// Adds the words. A change takes no --columns and no --limit.
void add_selection(CLI::App& app, Selection& selection, SelectionUse use);

/// One named property of an object.
template <class Object>
struct Property {
    std::string_view name;
    bool shown; ///< in a list without --columns
    std::function<Cell(const Object&)> get;
};

template <class Object>
using Properties = std::vector<Property<Object>>;

/// What a Selection means for one kind of object.
template <class Object>
class Filter {
public:
    /// Errors: Invalid (unknown field or column, broken condition).
    static Result<Filter> make(const Selection& selection, const Properties<Object>& properties)
    {
        Filter filter;
        for (const auto& text : selection.where) {
            TRY(Condition condition, parse_condition(text));
            TRY(const auto* property, find(properties, condition.field));
            filter.conditions_.push_back({std::move(condition), property});
        }
        if (!selection.sort.empty()) {
            std::string_view field = selection.sort;
            filter.descending_ = field.front() == '-';
            if (filter.descending_)
                field.remove_prefix(1);
            TRY(filter.sort_, find(properties, field));
        }
        for (const auto& column : selection.columns) {
            TRY(const auto* property, find(properties, column));
            filter.columns_.push_back(property);
        }
        if (filter.columns_.empty()) {
            for (const auto& property : properties) {
                if (property.shown)
                    filter.columns_.push_back(&property);
            }
        }
        return filter;
    }

    bool matches(const Object& object) const
    {
        return std::all_of(conditions_.begin(), conditions_.end(), [&](const auto& one) {
            return holds(one.first, one.second->get(object));
        });
    }
    bool is_sorted() const { return sort_; }
    bool is_before(const Object& a, const Object& b) const
    {
        const Cell x = sort_->get(descending_ ? b : a), y = sort_->get(descending_ ? a : b);
        return compare(x, y) < 0;
    }
    /// Whether any of these fields is looked at: costly ones are read only then.
    bool uses(std::span<const std::string_view> fields) const
    {
        const auto wanted = [&](const Property<Object>* property) {
            return property && std::find(fields.begin(), fields.end(), property->name) != fields.end();
        };
        return wanted(sort_) || std::any_of(columns_.begin(), columns_.end(), wanted) ||
               std::any_of(conditions_.begin(), conditions_.end(),
                           [&](const auto& one) { return wanted(one.second); });
    }
    std::vector<std::string_view> column_names() const
    {
        std::vector<std::string_view> names;
        for (const auto* column : columns_)
            names.push_back(column->name);
        return names;
    }
    std::vector<Cell> cells(const Object& object) const
    {
        std::vector<Cell> cells;
        for (const auto* column : columns_)
            cells.push_back(column->get(object));
        return cells;
    }

private:
    static Result<const Property<Object>*> find(const Properties<Object>& properties,
                                                std::string_view name)
    {
        std::string known;
        for (const auto& property : properties) {
            if (property.name == name)
                return &property;
            known += (known.empty() ? "" : ", ") + std::string(property.name);
        }
        return Error(Errc::Invalid, "no field \"" + std::string(name) + "\"; there are " + known);
    }
    static int compare(const Cell& a, const Cell& b);

    std::vector<std::pair<Condition, const Property<Object>*>> conditions_;
    std::vector<const Property<Object>*> columns_;
    const Property<Object>* sort_ = nullptr;
    bool descending_ = false;
};

/// Numbers by value, all else by text. Below, at, above zero.
int compare_cells(const Cell& a, const Cell& b);

template <class Object>
int Filter<Object>::compare(const Cell& a, const Cell& b)
{
    return compare_cells(a, b);
}

} // namespace mailctl::cmd
