// An account's emails by themselves, whatever mailboxes they are in: for what goes through all of them.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/mime/card_envelope.h"
#include "store/account.h"

namespace mailctl::store {

/// The id given out last: new mail has greater ones, and none is given out twice.
EmailId last_email(const Account& account);

/// How much of each card is read: without its parts it takes half the time.
enum class CardDepth : bool { Whole, Envelope };

/// Emails with ids after that one, ascending, at most `limit`. Errors: Corrupt, Unavailable.
Awaitable<Result<std::vector<Email>>> emails_after(Account& account, EmailId after, std::uint32_t limit);

/// The emails of those ids, in that order; those that are gone are left out. Neighbours are read
/// together. Errors: Corrupt, Unavailable.
Awaitable<Result<std::vector<Email>>> emails_of(Account& account, std::vector<EmailId> ids,
                                               CardDepth depth = CardDepth::Whole);

/// Is given what an email is sorted by; the views last as long as the call.
using SummaryTaker = std::function<void(EmailId, const mime::CardSummary&)>;

/// Gives those that emails_of gives, in that order, without making them.
/// Errors: Corrupt, Unavailable.
Awaitable<Result<>> summaries_of(Account& account, std::vector<EmailId> ids, SummaryTaker take);

/// The ids of all emails, ascending. Errors: Corrupt, Unavailable.
Awaitable<Result<std::vector<EmailId>>> email_ids(Account& account);

} // namespace mailctl::store
