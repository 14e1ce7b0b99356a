// Sender match: the From field of an authenticated sender names only addresses of its own.
#include "conf/config.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/data/steps.h"
#include "core/smtp/server/refusal.h"
#include "core/smtp/server/sender.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {

/// AUTH-06. RFC 6409 §6.1. Where one of them only lets the login send on his behalf, the message
/// gets a Sender field (identity.cc). A second From field, or one that cannot be read, is refused too: some
/// mail reader would show it.
Awaitable<> check_sender_match(Incoming& message)
{
    Session& s = message.session;
    const conf::SmtpSettings& smtp = s.config().smtp;
    const bool checked = s.login && smtp.sender_match_header &&
                         smtp.sender_match != conf::SenderMatch::Off && message.scan.from > 0;
    if (!checked)
        co_return;
    const mime::Card card = mime::make_card(message.header);
    unsigned addresses = 0;
    for (const auto& from : card.envelope.from) {
        if (from.host.empty())
            continue; // a group's start or end
        ++addresses;
        const auto domain = address::canonical_domain(from.host);
        if (!domain) {
            message.refuse(Say::HeaderSenderRefused);
            co_return;
        }
        address::Address sender;
        sender.local_part = from.mailbox;
        sender.domain = *domain;
        const auto may = co_await may_send(s, std::move(sender));
        if (!may || *may == delivery::MaySend::No) {
            message.refuse(may ? Say::HeaderSenderRefused
                               : say_for(may.error(), smtp.over_quota));
            co_return;
        }
        message.on_behalf = message.on_behalf || *may == delivery::MaySend::OnBehalf;
    }
    if (addresses == 0 || message.scan.from > 1)
        message.refuse(Say::HeaderSenderRefused);
}

} // namespace mailctl::smtp
