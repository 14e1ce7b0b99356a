// The table of commands: in which states each is valid, and who runs it.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/base/awaitable.h"
#include "core/imap/server/completion.h"
#include "core/imap/server/session.h"

namespace mailctl::imap {

/// A handler that need not wait, and one that may.
using PlainHandler = Completion (*)(Session&, Invocation&);
using WaitingHandler = Awaitable<Completion> (*)(Session&, Invocation&);

struct CommandEntry {
    std::string_view name;
    std::uint8_t states = 0; ///< bits of State
    PlainHandler plain = nullptr;
    WaitingHandler waiting = nullptr;
    bool has_uid_form = false;
    /// EXPUNGE must not be sent while it runs by message number (RFC 3501 §7.4.1), nor while it
    /// searches by them (RFC 7162 §3.2.10.2).
    bool holds_expunge = false;
    /// Changes what mailboxes there are or hold, whichever is selected: not for read-only users.
    bool changes_mail = false;
    /// It takes messages away and tells so, whatever NOTIFY says.
    bool tells_expunges = false;
    /// Its messages are named by number where it is not the UID form.
    bool names_messages = false;
};

/// ASCII case is ignored. nullptr: no such command.
const CommandEntry* find_command(std::string_view name);

// Each is in a file of its own name, in the folder of its state. RFC 3501 §6.
Completion on_capability(Session&, Invocation&);
Completion on_noop(Session&, Invocation&);
Completion on_logout(Session&, Invocation&);
Completion on_id(Session&, Invocation&);
Completion on_language(Session&, Invocation&);
Awaitable<Completion> on_starttls(Session&, Invocation&);
Awaitable<Completion> on_authenticate(Session&, Invocation&);
Awaitable<Completion> on_login(Session&, Invocation&);
Awaitable<Completion> on_enable(Session&, Invocation&);
Completion on_unauthenticate(Session&, Invocation&);
Awaitable<Completion> on_compress(Session&, Invocation&);
Awaitable<Completion> on_namespace(Session&, Invocation&);
Awaitable<Completion> on_select(Session&, Invocation&);
Awaitable<Completion> on_examine(Session&, Invocation&);
Awaitable<Completion> on_create(Session&, Invocation&);
Awaitable<Completion> on_delete(Session&, Invocation&);
Awaitable<Completion> on_rename(Session&, Invocation&);
Awaitable<Completion> on_subscribe(Session&, Invocation&);
Awaitable<Completion> on_unsubscribe(Session&, Invocation&);
Awaitable<Completion> on_list(Session&, Invocation&);
Awaitable<Completion> on_lsub(Session&, Invocation&);
Awaitable<Completion> on_xlist(Session&, Invocation&);
Awaitable<Completion> on_get_acl(Session&, Invocation&);
Awaitable<Completion> on_set_acl(Session&, Invocation&);
Awaitable<Completion> on_delete_acl(Session&, Invocation&);
Awaitable<Completion> on_list_rights(Session&, Invocation&);
Awaitable<Completion> on_my_rights(Session&, Invocation&);
Awaitable<Completion> on_get_metadata(Session&, Invocation&);
Awaitable<Completion> on_set_metadata(Session&, Invocation&);
Awaitable<Completion> on_status(Session&, Invocation&);
Awaitable<Completion> on_gen_url_auth(Session&, Invocation&);
Awaitable<Completion> on_reset_key(Session&, Invocation&);
Awaitable<Completion> on_url_fetch(Session&, Invocation&);
Completion on_comparator(Session&, Invocation&);
Awaitable<Completion> on_multi_search(Session&, Invocation&);
Awaitable<Completion> on_get_quota(Session&, Invocation&);
Awaitable<Completion> on_set_quota(Session&, Invocation&);
Awaitable<Completion> on_get_quota_root(Session&, Invocation&);
Awaitable<Completion> on_notify(Session&, Invocation&);
Awaitable<Completion> on_append(Session&, Invocation&);
Awaitable<Completion> on_idle(Session&, Invocation&);
Completion on_check(Session&, Invocation&);
Awaitable<Completion> on_close(Session&, Invocation&);
Completion on_unselect(Session&, Invocation&);
Completion on_uid_batches(Session&, Invocation&);
Completion on_cancel_update(Session&, Invocation&);
Awaitable<Completion> on_expunge(Session&, Invocation&);
Awaitable<Completion> on_search(Session&, Invocation&);
Awaitable<Completion> on_sort(Session&, Invocation&);
Awaitable<Completion> on_thread(Session&, Invocation&);
Awaitable<Completion> on_fetch(Session&, Invocation&);
Awaitable<Completion> on_store(Session&, Invocation&);
Awaitable<Completion> on_copy(Session&, Invocation&);
Awaitable<Completion> on_move(Session&, Invocation&);
Awaitable<Completion> on_replace(Session&, Invocation&);

} // namespace mailctl::imap
