// The items of STATUS, which LIST may ask for too.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/lexer.h"
#include "core/imap/server/session.h"
#include "core/imap/server/sharing/place.h"

namespace mailctl::imap {

/// status-att of RFC 3501 §9 and of the extensions that add to it.
enum class StatusItem : std::uint8_t {
    Messages,
    Recent,
    UidNext,
    UidValidity,
    Unseen,
    HighestModSeq, ///< RFC 7162 §3.1.7
    Size,          ///< RFC 8438 §3
    Deleted,       ///< RFC 9051 §6.3.11
    DeletedStorage, ///< RFC 9208 §4.1.4
    AppendLimit,   ///< RFC 7889 §3.3
    MailboxId,     ///< RFC 8474 §4.3
};

/// "(" status-att *(SP status-att) ")". Errors: Invalid.
Result<std::vector<StatusItem>> parse_status_items(Lexer& args);

/// Writes one "* STATUS name (...)" line. Errors: those of the store.
Awaitable<Result<>> put_status(Session& session, const Located& located,
                               const std::vector<StatusItem>& items);

} // namespace mailctl::imap
