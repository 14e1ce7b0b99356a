// Holds a login to user.auth.
#include "core/auth/secrets/login_way.h"

#include "core/auth/secrets/client_certificate.h"

namespace mailctl::auth {
namespace {

std::string_view refuse_password(conf::LoginBy way, bool has_certificate)
{
    if (way == conf::LoginBy::Certificate && !has_certificate)
        return "user.auth demands a certificate";
    if (way == conf::LoginBy::Both && !has_certificate)
        return "user.auth demands a certificate too";
    return "";
}

std::string_view refuse_certificate(conf::LoginBy way)
{
    if (way == conf::LoginBy::Password)
        return "user.auth demands a password";
    if (way == conf::LoginBy::Both)
        return "user.auth demands a password too";
    return "";
}

} // namespace

std::string_view refusal_of(conf::LoginBy way, const store::User& user, Shown shown,
                            std::string_view fingerprint, Time now)
{
    if (way == conf::LoginBy::None)
        return "user.auth lets nobody in";
    if (shown == Shown::Certificate)
        return refuse_certificate(way);
    const bool is_shown = !fingerprint.empty();
    const bool is_good = is_shown && refusal_of(user, fingerprint, now).empty();
    // Somebody who has certificates and shows another one may have stolen the password.
    if (is_shown && !is_good && !user.certificates.empty())
        return "the certificate shown is not the user's";
    return refuse_password(way, is_good);
}

} // namespace mailctl::auth
