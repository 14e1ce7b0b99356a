// RCPT TO: adds one recipient to the transaction. RFC 5321 §4.1.1.3.
#include <algorithm>

#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/base/log.h"
#include "core/route/route.h"
#include "core/smtp/server/callout.h"
#include "core/smtp/server/commands.h"
#include "core/smtp/server/refusal.h"
#include "core/smtp/server/sending.h"
#include "core/smtp/server/session.h"
#include "core/smtp/server/spf.h"
#include "store/limits.h"

namespace mailctl::smtp {
namespace {

using delivery::Refusal;

Say check_order(const Session& s)
{
    if (!s.transaction)
        return s.hello.empty() ? Say::HelloFirst : Say::MailFirst; // RFC 5321 §3.3
    if (s.transaction->incoming)
        return Say::ChunksStarted; // RFC 3030 §2
    const std::uint64_t limit = s.recipient_limit();
    if (limit > 0 && s.transaction->recipients.size() >= limit)
        return Say::TooManyRecipients; // RFC 5321 §4.5.3.1.10
    return Say::Ok;
}

/// RFC 5321 §4.1.3, but: literals are off by default (SMTP-15). <Postmaster>, which has no domain,
/// is ours whatever else is (RFC 5321 §4.5.1).
Say complete_address(const Session& s, address::Address& recipient)
{
    if (recipient.is_literal() && !s.config().smtp.literals)
        return Say::NoSuchRecipientHost;
    if (!recipient.domain.empty())
        return Say::Ok;
    const conf::ServerSettings& server = s.config().server;
    if (const auto postmaster = address::parse(server.postmaster); postmaster)
        recipient = *postmaster;
    else
        recipient.domain = s.reached.domain.empty() ? s.reached.hostname : s.reached.domain;
    return Say::Ok;
}

void log_refusal(const Session& s, const address::Address& recipient, Say said)
{
    const auto& sender = s.transaction->mail.sender;
    log::info(s.area(), "recipient refused",
              {{"peer", s.stream.peer().address},
               {"login", s.login ? s.login->name : std::string()},
               {"from", sender ? to_string(*sender) : std::string("<>")},
               {"to", to_string(recipient)},
               {"why", row_of(said).name}});
}

/// Refused like an unknown one, whoever asks: nobody has a reason to know it. ABU-03
bool is_trap(const Session& s, const address::Address& recipient)
{
    const auto& traps = s.config().spam.traps;
    if (traps.empty() || s.login || s.local)
        return false;
    const std::string written = to_string(address::folded(recipient));
    return std::any_of(traps.begin(), traps.end(), [&](const std::string& trap) {
        return ascii::equals_ignoring_case(trap, written);
    });
}

/// Guessing at names costs time, then the connection: SMTP-11.
Awaitable<Reply> unknown_recipient(Session& s, Say said)
{
    if (s.local)
        co_return make_reply(said);
    const conf::SmtpLimits& limits = s.config().limits.message;
    ++s.unknown_recipients;
    s.services->authenticator->happened(s.stream.peer(), conf::BanTrigger::UnknownRecipient);
    if (limits.bad_recipients_cut > 0 && s.unknown_recipients > limits.bad_recipients_cut) {
        s.services->authenticator->misbehaved(s.stream.peer(), "unknown recipients");
        co_return make_reply(Say::TooManyUnknownRecipients).closing();
    }
    if (limits.bad_recipients_delay > 0 && s.unknown_recipients > limits.bad_recipients_delay)
        co_await s.pause(limits.tarpit);
    co_return make_reply(said);
}

/// GWY-01: mail of strangers for a route's domain is taken where the next host would take it. A
/// backup MX is there for when no host answers, so that it takes the mail then.
Awaitable<bool> is_unknown_to_next_host(Session& s, std::string recipient)
{
    if (s.may_relay() || s.services->callouts == nullptr)
        co_return false;
    const conf::Route* route = route::accepting(s.config(), recipient);
    if (!route || route->verify != conf::RouteVerify::Callout)
        co_return false;
    const auto verdict = co_await s.services->callouts->verify(*s.services, std::move(recipient));
    co_return verdict == CalloutVerdict::Unknown;
}

} // namespace

/// Checks run cheapest first: order, limit, syntax, then routing. A temporary failure to route is
/// 451 and never 550: the sender must keep the message (RFC 5321 §4.2.1).
Awaitable<Reply> on_rcpt(Session& s, std::string_view arguments)
{
    if (const Say said = check_order(s); said != Say::Ok)
        co_return make_reply(said);
    auto rcpt = parse_rcpt(arguments, s.transaction->mail.smtp_utf8);
    if (!rcpt)
        co_return make_reply(rcpt.error());
    if (const Say said = complete_address(s, rcpt->recipient); said != Say::Ok)
        co_return make_reply(said);
    if (is_trap(s, rcpt->recipient)) {
        log_refusal(s, rcpt->recipient, Say::NoSuchUser);
        s.services->authenticator->happened(s.stream.peer(), conf::BanTrigger::Trap);
        co_return co_await unknown_recipient(s, Say::NoSuchUser);
    }

    delivery::Router::Question question;
    question.recipient = rcpt->recipient;
    question.message_octets = s.transaction->mail.size;
    question.may_relay = s.may_relay() && !s.is_lmtp();
    auto resolution = co_await s.services->router->resolve(std::move(question));
    const conf::OverQuotaReply over_quota = s.config().smtp.over_quota;
    Say said = resolution ? say_for(resolution->refusal, over_quota)
                          : say_for(resolution.error(), over_quota);
    if (said == Say::Ok && resolution->local.empty()) {
        std::string asked = to_string(rcpt->recipient);
        const bool unknown = co_await is_unknown_to_next_host(s, std::move(asked));
        if (unknown)
            said = Say::NoSuchUser;
    }
    if (said != Say::Ok)
        log_refusal(s, rcpt->recipient, said);
    if (said == Say::NoSuchUser) {
        co_await count_refused_recipient(s);
        co_return co_await unknown_recipient(s, said);
    }
    if (said != Say::Ok)
        co_return make_reply(said);
    const bool remote = s.sending && is_remote(s, *resolution);
    said = co_await check_sending_recipient(s, remote);
    if (said != Say::Ok)
        co_return make_reply(said);
    s.transaction->remote_recipients += remote ? 1 : 0;
    s.transaction->message_octets =
        store::smaller_limit(s.transaction->message_octets, resolution->message_octets);
    s.transaction->recipients.push_back(Recipient{*std::move(rcpt), *std::move(resolution)});
    co_await look_up_spf(s, s.transaction->recipients.back());
    co_return make_reply(Say::RecipientAccepted);
}

} // namespace mailctl::smtp
