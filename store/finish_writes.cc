// Finds out whether an engine has writes to finish.
#include "store/finish_writes.h"

#include "store/engine.h"
#include "store/store.h"

namespace mailctl::store {

void finish_writes(Store& store)
{
    if (auto* const engine = dynamic_cast<FinishesWrites*>(&store.engine()))
        engine->finish_writes();
}

} // namespace mailctl::store
