// Inputs that arguments name, read whole.
#pragma once

#include <cstddef>
#include <string>

#include "core/base/result.h"

namespace mailctl::cmd {

class Context; // cmd/context.h

/// A file, or standard input where the path is "-". Errors: NotFound, Denied, Unavailable (it
/// cannot be read), Invalid (over `limit` octets).
Result<std::string> read_input(Context& ctx, const std::string& path, std::size_t limit);

} // namespace mailctl::cmd
