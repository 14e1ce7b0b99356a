// Edits TOML text in place, by the positions the parser gives.
#include "conf/edit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "conf/schema/arrays.h"
#include "conf/schema/row_types.h"
#include "conf/schema/schema.h"
#include "conf/toml_library.h"
#include "core/base/ascii.h"
#include "core/base/nearest.h"

namespace mailctl::conf {
namespace {

// Where a line and column (from 1, in characters) stand in UTF-8 text.
std::size_t offset_of(const std::string& text, toml::source_position at)
{
    std::size_t offset = 0;
    for (toml::source_index line = 1; line < at.line; ++line)
        offset = text.find('\n', offset) + 1;
    for (toml::source_index column = 1; column < at.column && offset < text.size(); ++column) {
        ++offset;
        while (offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xC0) == 0x80)
            ++offset;
    }
    return offset;
}

std::size_t end_of_line(const std::string& text, std::size_t from)
{
    const auto newline = text.find('\n', from);
    return newline == std::string::npos ? text.size() : newline + 1;
}

// "listener[smtp].port" in three parts; a plain key has its table in `array`, no selector.
struct Path {
    std::string table;    ///< "listener", "tls.certificate" or "limits.message"
    std::string selector; ///< name or number; empty: a plain table
    std::string key;
};

Result<Path> split_path(const std::string& path)
{
    Path out;
    const auto open = path.find('[');
    const auto close = path.find("].");
    if (open != std::string::npos && close != std::string::npos && close > open) {
        out.table = path.substr(0, open);
        out.selector = path.substr(open + 1, close - open - 1);
        out.key = path.substr(close + 2);
        return out;
    }
    const auto dot = path.rfind('.');
    if (dot == std::string::npos)
        return Error(Errc::NotFound, path + ": no such key");
    out.table = path.substr(0, dot);
    out.key = path.substr(dot + 1);
    return out;
}

template <class Owner>
bool has_row(const std::vector<Setting<Owner>>& rows, const std::string& path)
{
    return std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.path == path; });
}

Result<> check_known(const Path& path, const std::string& whole)
{
    std::vector<std::string_view> known;
    if (path.selector.empty()) {
        if (has_row(settings(), whole))
            return ok();
        for (const auto& row : settings())
            known.push_back(row.path);
    } else {
        bool is_known = false;
        each_array([&](const auto& array) {
            is_known |= path.table == array.path && has_row(array.rows, path.key);
        });
        if (is_known)
            return ok();
    }
    const auto meant = nearest(whole, known);
    return Error(Errc::NotFound,
                 whole + ": no such key" + (meant.empty() ? "" : "; did you mean " + meant + "?"));
}

// The value as TOML: itself where it parses, else as a string.
std::string as_toml(const std::string& value)
{
    try {
        static_cast<void>(toml::parse("x = " + value + "\n"));
        if (value.find('\n') == std::string::npos)
            return value;
    } catch (const toml::parse_error&) {
        // A bare word: the person at the shell means a string.
    } catch (const TomlAssertion&) {
        // So is this.
    }
    return rows::quoted(value);
}

const toml::table* entry_of(const toml::node_view<const toml::node>& array, const Path& path)
{
    const auto* list = array.as_array();
    if (!list)
        return nullptr;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const auto* table = (*list)[i].as_table();
        const auto name = table ? (*table)["name"].value_or<std::string>("") : std::string();
        if (table && (name == path.selector || std::to_string(i) == path.selector))
            return table;
    }
    return nullptr;
}

// Where a new line for `key` goes inside a table whose header is at `header`: after its commented
// default, else after the table's last plain value, else after the header.
std::size_t place_in_table(const std::string& text, std::size_t header, const std::string& key)
{
    std::size_t place = end_of_line(text, header);
    for (std::size_t at = place; at < text.size(); at = end_of_line(text, at)) {
        const auto line = ascii::trim(std::string_view(text).substr(at, end_of_line(text, at) - at));
        if (!line.empty() && line.front() == '[')
            break;
        if (line.rfind("# " + key + " =", 0) == 0)
            return end_of_line(text, at);
        if (!line.empty() && line.front() != '#')
            place = end_of_line(text, at);
    }
    return place;
}

std::string insert_line(const std::string& text, std::size_t place, const std::string& line)
{
    std::string out = text.substr(0, place);
    if (!out.empty() && out.back() != '\n')
        out += '\n';
    return out + line + "\n" + text.substr(std::min(place, text.size()));
}

Result<std::string> edited(const std::string& text, const Path& path, const std::string& value)
{
    const auto document = toml::parse(text);
    const auto found = toml::at_path(std::as_const(document), path.table);
    const auto* table = path.selector.empty() ? found.as_table() : entry_of(found, path);
    if (!path.selector.empty() && !table)
        return Error(Errc::NotFound, path.table + "[" + path.selector + "]: no such entry");
    if (table) {
        if (const auto* node = table->get(path.key)) {
            const auto begin = offset_of(text, node->source().begin);
            const auto end = offset_of(text, node->source().end);
            return text.substr(0, begin) + value + text.substr(end);
        }
    }
    const auto line = path.key + " = " + value;
    const auto header = text.find("[" + path.table + "]\n");
    if (!path.selector.empty())
        return insert_line(text,
                           place_in_table(text, offset_of(text, table->source().begin), path.key),
                           line);
    if (header != std::string::npos && (header == 0 || text[header - 1] == '\n'))
        return insert_line(text, place_in_table(text, header, path.key), line);
    return insert_line(text, text.size(), "\n[" + path.table + "]\n" + line);
}

} // namespace

Result<std::string> set_in_text(const std::string& text, const std::string& key,
                                const std::string& value)
{
    TRY(const Path path, split_path(key));
    TRY_VOID(check_known(path, key));
    try {
        TRY(auto changed, edited(text, path, as_toml(value)));
        static_cast<void>(toml::parse(changed));
        return changed;
    } catch (const toml::parse_error& error) {
        return Error(Errc::Invalid, "not TOML: " + std::string(error.description()));
    } catch (const TomlAssertion& error) {
        return Error(Errc::Invalid, error.what());
    }
}

Result<> replace_file(const std::string& path, std::string_view content)
{
    const auto failed = [&path](const char* what) {
        return Error(Errc::Unavailable, path + ": " + what + ": " + std::strerror(errno));
    };
    const std::string beside = path + ".new";
    struct stat before = {};
    const bool existed = stat(path.c_str(), &before) == 0;
    const int file = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return failed("cannot write");
    if (existed && (fchmod(file, before.st_mode & 07777) != 0 ||
                    (geteuid() == 0 && fchown(file, before.st_uid, before.st_gid) != 0))) {
        close(file);
        return failed("cannot keep its owner and mode");
    }
    while (!content.empty()) {
        const auto written = ::write(file, content.data(), content.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            close(file);
            return failed("cannot write");
        }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    const bool synced = fsync(file) == 0;
    if (close(file) != 0 || !synced || rename(beside.c_str(), path.c_str()) != 0)
        return failed("cannot replace");
    const auto folder = std::filesystem::path(path).parent_path();
    const int directory = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
    if (directory >= 0) {
        fsync(directory); // the rename itself
        close(directory);
    }
    return ok();
}

} // namespace mailctl::conf
