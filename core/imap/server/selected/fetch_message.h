// One message's FETCH response.
#pragma once

#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/imap/fetch_items.h"
#include "core/imap/server/session.h"

namespace mailctl::imap {

/// What to send of each message.
struct FetchPlan {
    std::vector<FetchItem> items;
    std::vector<std::string> keywords; ///< of the account, by index
    bool needs_email = false;          ///< an item asks for the card or the body
    bool needs_whole_body = false;     ///< an item asks for all of it, or nearly so
    bool sets_seen = false;
    bool tells_flags = false;
    bool tells_mod_seq = false;
};

/// Writes the response where no item needs the card or the body.
void put_message(Session& session, const FetchPlan& plan, const store::MessageRow& row);

/// What is known of a message that is sent. Borrows all of it.
struct KnownMessage {
    const store::MessageRow& row;
    const store::Email& email;
    const std::string* body = nullptr; ///< whole, where it was read ahead
    bool newly_seen = false;           ///< FLAGS are told too
};

/// Writes it where one does; bodies go out in chunks.
/// Errors: Invalid (BINARY of an unknown transfer encoding); Corrupt, Unavailable (a body that could
/// not be read is NIL). Throws Disconnected also where a body ends before its announced size.
Awaitable<Result<>> send_message(Session& session, const FetchPlan& plan, const KnownMessage& message);

} // namespace mailctl::imap
