// Names a body in the store.
#pragma once

#include <cstdint>

#include "core/base/ids.h"

namespace mailctl::store {

/// Where a body is.
struct BodyRef {
    BlobId blob;
    bool shared = false; ///< owned by the shared partition: several accounts read it
    std::uint64_t octets = 0;
};

} // namespace mailctl::store
