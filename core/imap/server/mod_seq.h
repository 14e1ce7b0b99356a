// What happened to a mailbox since a client last saw it. RFC 7162.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/sequence_set.h"
#include "core/imap/server/session.h"

namespace mailctl::imap {

/// The difference between a mod-sequence and now.
struct Since {
    /// Messages that may have changed, ascending; their rows tell. nullopt: any may have, since the
    /// log does not reach back that far.
    std::optional<std::vector<Uid>> changed;
    std::vector<NumberRange> vanished; ///< UIDs that are there no more, ascending
};

/// Brings UIDs into ascending order, each once.
void sort_unique(std::vector<Uid>& uids);

/// Reads the log, and where it does not reach back, tells every UID that is not in the view as
/// vanished: RFC 7162 §3.2.5 allows more of them than there are. `known`: the UIDs the client asks
/// about. Errors: those of the store.
Awaitable<Result<Since>> changes_since(Session& session, ModSeq since,
                                       std::vector<NumberRange> known);

/// Those of ascending UIDs that may have changed.
std::vector<Uid> changed_among(const Since& since, std::vector<Uid> uids);

/// "* VANISHED (EARLIER) 41,43:116"; nothing where there are none. RFC 7162 §3.2.10
enum class Earlier : bool { No, Yes };
void put_vanished(std::string& out, Earlier earlier, const std::vector<NumberRange>& uids);

/// "MODSEQ (12121230045)". RFC 7162 §3.1.4.2
void put_mod_seq(std::string& out, ModSeq mod_seq);

/// "HIGHESTMODSEQ 12121230045", the response code for a mailbox. Empty: it is gone.
Awaitable<std::string> highest_mod_seq(Session& session);

/// "* OK [HIGHESTMODSEQ ...]" of what the client was told so far: for one that asks for
/// mod-sequences first while a mailbox is selected, and so did not ask for them when it was.
/// RFC 7162 §3.1
Awaitable<> tell_highest_mod_seq(Session& session);

/// The same where EXPUNGE waits: what came before the first that does. Once none waits, that all
/// was told. RFC 7162 §3.2
Awaitable<> tell_waiting_mod_seq(Session& session);

} // namespace mailctl::imap
