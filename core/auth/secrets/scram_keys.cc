// Gathers the keys that a SCRAM proof may fit.
#include "core/auth/secrets/scram_keys.h"

#include <algorithm>

#include "conf/config.h"

namespace mailctl::auth {

bool demands_app_password(const conf::Config& config, store::Right service)
{
    const auto& services = config.auth.app_passwords_only;
    return std::find(services.begin(), services.end(), store::name_of(service)) != services.end();
}

std::optional<crypto::ScramKeys> first_scram_keys(const store::User& user, store::Right service,
                                                  const conf::Config& config)
{
    if (!demands_app_password(config, service))
        if (auto own = crypto::decode_scram(user.credentials.scram_sha_256))
            return *std::move(own);
    for (const AppPassword& one : app_passwords_of(user)) {
        auto keys = crypto::decode_scram(one.scram_sha_256);
        if (keys && one.is_for(service))
            return *std::move(keys);
    }
    return std::nullopt;
}

std::vector<crypto::ScramKeys> sibling_scram_keys(const Authenticator::ScramKeys& keys,
                                                  store::Right service)
{
    std::vector<crypto::ScramKeys> out;
    if (!keys.user)
        return out;
    for (const AppPassword& one : app_passwords_of(*keys.user)) {
        auto own = crypto::decode_scram(one.scram_sha_256);
        if (own && one.is_for(service) && own->salt == keys.salt && own->iterations == keys.iterations)
            out.push_back(*std::move(own));
    }
    return out;
}

std::optional<AppPassword> find_app_password_by_keys(const store::User& user,
                                                     const std::string& stored_key)
{
    for (auto& one : app_passwords_of(user)) {
        const auto keys = crypto::decode_scram(one.scram_sha_256);
        if (keys && keys->stored_key == stored_key)
            return std::move(one);
    }
    return std::nullopt;
}

} // namespace mailctl::auth
