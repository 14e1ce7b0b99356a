// SCRAM-SHA-256 and -PLUS, server side: the password never travels. RFC 5802 §3, RFC 7677
#include <optional>
#include <utility>

#include "core/auth/sasl_mechanisms.h"
#include "core/auth/scram_messages.h"
#include "core/auth/secrets/scram_keys.h"
#include "core/base/ascii.h"
#include "core/base/random.h"
#include "core/crypto/base64.h"
#include "core/crypto/compare.h"
#include "core/crypto/scram.h"

namespace mailctl::auth {
namespace {

constexpr std::size_t kNonceCharacters = 24; ///< 120 bits

SaslStep failure(Error error)
{
    SaslStep step;
    step.kind = SaslStep::Kind::Failure;
    step.error = std::move(error);
    return step;
}

crypto::ScramKeys keys_of(const Authenticator::ScramKeys& keys)
{
    return {keys.iterations, keys.salt, keys.stored_key, keys.server_key};
}

class Scram : public SaslExchange {
public:
    Scram(Authenticator& authenticator, Attempt attempt, ScramBinding binding)
        : authenticator_(authenticator), attempt_(std::move(attempt)), binding_(std::move(binding))
    {
    }

    Awaitable<SaslStep> step(std::optional<std::string> message) override
    {
        if (!message) {
            SaslStep empty;
            empty.kind = SaslStep::Kind::Challenge;
            co_return empty;
        }
        if (!keys_)
            co_return co_await on_client_first(*std::move(message));
        co_return co_await on_client_final(*std::move(message));
    }

private:
    Awaitable<SaslStep> on_client_first(std::string message)
    {
        auto parsed = parse_scram_client_first(message);
        if (!parsed)
            co_return failure(parsed.error());
        first_ = *std::move(parsed);
        if (auto accepted = check_binding_flag(); !accepted)
            co_return failure(accepted.error());
        if (!first_.authzid.empty() && !ascii::equals_ignoring_case(first_.authzid, first_.name))
            co_return failure(Error(Errc::Denied, "authorization as another user"));
        auto keys = co_await authenticator_.scram_keys(attempt_, first_.name);
        if (!keys)
            co_return failure(keys.error());
        keys_ = *std::move(keys);
        nonce_ = first_.nonce + system_random().token(kNonceCharacters);
        server_first_ = "r=" + nonce_ + ",s=" + crypto::encode_base64(keys_->salt) +
                        ",i=" + std::to_string(keys_->iterations);
        SaslStep step;
        step.kind = SaslStep::Kind::Challenge;
        step.challenge = server_first_;
        co_return step;
    }

    Awaitable<SaslStep> on_client_final(std::string message)
    {
        auto parsed = parse_scram_client_final(message);
        if (!parsed)
            co_return failure(parsed.error());
        if (parsed->nonce != nonce_)
            co_return failure(Error(Errc::Invalid, "SCRAM: another nonce"));
        if (!crypto::equals_in_constant_time(parsed->channel_binding, first_.header + expected_binding()))
            co_return failure(Error(Errc::Denied, "SCRAM: channel bindings do not match"));
        const std::string auth_message = first_.bare + ',' + server_first_ + ',' + parsed->without_proof;
        const bool is_good = find_keys_of(auth_message, parsed->proof);
        const crypto::ScramKeys keys = keys_of(*keys_);
        auto login = co_await authenticator_.scram_done(attempt_, *std::move(keys_), is_good);
        if (!login)
            co_return failure(login.error());
        SaslStep step;
        step.kind = SaslStep::Kind::Success;
        step.challenge = "v=" + crypto::encode_base64(crypto::scram_server_signature(keys, auth_message));
        step.login = *std::move(login);
        co_return step;
    }

    /// Puts the keys that the proof fits in the first place. All are tried: the time tells nothing.
    bool find_keys_of(const std::string& auth_message, const std::string& proof)
    {
        bool is_good = crypto::is_scram_proof(keys_of(*keys_), auth_message, proof);
        for (auto& sibling : sibling_scram_keys(*keys_, attempt_.service)) {
            if (!crypto::is_scram_proof(sibling, auth_message, proof))
                continue;
            is_good = true;
            keys_->stored_key = std::move(sibling.stored_key);
            keys_->server_key = std::move(sibling.server_key);
        }
        for (const auto& encoded : keys_->former) {
            auto former = crypto::decode_scram(encoded);
            if (!former || !crypto::is_scram_proof(*former, auth_message, proof) || is_good)
                continue;
            keys_->is_former = true;
            keys_->stored_key = std::move(former->stored_key);
            keys_->server_key = std::move(former->server_key);
        }
        is_good = is_good || keys_->is_former;
        return is_good;
    }

    /// RFC 5802 §6: "y" where -PLUS was offered means that somebody took it out of the list.
    Result<> check_binding_flag() const
    {
        using Binding = ScramClientFirst::Binding;
        if (binding_.is_plus != (first_.binding == Binding::Used))
            return Error(Errc::Invalid, "SCRAM: channel binding flag does not fit the mechanism");
        if (first_.binding == Binding::ServerMayNot && binding_.is_plus_offered)
            return Error(Errc::Denied, "SCRAM: mechanism downgraded on the way");
        if (first_.binding == Binding::Used && expected_binding().empty())
            return Error(Errc::Invalid, "SCRAM: unsupported channel binding type");
        return ok();
    }

    std::string expected_binding() const
    {
        if (first_.binding_name == "tls-exporter")
            return binding_.tls_exporter;
        if (first_.binding_name == "tls-server-end-point")
            return binding_.tls_server_end_point;
        return {};
    }

    Authenticator& authenticator_;
    Attempt attempt_;
    ScramBinding binding_;
    ScramClientFirst first_;
    std::optional<Authenticator::ScramKeys> keys_;
    std::string nonce_, server_first_;
};

} // namespace

std::unique_ptr<SaslExchange> start_scram_sha_256(Authenticator& authenticator, Attempt attempt,
                                                  ScramBinding binding)
{
    return std::make_unique<Scram>(authenticator, std::move(attempt), std::move(binding));
}

} // namespace mailctl::auth
