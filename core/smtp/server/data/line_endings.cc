// Line endings: a bare CR or LF refuses the message, unless they are being fixed.
#include "conf/config.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/data/steps.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {

/// RFC 5321 §2.3.8: what other servers take for a line's end, they may take for a message's end.
void check_line_endings(Incoming& message)
{
    const bool fix = message.session.config().smtp.bare_newline == conf::BareNewline::Fix;
    if (!fix && message.decoder.has_bare_newline())
        message.refuse(Say::BareNewline);
}

} // namespace mailctl::smtp
