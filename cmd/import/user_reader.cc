// Rows of user files.
#include "cmd/import/user_reader.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace mailctl::cmd {
namespace {

constexpr std::size_t kPieceOctets = 64 * 1024;

/// Columns that a reject file puts before the row: fixed rows are imported again as they are.
bool is_reject_column(std::string_view name)
{
    return name == "reject_line" || name == "reject_reason";
}

const UserPreset* find_preset(std::string_view name)
{
    for (const auto& preset : user_presets()) {
        if (preset.name == name)
            return &preset;
    }
    return nullptr;
}

std::string known_columns()
{
    std::string out;
    for (const auto& column : user_columns())
        out += (out.empty() ? "" : ", ") + std::string(column.name);
    return out;
}

bool is_blank(const std::vector<std::string>& fields, std::size_t from)
{
    return std::all_of(fields.begin() + static_cast<std::ptrdiff_t>(from), fields.end(),
                       [](const std::string& field) { return field.empty(); });
}

} // namespace

UserReader::UserReader(UserFileFormat format, ReadOctets read)
    : format_(std::move(format)), read_(std::move(read)), csv_(format_.csv)
{
}

Result<bool> UserReader::next_csv(csv::Row& row)
{
    for (;;) {
        auto more = csv_.next(row);
        if (!more || *more || at_end_)
            return more;
        std::string buffer(kPieceOctets, '\0');
        TRY(const std::size_t got, read_(buffer.data(), buffer.size()));
        at_end_ = got == 0;
        if (at_end_)
            csv_.finish();
        csv_.feed(std::string_view(buffer).substr(0, got));
    }
}

Result<> UserReader::start()
{
    for (const auto& entry : format_.map) {
        const auto equals = entry.rfind('=');
        if (equals == std::string::npos || equals == 0)
            return Error(Errc::Invalid, "--map needs THEIRS=OURS, not \"" + entry + "\"");
        mapped_[entry.substr(0, equals)] = entry.substr(equals + 1);
    }
    csv::Row first;
    TRY(const bool has_row, next_csv(first));
    if (!has_row)
        return Error(Errc::Invalid, "the file is empty");

    std::vector<std::string> names;
    if (!format_.preset.empty()) {
        const auto* preset = find_preset(format_.preset);
        if (!preset)
            return Error(Errc::Invalid, "no preset \"" + format_.preset + "\"");
        names.assign(preset->columns.begin(), preset->columns.end());
    } else if (format_.has_header) {
        names = first.fields;
    } else {
        for (std::size_t i = 1; i <= first.fields.size(); ++i)
            names.push_back(std::to_string(i));
    }
    if (!format_.has_header)
        held_ = std::move(first);
    return set_columns(std::move(names));
}

Result<const UserColumn*> UserReader::column_of(const std::string& name, std::size_t index)
{
    std::string ours = name;
    for (const auto& key : {name, std::to_string(index + 1)}) {
        if (const auto found = mapped_.find(key); found != mapped_.end())
            ours = found->second;
    }
    const bool is_nameless = ascii::parse_number<unsigned>(ours).has_value() || ours.empty();
    if (ours == "-" || is_reject_column(ours) || is_nameless)
        return static_cast<const UserColumn*>(nullptr);
    const UserColumn* column = find_user_column(ours);
    if (!column || !column->read)
        return Error(Errc::Invalid, "column " + std::to_string(index + 1) + " \"" +
                                        ascii::printable(ours) + "\" is unknown: --map \"" +
                                        ascii::printable(name) +
                                        "=COLUMN\" names it, \"=-\" leaves it out; columns are " +
                                        known_columns());
    return column;
}

Result<> UserReader::set_columns(std::vector<std::string> names)
{
    bool has_name = false;
    for (std::size_t i = 0; i < names.size(); ++i) {
        names[i] = ascii::trim(names[i]);
        TRY(const UserColumn* column, column_of(names[i], i));
        if (column && std::find(columns_.begin(), columns_.end(), column) != columns_.end())
            return Error(Errc::Invalid, "two columns are " + std::string(column->name));
        has_name |= column && (column->name == "address" || column->name == "local_part");
        columns_.push_back(column);
        names_.push_back(column ? std::string(column->name) : names[i]);
    }
    if (!has_name)
        return Error(Errc::Invalid, "no column holds the address: the first row must name one "
                                    "\"address\", or --map or --preset must tell which it is");
    return ok();
}

Result<> UserReader::fill(UserDraft& draft, const std::vector<std::string>& fields) const
{
    if (fields.size() > columns_.size() && !is_blank(fields, columns_.size()))
        return Error(Errc::Invalid, std::to_string(fields.size()) + " fields where there are " +
                                        std::to_string(columns_.size()) + " columns");
    for (std::size_t i = 0; i < std::min(fields.size(), columns_.size()); ++i) {
        if (columns_[i] && !fields[i].empty())
            TRY_VOID(columns_[i]->read(draft, fields[i]));
    }
    return ok();
}

Result<> UserReader::settle_address(UserDraft& draft) const
{
    std::string text = draft.address.empty() ? draft.local_part : draft.address;
    if (text.empty())
        return Error(Errc::Invalid, "no address");
    if (text.find('@') == std::string::npos) {
        const std::string& domain = draft.domain.empty() ? format_.default_domain : draft.domain;
        if (domain.empty())
            return Error(Errc::Invalid, "no domain; --domain gives one to all such rows");
        text += '@' + domain;
    }
    auto parsed = address::parse(text, address::Utf8::Yes, address::Literal::No);
    if (!parsed)
        return parsed.error().within("address");
    if (parsed->local_part.find('*') != std::string::npos)
        return Error(Errc::Invalid, "address: \"*\" is for wildcard aliases");
    draft.user.address = address::folded(*parsed);
    return ok();
}

Result<std::optional<UserRow>> UserReader::next()
{
    csv::Row raw;
    UserRow row;
    if (held_) {
        raw = *std::exchange(held_, std::nullopt);
    } else {
        const auto more = next_csv(raw);
        if (!more && more.error().code() != Errc::Invalid)
            return more.error();
        if (!more) {
            row.line = raw.line;
            row.fields = std::move(raw.fields);
            row.error = more.error();
            return std::optional<UserRow>(std::move(row));
        }
        if (!*more)
            return std::optional<UserRow>();
    }
    row.line = raw.line;
    row.fields = std::move(raw.fields);
    UserDraft draft;
    auto filled = fill(draft, row.fields);
    if (filled)
        filled = settle_address(draft);
    if (filled)
        row.draft = std::move(draft);
    else
        row.error = filled.error();
    return std::optional<UserRow>(std::move(row));
}

Result<UserDraft> UserReader::over(const store::User& existing, const UserRow& row) const
{
    UserDraft draft;
    draft.user = existing;
    TRY_VOID(fill(draft, row.fields));
    return draft;
}

bool UserReader::has_plain_password(const UserRow& row) const
{
    return row.draft && !row.draft->password.empty();
}

} // namespace mailctl::cmd
