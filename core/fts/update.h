// Brings one account's index in line with its mail.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/awaitable.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "store/account.h"

namespace mailctl::fts {

/// What the account itself remembers of its index. An index is believed no further than both say: a
/// lost or older one, or one of mail that a restored store no longer has, is found out by that.
struct Anchor {
    std::string instance;
    std::uint64_t up_to = 0;
};

/// nullopt: the account has no index. Errors: those of Account::note.
Awaitable<Result<std::optional<Anchor>>> read_anchor(store::Account& account);
Awaitable<Result<>> write_anchor(store::Account& account, Anchor anchor);

/// Errors: Unavailable.
Result<> drop_folder(const std::filesystem::path& folder);

struct Update {
    std::filesystem::path folder; ///< of the account's index
    std::uint64_t message_octets = 0;
    bool from_nothing = false;    ///< drop what is there
};

/// Takes in new mail, drops what is gone, and mends or makes the index where it is missing, damaged or
/// of other mail. Durable piece by piece; where `stopping` becomes true it ends with Unavailable.
/// Errors: Busy (another process writes it), Unavailable.
Awaitable<Result<>> bring_up_to_date(store::Account& account, Update update, Random& random,
                                     const std::atomic<bool>& stopping);

} // namespace mailctl::fts
