// Return-Path: the envelope's sender, for mail that ends in a mailbox here. RFC 5321 §4.4.
#include <algorithm>

#include "conf/config.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/data/steps.h"
#include "core/smtp/server/session.h"
#include "core/smtp/trace.h"

namespace mailctl::smtp {

/// Written where any recipient is local. The body is one for all: whoever relays the queued copy
/// leaves this first field out (store/queue.h).
void add_return_path(Incoming& message)
{
    if (!message.session.config().smtp.return_path)
        return;
    const Transaction& transaction = message.transaction();
    const bool local = std::any_of(transaction.recipients.begin(), transaction.recipients.end(),
                                   [](const Recipient& r) { return !r.resolution.local.empty(); });
    if (!local)
        return;
    const auto& sender = transaction.mail.sender;
    message.return_path = return_path_field(sender ? to_string(*sender) : std::string());
}

} // namespace mailctl::smtp
