// Replaces keys by schedule: the next one is made, published, signs; the last one retires and goes.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/dkim/domain_keys.h"

namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::dns {
class Resolver;
}

namespace mailctl::dkim {

/// Something that rotation did, or waits for.
struct RotationEvent {
    enum class What : std::uint8_t { Made, Waiting, Activated, Retired, Erased } what = What::Made;
    std::string selector;
    std::string detail; ///< Made, Waiting: the record to publish, "NAME TXT TEXT"
    Published published = Published::Missing; ///< Waiting, Activated
    bool operator==(const RotationEvent&) const = default;
};
/// "made", "waiting", "activated", "retired", "erased"
std::string_view name_of(RotationEvent::What what);

struct RotationRun {
    bool force = false;   ///< makes successors though none is due
    bool dry_run = false; ///< tells, and changes nothing; what would be made has no record
};

/// What is due at a time. For each kind of key that signs: a successor where the key is old enough
/// and none is on its way; and the keys whose overlap is over.
struct RotationPlan {
    std::vector<KeyWish> make;
    std::vector<std::string> pending; ///< successors that wait to be published
    std::vector<std::string> erase;
};
RotationPlan plan_rotation(const store::DkimDomain& domain, Time now, bool force);

/// True where a successor may sign: its record is there, or the schedule waits no longer.
bool may_activate(const store::DkimKey& key, const store::DkimRotation& rotation,
                  Published published, Time now);

/// What the DNS has of a key.
Awaitable<Published> look_up(const store::DkimKey& key, std::string domain,
                             dns::Resolver& resolver);

/// What rotation works with. `workers`: where keys are made, which takes its time.
struct RotationParts {
    RotationParts(store::Store& s, dns::Resolver& r, boost::asio::any_io_executor w)
        : store(s), resolver(r), workers(std::move(w))
    {
    }
    store::Store& store;
    dns::Resolver& resolver;
    boost::asio::any_io_executor workers;
};

/// Does what is due for one domain. A run that breaks off is gone on with by the next one.
/// Errors: NotFound (no keys), and those of the store.
Awaitable<Result<std::vector<RotationEvent>>> rotate(RotationParts parts, std::string domain,
                                                     RotationRun run);

/// rotate() for every domain with a schedule; what happened goes to the log.
Awaitable<> rotate_all(RotationParts parts);

} // namespace mailctl::dkim
