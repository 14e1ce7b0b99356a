// The commands of POP3: which states they belong to and what handles them.
#pragma once

#include <string_view>

#include "core/base/awaitable.h"
#include "core/pop3/reply.h"

namespace mailctl::pop3 {

class Session;

using Plain = Reply (*)(Session&, std::string_view argument);
using Waiting = Awaitable<Reply> (*)(Session&, std::string_view argument);

/// States a command may be given in. RFC 1939 §3
enum class When : unsigned { Authorization = 1, Transaction = 2, Both = 3 };

struct CommandRow {
    std::string_view verb;
    When when = When::Both;
    bool is_before_tls = false; ///< also where the listener demands STLS first
    Plain plain = nullptr;
    Waiting waiting = nullptr;
};

/// nullptr: unknown.
const CommandRow* find_command(std::string_view verb);

// AUTHORIZATION: authorization.cc, auth.cc
Reply on_user(Session& s, std::string_view argument);
Awaitable<Reply> on_pass(Session& s, std::string_view argument);
Awaitable<Reply> on_auth(Session& s, std::string_view argument);
Awaitable<Reply> on_stls(Session& s, std::string_view argument);
Reply on_utf8(Session& s, std::string_view argument);
// Both: authorization.cc
Reply on_capa(Session& s, std::string_view argument);
Awaitable<Reply> on_quit(Session& s, std::string_view argument);
// TRANSACTION: transaction.cc, retrieve.cc
Reply on_noop(Session& s, std::string_view argument);
Reply on_stat(Session& s, std::string_view argument);
Awaitable<Reply> on_list(Session& s, std::string_view argument);
Awaitable<Reply> on_uidl(Session& s, std::string_view argument);
Reply on_dele(Session& s, std::string_view argument);
Reply on_last(Session& s, std::string_view argument);
Reply on_rset(Session& s, std::string_view argument);
Awaitable<Reply> on_retr(Session& s, std::string_view argument);
Awaitable<Reply> on_top(Session& s, std::string_view argument);

} // namespace mailctl::pop3
