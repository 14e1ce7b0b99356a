// Greets, reads commands one by one, and says goodbye.
#include "core/pop3/server/serve.h"

#include <optional>

#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/base/log.h"
#include "core/delivery/reached.h"
#include "core/net/banner.h"
#include "core/pop3/command.h"
#include "core/pop3/limits.h"
#include "core/pop3/server/commands.h"
#include "core/pop3/server/session.h"

namespace mailctl::pop3 {
namespace {

using net::Disconnected;

bool is_allowed_now(const Session& s, const CommandRow& row)
{
    const auto state = s.login ? When::Transaction : When::Authorization;
    return (static_cast<unsigned>(row.when) & static_cast<unsigned>(state)) != 0;
}

/// What is wrong with a command before its handler looks at it.
std::optional<Reply> check(Session& s, const Command& command, const CommandRow* row)
{
    if (is_http(command.verb)) {
        s.services->authenticator->misbehaved(s.stream.peer(), "spoke HTTP");
        return Reply::error("This is POP3").closing();
    }
    if (row == nullptr)
        return Reply::error("Unknown command").bad();
    if (s.listener.tls == conf::TlsMode::RequireStartTls && !s.is_tls() && !row->is_before_tls)
        return Reply::error("STLS first").bad();
    if (!is_allowed_now(s, *row))
        return Reply::error(s.login ? "You are logged in already" : "Log in first").bad();
    if (s.lock && !s.lock->is_held())
        return Reply::error(Code::InUse, "The mailbox was unlocked by the operator").closing();
    return std::nullopt;
}

Awaitable<Reply> run_command(Session& s, std::string_view line)
{
    const Command command = parse_command(line);
    const CommandRow* const row = find_command(command.verb);
    if (auto refusal = check(s, command, row))
        co_return *refusal;
    s.info->set_command(row->verb);
    if (row->plain != nullptr)
        co_return row->plain(s, command.argument);
    co_return co_await row->waiting(s, command.argument);
}

/// Counts bad commands; past the limit the session ends. Who has logged in may try what this server
/// does not know: a command that is none of that forgives. SMTP-11
Reply counted(Session& s, Reply reply)
{
    if (!reply.is_bad()) {
        s.bad_commands = s.login ? 0 : s.bad_commands;
        return reply;
    }
    s.services->authenticator->happened(s.stream.peer(), conf::BanTrigger::BadCommand);
    const unsigned limit = s.limits().bad_commands;
    if (++s.bad_commands <= limit || limit == 0)
        return reply;
    s.services->authenticator->misbehaved(s.stream.peer(), "bad commands");
    return Reply::error("Too many errors").closing();
}

bool is_too_old(const Session& s)
{
    const milliseconds limit = s.limits().session;
    return limit.count() > 0 && s.now() - s.start > limit;
}

Awaitable<> mark_seen(Session& s)
{
    if (s.retrieved.empty())
        co_return;
    auto marked = co_await s.drop.mark_seen(std::move(s.retrieved));
    if (!marked)
        log::warn("pop3", "messages not marked seen",
                  {{"user", s.login->name}, {"why", to_string(marked.error())}});
}

/// Before the last answer: who has it may log in again at once, and look at the mailbox.
Awaitable<> leave_maildrop(Session& s)
{
    co_await mark_seen(s);
    s.lock.reset();
}

Awaitable<> run_commands(Session& s)
{
    while (!s.closing) {
        net::Line line = co_await s.read_line(kMaxSaslOctets);
        // AUTH alone may be longer: bearer tokens are, and some clients do not wait with them.
        if (line.text.size() > kMaxCommandOctets && !ascii::starts_with_ignoring_case(line.text, "AUTH "))
            line.end = net::Line::End::TooLong;
        if (is_too_old(s)) {
            s.say(Reply::error(Code::SysTemp, "The session took too long").closing());
            break;
        }
        Reply reply = Reply::error("Line too long").bad();
        if (line.end != net::Line::End::TooLong)
            reply = co_await run_command(s, line.text);
        s.say(counted(s, std::move(reply)));
    }
    co_await leave_maildrop(s);
    co_await s.flush();
}

std::string greeting(const Session& s)
{
    net::BannerFacts facts;
    const auto reached = delivery::reached(*s.services, s.stream.local());
    facts.hostname = reached.hostname;
    facts.domain = reached.domain;
    facts.peer = s.stream.peer().address;
    facts.now = s.now();
    // No timestamp in angle brackets: RFC 1939 §7 would make that an offer of APOP.
    const std::string& text = s.listener.banner;
    return text.empty() ? facts.hostname + " POP3" : net::fill_in_banner(text, facts);
}

Awaitable<> run(Session& s)
{
    s.stream.set_deadline(s.limits().idle);
    s.say(Reply::ok(greeting(s)));
    co_await run_commands(s);
}

/// RFC 1939 §3: nothing is removed when a session ends without QUIT.
Awaitable<> last_word(Session& s, Disconnected::Why why)
{
    if (why != Disconnected::Why::Deadline && why != Disconnected::Why::Stopping)
        co_return;
    try {
        s.stream.set_deadline(kGoodbye);
        s.say(Reply::error(Code::SysTemp, why == Disconnected::Why::Deadline ? "Idle for too long"
                                                                            : "The server stops"));
        co_await s.flush();
    } catch (const Disconnected&) {
        co_return; // nobody is left to tell
    }
}

} // namespace

Awaitable<> serve(std::unique_ptr<net::Stream> stream, std::shared_ptr<const delivery::Services> services,
                  conf::Listener listener, std::shared_ptr<net::SessionInfo> info)
{
    Session s(*stream, std::move(services), std::move(listener), std::move(info));
    std::optional<Disconnected::Why> lost;
    try {
        co_await run(s);
    } catch (const Disconnected& gone) {
        lost = gone.why();
        log::debug("pop3", "disconnected",
                   {{"peer", s.stream.peer().address}, {"why", std::string(gone.what())}});
    }
    if (lost)
        co_await last_word(s, *lost);
    co_await mark_seen(s);
}

} // namespace mailctl::pop3
