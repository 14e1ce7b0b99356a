// All texts of a message that SEARCH looks into.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/fts/field.h"
#include "store/account.h"

namespace mailctl::fts {

/// The texts, folded: exactly those that a search without an index finds strings in.
/// Errors: OverQuota (they are longer than `most` octets); those of Account::read_body.
Awaitable<Result<std::vector<FieldText>>> gather_texts(store::Account& account, const store::Email& email,
                                                       std::uint64_t most);

} // namespace mailctl::fts
