// Size: no message over the limit is kept, whatever SIZE= said. RFC 1870 §6.3.
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/data/steps.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {

void check_size(Incoming& message)
{
    const std::uint64_t limit = message.session.message_limit();
    if (limit > 0 && message.octets > limit)
        message.refuse(Say::MessageTooLarge);
}

} // namespace mailctl::smtp
