// Settings as text: every value with its default, the differences of two, a whole commented file.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "conf/schema/schema.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}

namespace mailctl::conf {

/// One value of a configuration. Paths inside arrays carry the entry's name: "listener[smtp].port",
/// "tls.certificate[0].key".
struct ShownSetting {
    std::string path;
    std::string value;         ///< as TOML
    std::string default_value; ///< as TOML
    Effect effect{};
    std::string origin_key; ///< its key in Loaded::origins
    bool changed() const { return value != default_value; }
};

/// Every value of `config`, in the order of the schema.
std::vector<ShownSetting> all_values(const Config& config);

/// One difference; an empty `before` or `after`: the entry is new or gone.
struct Difference {
    std::string path, before, after;
    Effect effect{};
};
std::vector<Difference> differences(const Config& before, const Config& after);

/// A complete settings file: every setting with its help, those that differ from their default set,
/// the others as comments.
std::string commented_file(const Config& config);

/// What one key is: "type, default, effect, help, manual"; empty fields where nothing is known.
struct Description {
    std::string path, type, choices, default_value, effect, help, manual, since;
};
/// All keys whose path or help contains `pattern` (case ignored), in order; empty: all.
std::vector<Description> describe(std::string_view pattern);

} // namespace mailctl::conf
