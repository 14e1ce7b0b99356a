// Deliver: hands the message to mailboxes and the queue; a 250 only after it is durable.
#include "core/delivery/deliver.h"

#include <algorithm>

#include "conf/config.h"
#include "core/base/log.h"
#include "core/delivery/mail_class.h"
#include "core/delivery/return_path.h"
#include "core/route/route.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/data/steps.h"
#include "core/smtp/server/refusal.h"
#include "core/smtp/server/sending.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {
namespace {

using delivery::Acceptance;
using delivery::LocalTarget;

/// A recipient that waits goes as it is, where it is another server's; one of ours is looked up
/// when its time has come.
bool is_ours(const Recipient& recipient)
{
    const auto& remote = recipient.resolution.remote;
    return !recipient.resolution.local.empty() ||
           std::any_of(remote.begin(), remote.end(),
                       [](const auto& target) { return !target.forwarder.empty(); });
}

void add_waiting(const Recipient& recipient, Acceptance& out, std::vector<std::string>& forwarders)
{
    const auto& local = recipient.resolution.local;
    const bool is_bare = recipient.rcpt.recipient.domain.empty() && !local.empty(); // <Postmaster>
    store::QueueRecipient queued;
    queued.address = to_string(is_bare ? local.front().address : recipient.rcpt.recipient);
    queued.notify = recipient.rcpt.notify;
    queued.original_recipient = recipient.rcpt.original_recipient;
    queued.route = route::kHereRoute;
    const bool known = std::any_of(
        out.remote.begin(), out.remote.end(),
        [&](const store::QueueRecipient& other) { return other.address == queued.address; });
    if (known)
        return;
    out.remote.push_back(std::move(queued));
    forwarders.emplace_back();
}

/// Adds a recipient's mailboxes and remote addresses, each once. `forwarders`: of out.remote.
void add_recipient(const Recipient& recipient, Acceptance& out,
                   std::vector<std::string>& forwarders)
{
    for (const auto& target : recipient.resolution.local) {
        const bool known = std::any_of(
            out.local.begin(), out.local.end(),
            [&](const LocalTarget& other) { return other.account == target.account; });
        if (!known)
            out.local.push_back(target);
    }
    for (const auto& remote : recipient.resolution.remote) {
        store::QueueRecipient queued;
        queued.address = to_string(remote.address);
        queued.notify = recipient.rcpt.notify; // RFC 3461 §5.2.7.1: a forward keeps its parameters
        queued.original_recipient = recipient.rcpt.original_recipient;
        const bool known = std::any_of(
            out.remote.begin(), out.remote.end(),
            [&](const store::QueueRecipient& other) { return other.address == queued.address; });
        if (known)
            continue;
        out.remote.push_back(std::move(queued));
        forwarders.push_back(remote.forwarder);
    }
}

Acceptance acceptance_of(Incoming& message, store::Spool::Stored stored,
                         std::vector<std::string>& forwarders)
{
    const Session& s = message.session;
    const Transaction& transaction = message.transaction();
    const MailCommand& mail = transaction.mail;
    Acceptance out;
    if (mail.sender)
        out.sender = to_string(*mail.sender);
    out.account = s.account;
    out.peer = s.stream.peer().address;
    out.spf = transaction.spf;
    out.stored = std::move(stored);
    out.prefix = forward_count(message) + std::move(message.signatures);
    out.card = std::make_shared<const mime::Card>(message.card.finish());
    out.not_before = mail.hold_until;
    for (const auto& recipient : transaction.recipients) {
        if (out.not_before && is_ours(recipient))
            add_waiting(recipient, out, forwarders);
        else
            add_recipient(recipient, out, forwarders);
    }
    out.delivery_id = message.id;
    out.envelope_id = mail.envelope_id;
    out.return_full = mail.return_full;
    out.return_given = mail.return_given;
    out.require_tls = mail.require_tls;
    out.tls_optional = message.tls_optional && !mail.require_tls; // RFC 8689 §3
    out.mail_class = delivery::class_of(s.config().queue, message.mail_class, out.sender,
                                        out.card->octets);
    out.priority = delivery::priority_of(s.config().queue, out.mail_class, out.sender);
    out.delay = s.login || s.local ? s.own_delay : s.config().queue.delay;
    out.smtp_utf8 = mail.smtp_utf8;
    out.body_8bit = mail.body == Body::EightBitMime || out.card->has_8bit;
    out.body_binary = mail.body == Body::BinaryMime;
    return out;
}

/// outbound.message_octets: OUT-17
Say check_outbound_size(const Session& s, const Acceptance& acceptance)
{
    const std::uint64_t limit = s.config().outbound.message_octets;
    const bool large = !acceptance.remote.empty() && limit > 0 && acceptance.card->octets > limit;
    return large ? Say::MessageTooLarge : Say::Ok;
}

/// What became of one recipient: the first failure among the mailboxes it reaches.
Say outcome_of(const Session& s, const Recipient& recipient, const delivery::Accepted& accepted)
{
    for (const auto& target : recipient.resolution.local) {
        for (const auto& outcome : accepted.local) {
            if (outcome.target.account == target.account && !outcome.result)
                return say_for(outcome.result.error(), s.config().smtp.over_quota);
        }
    }
    return Say::Ok;
}

/// No mailbox took it, all for one reason.
Say say_for_all(const Session& s, const Error& error)
{
    const bool certain = error.code() == Errc::OverQuota || error.code() == Errc::NotFound;
    return certain ? say_for(error, s.config().smtp.over_quota) : Say::LocalError;
}

Reply accepted_reply(const Incoming& message)
{
    return Reply(250, "2.0.0", "Accepted as " + message.id);
}

/// One reply a recipient under LMTP (RFC 2033 §4.2). Under SMTP one for all: a failure anywhere is
/// told, the sender comes again, and who has the message already gets it twice rather than
/// somebody never (RFC 5321 §6.1).
void answer_each(Incoming& message, const delivery::Accepted& accepted)
{
    Session& s = message.session;
    Say worst = Say::Ok;
    for (const auto& recipient : message.transaction().recipients) {
        const Say said = outcome_of(s, recipient, accepted);
        const bool graver = worst == Say::Ok || row_of(said).code < row_of(worst).code;
        if (said != Say::Ok && graver)
            worst = said;
        if (s.is_lmtp())
            message.answer(said == Say::Ok ? accepted_reply(message) : make_reply(said));
    }
    if (!s.is_lmtp())
        message.answer(worst == Say::Ok ? accepted_reply(message) : make_reply(worst));
}

/// The queue has an id of its own for what it took: "queue show" wants that one.
void log_accepted(const Incoming& message, const std::string& sender, std::size_t local,
                  std::size_t remote, const std::optional<QueueId>& queued)
{
    const Session& s = message.session;
    if (!log::is_on(log::Level::Info, s.area()))
        return;
    const auto& recipients = s.transaction->recipients;
    log::info(s.area(), "accepted",
              {{"id", message.id},
               {"peer", s.stream.peer().address},
               {"hello", s.hello},
               {"tls", s.is_tls() ? s.stream.tls()->version : std::string()},
               {"login", s.login ? s.login->name : std::string()},
               {"from", '<' + sender + '>'},
               {"to", '<' + to_string(recipients.front().rcpt.recipient) + '>'},
               {"recipients", recipients.size()},
               {"mailboxes", local},
               {"queued", remote},
               {"queue", queued ? to_string(*queued) : std::string()},
               {"octets", message.octets}});
}

} // namespace

