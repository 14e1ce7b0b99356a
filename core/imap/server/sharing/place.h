// Names of mailboxes, through namespaces, as IMAP's commands look them up.
#pragma once

#include "core/sharing/place.h"

namespace mailctl::imap {

using sharing::find_mailbox;
using sharing::id_suffix;
using sharing::kNoRightNeeded;
using sharing::Located;
using sharing::may_create;
using sharing::Namespaces;
using sharing::namespaces_of;
using sharing::permitted_flags;
using sharing::Place;
using sharing::place_of;
using sharing::rights_at;
using sharing::sees_others;
using sharing::Viewer;
using sharing::visible_mailboxes;

} // namespace mailctl::imap
