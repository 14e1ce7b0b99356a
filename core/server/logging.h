// The log as the settings want it.
#pragma once

#include "conf/config.h"
#include "core/base/result.h"

namespace mailctl::server {

/// Opens the log's output. Errors: Invalid (unknown target), Unavailable (the file).
Result<> open_log(const conf::LogSettings& settings);
/// Sets every area's level: its own, else "default", else info. Errors: Invalid (unknown word).
Result<> set_log_levels(const conf::LogSettings& settings);

/// Whether both write to the same place in the same way.
bool is_same_output(const conf::LogSettings& a, const conf::LogSettings& b);

} // namespace mailctl::server
