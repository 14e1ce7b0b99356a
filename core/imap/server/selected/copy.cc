// COPY and MOVE, and their UID forms.
#include <algorithm>
#include <string>
#include <utility>

#include "core/activity/activity.h"
#include "core/imap/sequence_set.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/mod_seq.h"
#include "core/imap/server/selected/copy_across.h"
#include "core/imap/server/selected/message_set.h"
#include "core/imap/server/sync.h"
#include "store/store.h"

namespace mailctl::imap {
namespace {

/// "COPYUID 38505 304,319:320 3956:3958": RFC 4315 §3. Empty where nothing was copied, and where the
/// user may not read what is there.
std::string copy_uid(const store::Copied& copied, const Located& target)
{
    if (copied.from.empty() || !target.rights.has(store::MailboxRight::Read))
        return "";
    std::string code = "COPYUID " + std::to_string(copied.uid_validity) + " ";
    put_uid_set(code, copied.from);
    code += ' ';
    put_uid_set(code, copied.to);
    return code;
}

/// What both parse: the messages and the target.
struct Transfer {
    std::vector<Uid> uids;
    std::string target;
};

Result<Transfer> parse_transfer(const Session& session, Invocation& invocation)
{
    Transfer transfer;
    TRY(transfer.uids, parse_messages(session, invocation));
    TRY(transfer.target, invocation.args.mailbox());
    TRY_VOID(invocation.args.end());
    return transfer;
}

/// RFC 3501 §6.4.7: a missing target is the client's to create.
Completion no_target(const Error& error)
{
    if (error.code() == Errc::NotFound)
        return Completion::no("TRYCREATE", "No such mailbox");
    return refuse(error);
}

/// One commit does it. Elsewhere, and where the user may not set every flag, messages go one by one.
bool stays_in_account(const View& view, const Located& target)
{
    using enum store::MailboxRight;
    return view.shared_account() == target.account &&
           target.rights.has_all(Seen | Write | DeleteMessages);
}

/// The selected mailbox.
CopySource selected(Session& session)
{
    CopySource source(*session.services->store, session.view->account(), session.view->mailbox());
    source.progress = session.progress;
    return source;
}

/// LOG-13
Awaitable<> record_move(Session& session, std::string target, std::size_t messages)
{
    if (!session.own.activity_log || messages == 0)
        co_return;
    const auto info = co_await session.view->account().mailbox(session.view->mailbox());
    store::Activity move;
    move.kind = store::ActivityKind::Move;
    move.service = "imap";
    move.peer = session.stream->peer().address;
    move.mailbox = session.view->prefix + (info ? info->name : std::string());
    move.target = std::move(target);
    move.messages = messages;
    co_await activity::record(*session.services->store, session.account->id(), std::move(move));
}

bool has_lost(const View& view, const std::vector<Uid>& uids)
{
    return std::any_of(uids.begin(), uids.end(), [&](Uid uid) { return view.is_lost(uid); });
}

} // namespace

/// RFC 3501 §6.4.7: all or nothing; a message number that another session expunged refuses all
/// (RFC 2180 §4.4.1).
Awaitable<Completion> on_copy(Session& session, Invocation& invocation)
{
    CO_PARSE_TRY(auto transfer, parse_transfer(session, invocation));
    if (needs_sync(session, Expunges::Hold))
        co_await sync(session, Expunges::Hold);
    if (!invocation.by_uid && has_lost(*session.view, transfer.uids))
        co_return Completion::no("EXPUNGEISSUED", "Some messages are gone");
    const auto target = co_await find_mailbox(session, std::move(transfer.target),
                                              store::MailboxRight::Insert);
    if (!target)
        co_return no_target(target.error());
    Result<store::Copied> copied;
    if (stays_in_account(*session.view, *target))
        copied = co_await target->account->copy(session.view->mailbox(), std::move(transfer.uids),
                                                target->mailbox.id);
    else
        copied = co_await copy_across(selected(session), std::move(transfer.uids), *target);
    if (!copied)
        co_return no_target(copied.error());
    if (target->account->id() == session.view->account().id() &&
        target->mailbox.id == session.view->mailbox())
        session.view->made.insert(session.view->made.end(), copied->to.begin(), copied->to.end());
    co_return Completion::ok(copy_uid(*copied, *target), "COPY completed");
}

/// RFC 6851 §3; RFC 4314 §4 for the rights of its three parts. COPYUID comes before the EXPUNGE responses (§4.3), which sync() sends.
Awaitable<Completion> on_move(Session& session, Invocation& invocation)
{
    CO_PARSE_TRY(auto transfer, parse_transfer(session, invocation));
    if (session.view->is_read_only())
        co_return Completion::no("READ-ONLY", "Mailbox is read-only");
    if (!session.view->rights.has_all(store::MailboxRight::DeleteMessages |
                                      store::MailboxRight::Expunge))
        co_return refuse(Error(Errc::Denied, "no right to take messages away"));
    const auto target = co_await find_mailbox(session, std::move(transfer.target),
                                              store::MailboxRight::Insert);
    if (!target)
        co_return no_target(target.error());
    Result<store::Copied> moved;
    if (stays_in_account(*session.view, *target))
        moved = co_await target->account->move(session.view->mailbox(), std::move(transfer.uids),
                                               target->mailbox.id);
    else
        moved = co_await move_across(selected(session), std::move(transfer.uids), *target);
    if (!moved)
        co_return no_target(moved.error());
    if (const auto code = copy_uid(*moved, *target); !code.empty())
        session.out.append("* OK [").append(code).append("] Moved\r\n");
    co_await record_move(session, target->name(), moved->to.size());
    std::string highest;
    if (!moved->from.empty() && session.has_qresync) // as EXPUNGE does: RFC 7162 §3.2.7
        highest = co_await highest_mod_seq(session);
    co_return Completion::ok(std::move(highest), "MOVE completed");
}

} // namespace mailctl::imap
