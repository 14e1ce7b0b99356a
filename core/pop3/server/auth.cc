// AUTH: a SASL exchange over base64 lines. RFC 5034
#include <optional>
#include <utility>

#include "core/base/ascii.h"
#include "core/crypto/base64.h"
#include "core/pop3/command.h"
#include "core/pop3/limits.h"
#include "core/pop3/server/commands.h"
#include "core/pop3/server/session.h"

namespace mailctl::pop3 {
namespace {

using auth::SaslStep;

/// The client's answer to a challenge, decoded; or the reply that ends the exchange.
struct Answer {
    std::optional<Reply> refusal;
    std::string octets;
    Answer() = default;
    explicit Answer(Reply reply) : refusal(std::move(reply)) {}
    explicit Answer(std::string decoded) : octets(std::move(decoded)) {}
};

Answer decode(std::string_view text)
{
    if (text == "*")
        return Answer(Reply::error("Authentication cancelled"));
    auto decoded = crypto::decode_base64(text);
    if (!decoded)
        return Answer(Reply::error("Not base64").bad());
    return Answer(*std::move(decoded));
}

/// RFC 5034 §4: "+ " and base64, then a line of base64 or "*".
Awaitable<Answer> challenge(Session& s, std::string octets)
{
    s.out += "+ " + crypto::encode_base64(octets) + "\r\n";
    auto line = co_await s.read_line(kMaxSaslOctets);
    if (line.end == net::Line::End::TooLong)
        co_return Answer(Reply::error("Line too long").bad());
    co_return decode(line.text);
}

/// RFC 5034 §4, but: without an argument older clients expect a list of mechanisms.
Reply list_mechanisms(Session& s)
{
    s.out += "+OK Mechanisms follow\r\n";
    for (const std::string& mechanism : auth::mechanisms(s.config(), s.listener, s.stream))
        s.out += mechanism + "\r\n";
    s.out += ".\r\n";
    return Reply();
}

Awaitable<Reply> exchange(Session& s, auth::SaslExchange& sasl, std::optional<std::string> message)
{
    for (;;) {
        SaslStep step = co_await sasl.step(std::move(message));
        if (step.kind == SaslStep::Kind::Failure)
            co_return refusal_of(step.error);
        const bool is_done = step.kind == SaslStep::Kind::Success;
        if (is_done && step.challenge.empty())
            co_return co_await open_maildrop(s, *std::move(step.login));
        // RFC 5034 §4: a mechanism's last data is one more challenge, answered with an empty line.
        Answer answer = co_await challenge(s, step.challenge);
        if (answer.refusal)
            co_return *answer.refusal;
        if (is_done)
            co_return co_await open_maildrop(s, *std::move(step.login));
        message = std::move(answer.octets);
    }
}

} // namespace

Awaitable<Reply> on_auth(Session& s, std::string_view argument)
{
    if (argument.empty())
        co_return list_mechanisms(s);
    const std::size_t space = argument.find(' ');
    const std::string_view mechanism = argument.substr(0, space);
    auto sasl = auth::start_sasl(mechanism, *s.services->authenticator, s.attempt(), s.config(), s.listener,
                                 s.stream);
    if (!sasl)
        co_return Reply::error("This mechanism is not available here").bad();
    std::optional<std::string> message;
    if (space != std::string_view::npos) {
        const std::string_view initial = argument.substr(space + 1);
        Answer answer = initial == "=" ? Answer() : decode(initial); // RFC 5034 §4: "=" is empty
        if (answer.refusal)
            co_return *answer.refusal;
        message = std::move(answer.octets);
    }
    co_return co_await exchange(s, **sasl, std::move(message));
}

} // namespace mailctl::pop3
