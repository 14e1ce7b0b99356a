// Takes the server's copies out of Sent where a client brings its own.
#include "core/imap/server/authenticated/sent_copies.h"

#include <utility>

#include "core/base/log.h"
#include "core/mime/card.h"
#include "store/sent_copies.h"

namespace mailctl::imap {
namespace {

Awaitable<Result<>> drop_copy(Session& session, store::Account& account, std::string message_id)
{
    CO_TRY(const auto copy, co_await store::take_sent_place(*session.services->store, account.id(),
                                                            std::move(message_id)));
    if (!copy)
        co_return ok();
    std::vector<Uid> uids;
    uids.push_back(copy->uid);
    const auto gone = co_await account.expunge(copy->mailbox, std::move(uids), false);
    if (!gone && gone.error().code() != Errc::NotFound)
        co_return gone.error();
    co_return ok();
}

} // namespace

std::vector<std::string> sent_message_ids(const Session& session, const Located& target,
                                          const std::vector<store::NewMessage>& messages)
{
    std::vector<std::string> ids;
    if (!session.own.save_sent || !target.is_own() ||
        target.mailbox.role != store::SpecialUse::Sent)
        return ids;
    for (const auto& message : messages)
        if (message.card && !message.card->envelope.message_id.empty())
            ids.push_back(message.card->envelope.message_id);
    return ids;
}

Awaitable<> drop_server_copies(Session& session, const Located& target,
                               std::vector<std::string> message_ids)
{
    for (auto& id : message_ids) {
        const auto done = co_await drop_copy(session, *target.account, std::move(id));
        if (!done)
            log::warn("imap", "the server's copy of a sent message stays",
                      {{"user", session.user}, {"why", to_string(done.error())}});
    }
}

} // namespace mailctl::imap
