// Reads settings from TOML files: every mistake is reported, none stops the search for more.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "conf/schema/declared.h"
#include "core/base/result.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}

namespace mailctl::conf {

/// A mistake in a settings file.
struct Diagnostic {
    std::string file;
    unsigned line = 0; ///< from 1; 0: the whole file
    unsigned column = 0;
    std::string key; ///< "limits.message.recipients"; empty: none
    std::string message;
    bool operator==(const Diagnostic&) const = default;
};

/// "file:line:column: key: what is wrong".
std::string to_string(const Diagnostic& diagnostic);

/// Where a value was read.
struct Origin {
    std::string file;
    unsigned line = 0;
};

struct Loaded {
    Config config;                         ///< complete only where `errors` is empty
    Declared declared;                     ///< what the directory files say
    std::vector<Diagnostic> errors;        ///< in the order of the files
    std::vector<Diagnostic> warnings;
    std::map<std::string, Origin> origins; ///< key -> where it was set; others have their default
    std::vector<std::string> files;        ///< all that were read, includes too
    bool unreadable = false;               ///< the file itself is absent or unreadable
};

inline constexpr std::size_t kMaxFileOctets = 16U << 20;
inline constexpr unsigned kMaxIncludes = 1000;

/// Reads `path` and the files of its `include` list ("*.toml", relative to it), checks every key and
/// value, and what values mean together. A key set twice is an error. Relative paths in values are
/// relative to the file's folder.
Loaded load(const std::string& path);

/// The same for text in memory: `file` is its name in diagnostics. Includes are not followed.
Loaded load_text(std::string_view text, const std::string& file);

/// What values mean together: listeners with one address and port, implicit TLS without a
/// certificate, and the like. Called by load.
std::vector<Diagnostic> check_meaning(const Config& config, const std::map<std::string, Origin>& origins);

/// A secret reference's value: "file:PATH" (without a final newline), "env:NAME", "cmd:COMMAND".
/// Errors: Invalid (no such form), NotFound, Unavailable (the command failed).
Result<std::string> read_secret(const std::string& reference);

} // namespace mailctl::conf
