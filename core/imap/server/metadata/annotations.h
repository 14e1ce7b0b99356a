// Annotations of mailboxes and of the server, as sessions see them. RFC 5464
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/server/session.h"
#include "core/imap/server/sharing/place.h"
#include "store/metadata.h"

namespace mailctl::imap {

/// True where the user may read and write annotations: RFC 5464 §3.3.
bool may_annotate(store::MailboxRights rights);

/// All annotations of a mailbox that the user sees. Errors: those of the store.
Awaitable<Result<std::vector<store::MetadataEntry>>> annotations(const Session& session,
                                                                 const Located& located);
/// Those of the server: the settings' shared ones, the user's own, and who may send as the user. Errors: those of the store.
Awaitable<Result<std::vector<store::MetadataEntry>>> server_annotations(const Session& session);

/// One "* METADATA name (entry value ...)" line; nothing where there is no entry. No value: NIL.
/// `name`: empty is the server. RFC 5464 §4.4.1
void put_metadata(Session& session, std::string_view name,
                  const std::vector<store::MetadataEntry>& entries);

/// The named ones in the order of the names; NIL for those that are not there. RFC 9590 §3
std::vector<store::MetadataEntry> pick_entries(const std::vector<store::MetadataEntry>& all,
                                               const std::vector<std::string>& names);

} // namespace mailctl::imap
