// Parses SCRAM's attribute lists.
#include "core/auth/scram_messages.h"

#include <algorithm>
#include <vector>

#include "core/base/ascii.h"
#include "core/crypto/base64.h"

namespace mailctl::auth {
namespace {

constexpr std::size_t kMostMessageOctets = 4096;

Error malformed(std::string_view what)
{
    return Error(Errc::Invalid, "SCRAM: " + std::string(what));
}

// saslname = 1*(value-safe-char / "=2C" / "=3D")
Result<std::string> decode_saslname(std::string_view text)
{
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '=') {
            out += text[at];
            continue;
        }
        const std::string_view code = text.substr(at, 3);
        if (code != "=2C" && code != "=3D")
            return malformed("bad escape in a name");
        out += code == "=2C" ? ',' : '=';
        at += 2;
    }
    if (out.empty() || out.find('\0') != std::string::npos)
        return malformed("empty name");
    return out;
}

/// The value of "x=value"; nothing where the attribute is another.
Result<std::string_view> value_of_attribute(std::string_view attribute, char name)
{
    if (attribute.size() < 2 || attribute[0] != name || attribute[1] != '=')
        return malformed(std::string("attribute ") + name + " expected");
    return attribute.substr(2);
}

// printable = %x21-2B / %x2D-7E
bool is_nonce(std::string_view text)
{
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127 && c != ','; });
}

// gs2-cbind-flag = ("p=" cb-name) / "n" / "y"
Result<> take_binding_flag(std::string_view flag, ScramClientFirst& out)
{
    if (flag == "n") {
        out.binding = ScramClientFirst::Binding::NotSupported;
        return ok();
    }
    if (flag == "y") {
        out.binding = ScramClientFirst::Binding::ServerMayNot;
        return ok();
    }
    TRY(const auto name, value_of_attribute(flag, 'p'));
    out.binding = ScramClientFirst::Binding::Used;
    out.binding_name = std::string(name);
    return ok();
}

} // namespace

// client-first-message = gs2-header client-first-message-bare
// gs2-header = gs2-cbind-flag "," [ authzid ] ","
// client-first-message-bare = [reserved-mext ","] username "," nonce ["," extensions]
Result<ScramClientFirst> parse_scram_client_first(std::string_view message)
{
    if (message.size() > kMostMessageOctets)
        return malformed("message too long");
    const std::size_t first = message.find(',');
    const std::size_t second = first == std::string_view::npos ? first : message.find(',', first + 1);
    if (second == std::string_view::npos)
        return malformed("no gs2-header");
    ScramClientFirst out;
    TRY_VOID(take_binding_flag(message.substr(0, first), out));
    const std::string_view authzid = message.substr(first + 1, second - first - 1);
    if (!authzid.empty()) {
        TRY(const auto value, value_of_attribute(authzid, 'a'));
        TRY(out.authzid, decode_saslname(value));
    }
    out.header = std::string(message.substr(0, second + 1));
    out.bare = std::string(message.substr(second + 1));
    const auto attributes = ascii::split(out.bare, ',');
    if (attributes.size() < 2)
        return malformed("name and nonce expected");
    TRY(const auto name, value_of_attribute(attributes[0], 'n')); // "m=" is refused: RFC 5802 §5.1
    TRY(out.name, decode_saslname(name));
    TRY(const auto nonce, value_of_attribute(attributes[1], 'r'));
    if (!is_nonce(nonce))
        return malformed("bad nonce");
    out.nonce = std::string(nonce);
    return out;
}

// client-final-message-without-proof = channel-binding "," nonce ["," extensions]
// client-final-message = client-final-message-without-proof "," proof
Result<ScramClientFinal> parse_scram_client_final(std::string_view message)
{
    if (message.size() > kMostMessageOctets)
        return malformed("message too long");
    const std::size_t proof_at = message.rfind(",p=");
    if (proof_at == std::string_view::npos)
        return malformed("no proof");
    ScramClientFinal out;
    out.without_proof = std::string(message.substr(0, proof_at));
    TRY(out.proof, crypto::decode_base64(message.substr(proof_at + 3)));
    const auto attributes = ascii::split(out.without_proof, ',');
    if (attributes.size() < 2)
        return malformed("channel binding and nonce expected");
    TRY(const auto binding, value_of_attribute(attributes[0], 'c'));
    TRY(out.channel_binding, crypto::decode_base64(binding));
    TRY(const auto nonce, value_of_attribute(attributes[1], 'r'));
    out.nonce = std::string(nonce);
    return out;
}

} // namespace mailctl::auth
