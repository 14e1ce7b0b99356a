// Complete header: Date and Message-ID for mail that a user's program sent without them.
#include "conf/config.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/data/steps.h"
#include "core/smtp/server/session.h"
#include "core/smtp/trace.h"

namespace mailctl::smtp {

/// RFC 6409 §8.1, §8.2, §8.3: on submission only; mail of others is not touched (RFC 5321 §6.4).
void complete_header(Incoming& message)
{
    const Session& s = message.session;
    if (!s.is_submission() || !s.config().smtp.complete_headers)
        return;
    if (!message.scan.has_date)
        message.completed += "Date: " + date_time(s.now()) + "\r\n";
    if (!message.scan.has_message_id)
        message.completed += "Message-ID: <" + message.id + '@' + s.reached.hostname + ">\r\n";
}

} // namespace mailctl::smtp
