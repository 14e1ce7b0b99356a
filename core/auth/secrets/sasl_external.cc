// EXTERNAL: the certificate that the client showed in TLS is the login. RFC 4422 Appendix A
#include <optional>
#include <utility>

#include "core/auth/sasl_mechanisms.h"

namespace mailctl::auth {
namespace {

SaslStep failure(Error error)
{
    SaslStep step;
    step.kind = SaslStep::Kind::Failure;
    step.error = std::move(error);
    return step;
}

class External : public SaslExchange {
public:
    External(OtherLogins& logins, Attempt attempt, ExternalIdentity identity)
        : logins_(logins), attempt_(std::move(attempt)), identity_(std::move(identity))
    {
    }

    /// initial-response = *( UTF8-char-no-nul ): the user to act as; empty: the certificate's own.
    Awaitable<SaslStep> step(std::optional<std::string> message) override
    {
        if (!message) {
            SaslStep empty;
            empty.kind = SaslStep::Kind::Challenge;
            co_return empty;
        }
        std::string name = message->empty() ? identity_.address : *std::move(message);
        if (name.empty() || name.find('\0') != std::string::npos)
            co_return failure(Error(Errc::Invalid, "EXTERNAL: no user named"));
        auto login = co_await logins_.check_certificate(attempt_, std::move(name),
                                                               identity_.fingerprint);
        if (!login)
            co_return failure(login.error());
        SaslStep step;
        step.kind = SaslStep::Kind::Success;
        step.login = *std::move(login);
        co_return step;
    }

private:
    OtherLogins& logins_;
    Attempt attempt_;
    ExternalIdentity identity_;
};

} // namespace

std::unique_ptr<SaslExchange> start_external(OtherLogins& logins, Attempt attempt,
                                             ExternalIdentity identity)
{
    return std::make_unique<External>(logins, std::move(attempt), std::move(identity));
}

} // namespace mailctl::auth
