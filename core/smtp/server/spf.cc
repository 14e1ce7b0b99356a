// SPF of senders who have not logged in, for those settings that ask for it. RFC 7208 §2.4
#include "core/smtp/server/spf.h"

#include "conf/config.h"
#include "core/base/log.h"
#include "core/smtp/server/session.h"
#include "core/spf/received_spf.h"

namespace mailctl::smtp {
namespace {

/// Who logged in, programs of this machine and access.trusted are told of failures anyway; whoever
/// hands mail over by LMTP is not where it comes from; the null sender is never told.
bool is_needed(const Session& s, const Recipient& recipient)
{
    const Transaction& transaction = *s.transaction;
    if (s.config().bounce.to != conf::BounceTo::SpfPassed || s.services->resolver == nullptr)
        return false;
    if (s.login || s.local || s.trusted || s.is_lmtp())
        return false;
    if (!transaction.mail.sender || !transaction.spf.empty())
        return false;
    return !recipient.resolution.remote.empty() || transaction.mail.hold_until.has_value();
}

} // namespace

Awaitable<> look_up_spf(Session& s, const Recipient& recipient)
{
    if (!is_needed(s, recipient))
        co_return;
    spf::Envelope envelope;
    envelope.ip = s.stream.peer().address;
    envelope.helo = s.hello;
    envelope.sender = s.transaction->mail.sender;
    envelope.receiver = s.reached.hostname;
    const spf::CheckLimits limits;
    const auto outcome = co_await spf::check_mail_from(*s.services->resolver, *s.services->clock,
                                                       envelope, limits);
    s.transaction->spf = spf::name_of(outcome.verdict);
    s.transaction->received_spf = spf::received_spf_field(outcome, envelope);
    log::info(s.area(), "spf",
              {{"peer", envelope.ip},
               {"from", to_string(*envelope.sender)},
               {"result", s.transaction->spf},
               {"why", outcome.matched.empty() ? outcome.reason : outcome.matched.back()}});
}

} // namespace mailctl::smtp
