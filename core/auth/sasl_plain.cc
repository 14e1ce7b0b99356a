// PLAIN and LOGIN: the password itself, so offered under TLS only unless the settings say otherwise.
#include <optional>
#include <utility>

#include "core/auth/sasl_mechanisms.h"
#include "core/base/ascii.h"
#include "core/crypto/secret.h"

namespace mailctl::auth {
namespace {

SaslStep failure(Error error)
{
    SaslStep step;
    step.kind = SaslStep::Kind::Failure;
    step.error = std::move(error);
    return step;
}

SaslStep challenge(std::string text)
{
    SaslStep step;
    step.kind = SaslStep::Kind::Challenge;
    step.challenge = std::move(text);
    return step;
}

SaslStep outcome(Result<Login> login)
{
    if (!login)
        return failure(login.error());
    SaslStep step;
    step.kind = SaslStep::Kind::Success;
    step.login = *std::move(login);
    return step;
}

/// message = [authzid] UTF8NUL authcid UTF8NUL passwd. RFC 4616 §2
struct PlainMessage {
    std::string authzid, authcid, password;
};

std::optional<PlainMessage> parse_plain(std::string_view message)
{
    const auto parts = ascii::split(message, '\0');
    if (parts.size() != 3 || parts[1].empty() || parts[2].empty())
        return std::nullopt;
    return PlainMessage{std::string(parts[0]), std::string(parts[1]), std::string(parts[2])};
}

class Plain : public SaslExchange {
public:
    Plain(Authenticator& authenticator, Attempt attempt)
        : authenticator_(authenticator), attempt_(std::move(attempt))
    {
    }

    Awaitable<SaslStep> step(std::optional<std::string> message) override
    {
        if (!message)
            co_return challenge({});
        const crypto::WipeAtEnd wipe_message(*message);
        auto parsed = parse_plain(*message);
        if (!parsed)
            co_return failure(Error(Errc::Invalid, "malformed PLAIN message"));
        const crypto::WipeAtEnd wipe_password(parsed->password);
        // RFC 4616 §2, but: nobody may act as another here.
        if (!parsed->authzid.empty() && !ascii::equals_ignoring_case(parsed->authzid, parsed->authcid))
            co_return failure(Error(Errc::Denied, "authorization as another user"));
        auto login = co_await authenticator_.check_password(attempt_, parsed->authcid, parsed->password);
        co_return outcome(std::move(login));
    }

private:
    Authenticator& authenticator_;
    Attempt attempt_;
};

class LoginMechanism : public SaslExchange {
public:
    LoginMechanism(Authenticator& authenticator, Attempt attempt)
        : authenticator_(authenticator), attempt_(std::move(attempt))
    {
    }

    Awaitable<SaslStep> step(std::optional<std::string> message) override
    {
        if (!message)
            co_return challenge("Username:");
        if (!name_) {
            name_ = *std::move(message);
            co_return challenge("Password:");
        }
        const crypto::WipeAtEnd wipe_message(*message);
        auto login = co_await authenticator_.check_password(attempt_, *name_, *message);
        co_return outcome(std::move(login));
    }

private:
    Authenticator& authenticator_;
    Attempt attempt_;
    std::optional<std::string> name_;
};

} // namespace

std::unique_ptr<SaslExchange> start_plain(Authenticator& authenticator, Attempt attempt)
{
    return std::make_unique<Plain>(authenticator, std::move(attempt));
}

std::unique_ptr<SaslExchange> start_login(Authenticator& authenticator, Attempt attempt)
{
    return std::make_unique<LoginMechanism>(authenticator, std::move(attempt));
}

} // namespace mailctl::auth
