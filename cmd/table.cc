// Tables for people, and JSON, CSV and TSV for machines.
#include "cmd/table.h"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/octets.h"

namespace mailctl::cmd {
namespace {

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

std::string join(const std::vector<std::string>& list)
{
    std::string text;
    for (const auto& item : list) {
        if (!text.empty())
            text += ',';
        text += item;
    }
    return text;
}

std::string json_string(std::string_view text)
{
    return boost::json::serialize(boost::json::string(text));
}

// RFC 4180 §2, rules 5 to 7.
std::string csv_field(const std::string& text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"')
            quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

// Tabs and line ends cannot be quoted in TSV: they are escaped.
std::string tsv_field(const std::string& text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '\t': out += "\\t"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\\': out += "\\\\"; break;
        default: out += c;
        }
    }
    return out;
}

std::string separated(Format format, const std::vector<std::string>& fields)
{
    std::string line;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0)
            line += format == Format::Csv ? ',' : '\t';
        line += format == Format::Csv ? csv_field(fields[i]) : tsv_field(fields[i]);
    }
    return line + (format == Format::Csv ? "\r\n" : "\n");
}

// Columns on a terminal: UTF-8 continuation octets take none.
std::size_t width_of(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

std::string padded(const std::string& text, std::size_t width, bool right)
{
    const auto have = width_of(text);
    const std::string blank(width > have ? width - have : 0, ' ');
    return right ? blank + text : text + blank;
}

} // namespace

std::string Cell::for_people() const
{
    return std::visit(
        Overloaded{[](std::monostate) { return std::string(); },
                   [](const std::string& text) { return ascii::printable(text); },
                   [](bool yes) { return std::string(yes ? "yes" : "no"); },
                   [](Octets octets) { return to_rough_octets(octets.count); },
                   [](const std::vector<std::string>& list) { return ascii::printable(join(list)); },
                   [](auto number) { return std::to_string(number); }},
        value_);
}

std::string Cell::for_machine() const
{
    return std::visit(Overloaded{[](std::monostate) { return std::string(); },
                                 [](const std::string& text) { return text; },
                                 [](bool yes) { return std::string(yes ? "true" : "false"); },
                                 [](Octets octets) { return std::to_string(octets.count); },
                                 [](const std::vector<std::string>& list) { return join(list); },
                                 [](auto number) { return std::to_string(number); }},
                      value_);
}

std::string Cell::json() const
{
    return std::visit(
        Overloaded{[](std::monostate) { return std::string("null"); },
                   [](const std::string& text) { return json_string(text); },
                   [](bool yes) { return std::string(yes ? "true" : "false"); },
                   [](Octets octets) { return std::to_string(octets.count); },
                   [](const std::vector<std::string>& list) {
                       std::string text = "[";
                       for (const auto& item : list)
                           text += (text.size() > 1 ? "," : "") + json_string(item);
                       return text + "]";
                   },
                   [](auto number) { return std::to_string(number); }},
        value_);
}

bool Cell::is_number() const
{
    return std::holds_alternative<std::int64_t>(value_) ||
           std::holds_alternative<std::uint64_t>(value_) || std::holds_alternative<Octets>(value_);
}

Table::Table(Context& ctx, Columns columns, std::vector<std::string> only)
    : ctx_(ctx), columns_(std::move(columns))
{
    if (only.empty())
        for (std::size_t i = 0; i < columns_.names.size(); ++i)
            shown_.push_back(i);
    for (const auto& name : only) {
        const auto at = std::find(columns_.names.begin(), columns_.names.end(), name);
        if (at != columns_.names.end())
            shown_.push_back(static_cast<std::size_t>(at - columns_.names.begin()));
    }
}

Table::~Table()
{
    finish();
}

void Table::add(std::vector<Cell> cells)
{
    std::vector<Cell> chosen;
    chosen.reserve(shown_.size());
    for (const auto i : shown_)
        chosen.push_back(std::move(cells.at(i)));
    ++rows_;
    waiting_.push_back(std::move(chosen));
    if (ctx_.format != Format::Table || started_ || waiting_.size() >= kWidthRows)
        print_waiting();
}

