// Where commands look names up.
#pragma once

#include <memory>
#include <string>

#include "cmd/context.h"
#include "core/base/result.h"

namespace mailctl::dns {
class Resolver;
}

namespace mailctl::cmd {

/// A zone file, else the DNS as the settings say (without settings: the system's servers).
/// Errors: Invalid, NotFound.
Result<std::unique_ptr<dns::Resolver>> resolver_of(Context& ctx, const std::string& zone_file);

} // namespace mailctl::cmd
