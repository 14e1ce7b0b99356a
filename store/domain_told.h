// What was told of a domain, so that it isn't told twice.
#pragma once

#include <string>

#include "core/base/awaitable.h"
#include "core/base/result.h"

namespace mailctl::store {

class Engine;

/// The highest percentage of its quota that was told of the domain; 0: none. Errors: Unavailable,
/// Corrupt.
Awaitable<Result<unsigned>> domain_level_told(Engine& engine, std::string domain);
/// Errors: Unavailable.
Awaitable<Result<>> set_domain_level_told(Engine& engine, std::string domain, unsigned level);

} // namespace mailctl::store
