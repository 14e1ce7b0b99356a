// AUTHENTICATE: a SASL exchange in base64 lines.
#include <optional>

#include "core/auth/sasl.h"
#include "core/crypto/base64.h"
#include "core/imap/server/not_authenticated/login.h"

namespace mailctl::imap {
namespace {

constexpr std::size_t kMaxResponseOctets = 12288; // RFC 4954 §4's line limit fits SASL here too

/// What a client answered to a challenge.
struct Response {
    enum class Kind { Message, Cancelled, Malformed } kind = Kind::Malformed;
    std::string message;
};

Response decode_response(std::string_view line)
{
    Response response;
    if (line == "*") { // RFC 3501 §6.2.2
        response.kind = Response::Kind::Cancelled;
        return response;
    }
    auto decoded = crypto::decode_base64(line);
    if (!decoded)
        return response;
    response.kind = Response::Kind::Message;
    response.message = std::move(*decoded);
    return response;
}

Awaitable<Response> challenge(Session& session, std::string_view octets)
{
    session.out.append("+ ").append(crypto::encode_base64(octets)).append("\r\n");
    co_await flush(session);
    const auto line = co_await session.reader.read_line(kMaxResponseOctets);
    if (line.end == net::Line::End::TooLong)
        co_return Response();
    co_return decode_response(line.text);
}

/// Steps until the mechanism succeeds or fails. RFC 3501 §6.2.2.
Awaitable<Completion> exchange(Session& session, auth::SaslExchange& sasl,
                               std::optional<std::string> message)
{
    while (true) {
        auto step = co_await sasl.step(std::move(message));
        if (step.kind == auth::SaslStep::Kind::Failure) {
            if (step.error.code() == Errc::Invalid)
                co_return Completion::bad("Malformed authentication message");
            co_return refuse_login(session, step.error);
        }
        const bool is_done = step.kind == auth::SaslStep::Kind::Success;
        if (is_done && step.challenge.empty())
            co_return co_await enter(session, std::move(*step.login));
        auto response = co_await challenge(session, step.challenge);
        if (response.kind == Response::Kind::Cancelled)
            co_return Completion::bad("Authentication cancelled");
        if (response.kind == Response::Kind::Malformed)
            co_return Completion::bad("Malformed base64");
        if (is_done) // the answer to the mechanism's last words is empty
            co_return co_await enter(session, std::move(*step.login));
        message = std::move(response.message);
    }
}

/// [SP (base64 / "=")]: RFC 4959 §3.
Result<std::optional<std::string>> parse_initial_response(Lexer& args)
{
    if (!args.accept(' '))
        return std::optional<std::string>();
    if (args.rest() == "=")
        return std::optional<std::string>("");
    auto decoded = crypto::decode_base64(args.rest());
    if (!decoded)
        return Error(Errc::Invalid, "Malformed base64");
    return std::optional<std::string>(std::move(*decoded));
}

} // namespace

/// RFC 3501 §6.2.2, RFC 4959.
Awaitable<Completion> on_authenticate(Session& session, Invocation& invocation)
{
    auto& args = invocation.args;
    CO_PARSE_TRY_VOID(args.space());
    CO_PARSE_TRY(const auto mechanism, args.atom());
    CO_PARSE_TRY(auto initial, parse_initial_response(args));
    if (initial && !session.offers(Extension::SaslIr))
        co_return Completion::bad("The response comes after the challenge");
    auto attempt = attempt_of(session);
    auto sasl = auth::start_sasl(mechanism, *session.services->authenticator, std::move(attempt),
                                 session.config(), session.listener, *session.stream);
    if (!sasl)
        co_return Completion::no("CANNOT", "Mechanism is not offered");
    co_return co_await exchange(session, **sasl, std::move(initial));
}

} // namespace mailctl::imap
