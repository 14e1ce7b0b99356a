// The table of commands.
#include "core/pop3/server/commands.h"

#include <algorithm>
#include <array>

namespace mailctl::pop3 {
namespace {

// APOP (RFC 1939 §7) is not here: it needs the password itself, and only hashes are kept.
constexpr std::array kCommands{
    CommandRow{"RETR", When::Transaction, false, nullptr, on_retr},
    CommandRow{"DELE", When::Transaction, false, on_dele, nullptr},
    CommandRow{"UIDL", When::Transaction, false, nullptr, on_uidl},
    CommandRow{"LIST", When::Transaction, false, nullptr, on_list},
    CommandRow{"STAT", When::Transaction, false, on_stat, nullptr},
    CommandRow{"TOP", When::Transaction, false, nullptr, on_top},
    CommandRow{"NOOP", When::Transaction, false, on_noop, nullptr},
    CommandRow{"LAST", When::Transaction, false, on_last, nullptr},
    CommandRow{"RSET", When::Transaction, false, on_rset, nullptr},
    CommandRow{"USER", When::Authorization, false, on_user, nullptr},
    CommandRow{"PASS", When::Authorization, false, nullptr, on_pass},
    CommandRow{"AUTH", When::Authorization, false, nullptr, on_auth},
    CommandRow{"UTF8", When::Authorization, false, on_utf8, nullptr},
    CommandRow{"STLS", When::Authorization, true, nullptr, on_stls},
    CommandRow{"CAPA", When::Both, true, on_capa, nullptr},
    CommandRow{"QUIT", When::Both, true, nullptr, on_quit},
};

} // namespace

const CommandRow* find_command(std::string_view verb)
{
    const auto it = std::find_if(kCommands.begin(), kCommands.end(),
                                 [verb](const CommandRow& row) { return row.verb == verb; });
    return it == kCommands.end() ? nullptr : &*it;
}

} // namespace mailctl::pop3
