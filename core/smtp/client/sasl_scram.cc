// SCRAM, the client's end: proves the password without sending it, and has the server do the same.
#include "core/smtp/client/sasl_scram.h"

#include "core/base/ascii.h"
#include "core/crypto/base64.h"
#include "core/crypto/compare.h"
#include "core/crypto/digest.h"
#include "core/crypto/saslprep.h"
#include "core/crypto/scram.h"
#include "core/crypto/secret.h"

namespace mailctl::smtp {
namespace {

/// RFC 5802 §5.1: "=" and "," in names
std::string saslname(std::string_view name)
{
    std::string out;
    for (const char c : name) {
        if (c == ',')
            out += "=2C";
        else if (c == '=')
            out += "=3D";
        else
            out += c;
    }
    return out;
}

/// The value of the attribute at the front, which must be `name`; takes it and its comma off.
std::optional<std::string_view> take_attribute(std::string_view& message, char name)
{
    if (message.size() < 2 || message[0] != name || message[1] != '=')
        return std::nullopt;
    const auto comma = std::min(message.find(','), message.size());
    const std::string_view value = message.substr(2, comma - 2);
    message.remove_prefix(std::min(comma + 1, message.size()));
    return value;
}

struct ServerFirst {
    std::string_view nonce;
    std::string salt;
    std::uint32_t iterations = 0;
};

/// server-first-message = [reserved-mext ","] nonce "," salt "," iteration-count ["," extensions]
Result<ServerFirst> parse_server_first(std::string_view message, std::string_view client_nonce)
{
    ServerFirst first;
    const auto nonce = take_attribute(message, 'r');
    const auto salt = take_attribute(message, 's');
    const auto count = take_attribute(message, 'i');
    if (!nonce || !salt || !count)
        return Error(Errc::Invalid, "SCRAM: the server's first message is malformed");
    // RFC 5802 §5.1: the client's nonce, and the server's behind it.
    if (nonce->size() <= client_nonce.size() || !nonce->starts_with(client_nonce))
        return Error(Errc::Denied, "SCRAM: the server answers to another nonce");
    first.nonce = *nonce;
    TRY(first.salt, crypto::decode_base64(*salt));
    first.iterations = ascii::parse_number<std::uint32_t>(*count).value_or(0);
    // Few iterations would let who listens, or plays the server, find the password by trying.
    if (first.iterations < crypto::kMinScramIterations || first.iterations > kMostClientIterations)
        return Error(Errc::Denied, "SCRAM: the server asks for " + std::string(*count) + " iterations");
    return first;
}

class Scram : public ClientMechanism {
public:
    Scram(crypto::Hash hash, std::string user, std::string password, std::string nonce,
          std::string header, std::string binding)
        : hash_(hash),
          password_(std::move(password)),
          nonce_(std::move(nonce)),
          header_(std::move(header)),
          binding_(std::move(binding)),
          first_bare_("n=" + saslname(user) + ",r=" + nonce_)
    {}
    ~Scram() override { crypto::wipe(password_); }
    Scram(const Scram&) = delete;
    Scram& operator=(const Scram&) = delete;

    std::optional<std::string> initial() override { return header_ + first_bare_; }

    Result<std::string> respond(std::string_view challenge) override
    {
        TRY(const std::string message, crypto::decode_base64(challenge));
        switch (step_++) {
            case 0:
                return final_message(message);
            case 1:
                return check_server(message);
            default:
                return Error(Errc::Invalid, "SCRAM: a challenge too many");
        }
    }

    Result<> finish() override
    {
        if (!server_is_known_)
            return Error(Errc::Denied, "SCRAM: the server has not shown that it knows the password");
        return ok();
    }

private:
    /// RFC 5802 §3
    Result<std::string> final_message(const std::string& server_first)
    {
        TRY(const ServerFirst first, parse_server_first(server_first, nonce_));
        std::string salted = crypto::pbkdf2(hash_, password_, first.salt, first.iterations,
                                            crypto::digest_octets(hash_));
        const crypto::WipeAtEnd wipe_salted(salted);
        std::string client_key = crypto::hmac(hash_, salted, "Client Key");
        const crypto::WipeAtEnd wipe_client(client_key);
        const std::string without_proof = "c=" + crypto::encode_base64(header_ + binding_) +
                                          ",r=" + std::string(first.nonce);
        const std::string auth_message = first_bare_ + ',' + server_first + ',' + without_proof;
        std::string proof =
            crypto::hmac(hash_, crypto::digest(hash_, client_key), auth_message);
        for (std::size_t i = 0; i < proof.size(); ++i)
            proof[i] = static_cast<char>(proof[i] ^ client_key[i]);
        server_signature_ =
            crypto::hmac(hash_, crypto::hmac(hash_, salted, "Server Key"), auth_message);
        return without_proof + ",p=" + crypto::encode_base64(proof);
    }

    /// server-final-message = (server-error / verifier) ["," extensions]
    Result<std::string> check_server(std::string_view message)
    {
        const auto verifier = take_attribute(message, 'v');
        if (!verifier)
            return Error(Errc::Denied, "SCRAM: the server refuses the proof");
        const auto signature = crypto::decode_base64(*verifier);
        if (!signature || !crypto::equals_in_constant_time(*signature, server_signature_))
            return Error(Errc::Denied, "SCRAM: the server does not know the password");
        server_is_known_ = true;
        return std::string();
    }

    crypto::Hash hash_;
    std::string password_, nonce_, header_, binding_, first_bare_, server_signature_;
    int step_ = 0;
    bool server_is_known_ = false;
};

} // namespace

Result<std::unique_ptr<ClientMechanism>> make_scram(std::string_view name, SaslParts parts)
{
    const crypto::WipeAtEnd wipe(parts.secret);
    const bool is_plus = name.ends_with("-PLUS");
    const std::string_view base = name.substr(0, name.size() - (is_plus ? 5 : 0));
    if (base != "SCRAM-SHA-256" && base != "SCRAM-SHA-1")
        return Error(Errc::Invalid, "no mechanism " + std::string(name));
    const bool has_exporter = !parts.tls_exporter.empty(); // RFC 9266
    const std::string& binding = has_exporter ? parts.tls_exporter : parts.tls_server_end_point;
    std::string header = "n,,";
    if (is_plus && binding.empty())
        return Error(Errc::Invalid, "SCRAM: nothing to bind to");
    if (is_plus)
        header = has_exporter ? "p=tls-exporter,," : "p=tls-server-end-point,,";
    else if (!binding.empty() && !parts.plus_is_offered)
        header = "y,,"; // RFC 5802 §6: the server notices where somebody took -PLUS out
    TRY(std::string user, crypto::saslprep(parts.user));
    TRY(std::string password, crypto::saslprep(parts.secret));
    const auto hash = base == "SCRAM-SHA-1" ? crypto::Hash::Sha1 : crypto::Hash::Sha256;
    return std::unique_ptr<ClientMechanism>(std::make_unique<Scram>(
        hash, std::move(user), std::move(password), std::move(parts.nonce), std::move(header),
        is_plus ? binding : std::string()));
}

} // namespace mailctl::smtp
