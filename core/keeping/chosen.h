// The messages that a query chooses, outside of any session.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/query/query.h"
#include "store/account.h"
#include "store/deleted.h"

namespace mailctl::keeping {

/// The word of query::kRoles; empty: none.
std::string_view name_of(store::SpecialUse role);
/// None where no role has that name. Case does not matter.
store::SpecialUse parse_role(std::string_view name);

/// The UIDs of the messages of a mailbox that match, ascending. The key is what
/// Query::for_mailbox gave for it. Errors: those of the store.
Awaitable<Result<std::vector<Uid>>> chosen_in(store::Account& account,
                                              const store::MailboxInfo& mailbox,
                                              const imap::SearchKey& key, Time now);

/// The deleted messages that match: their mailbox is the one they were deleted from. Only those
/// deleted at `since` or later. Errors: those of the store.
Awaitable<Result<std::vector<store::DeletedMessage>>> chosen_deleted(store::Account& account,
                                                                     const query::Query& query,
                                                                     Time since, Time now);

} // namespace mailctl::keeping
