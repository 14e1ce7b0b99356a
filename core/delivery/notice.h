// Short messages of the server itself to an administrator.
#pragma once

#include <string>

#include "core/base/awaitable.h"
#include "core/base/ids.h"
#include "core/base/result.h"

namespace mailctl::delivery {
struct Services; // core/delivery/services.h
}

namespace mailctl::delivery {

struct Notice {
    std::string to;
    std::string subject;
    std::string text; ///< CRLF line ends
    /// Not 0: into this mailbox, full or not, wherever mail for `to` goes.
    AccountId mailbox{};
    std::string id; ///< of its Message-ID, before the "@"; empty: made
    Notice() = default;
};

/// Delivers it, with the null sender: nothing comes back. RFC 3834 §2
/// Errors: Invalid (no address, or nobody there), Unavailable.
Awaitable<Result<>> send_notice(const Services& services, Notice notice);

} // namespace mailctl::delivery
