// What a commit does to bring an entry's rows from one state into another.
#pragma once

#include <vector>

#include "store/engine.h"

namespace mailctl::store {

/// Erases the rows that only `before` has, puts those that `after` has anew or with another value.
void add_difference(Batch& batch, std::vector<Row> before, std::vector<Row> after);

} // namespace mailctl::store
