// EXPUNGE and UID EXPUNGE: remove messages marked \Deleted.
#include "core/imap/server/selected/expunge.h"

#include <utility>

#include "core/activity/activity.h"
#include "core/imap/server/commands.h"
#include "core/imap/server/mod_seq.h"
#include "core/imap/server/rows.h"
#include "core/imap/server/sync.h"
#include "store/throw_away.h"

namespace mailctl::imap {
namespace {

constexpr std::size_t kExpungedAtOnce = 500; // messages of one commit

/// IMA-07. In Trash itself it is expunged all the same.
bool throws_away(const Session& session)
{
    return session.own.deletes == conf::DeleteMail::Trash && session.view->prefix.empty();
}

/// Out of the mailbox, by the way that the user wants. IMA-07
Awaitable<Result<>> take_out(Session& session, std::vector<Uid> uids)
{
    const View& view = *session.view;
    if (throws_away(session))
        co_return co_await store::throw_away(view.account(), view.mailbox(), std::move(uids));
    const auto gone = co_await view.account().expunge(view.mailbox(), std::move(uids), true);
    if (!gone)
        co_return gone.error();
    co_return ok();
}

} // namespace

Awaitable<> record_deletion(Session& session, Deletion what)
{
    if (!session.own.activity_log)
        co_return;
    store::Activity deletion;
    deletion.kind = store::ActivityKind::Delete;
    deletion.what = std::move(what.what);
    deletion.service = "imap";
    deletion.peer = session.stream->peer().address;
    deletion.mailbox = std::move(what.mailbox);
    deletion.messages = what.messages;
    deletion.octets = what.octets;
    co_await activity::record(*session.services->store, session.account->id(), std::move(deletion));
}

Awaitable<Result<bool>> expunge_deleted(Session& session, std::vector<Uid> uids)
{
    const auto mailbox = session.view->mailbox();
    CO_TRY(const auto info, co_await session.view->account().mailbox(mailbox));
    if (info.deleted == 0)
        co_return false;
    Deletion what;
    what.what = throws_away(session) ? "thrown away" : "expunged";
    what.mailbox = session.view->prefix + info.name;
    Rows rows(session.view->account(), mailbox, std::move(uids), kExpungedAtOnce);
    while (true) {
        CO_TRY(const auto page, co_await rows.next());
        if (page.empty())
            break;
        std::vector<Uid> deleted;
        for (const auto& row : page) {
            if (!row.flags.has(store::SystemFlag::Deleted))
                continue;
            deleted.push_back(row.uid);
            what.octets += row.octets;
        }
        what.messages += deleted.size();
        if (!deleted.empty()) {
            CO_TRY_VOID(co_await take_out(session, std::move(deleted)));
        }
    }
    const bool some = what.messages > 0;
    if (some)
        co_await record_deletion(session, std::move(what));
    co_return some;
}

/// RFC 3501 §6.4.3, RFC 4315 §2.1. The change log tells what went: sync() sends EXPUNGE.
Awaitable<Completion> on_expunge(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    auto uids = session.view->uids();
    if (invocation.by_uid) {
        CO_PARSE_TRY_VOID(args.space());
        CO_PARSE_TRY(const auto set, args.sequence_set());
        CO_PARSE_TRY_VOID(args.end());
        if (needs_sync(session, Expunges::Tell)) // a UID may be of a message not told yet
            co_await sync(session, Expunges::Tell);
        uids = session.view->pick(set, true);
    }
    CO_PARSE_TRY_VOID(args.end());
    if (session.view->is_read_only())
        co_return Completion::no("READ-ONLY", "Mailbox is read-only");
    if (!session.view->may(store::MailboxRight::Expunge)) // RFC 4314 §4
        co_return refuse(Error(Errc::Denied, "no right to expunge"));
    const auto expunged = co_await expunge_deleted(session, std::move(uids));
    if (!expunged)
        co_return refuse(expunged.error());
    std::string code;
    if (*expunged && session.has_qresync) // RFC 7162 §3.2.7
        code = co_await highest_mod_seq(session);
    co_return Completion::ok(std::move(code), "EXPUNGE completed");
}

} // namespace mailctl::imap
