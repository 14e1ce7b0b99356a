// HELP: names the commands of this listener. RFC 5321 §4.1.1.8.
#include "conf/config.h"
#include "core/smtp/server/commands.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {

Reply on_help(Session& s, std::string_view)
{
    if (!s.config().smtp.help)
        return make_reply(Say::CommandDisabled);
    std::string text = "Commands:";
    for (const auto& row : commands()) {
        const bool hello_of_the_other = s.is_lmtp() ? row.verb == "HELO" || row.verb == "EHLO"
                                                    : row.verb == "LHLO";
        if (!hello_of_the_other && !s.is_disabled(row.verb))
            text += ' ' + std::string(row.verb);
    }
    return Reply(214, "2.0.0", text);
}

} // namespace mailctl::smtp
