// Delivered-To: the recipient a message was sent to, where the setting says so.
#include "conf/config.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/data/steps.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {

/// RFC 9228 §3. Only for a single recipient: the body is one for all, and would name the hidden
/// ones to the others.
void add_delivered_to(Incoming& message)
{
    const auto& recipients = message.transaction().recipients;
    if (!message.session.config().smtp.delivered_to || recipients.size() != 1 ||
        recipients.front().resolution.local.size() != 1)
        return;
    message.delivered_to = "Delivered-To: " + to_string(recipients.front().rcpt.recipient) + "\r\n";
}

} // namespace mailctl::smtp
