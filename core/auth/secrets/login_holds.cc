// Tells a login that still holds from one that is over.
#include "core/auth/secrets/login_holds.h"

#include <algorithm>

#include "core/auth/secrets/app_password.h"
#include "core/auth/secrets/client_certificate.h"

namespace mailctl::auth {
namespace {

constexpr std::string_view kPassword = "password:", kAppPassword = "app_password:",
                           kCertificate = "certificate:";

bool has_certificate(const store::User& user, std::string_view fingerprint)
{
    const auto all = certificates_of(user);
    return std::any_of(all.begin(), all.end(), [fingerprint](const ClientCertificate& one) {
        return one.fingerprint == fingerprint;
    });
}

} // namespace

std::string password_credential(const store::User& user)
{
    return std::string(kPassword) + to_rfc3339(user.credentials.changed);
}

std::string app_password_credential(std::string_view id)
{
    return std::string(kAppPassword) + std::string(id);
}

std::string certificate_credential(std::string_view fingerprint)
{
    return std::string(kCertificate) + std::string(fingerprint);
}

bool login_holds(const store::User& user, std::string_view credential, Time now)
{
    if (!user.may_login(now))
        return false;
    if (credential.starts_with(kPassword))
        return credential == password_credential(user);
    if (credential.starts_with(kAppPassword)) {
        const auto one = find_app_password_by_id(user, credential.substr(kAppPassword.size()));
        return one && !one->is_expired(now);
    }
    if (credential.starts_with(kCertificate))
        return has_certificate(user, credential.substr(kCertificate.size()));
    return true;
}

} // namespace mailctl::auth
