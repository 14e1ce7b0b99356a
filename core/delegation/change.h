// Gives and takes back what others may do with a user's address. AUTH-07
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/delegation/delegate.h"

namespace mailctl::delegation {

/// The server annotations of IMAP that hold the addresses: RFC 5464 §6.2.1.
inline constexpr std::string_view kSendAsEntry = "/private/vendor/mailctl/send-as";
inline constexpr std::string_view kOnBehalfEntry = "/private/vendor/mailctl/send-on-behalf";

/// Off takes back whatever there is.
struct Grant {
    AccountId account{};
    conf::Delegation as = conf::Delegation::Off;
};

/// What is to be so afterwards.
struct Wish {
    std::vector<Grant> grants;
    /// Whoever else may send as the owner, or on his behalf, may not any more.
    bool only_these_send_as = false, only_these_on_behalf = false;
};

/// Who asked for it, for the records.
struct Origin {
    std::string_view service; ///< "imap", "command"
    std::string peer;         ///< its address; empty: none
};

struct Changed {
    std::string delegate; ///< the address; the id of one that is erased
    conf::Delegation before = conf::Delegation::Off, after = conf::Delegation::Off;
};

/// The user of this server that an address names, in alias domains too. Errors: Invalid (no
/// address, or the owner's own), NotFound (no user of this server), those of the directory.
Awaitable<Result<AccountId>> find_delegate(store::Store& store, const store::User& owner,
                                           std::string address);

/// Makes it so, all or nothing; gives what is another way now, for the log. Users who are erased are
/// left out from then on. It is recorded (user.activity_log) and told to clients that watch the
/// annotations. Errors: Denied (more than user.delegation allows), OverQuota (kMaxDelegates),
/// NotFound (the owner), those of the directory.
Awaitable<Result<std::vector<Changed>>> change_delegates(store::Store& store,
                                                         const conf::Config& config,
                                                         store::User owner, Wish wish,
                                                         Origin origin);

/// Addresses of those who have this right by the owner's word; who is erased is left out. Errors:
/// those of the directory.
Awaitable<Result<std::vector<std::string>>> addresses_of(store::Store& store,
                                                         const store::User& owner,
                                                         conf::Delegation as);

} // namespace mailctl::delegation
