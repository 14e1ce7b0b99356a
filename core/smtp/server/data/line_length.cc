// Line length: lines over the limit refuse the message, where the setting says so.
#include "conf/config.h"
#include "core/smtp/server/data/incoming.h"
#include "core/smtp/server/data/steps.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {

/// RFC 5321 §4.5.3.1.6, but: accepted by default, much software sends paragraphs as lines.
void check_line_length(Incoming& message)
{
    const conf::Config& config = message.session.config();
    if (config.smtp.long_lines == conf::LongLines::Accept)
        return;
    const std::uint64_t with_ending = message.decoder.longest_line() + 2;
    if (with_ending > config.limits.message.line_octets)
        message.refuse(Say::TextLineTooLong);
}

} // namespace mailctl::smtp
