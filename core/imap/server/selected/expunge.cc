// EXPUNGE and UID EXPUNGE: remove messages marked \Deleted.
#include "core/imap/server/selected/expunge.h"

#include <utility>

#include "core/imap/server/commands.h"
#include "core/imap/server/mod_seq.h"
#include "core/imap/server/rows.h"

namespace mailctl::imap {
namespace {

constexpr std::size_t kExpungedAtOnce = 500; // messages of one commit

} // namespace

Awaitable<Result<bool>> expunge_deleted(Session& session, std::vector<Uid> uids)
{
    const auto mailbox = session.view->mailbox();
    CO_TRY(const auto info, co_await session.view->account().mailbox(mailbox));
    bool some = false;
    if (info.deleted == 0)
        co_return some;
    Rows rows(session.view->account(), mailbox, std::move(uids), kExpungedAtOnce);
    while (true) {
        CO_TRY(const auto page, co_await rows.next());
        if (page.empty())
            co_return some;
        std::vector<Uid> deleted;
        for (const auto& row : page)
            if (row.flags.has(store::SystemFlag::Deleted))
                deleted.push_back(row.uid);
        if (!deleted.empty()) {
            some = true;
            CO_TRY_VOID(co_await session.view->account().expunge(mailbox, std::move(deleted), true));
        }
    }
}

/// RFC 3501 §6.4.3, RFC 4315 §2.1. The change log tells what went: sync() sends EXPUNGE.
Awaitable<Completion> on_expunge(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    auto uids = session.view->uids();
    if (invocation.by_uid) {
        CO_PARSE_TRY_VOID(args.space());
        CO_PARSE_TRY(const auto set, args.sequence_set());
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
