// Loading: files and includes, each key against the schema, then what values mean together.
#include "conf/load.h"

#include <glob.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "conf/schema/arrays.h"
#include "conf/schema/schema.h"
#include "conf/toml.h"
#include "core/base/nearest.h"

namespace mailctl::conf {
namespace {

namespace fs = std::filesystem;

std::string joined(std::string_view prefix, std::string_view key)
{
    return prefix.empty() ? std::string(key) : std::string(prefix) + "." + std::string(key);
}

// One load under way.
class Loader {
public:
    explicit Loader(Loaded& out) : out_(out) {}

    void read_file(const std::string& path, bool first);
    void read_text(std::string_view text, const std::string& file);
    /// The directory files that the settings name.
    void read_directory(const std::string& main_file);

private:
    void error(Position at, std::string key, std::string message);
    void take_table(const Table& table, const std::string& prefix);
    void take_member(const Member& member, const std::string& path);
    bool take_array(const Member& member, const std::string& path);
    template <class Owner>
    void take_array_of(const Member& member, const std::string& path,
                       const std::vector<Setting<Owner>>& rows, std::vector<Owner>& out);
    template <class Owner>
    Owner take_entry(const Table& table, const std::string& path,
                     const std::vector<Setting<Owner>>& rows);
    void take_includes(const Member& member);
    void take_directory_table(const Table& table);
    std::vector<std::string> expand(const std::string& pattern, Position at,
                                    const std::string& key);
    void unknown(const Member& member, const std::string& path,
                 const std::vector<std::string_view>& known);
    std::vector<std::string> list_of_names(const Member& member, const std::string& key);