void Table::finish()
{
    if (std::exchange(finished_, true))
        return;
    print_waiting();
    if (ctx_.format == Format::Json)
        ctx_.write(rows_ == 0 ? "]}\n" : "\n]}\n");
}

void Table::print_for_people(const std::vector<Cell>& cells)
{
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const bool last = i + 1 == cells.size();
        const auto text = cells[i].for_people();
        line += last && !cells[i].is_number() ? text
                                              : padded(text, widths_[i], cells[i].is_number());
        line += last ? "" : "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    ctx_.write(line + "\n");
}

void Table::print_waiting()
{
    std::vector<std::string> names;
    for (const auto i : shown_)
        names.emplace_back(columns_.names[i]);
    if (!std::exchange(started_, true)) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            widths_.push_back(names[i].size());
            for (const auto& cells : waiting_)
                widths_[i] = std::max(widths_[i], width_of(cells[i].for_people()));
        }
        if (ctx_.format == Format::Table && !waiting_.empty()) {
            std::vector<Cell> heading;
            for (const auto& name : names) {
                std::string word = ascii::upper(name);
                std::replace(word.begin(), word.end(), '_', ' ');
                heading.emplace_back(std::move(word));
            }
            print_for_people(heading);
        }
        if (ctx_.format == Format::Json)
            ctx_.write("{\"schema\":" + json_string(columns_.schema) + ",\"rows\":[");
        if (ctx_.format == Format::Csv || ctx_.format == Format::Tsv)
            ctx_.write(separated(ctx_.format, names));
    }
    const auto first = rows_ - waiting_.size();
    for (std::size_t r = 0; r < waiting_.size(); ++r) {
        const auto& cells = waiting_[r];
        if (ctx_.format == Format::Table) {
            print_for_people(cells);
        } else if (ctx_.format == Format::Csv || ctx_.format == Format::Tsv) {
            std::vector<std::string> fields;
            for (const auto& cell : cells)
                fields.push_back(cell.for_machine());
            ctx_.write(separated(ctx_.format, fields));
        } else {
            std::string object = "{";
            for (std::size_t i = 0; i < cells.size(); ++i)
                object += (i ? "," : "") + json_string(names[i]) + ":" + cells[i].json();
            object += "}";
            if (ctx_.format == Format::Json)
                ctx_.write((first + r == 0 ? "\n" : ",\n") + object);
            else
                ctx_.write(object + "\n");
        }
    }
    waiting_.clear();
}

std::optional<std::string> unknown_column(const Columns& columns,
                                          const std::vector<std::string>& only)
{
    for (const auto& name : only)
        if (std::find(columns.names.begin(), columns.names.end(), name) == columns.names.end())
            return name;
    return std::nullopt;
}

Sheet::~Sheet()
{
    if (ctx_.format == Format::Csv || ctx_.format == Format::Tsv) {
        std::vector<std::string> names, values;
        for (const auto& [name, cell] : fields_) {
            names.push_back(name);
            values.push_back(cell.for_machine());
        }
        ctx_.write(separated(ctx_.format, names) + separated(ctx_.format, values));
        return;
    }
    if (ctx_.format == Format::Table) {
        std::size_t width = 0;
        for (const auto& [name, cell] : fields_)
            width = std::max(width, name.size());
        for (const auto& [name, cell] : fields_) {
            std::string label = name;
            std::replace(label.begin(), label.end(), '_', ' ');
            const auto text = cell.for_people();
            ctx_.write(text.empty() ? label + "\n" : padded(label, width + 2, false) + text + "\n");
        }
        return;
    }
    std::string object = "{\"schema\":" + json_string(schema_);
    for (const auto& [name, cell] : fields_)
        object += "," + json_string(name) + ":" + cell.json();
    ctx_.write(object + "}\n");
}

} // namespace mailctl::cmd
