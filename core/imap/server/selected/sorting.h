// The order of messages that SORT asks for.
#pragma once

#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/order/sort_key.h"
#include "core/imap/server/selected/matching.h"

namespace mailctl::imap {

/// A message and its place among others.
struct Placed {
    std::string value;
    Uid uid{};

    bool operator<(const Placed& other) const
    {
        const int order = value.compare(other.value);
        return order != 0 ? order < 0 : uid < other.uid;
    }
};

/// Those of the UIDs of `found` that are still there, as they came. Cards are read only where a key
/// asks for them; bodies never. Errors: those of the store.
Awaitable<Result<std::vector<Placed>>> place(const View& view, const std::vector<SortKey>& keys,
                                             const Found& found, Progress* progress = nullptr);

/// In order; tells its progress. Errors: those of the store.
Awaitable<Result<std::vector<Uid>>> sorted(Session& session, const std::vector<SortKey>& keys,
                                           const Found& found);

} // namespace mailctl::imap
