// What NOTIFY asks of each new message in the selected mailbox.
#include <algorithm>
#include <utility>

#include "core/base/log.h"
#include "core/imap/server/notify/notify.h"
#include "core/imap/server/rows.h"
#include "core/imap/server/selected/fetch_message.h"

namespace mailctl::imap {
namespace {

/// Nothing is marked \Seen: nobody has read it.
FetchPlan plan_of(const std::vector<FetchItem>& items, std::vector<std::string> keywords)
{
    FetchPlan plan;
    plan.items = items;
    plan.keywords = std::move(keywords);
    for (const auto& item : items) {
        plan.needs_email = plan.needs_email || item.kind >= FetchItem::Kind::ThreadId;
        plan.tells_flags = plan.tells_flags || item.kind == FetchItem::Kind::Flags;
        plan.tells_mod_seq = plan.tells_mod_seq || item.kind == FetchItem::Kind::ModSeq;
    }
    return plan;
}

Awaitable<Result<>> put_messages(Session& session, const FetchPlan& plan, std::vector<Uid> uids)
{
    Rows rows(session.view->account(), session.view->mailbox(), std::move(uids));
    while (true) {
        CO_TRY(const auto page, co_await rows.next());
        if (page.empty())
            co_return ok();
        for (const auto& row : page) {
            if (!plan.needs_email) {
                put_message(session, plan, row);
                continue;
            }
            const auto email = co_await session.view->account().email(row.email);
            if (!email && email.error().code() == Errc::NotFound)
                continue; // expunged meanwhile
            if (!email)
                co_return email.error();
            const KnownMessage message{row, *email};
            CO_TRY_VOID(co_await send_message(session, plan, message));
            if (is_full(session))
                co_await flush(session);
        }
    }
}

} // namespace

Awaitable<> tell_new_messages(Session& session, std::vector<Uid> uids)
{
    auto& made = session.view->made;
    std::erase_if(uids, [&made](Uid uid) { // RFC 5465 §5.2: not what this client put there
        return std::find(made.begin(), made.end(), uid) != made.end();
    });
    std::vector<Uid>().swap(made);
    const auto* group = session.notify ? session.notify->selected() : nullptr;
    if (group == nullptr || group->items.empty() || uids.empty())
        co_return;
    auto keywords = co_await session.view->account().keywords();
    Result<> put = keywords ? ok() : Result<>(keywords.error());
    if (keywords) {
        const auto plan = plan_of(group->items, std::move(*keywords));
        put = co_await put_messages(session, plan, std::move(uids));
    }
    if (!put)
        log::error("imap", "new messages were not told",
                   {{"user", session.user}, {"error", to_string(put.error())}});
}

} // namespace mailctl::imap
