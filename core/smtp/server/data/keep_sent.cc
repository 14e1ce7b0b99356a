// Keeps what users submit: a copy in Sent, and a record. IMA-06, LOG-13
#include <utility>

#include "core/activity/activity.h"
#include "core/base/log.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/data/steps.h"
#include "core/smtp/server/session.h"
#include "store/account.h"
#include "store/sent_copies.h"

namespace mailctl::smtp {
namespace {

Awaitable<Result<store::MailboxInfo>> sent_mailbox(store::Account& account)
{
    auto sent = co_await account.mailbox_by_role(store::SpecialUse::Sent);
    if (sent || sent.error().code() != Errc::NotFound)
        co_return sent;
    auto named = co_await account.find_mailbox("Sent");
    if (named || named.error().code() != Errc::NotFound)
        co_return named;
    co_return co_await account.create_mailbox("Sent", store::SpecialUse::Sent);
}

/// Files the copy, and takes it out again where the client stored its own meanwhile.
Awaitable<Result<>> file_copy(Incoming& message, std::shared_ptr<const mime::Card> card)
{
    store::Store& store = *message.session.services->store;
    const AccountId id = message.session.account_id;
    const std::string message_id = card->envelope.message_id;
    CO_TRY(const auto account, co_await store.account(id));
    CO_TRY(const auto mailbox, co_await sent_mailbox(*account));
    CO_TRY(const bool may_store, co_await store::begin_sent_copy(store, id, message_id));
    if (!may_store)
        co_return ok();
    CO_TRY(auto stored, co_await message.sent->finish());
    store::NewMessage copy;
    copy.body = stored.body;
    copy.inline_body = std::move(stored.inline_body);
    copy.card = std::move(card);
    copy.flags.set(store::SystemFlag::Seen);
    copy.internal_date = message.session.now();
    CO_TRY(const auto added, co_await account->append(mailbox.id, std::move(copy)));
    const store::SentCopy place{mailbox.id, added.uid};
    CO_TRY(const bool stays, co_await store::end_sent_copy(store, id, message_id, place));
    if (stays)
        co_return ok();
    std::vector<Uid> uids;
    uids.push_back(added.uid);
    const auto gone = co_await account->expunge(mailbox.id, std::move(uids), false);
    if (!gone)
        co_return gone.error();
    co_return ok();
}

} // namespace

void start_sent_copy(Incoming& message)
{
    const Session& s = message.session;
    if (!s.login || !s.own_user.save_sent)
        return;
    store::BodyOwners owner;
    owner.accounts.push_back(s.account_id);
    message.sent = s.services->store->spool(std::move(owner));
}

Awaitable<> keep_sent_copy(Incoming& message, std::shared_ptr<const mime::Card> card)
{
    if (!message.sent)
        co_return;
    const auto filed = co_await file_copy(message, std::move(card));
    message.sent.reset();
    if (!filed)
        log::warn(message.session.area(), "no copy in Sent",
                  {{"id", message.id},
                   {"user", message.session.account},
                   {"why", to_string(filed.error())}});
}

Awaitable<> record_sending(Incoming& message)
{
    const Session& s = message.session;
    if (!s.own_user.activity_log || value_of(s.account_id) == 0)
        co_return;
    const Transaction& transaction = message.transaction();
    store::Activity sent;
    sent.kind = store::ActivityKind::Send;
    sent.service = "smtp";
    sent.peer = s.stream.peer().address;
    sent.tls = s.is_tls();
    sent.id = message.id;
    sent.sender = transaction.mail.sender ? to_string(*transaction.mail.sender) : std::string();
    sent.octets = message.octets;
    for (const auto& recipient : transaction.recipients) {
        sent.addresses.push_back(to_string(recipient.rcpt.recipient));
        ++(recipient.resolution.local.empty() ? sent.remote : sent.local);
    }
    co_await activity::record(*s.services->store, s.account_id, std::move(sent));
}

} // namespace mailctl::smtp