Awaitable<> deliver(Incoming& message)
{
    Session& s = message.session;
    auto stored = co_await message.spool->finish();
    if (!stored) {
        log::error("store", "cannot keep a message",
                   {{"id", message.id}, {"why", stored.error().detail()}});
        message.refuse(Say::LocalError);
        co_return;
    }
    std::vector<std::string> forwarders;
    Acceptance acceptance = acceptance_of(message, *std::move(stored), forwarders);
    const auto named = co_await delivery::set_return_paths(*s.services, acceptance, forwarders);
    if (!named) {
        log::error("delivery", "a forward has no return path",
                   {{"id", message.id}, {"why", named.error().detail()}});
        message.refuse(Say::LocalError);
        co_return;
    }
    if (const Say said = check_outbound_size(s, acceptance); said != Say::Ok) {
        message.refuse(said);
        co_return;
    }
    const Say limited = co_await charge_sending(message, acceptance.hold_reason);
    if (limited != Say::Ok) {
        message.refuse(limited);
        co_return;
    }
    const std::string sender = acceptance.sender;
    auto card = acceptance.card;
    const std::size_t local = acceptance.local.size();
    const std::size_t remote = acceptance.remote.size();
    const bool is_bounce = acceptance.mail_class == store::MailClass::Bounce;
    const auto accepted = co_await delivery::accept(*s.services->store, std::move(acceptance));
    if (!accepted) {
        release_sending(message);
        log::error("delivery", "cannot accept a message",
                   {{"id", message.id}, {"why", accepted.error().detail()}});
        message.refuse(say_for_all(s, accepted.error()));
        co_return;
    }
    ++s.accepted;
    co_await keep_sent_copy(message, std::move(card));
    co_await record_sending(message);
    if (is_bounce)
        co_await count_bounces(s, *accepted);
    log_accepted(message, sender, local, remote, accepted->queued);
    answer_each(message, *accepted);
}

} // namespace mailctl::smtp
