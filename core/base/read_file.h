// Small files, read whole.
#pragma once

#include <string>

#include "core/base/result.h"

namespace mailctl {

/// The octets of a file. Errors: NotFound (it is not there or cannot be read; the detail names it).
Result<std::string> read_file(const std::string& path);

} // namespace mailctl
