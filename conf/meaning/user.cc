// What the settings about single users mean together.
#include "conf/meaning/parts.h"

namespace mailctl::conf {

void check_users(Checker& check, const Config& config)
{
    const bool wants_certificates =
        config.user.auth == LoginBy::Certificate || config.user.auth == LoginBy::Both;
    if (wants_certificates && !config.auth.client_certificates)
        check.complain("user.auth", "needs auth.client_certificates = true, or nobody can log in");
    if (config.user.activity_keep.count() <= 0)
        check.complain("user.activity_keep", "must be over 0");
    if (config.client_ca.life.count() <= 0)
        check.complain("user.client_certificate_life", "must be over 0");
    if (!config.client_ca.authority.empty())
        check_secret(check, "user.client_ca", config.client_ca.authority);
}

} // namespace mailctl::conf