    Loaded& out_;
    std::string file_;
};

void Loader::error(Position at, std::string key, std::string message)
{
    out_.errors.push_back({file_, at.line, at.column, std::move(key), std::move(message)});
}

// A file's root table, or why there is none.
std::variant<Table, Diagnostic> read_toml(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    std::error_code ec;
    const auto size = fs::file_size(path, ec);
    if (!in || ec)
        return Diagnostic{path, 0, 0, "", "cannot be read"};
    if (size > kMaxFileOctets)
        return Diagnostic{path, 0, 0, "", "is larger than 16 MiB"};
    std::stringstream text;
    text << in.rdbuf();
    return parse_toml(text.str(), path);
}

void Loader::read_file(const std::string& path, bool first)
{
    std::error_code ec;
    out_.unreadable |= first && (!fs::exists(path, ec) || access(path.c_str(), R_OK) != 0);
    out_.files.push_back(path);
    const auto parsed = read_toml(path);
    if (const auto* mistake = std::get_if<Diagnostic>(&parsed)) {
        out_.errors.push_back(*mistake);
        return;
    }
    const auto outer = std::exchange(file_, path);
    take_table(std::get<Table>(parsed), "");
    file_ = outer;
}

void Loader::read_text(std::string_view text, const std::string& file)
{
    file_ = file;
    out_.files.push_back(file);
    const auto parsed = parse_toml(text, file);
    if (const auto* mistake = std::get_if<Diagnostic>(&parsed)) {
        out_.errors.push_back(*mistake);
        return;
    }
    take_table(std::get<Table>(parsed), "");
}

void Loader::take_table(const Table& table, const std::string& prefix)
{
    for (const auto& member : table.members)
        take_member(member, joined(prefix, member.key));
}

void Loader::take_member(const Member& member, const std::string& path)
{
    if (path == "include")
        return take_includes(member);
    if (take_array(member, path))
        return;
    std::vector<std::string_view> known{"include"};
    each_array([&known](const auto& array) { known.push_back(array.path); });
    bool is_prefix = false;
    for (const auto& setting : settings()) {
        known.push_back(setting.path);
        for (auto dot = setting.path.find('.'); dot != std::string_view::npos;
             dot = setting.path.find('.', dot + 1))
            known.push_back(setting.path.substr(0, dot));
        is_prefix |= setting.path.substr(0, path.size() + 1) == path + ".";
        if (setting.path != path)
            continue;
        if (const auto [at, added] =
                out_.origins.insert({path, Origin{file_, member.value.at.line}});
            !added) {
            return error(member.value.at, path,
                         "is set twice; first at " + at->second.file + ":" +
                             std::to_string(at->second.line));
        }
        if (const auto done = setting.assign(out_.config, member.value); !done)
            error(member.value.at, path, done.error().detail());
        return;
    }
    const auto* table = std::get_if<Table>(&member.value.data);
    if (is_prefix && table)
        return take_table(*table, path);
    if (is_prefix)
        return error(member.value.at, path, "must be a table: [" + path + "]");
    unknown(member, path, known);
}

void Loader::unknown(const Member& member, const std::string& path,
                     const std::vector<std::string_view>& known)
{
    const auto meant = nearest(path, known);
    error(member.value.at, path,
          meant.empty() ? "unknown key" : "unknown key; did you mean " + meant + "?");
}

bool Loader::take_array(const Member& member, const std::string& path)
{
    bool is_one = false;
    each_array([&](const auto& array) {
        if (array.path != path)
            return;
        is_one = true;
        take_array_of(member, path, array.rows, array.entries(out_.config));
    });
    return is_one;
}

// Directory entries remember their place; settings have theirs in `origins`.
template <class Owner>
void set_place(Owner& owner, const std::string& place)
{
    if constexpr (requires { owner.place; })
        owner.place = place;
}

template <class Owner>
Owner Loader::take_entry(const Table& table, const std::string& path,
                         const std::vector<Setting<Owner>>& rows)
{
    std::vector<std::string_view> known;
    for (const auto& row : rows)
        known.push_back(row.path);
    Owner owner;
    for (const auto& entry : table.members) {
        const auto row = std::find_if(rows.begin(), rows.end(),
                                      [&entry](const auto& r) { return r.path == entry.key; });
        const auto key = path + "." + entry.key;
        if (row == rows.end()) {
            const auto meant = nearest(entry.key, known);
            error(entry.value.at, key,
                  meant.empty() ? "unknown key" : "unknown key; did you mean " + meant + "?");
        } else if (const auto done = row->assign(owner, entry.value); !done) {
            error(entry.value.at, key, done.error().detail());
        } else {
            out_.origins[key] = {file_, entry.value.at.line};
        }
    }
    return owner;
}

template <class Owner>
void Loader::take_array_of(const Member& member, const std::string& path,
                           const std::vector<Setting<Owner>>& rows, std::vector<Owner>& out)
{
    const auto* list = std::get_if<List>(&member.value.data);
    if (!list)
        return error(member.value.at, path, "must be an array of tables: [[" + path + "]]");
    for (const auto& item : *list) {
        const auto* table = std::get_if<Table>(&item.data);
        if (!table) {
            error(item.at, path, "must be an array of tables: [[" + path + "]]");
            continue;
        }
        const auto entry_path = path + "[" + std::to_string(out.size()) + "]";
        out_.origins[entry_path] = {file_, item.at.line};
        Owner owner = take_entry(*table, entry_path, rows);
        set_place(owner, file_ + ":" + std::to_string(item.at.line));
        out.push_back(std::move(owner));
    }
}

void Loader::take_directory_table(const Table& table)
{
    for (const auto& member : table.members) {
        if (member.key == "domain")
            take_array_of(member, member.key, declared_domain_keys(), out_.declared.domains);
        else if (member.key == "user")
            take_array_of(member, member.key, declared_user_keys(), out_.declared.users);
        else if (member.key == "alias")
            take_array_of(member, member.key, declared_alias_keys(), out_.declared.aliases);
        else
            error(member.value.at, member.key,
                  "a directory file has only [[domain]], [[user]] and [[alias]]");
    }
}

void Loader::read_directory(const std::string& main_file)
{
    const auto at = out_.origins.find("directory.files");
    const Position position{at == out_.origins.end() ? 0U : at->second.line, 1};
    file_ = at == out_.origins.end() ? main_file : at->second.file;
    for (const auto& pattern : out_.config.directory.files) {
        for (const auto& path : expand(pattern, position, "directory.files")) {
            const auto parsed = read_toml(path);
            if (const auto* mistake = std::get_if<Diagnostic>(&parsed)) {
                out_.errors.push_back(*mistake);
                continue;
            }
            const auto outer = std::exchange(file_, path);
            out_.files.push_back(path);
            take_directory_table(std::get<Table>(parsed));
            file_ = outer;
        }
    }
}

std::vector<std::string> Loader::list_of_names(const Member& member, const std::string& key)
{
    std::vector<std::string> names;
    const auto* list = std::get_if<List>(&member.value.data);
    if (list)
        for (const auto& item : *list)
            if (const auto* name = std::get_if<std::string>(&item.data))
                names.push_back(*name);
    if (!list || names.size() != list->size())
        error(member.value.at, key, "must be a list of file names, \"*\" allowed");
    return names;
}

// The files a pattern names, in order, relative to the file that names it.
std::vector<std::string> Loader::expand(const std::string& pattern, Position at,
                                        const std::string& key)
{
    std::vector<std::string> paths;
    const auto full = (fs::path(file_).parent_path() / pattern).string();
    glob_t found{};
    const int status = glob(full.c_str(), 0, nullptr, &found);
    if (status == GLOB_NOMATCH && pattern.find_first_of("*?[") == std::string::npos)
        error(at, key, pattern + ": no such file");
    for (std::size_t i = 0; status == 0 && i < found.gl_pathc; ++i)
        paths.emplace_back(found.gl_pathv[i]);
    globfree(&found);
    if (out_.files.size() + paths.size() > kMaxIncludes) {
        error(at, key, "more than 1000 files");
        paths.clear();
    }
    return paths;
}

void Loader::take_includes(const Member& member)
{
    const auto outer = file_;
    for (const auto& pattern : list_of_names(member, "include")) {
        for (const auto& path : expand(pattern, member.value.at, "include"))
            if (std::find(out_.files.begin(), out_.files.end(), path) == out_.files.end())
                read_file(path, false);
        file_ = outer;
    }
}

void make_absolute(std::string& path, const fs::path& folder)
{
    if (!path.empty() && fs::path(path).is_relative())
        path = (folder / path).lexically_normal().string();
}

void make_absolute_after(std::string& text, std::string_view prefix, const fs::path& folder)
{
    if (!text.starts_with(prefix))
        return;
    std::string path = text.substr(prefix.size());
    make_absolute(path, folder);
    text = std::string(prefix) + path;
}

void resolve_hop_paths(HopSettings& hop, const fs::path& folder)
{
    make_absolute_after(hop.secret, "file:", folder);
    for (auto& host : hop.hosts)
        make_absolute_after(host, "unix:", folder);
}

void resolve_outbound_paths(Config& config, const fs::path& folder)
{
    for (auto& file : config.dns.zone_files)
        make_absolute(file, folder);
    make_absolute(config.dns.trust_anchor, folder);
    make_absolute(config.outbound.ca_file, folder);
    make_absolute_after(config.outbound.proxy_secret, "file:", folder);
    make_absolute(config.queue.pickup, folder);
    make_absolute(config.bounce.templates, folder);
    for (auto& secret : config.forward.srs_secrets)
        make_absolute_after(secret, "file:", folder);
    for (auto& smart_host : config.smart_hosts)
        resolve_hop_paths(smart_host.hop, folder);
    for (auto& route : config.routes)
        resolve_hop_paths(route.hop, folder);
}

// Relative names in values start at the folder of the main file.
void resolve_paths(Config& config, const std::string& file)
{
    std::error_code ec;
    const auto folder = fs::absolute(file, ec).parent_path();
    make_absolute(config.server.data_dir, folder);
    make_absolute(config.control.client_ca, folder);
    make_absolute(config.log.file, folder);
    make_absolute(config.oauth.keys, folder);
    make_absolute(config.oauth.ca, folder);
    make_absolute_after(config.oauth.client_secret, "file:", folder);
    make_absolute_after(config.client_ca.authority, "file:", folder);
    for (auto& certificate : config.tls.certificates) {
        make_absolute(certificate.certificate, folder);
        make_absolute_after(certificate.key, "file:", folder);
    }
    for (auto& listener : config.listeners)
        for (auto& address : listener.addresses)
            make_absolute_after(address, "unix:", folder);
    resolve_outbound_paths(config, folder);
}

void finish(Loaded& loaded, const std::string& path)
{
    loaded.config.file = path;
    resolve_paths(loaded.config, path);
    for (auto& finding : check_meaning(loaded.config, loaded.origins)) {
        if (finding.file.empty())
            finding.file = path;
        loaded.errors.push_back(std::move(finding));
    }
}

} // namespace

std::string to_string(const Diagnostic& diagnostic)
{
    std::string text = diagnostic.file;
    if (diagnostic.line > 0)
        text += ":" + std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column);
    if (!diagnostic.key.empty())
        text += ": " + diagnostic.key;
    return text + ": " + diagnostic.message;
}

Loaded load(const std::string& path)
{
    Loaded loaded;
    Loader loader(loaded);
    loader.read_file(path, true);
    if (loaded.unreadable)
        return loaded;
    loader.read_directory(path);
    finish(loaded, path);
    return loaded;
}

Loaded load_text(std::string_view text, const std::string& file)
{
    Loaded loaded;
    Loader(loaded).read_text(text, file);
    finish(loaded, file);
    return loaded;
}

} // namespace mailctl::conf
