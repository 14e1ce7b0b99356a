// Commits an accepted message to every mailbox and to the queue, all at once.
#include "core/delivery/deliver.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "core/activity/activity.h"
#include "core/address/address.h"
#include "core/base/ascii.h"
#include "core/base/gather.h"
#include "core/base/log.h"
#include "store/account.h"
#include "store/acl.h"
#include "store/directory.h"
#include "store/sharing.h"

namespace mailctl::delivery {
namespace {

using store::Account;

/// QTA-02: what quota.action let in.
Awaitable<> warn_of_quota(Account& account, std::string name)
{
    const auto limits = co_await account.limits();
    const auto usage = co_await account.usage();
    if (limits && usage && !usage->is_within(*limits))
        log::warn("delivery", "over quota", {{"user", name}, {"octets", usage->octets}});
}

/// "f17", the id of a mailbox as "mailbox show" and clients have it (RFC 8474 §4.1): it outlives new
/// names. DO NOT CHANGE: aliases lead there.
std::optional<MailboxId> id_in(std::string_view detail)
{
    if (detail.empty() || ascii::lower(detail.substr(0, 1)) != "f")
        return std::nullopt;
    const auto number = ascii::parse_number<std::underlying_type_t<MailboxId>>(detail.substr(1));
    return number ? std::optional(MailboxId{*number}) : std::nullopt;
}

/// The mailbox whose name is the address's detail, in any case: local parts are told apart by none;
/// else the one with that id.
std::optional<store::MailboxInfo> named(const std::vector<store::MailboxInfo>& mailboxes,
                                        const std::string& detail)
{
    auto at = std::find_if(mailboxes.begin(), mailboxes.end(), [&detail](const auto& box) {
        return ascii::equals_ignoring_case(box.name, detail);
    });
    const auto id = id_in(detail);
    if (at == mailboxes.end() && id)
        at = std::find_if(mailboxes.begin(), mailboxes.end(),
                          [&id](const auto& box) { return box.id == *id; });
    return at == mailboxes.end() ? std::nullopt : std::optional(*at);
}

/// Whether whoever sent the message may post to the mailbox: "p" of RFC 4314 §2.1. Nobody logged in:
/// what anyone may. Errors: those of the directory.
Awaitable<Result<bool>> may_post(store::Store& store, Account& owner, MailboxId mailbox,
                                 const std::string& login)
{
    CO_TRY(const auto acl, co_await owner.acls().acl(mailbox));
    store::User sender;
    if (const auto at = address::parse(login); at) {
        auto entry = co_await store.directory().find(address::folded(*at));
        if (!entry && entry.error().code() != Errc::NotFound)
            co_return entry.error();
        if (entry && std::holds_alternative<store::User>(*entry))
            sender = std::get<store::User>(std::move(*entry));
    }
    if (sender.account == owner.id())
        co_return true;
    store::Visitor visitor(store.directory(), std::move(sender));
    CO_TRY(const auto rights, co_await visitor.rights(acl, true));
    co_return rights.has(store::MailboxRight::Post);
}

/// "office+orders@example.org" reaches the mailbox "orders" where its sender may post to it, and the
/// inbox otherwise. Errors: those of the store.
Awaitable<Result<store::MailboxInfo>> mailbox_for(store::Store& store, Account& owner,
                                                  const std::string& detail,
                                                  const std::string& login)
{
    if (!detail.empty()) {
        CO_TRY(const auto mailboxes, co_await owner.mailboxes());
        const auto mailbox = named(mailboxes, detail);
        bool posts = false;
        if (mailbox) {
            CO_TRY(posts, co_await may_post(store, owner, mailbox->id, login));
        }
        if (posts)
            co_return *mailbox;
    }
    co_return co_await owner.find_mailbox("INBOX");
}

/// One mailbox's share. Errors: those of the store.
Awaitable<Result<>> deliver_to(store::Store& store, const Acceptance& message,
                               const LocalTarget& target)
{
    auto account = co_await store.account(target.account);
    if (!account)
        co_return account.error();
    const std::shared_ptr<Account> owner = *account;
    auto mailbox = co_await mailbox_for(store, *owner, target.detail, message.account);
    if (!mailbox)
        co_return mailbox.error();
    store::NewMessage mail;
    mail.body = message.stored.body;
    mail.inline_body = message.stored.inline_body;
    mail.card = message.card;
    mail.internal_date = store.clock().now();
    mail.delivery_id = message.delivery_id;
    mail.may_pass_limits = target.may_pass_quota;
    auto appended = co_await owner->append(mailbox->id, std::move(mail));
    if (!appended)
        co_return appended.error();
    if (target.may_pass_quota)
        co_await warn_of_quota(*owner, to_string(target.address));
    co_return ok();
}

Awaitable<Result<>> put_in_queue(store::Store& store, const Acceptance& message,
                                 std::optional<QueueId>& queued)
{
    store::QueueEntry entry;
    entry.sender = message.sender;
    entry.account = message.account;
    entry.peer = message.peer;
    entry.spf = message.spf;
    entry.envelope_id = message.envelope_id;
    entry.return_full = message.return_full;
    entry.return_given = message.return_given;
    entry.require_tls = message.require_tls;
    entry.tls_optional = message.tls_optional;
    entry.mail_class = message.mail_class;
    entry.priority = message.priority;
    entry.held = !message.hold_reason.empty();
    entry.hold_reason = message.hold_reason;
    entry.smtp_utf8 = message.smtp_utf8;
    entry.body_8bit = message.body_8bit;
    entry.body_binary = message.body_binary;
    entry.recipients = message.remote;
    entry.prefix = message.prefix;
    entry.body = message.stored.body;
    entry.inline_body = message.stored.inline_body;
    entry.arrived = entry.next_attempt = store.clock().now();
    entry.not_before = message.not_before;
    entry.next_attempt = std::max(entry.next_attempt + message.delay, entry.start());
    if (entry.next_attempt > entry.arrived) {
        for (auto& recipient : entry.recipients)
            recipient.next_attempt = std::max(recipient.next_attempt, entry.next_attempt);
    }
    entry.delivery_id = message.delivery_id;
    auto id = co_await store.queue().add(std::move(entry));
    if (!id)
        co_return id.error();
    queued = *id;
    co_return ok();
}

/// For those who record what they receive. LOG-13
Awaitable<> record_receipts(store::Store& store, const Acceptance& message, const Accepted& accepted)
{
    for (const auto& outcome : accepted.local) {
        if (!outcome.result || !outcome.target.logs_activity)
            continue;
        store::Activity received;
        received.kind = store::ActivityKind::Receive;
        received.service = "smtp";
        received.peer = message.peer;
        received.id = message.delivery_id;
        received.sender = message.sender;
        received.addresses.push_back(to_string(outcome.target.address));
        received.octets = message.card ? message.card->octets : 0;
        co_await activity::record(store, outcome.target.account, std::move(received));
    }
}

/// The error of a message that no mailbox took: the common one, or a temporary one where they
/// differ, so that the sender tries again.
Error error_of_all(const std::vector<LocalOutcome>& outcomes)
{
    const Error& first = outcomes.front().result.error();
    const bool same = std::all_of(outcomes.begin(), outcomes.end(), [&](const auto& outcome) {
        return outcome.result.error().code() == first.code();
    });
    return same ? first : Error(Errc::Unavailable, "no mailbox took it: " + first.detail());
}

} // namespace

Awaitable<Result<Accepted>> accept(store::Store& store, Acceptance message)
{
    Accepted accepted;
    std::vector<Awaitable<Result<>>> work;
    for (const LocalTarget& target : message.local)
        work.push_back(deliver_to(store, message, target));
    if (!message.remote.empty())
        work.push_back(put_in_queue(store, message, accepted.queued));
    auto results = co_await gather(std::move(work));

    for (std::size_t i = 0; i < message.local.size(); ++i) {
        if (!results[i])
            log::warn("delivery", "mailbox did not take a message",
                      {{"address", to_string(message.local[i].address)},
                       {"why", to_string(results[i].error())}});
        accepted.local.emplace_back(message.local[i], std::move(results[i]));
    }
    if (!message.remote.empty() && !results.back())
        co_return results.back().error();
    const bool none = std::none_of(accepted.local.begin(), accepted.local.end(),
                                   [](const LocalOutcome& one) { return one.result.has_value(); });
    if (none && !accepted.local.empty() && message.remote.empty())
        co_return error_of_all(accepted.local);
    co_await record_receipts(store, message, accepted);
    co_return accepted;
}

} // namespace mailctl::delivery
