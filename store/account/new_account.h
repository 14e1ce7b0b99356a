// What a new account starts with, and how an account ends.
#pragma once

#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "store/account.h"
#include "store/engine.h"
#include "store/first_mailboxes.h"

namespace mailctl::store {

/// The rows of a new account: its cell, INBOX and these mailboxes with what is above them,
/// subscribed. Commit it to keys::account(id); Conflict means that the account exists already.
Batch new_account(Time now, Usage limits,
                  const std::vector<std::string>& mailboxes = usual_mailboxes());

/// Erases an account for ever: first it is closed to every change, then its references to shared
/// bodies, its bodies and its rows go. Run again after a failure, it goes on where it stopped.
/// Errors: Unavailable. No error where the account does not exist.
Awaitable<Result<>> erase_account(Engine& engine, AccountId id);

} // namespace mailctl::store
