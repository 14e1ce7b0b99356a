// Greets, reads commands one by one, and says goodbye.
#include "core/smtp/server/serve.h"

#include <algorithm>
#include <optional>

#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/base/log.h"
#include "core/smtp/command.h"
#include "core/smtp/limits.h"
#include "core/smtp/server/banner.h"
#include "core/smtp/server/commands.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {
namespace {

using net::Disconnected;

/// How long the last reply may take to go out.
constexpr milliseconds kGoodbye = seconds(5);

/// Unknown commands and commands out of place: SMTP-11.
bool is_bad_command(const Reply& reply)
{
    return (reply.code() >= 500 && reply.code() <= 504) || reply.code() == 530;
}

/// Counts bad commands; past the limit the session ends.
Reply counted(Session& s, Reply reply)
{
    if (!is_bad_command(reply))
        return reply;
    s.services->authenticator->happened(s.stream.peer(), conf::BanTrigger::BadCommand);
    const unsigned limit = s.limits().bad_commands;
    if (++s.bad_commands <= limit || limit == 0)
        return reply;
    s.services->authenticator->misbehaved(s.stream.peer(), "bad commands");
    return make_reply(Say::TooManyErrors).closing();
}

/// What is wrong with a line before its verb is looked at.
std::optional<Reply> check_line(Session& s, const InputLine& line)
{
    if (line.end == InputLine::End::Never)
        return make_reply(Say::LineWithoutEnd).closing();
    if (is_http(line.text)) {
        s.services->authenticator->misbehaved(s.stream.peer(), "spoke HTTP");
        return make_reply(Say::NotHttp).closing();
    }
    if (line.end == InputLine::End::TooLong)
        return make_reply(Say::LineTooLong);
    const bool strict = s.config().smtp.bare_newline == conf::BareNewline::Refuse;
    if (line.end == InputLine::End::Lf && strict) // RFC 5321 §2.3.8
        return make_reply(Say::LineEnding);
    if (has_control(line.text))
        return make_reply(Say::ControlInCommand);
    return std::nullopt;
}

/// The command's row, or why it may not run now.
const CommandRow* choose(Session& s, std::string_view verb, std::optional<Reply>& refusal)
{
    const CommandRow* row = find_command(verb);
    if (row == nullptr)
        refusal = make_reply(Say::UnknownCommand);
    else if (s.is_disabled(verb))
        refusal = make_reply(Say::CommandDisabled);
    else if (s.listener.tls == conf::TlsMode::RequireStartTls && !s.is_tls() && !row->before_tls)
        refusal = make_reply(Say::TlsFirst); // RFC 3207 §4
    return row;
}

Awaitable<Reply> run_command(Session& s, std::string_view line)
{
    const auto [verb, arguments] = split_command(line);
    std::optional<Reply> refusal;
    const CommandRow* row = choose(s, verb, refusal);
    if (refusal)
        co_return *refusal;
    s.info->set_command(row->verb);
    if (row->plain != nullptr)
        co_return row->plain(s, arguments);
    co_return co_await row->waiting(s, arguments);
}

/// The session's own deadline: SMTP-08.
bool is_too_old(const Session& s)
{
    const milliseconds limit = s.limits().session;
    return limit.count() > 0 && s.now() - s.start > limit;
}

/// AUTH alone may be as long as RFC 4954 §4 says: bearer tokens are.
bool is_auth(std::string_view line)
{
    return ascii::starts_with_ignoring_case(line, "AUTH ");
}

Awaitable<> run_commands(Session& s)
{
    while (!s.closing) {
        s.stream.set_deadline(s.idle_limit());
        InputLine line;
        const std::size_t limit = s.config().limits.message.command_octets;
        while (!s.take_line(std::max(limit, kMaxAuthLineOctets), line))
            co_await s.more();
        if (line.text.size() > limit && !is_auth(line.text))
            line.end = InputLine::End::TooLong;
        if (is_too_old(s)) {
            s.say(make_reply(Say::SessionTooLong).closing());
            break;
        }
        std::optional<Reply> reply = check_line(s, line);
        if (!reply)
            reply = co_await run_command(s, line.text);
        s.say(counted(s, *std::move(reply)));
    }
    co_await s.flush();
}

Awaitable<> run(Session& s)
{
    s.stream.set_deadline(s.idle_limit());
    s.say(Reply(220, "", banner(s)));
    co_await run_commands(s);
}

/// Brought no mail and no login: a harvester, a scanner, or a client refused at each try. ABU-03
bool is_empty(const Session& s)
{
    return !s.is_lmtp() && s.accepted == 0 && !s.login && !s.local;
}

/// RFC 5321 §3.8: a server that must close says 421 where it can.
Awaitable<> last_word(Session& s, Disconnected::Why why)
{
    if (why != Disconnected::Why::Deadline && why != Disconnected::Why::Stopping)
        co_return;
    try {
        s.stream.set_deadline(kGoodbye);
        s.say(why == Disconnected::Why::Deadline ? Say::Idle : Say::ServiceClosing);
        co_await s.flush();
    } catch (const Disconnected&) {
        co_return; // nobody is left to tell
    }
}

/// The session from greeting to goodbye.
Awaitable<> run_to_end(Session& s)
{
    std::optional<Disconnected::Why> lost;
    try {
        co_await run(s);
    } catch (const Disconnected& gone) {
        lost = gone.why();
        log::debug(s.area(), "disconnected",
                   {{"peer", s.stream.peer().address}, {"why", std::string(gone.what())}});
    }
    if (lost)
        co_await last_word(s, *lost);
    if (is_empty(s))
        s.services->authenticator->happened(s.stream.peer(), conf::BanTrigger::EmptySession);
}

} // namespace

Awaitable<> serve(std::unique_ptr<net::Stream> stream,
                  std::shared_ptr<const delivery::Services> services, conf::Listener listener,
                  std::shared_ptr<net::SessionInfo> info)
{
    Session s(*stream, std::move(services), std::move(listener), std::move(info));
    co_await run_to_end(s);
}

Awaitable<> serve_local(std::unique_ptr<net::Stream> stream,
                        std::shared_ptr<const delivery::Services> services, LocalCaller caller,
                        std::shared_ptr<net::SessionInfo> info)
{
    conf::Listener listener;
    listener.name = "sendmail";
    listener.protocol = conf::Protocol::Submission;
    listener.tls = conf::TlsMode::None;
    Session s(*stream, std::move(services), std::move(listener), std::move(info));
    s.local = std::move(caller);
    co_await run_to_end(s);
}

} // namespace mailctl::smtp
