// What every engine asks of a batch before it takes it.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "store/engine.h"

namespace mailctl::store {

/// Errors: Invalid (a limit of store/engine.h is passed, a key or value is empty).
Result<> validate(std::string_view partition, const Batch& batch);

/// The least key greater than every key that starts with `prefix`; empty: there is none.
std::string after_prefix(std::string_view prefix);

} // namespace mailctl::store
