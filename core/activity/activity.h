// Records what users do, where their settings want that. LOG-13
#pragma once

#include "core/base/awaitable.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "store/activity.h"
#include "store/directory.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}
namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::activity {

/// user.activity_log as it holds for this user. Errors: those of the directory.
Awaitable<Result<bool>> is_recorded(store::Store& store, const conf::Config& config,
                                    const store::User& user);

/// Records for a user who is recorded. What cannot be written is logged, no more: nobody's mail
/// waits for it.
Awaitable<> record(store::Store& store, AccountId account, store::Activity activity);

} // namespace mailctl::activity
