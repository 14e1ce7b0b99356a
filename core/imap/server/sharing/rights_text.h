// Rights as responses tell them.
#pragma once

#include <string>

#include "core/imap/server/session.h"
#include "core/imap/server/sharing/place.h"
#include "store/mailbox_rights.h"

namespace mailctl::imap {

/// "lrswipkxteacd", "" for none: with the virtual rights of older clients. RFC 4314 §2.1.1
void put_rights(std::string& out, store::MailboxRights rights);
/// One "* MYRIGHTS name rights" line. RFC 4314 §3.8
void put_my_rights(Session& session, const Located& located);

} // namespace mailctl::imap
