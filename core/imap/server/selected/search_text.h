// Texts of SEARCH against bodies.
#pragma once

#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/server/selected/search_query.h"

namespace mailctl::store {
class Account; // store/account.h
}

namespace mailctl::imap {

/// Which of the texts the message holds. Reads the body in chunks; memory is bounded.
/// Errors: those of Account::read_body.
Awaitable<Result<std::vector<bool>>> find_texts(store::Account& account, const store::Email& email,
                                                const std::vector<SoughtText>& texts);

} // namespace mailctl::imap
