// Hops: too many Received fields are a loop. RFC 5321 §6.3.
#include "conf/config.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/data/steps.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {

void check_hops(Incoming& message)
{
    const unsigned limit = message.session.config().limits.message.hops;
    if (limit > 0 && message.scan.received > limit)
        message.refuse(Say::TooManyHops);
}

} // namespace mailctl::smtp
