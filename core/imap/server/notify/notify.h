// What a session asked to be notified of, and how far it was told. RFC 5465
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/notify_request.h"
#include "core/imap/server/notify/watching.h"
#include "core/imap/server/session.h"
#include "core/imap/server/sharing/place.h"

namespace mailctl::imap {

inline constexpr std::size_t kNotifyAccounts = 50; ///< whose mailboxes one session watches
/// Changes told at once; more of them, and the client is told that it missed some (§5.8).
inline constexpr std::size_t kNotifyChanges = 5000;

/// One account, as the client knows it.
struct NotifiedAccount {
    std::shared_ptr<store::Account> account;
    std::string prefix;
    ModSeq seen{};
    std::map<MailboxId, std::string> names; ///< of the mailboxes that it may look up
};

/// Made by NOTIFY, or by ENABLE METADATA, of a session. Threads: the session's strand.
class Notify {
public:
    Notify(NotifyRequest request, net::Stream& stream)
        : watching(stream), request_(std::move(request))
    {
    }
    /// Of a client that never sent NOTIFY: its messages are told as ever.
    explicit Notify(net::Stream& stream) : watching(stream), is_asked_(false) {}

    /// Whether NOTIFY was sent.
    bool is_asked() const { return is_asked_; }

    const std::vector<NotifyGroup>& groups() const { return request_.groups; }
    /// What is wanted of the selected mailbox; nullptr: nothing. §3.1
    const NotifyGroup* selected() const;
    /// Events of all groups that are about a mailbox, apart from the selected one's. `name`: as the
    /// client knows it, with "/" between levels.
    NotifyEvents events_of(std::string_view name, bool is_own) const;
    /// Server events.
    NotifyEvents events() const;
    /// Stops everything, as NOTIFY NONE does.
    void stop();

    /// True once for a name that a command of this client has changed, or one above it. §5
    bool is_caused(std::string_view name) const;

    Watching watching;
    std::vector<NotifiedAccount> accounts; ///< the user's own first
    std::set<std::string> subscriptions;
    std::vector<std::string> caused; ///< names that the client changed since the last telling
    NotifyEvents enabled; ///< of the user's own mailboxes and the server, whatever NOTIFY says

private:
    NotifyRequest request_;
    bool is_asked_ = true;
};

/// Reads what there is to watch. Errors: OverQuota (kNotifyAccounts), those of the store.
Awaitable<Result<>> start_notify(Session& session, Notify& notify);

/// Tells changes of annotations from now on. RFC 5464 §4.4.2 Errors: those of the store.
Awaitable<Result<>> enable_metadata(Session& session, NotifyEvents events);

/// Keeps the client from being told of what it does itself. §5
void note_caused(Session& session, std::string name);

/// Whether messages of the selected mailbox are told at all.
bool tells_messages(const Session& session);

/// Tells what changed: of the selected mailbox, and of others where NOTIFY asked for it.
Awaitable<> tell_changes(Session& session, bool in_command);
/// The second part alone.
Awaitable<> tell_others(Session& session);

/// FETCH responses of new messages in the selected mailbox. §5.2
Awaitable<> tell_new_messages(Session& session, std::vector<Uid> uids);

} // namespace mailctl::imap
