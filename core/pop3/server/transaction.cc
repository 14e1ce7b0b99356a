// STAT, LIST, UIDL, DELE, NOOP and RSET. RFC 1939 §5, §7
#include "core/pop3/command.h"
#include "core/pop3/server/commands.h"
#include "core/pop3/server/session.h"

namespace mailctl::pop3 {
namespace {

Reply no_such_message()
{
    return Reply::error("No such message");
}

std::string scan_listing(const Session&, const Maildrop::Message& message)
{
    return std::to_string(message.octets);
}

std::string unique_id_listing(const Session& s, const Maildrop::Message& message)
{
    return s.drop.unique_id(message);
}

/// LIST and UIDL: one message, or all that are not marked deleted.
Awaitable<Reply> list(Session& s, std::string_view argument,
                      std::string (*value)(const Session&, const Maildrop::Message&))
{
    if (!argument.empty()) {
        const auto number = parse_message_number(argument);
        if (!number)
            co_return Reply::error("A message number is expected").bad();
        const auto* const message = s.drop.find(*number);
        if (message == nullptr)
            co_return no_such_message();
        co_return Reply::ok(std::to_string(*number) + ' ' + value(s, *message));
    }
    s.out += "+OK " + std::to_string(s.drop.count()) + " messages\r\n";
    for (std::uint32_t number = 1; number <= s.drop.size(); ++number) {
        const auto* const message = s.drop.find(number);
        if (message == nullptr)
            continue;
        s.out += std::to_string(number) + ' ' + value(s, *message) + "\r\n";
        co_await s.flush_if_full();
    }
    s.out += ".\r\n";
    co_return Reply();
}

} // namespace

Reply on_noop(Session&, std::string_view)
{
    return Reply::ok("Still here");
}

Reply on_stat(Session& s, std::string_view)
{
    return Reply::ok(std::to_string(s.drop.count()) + ' ' + std::to_string(s.drop.octets()));
}

Awaitable<Reply> on_list(Session& s, std::string_view argument)
{
    co_return co_await list(s, argument, scan_listing);
}

Awaitable<Reply> on_uidl(Session& s, std::string_view argument)
{
    co_return co_await list(s, argument, unique_id_listing);
}

Reply on_dele(Session& s, std::string_view argument)
{
    const auto number = parse_message_number(argument);
    if (!number)
        return Reply::error("A message number is expected").bad();
    if (s.drop.find(*number) == nullptr)
        return no_such_message();
    if (!s.login->user.may_change_mail())
        return Reply::error("The mailbox is read-only");
    s.drop.mark_deleted(*number);
    return Reply::ok("Marked for removal at QUIT");
}

// RFC 1460 §3: later editions took it out; clients that never learned of UIDL still ask.
Reply on_last(Session& s, std::string_view)
{
    return Reply::ok(std::to_string(s.drop.last()));
}

Reply on_rset(Session& s, std::string_view)
{
    s.drop.unmark_all();
    return Reply::ok(std::to_string(s.drop.count()) + " messages");
}

} // namespace mailctl::pop3
