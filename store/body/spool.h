// A body on its way into the store.
#pragma once

#include <memory>

#include "store/engine.h"
#include "store/store.h"

namespace mailctl::store {

/// Borrows: engine.
std::unique_ptr<Spool> make_spool(Engine& engine, const Clock& clock, Random& random,
                                  BodyOwners owners);

} // namespace mailctl::store
