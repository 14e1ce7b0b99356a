// What commands print: rows of named columns, in the format that -o chose.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cmd/context.h"
#include "core/base/clock.h"

namespace mailctl::cmd {

/// An amount of octets: "1.4 GiB" for people, a number for machines.
struct Octets {
    std::uint64_t count = 0;
};

/// One value. Absent values are empty for people and null in JSON.
class Cell {
public:
    Cell() = default;
    Cell(std::string text) : value_(std::move(text)) {}
    Cell(std::string_view text) : value_(std::string(text)) {}
    Cell(const char* text) : value_(std::string(text)) {}
    Cell(bool yes) : value_(yes) {}
    Cell(int number) : value_(static_cast<std::int64_t>(number)) {}
    Cell(unsigned number) : value_(static_cast<std::uint64_t>(number)) {}
    Cell(std::int64_t number) : value_(number) {}
    Cell(std::uint64_t number) : value_(number) {}
    Cell(Octets octets) : value_(octets) {}
    Cell(Time time) : value_(to_rfc3339(time)) {}
    Cell(std::vector<std::string> list) : value_(std::move(list)) {}
    template <class T>
    Cell(const std::optional<T>& value)
    {
        if (value)
            *this = Cell(*value);
    }

    std::string for_people() const;  ///< control characters escaped
    std::string for_machine() const; ///< for csv and tsv: lists joined by ","
    std::string json() const;
    bool is_number() const;

private:
    std::variant<std::monostate, std::string, bool, std::int64_t, std::uint64_t, Octets,
                 std::vector<std::string>>
        value_;
};

/// A set of columns: one place for their names and the id of their JSON schema.
struct Columns {
    std::string_view schema; ///< "mailctl.queue.list/1"
    std::vector<std::string_view> names;
};

/// Rows as they come. Table format sizes its columns by the first kWidthRows rows.
class Table {
public:
    static constexpr std::size_t kWidthRows = 1000;

    /// `only`: the columns to show, in this order; empty: all. Unknown names: see check_columns.
    Table(Context& ctx, Columns columns, std::vector<std::string> only = {});
    ~Table();
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;

    template <class... Values>
    void row(Values&&... values)
    {
        add({Cell(std::forward<Values>(values))...});
    }
    void add(std::vector<Cell> cells);
    /// Writes what is buffered and the end of the format. Done by the destructor otherwise.
    void finish();
    std::size_t rows() const { return rows_; }

private:
    void print_waiting();
    void print_for_people(const std::vector<Cell>& cells);

    Context& ctx_;
    Columns columns_;
    std::vector<std::size_t> shown_;
    std::vector<std::vector<Cell>> waiting_;
    std::vector<std::size_t> widths_;
    std::size_t rows_ = 0;
    bool started_ = false, finished_ = false;
};

/// The first of `only` that is no column, or nothing.
std::optional<std::string> unknown_column(const Columns& columns,
                                          const std::vector<std::string>& only);

/// One object: a line a field for people, one object in JSON, one row in csv and tsv.
class Sheet {
public:
    Sheet(Context& ctx, std::string_view schema) : ctx_(ctx), schema_(schema) {}
    ~Sheet();
    Sheet(const Sheet&) = delete;
    Sheet& operator=(const Sheet&) = delete;

    template <class T>
    Sheet& field(std::string_view name, T&& value)
    {
        fields_.emplace_back(std::string(name), Cell(std::forward<T>(value)));
        return *this;
    }

private:
    Context& ctx_;
    std::string_view schema_;
    std::vector<std::pair<std::string, Cell>> fields_;
};

} // namespace mailctl::cmd
