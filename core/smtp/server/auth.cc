// AUTH: a SASL exchange over base64 lines. RFC 4954 §4.
#include <optional>

#include "core/auth/sasl.h"
#include "core/base/ascii.h"
#include "core/crypto/base64.h"
#include "core/smtp/command.h"
#include "core/smtp/limits.h"
#include "core/smtp/server/commands.h"
#include "core/smtp/server/sending.h"
#include "core/smtp/server/session.h"

namespace mailctl::smtp {
namespace {

using auth::SaslStep;

Say check_order(const Session& s)
{
    if (!s.has_auth())
        return Say::NotOffered;
    if (s.hello.empty())
        return Say::HelloFirst;
    if (s.login)
        return Say::AuthenticatedAlready;
    if (s.transaction)
        return Say::AuthenticationInTransaction;
    return s.may_auth_now() ? Say::Ok : Say::AuthenticationNeedsTls;
}

Say say_for_failure(const Error& error)
{
    switch (error.code()) {
    case Errc::Denied: return Say::AuthenticationFailed;
    case Errc::Busy: return Say::TooManyLogins;
    case Errc::Invalid: return Say::BadBase64;
    default: return Say::AuthenticationUnavailable;
    }
}

/// The client's answer to a challenge, decoded; or what to say instead.
struct Answer {
    Say said = Say::Ok;
    std::string octets;
    Answer() = default;
    explicit Answer(Say s) : said(s) {}
    explicit Answer(std::string o) : octets(std::move(o)) {}
};

Answer decode(std::string_view text)
{
    if (text == "*")
        return Answer(Say::AuthenticationCancelled);
    auto decoded = crypto::decode_base64(text);
    if (!decoded)
        return Answer(Say::BadBase64);
    return Answer(*std::move(decoded));
}

/// RFC 4954 §4: "334 " and base64, then a line of base64 or "*".
Awaitable<Answer> challenge(Session& s, std::string octets)
{
    s.say(Reply(334, "", crypto::encode_base64(octets)));
    InputLine line;
    while (!s.take_line(kMaxAuthLineOctets, line))
        co_await s.more();
    if (line.end == InputLine::End::Never)
        s.closing = true;
    if (line.end == InputLine::End::TooLong || line.end == InputLine::End::Never)
        co_return Answer(Say::AuthLineTooLong);
    co_return decode(line.text);
}

Awaitable<Reply> succeed(Session& s, SaslStep step)
{
    s.login = std::move(step.login);
    const auto limits = co_await read_own_limits(s);
    if (!limits) {
        s.login.reset();
        co_return make_reply(Say::AuthenticationUnavailable);
    }
    s.info->set_user(s.login->name, s.login->credential);
    s.offered = s.extensions();
    co_await count_login(s);
    co_return make_reply(Say::AuthenticationDone);
}

/// Runs the exchange to its end.
Awaitable<Reply> exchange(Session& s, auth::SaslExchange& sasl, std::optional<std::string> message)
{
    for (;;) {
        SaslStep step = co_await sasl.step(std::move(message));
        if (step.kind == SaslStep::Kind::Failure)
            co_return make_reply(say_for_failure(step.error));
        const bool done = step.kind == SaslStep::Kind::Success;
        if (done && step.challenge.empty())
            co_return co_await succeed(s, std::move(step));
        // RFC 4954 §4: the last data of a mechanism is one more challenge, answered with nothing.
        Answer answer = co_await challenge(s, step.challenge);
        if (answer.said != Say::Ok)
            co_return make_reply(answer.said);
        if (done)
            co_return co_await succeed(s, std::move(step));
        message = std::move(answer.octets);
    }
}

} // namespace

Awaitable<Reply> on_auth(Session& s, std::string_view arguments)
{
    if (const Say said = check_order(s); said != Say::Ok)
        co_return make_reply(said);
    const auto [mechanism, initial] = split_command(arguments);
    if (mechanism.empty())
        co_return make_reply(Say::BadArguments);
    auto sasl = auth::start_sasl(ascii::upper(mechanism), *s.services->authenticator, s.attempt(),
                                 s.config(), s.listener, s.stream);
    if (!sasl)
        co_return make_reply(Say::MechanismUnknown);

    std::optional<std::string> message;
    if (!initial.empty()) {
        Answer answer = initial == "=" ? Answer() : decode(initial); // RFC 4954 §4: "=" is empty
        if (answer.said != Say::Ok)
            co_return make_reply(answer.said);
        message = std::move(answer.octets);
    }
    co_return co_await exchange(s, **sasl, std::move(message));
}

} // namespace mailctl::smtp
