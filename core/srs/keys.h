// The keys that sign return addresses of forwarded mail.
#pragma once

#include <string>
#include <vector>

#include "conf/outbound.h"
#include "core/base/awaitable.h"
#include "core/base/random.h"
#include "core/base/result.h"

namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::srs {

/// Age at which a key of the store gets a successor; it goes on to be accepted for
/// forward.srs_lifetime.
inline constexpr milliseconds kKeyAge = std::chrono::days(90);
/// Keys of the store; the oldest goes before there are more.
inline constexpr std::size_t kMaxKeys = 20;

/// The keys in force, the one that signs first: those of forward.srs_secrets, or else the store's,
/// of which the first is made when it is first needed. Errors: of conf::read_secret, Unavailable.
Awaitable<Result<std::vector<std::string>>> keys(store::Store& store, Random& random,
                                                 conf::ForwardSettings settings);

/// Makes a new key in the store now. Errors: Invalid (the settings name keys), Unavailable.
Awaitable<Result<>> rotate(store::Store& store, Random& random, conf::ForwardSettings settings);

} // namespace mailctl::srs
