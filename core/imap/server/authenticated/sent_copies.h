// What a client stores in Sent takes the place of the copy that the server made of it. IMA-06
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/imap/server/session.h"
#include "core/imap/server/sharing/place.h"
#include "store/account.h"

namespace mailctl::imap {

/// The Message-IDs that matter: none where the mailbox is not the user's own Sent, or the server
/// keeps no copies there.
std::vector<std::string> sent_message_ids(const Session& session, const Located& target,
                                          const std::vector<store::NewMessage>& messages);

/// After the client's messages are there: the server's copies of the same ones go. A failure is
/// logged: then there are two.
Awaitable<> drop_server_copies(Session& session, const Located& target,
                               std::vector<std::string> message_ids);

} // namespace mailctl::imap
