// TOML text into values with positions: the only place that meets the TOML library.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "conf/load.h"
#include "conf/value.h"

namespace mailctl::conf {

/// The root table, or the syntax error.
std::variant<Table, Diagnostic> parse_toml(std::string_view text, const std::string& file);

} // namespace mailctl::conf
