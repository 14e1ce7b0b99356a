// The end of what a store still writes, before what waits for it goes.
#pragma once

namespace mailctl::store {

class Store;

/// An engine that resumes its callers from a thread of its own.
class FinishesWrites {
public:
    virtual ~FinishesWrites() = default;
    /// Blocks until every write that was handed in has ended and its caller was resumed: its handler
    /// is in the context that it runs on.
    virtual void finish_writes() = 0;
};

/// The same for the store's engine, where it has such a thread. Call it when the contexts of all who
/// use the store have stopped, and before they go: a caller is resumed into a context that is there.
void finish_writes(Store& store);

} // namespace mailctl::store
