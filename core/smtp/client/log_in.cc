// AUTH over the session: one mechanism after the other, until one is known or the secret is wrong.
#include "core/smtp/client/log_in.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/random.h"
#include "core/crypto/base64.h"
#include "core/crypto/secret.h"
#include "core/smtp/client/sasl.h"
#include "core/smtp/limits.h"

namespace mailctl::smtp {
namespace {

constexpr std::size_t kNonceCharacters = 24;    ///< 120 bits
constexpr std::size_t kMostAuthLineOctets = 510; ///< RFC 5321 §4.5.3.1.4, without CRLF

SaslParts parts_of(ClientSession& session)
{
    SaslParts parts;
    parts.user = session.options.credentials->user;
    parts.secret = session.options.credentials->secret;
    parts.nonce = system_random().token(kNonceCharacters);
    if (const auto& tls = session.connection.stream().tls()) {
        parts.tls_exporter = tls->channel_binding;
        parts.tls_server_end_point = tls->server_end_point;
    }
    const auto& offered = session.extensions.auth;
    parts.plus_is_offered =
        std::find(offered.begin(), offered.end(), "SCRAM-SHA-256-PLUS") != offered.end();
    return parts;
}

/// RFC 4954 §4: an empty first response is "=".
std::string in_base64(const std::string& octets)
{
    return octets.empty() ? "=" : crypto::encode_base64(octets);
}

PeerReply mechanism_failed(const Error& why)
{
    return own_words("4.7.0", ascii::printable(why.detail()));
}

/// One exchange, to its last reply.
Awaitable<PeerReply> exchange(ClientSession& session, ClientMechanism& mechanism, std::string name)
{
    const auto limit = session.options.timeouts.command;
    auto initial = mechanism.initial();
    std::string line = "AUTH " + name;
    if (initial) {
        const std::string encoded = in_base64(*initial);
        if (line.size() + 1 + encoded.size() <= kMostAuthLineOctets) {
            line += ' ' + encoded;
            initial.reset();
        }
    }
    std::optional<Error> failure;
    for (;;) {
        line += "\r\n";
        ReplyParser parser(ReplyParser::Enhanced::All, kMaxAuthLineOctets); // RFC 4954 §4
        PeerReply reply = co_await session.connection.ask(line, limit, parser);
        crypto::wipe(line);
        if (failure)
            co_return mechanism_failed(*failure);
        if (reply.code != 334)
            co_return reply;
        auto response = initial ? Result<std::string>(*std::exchange(initial, std::nullopt))
                                : mechanism.respond(ascii::trim(reply.text));
        if (response)
            line = crypto::encode_base64(*response);
        else {
            failure = response.error();
            line = "*"; // RFC 4954 §4: cancels
        }
    }
}

/// True where another mechanism may do: this one is not known, or too weak for the user.
bool may_try_another(const PeerReply& reply)
{
    return reply.code == 504 || reply.code == 534; // RFC 4954 §4, §6
}

} // namespace

Awaitable<PeerReply> log_in(ClientSession& session)
{
    const auto& tls = session.connection.stream().tls();
    const bool is_private = tls || session.connection.stream().peer().is_loopback();
    const bool has_binding =
        tls && !(tls->channel_binding.empty() && tls->server_end_point.empty());
    const auto names =
        choose_mechanisms(session.extensions.auth, session.options.credentials->mechanisms,
                          is_private, has_binding);
    PeerReply reply = own_words(
        "4.7.0", session.extensions.auth.empty()
                     ? "the peer does not offer AUTH"
                     : "no authentication mechanism that both sides take" +
                           std::string(is_private ? "" : " without TLS"));
    for (const auto& name : names) {
        const auto mechanism = make_mechanism(name, parts_of(session));
        if (!mechanism) {
            reply = mechanism_failed(mechanism.error());
            continue;
        }
        reply = co_await exchange(session, **mechanism, name);
        if (reply.code / 100 == 2) {
            const auto finished = (*mechanism)->finish();
            co_return finished ? PeerReply() : mechanism_failed(finished.error());
        }
        if (!may_try_another(reply))
            break;
    }
    co_return reply;
}

} // namespace mailctl::smtp
