// Which verb runs what.
#include "core/smtp/server/commands.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace mailctl::smtp {
namespace {

constexpr CommandRow kCommands[] = {
    {.verb = "HELO", .plain = on_helo, .before_tls = true},
    {.verb = "EHLO", .plain = on_ehlo, .before_tls = true},
    {.verb = "LHLO", .plain = on_lhlo, .before_tls = true},
    {.verb = "MAIL", .waiting = on_mail},
    {.verb = "RCPT", .waiting = on_rcpt},
    {.verb = "DATA", .waiting = on_data},
    {.verb = "BDAT", .waiting = on_bdat},
    {.verb = "BURL", .waiting = on_burl},
    {.verb = "RSET", .plain = on_rset, .before_tls = true},
    {.verb = "NOOP", .plain = on_noop, .before_tls = true},
    {.verb = "QUIT", .plain = on_quit, .before_tls = true},
    {.verb = "STARTTLS", .waiting = on_starttls, .before_tls = true},
    {.verb = "AUTH", .waiting = on_auth},
    {.verb = "VRFY", .waiting = on_vrfy},
    {.verb = "EXPN", .waiting = on_expn},
    {.verb = "ETRN", .waiting = on_etrn},
    {.verb = "HELP", .plain = on_help},
};

} // namespace

std::span<const CommandRow> commands()
{
    return kCommands;
}

const CommandRow* find_command(std::string_view verb)
{
    const auto* const row = std::find_if(
        std::begin(kCommands), std::end(kCommands),
        [verb](const CommandRow& r) { return ascii::equals_ignoring_case(r.verb, verb); });
    return row == std::end(kCommands) ? nullptr : row;
}

} // namespace mailctl::smtp
