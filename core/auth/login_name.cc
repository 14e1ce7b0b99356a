// The forms of a login name, tried in one order.
#include "core/auth/login_name.h"

#include <utility>

#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/settings/own_settings.h"

namespace mailctl::auth {
namespace {

/// `name` with "@": as it is, by a separator, or with the domain. Empty: no such form.
std::string with_domain(const std::string& name, const std::string& domain,
                        const conf::Config& config)
{
    if (name.find('@') != std::string::npos)
        return name;
    const std::size_t at = name.find_last_of(config.auth.separators);
    if (at != std::string::npos && at > 0 && at + 1 < name.size())
        return name.substr(0, at) + '@' + name.substr(at + 1);
    if (domain.empty() || name.empty())
        return {};
    return name + '@' + domain;
}

/// The one local address that an alias leads to; nothing where it has more or is switched off.
std::optional<address::Address> only_target(const store::Alias& alias)
{
    if (!alias.enabled || alias.targets.size() != 1)
        return std::nullopt;
    auto target = address::parse(alias.targets.front());
    if (!target)
        return std::nullopt;
    return *std::move(target);
}

/// One lookup with the domain's own name put in. Errors: NotFound, Unavailable, Corrupt.
struct Looked {
    address::Address address;
    store::Entry entry;
    store::Domain domain;
};

Awaitable<Result<Looked>> look_up(store::Directory& directory, address::Address address)
{
    auto domain = co_await directory.find_domain(address.domain);
    if (!domain)
        co_return domain.error();
    Looked looked;
    address.domain = domain->name;
    looked.address = address::folded(address);
    auto entry = co_await directory.find(looked.address);
    if (!entry)
        co_return entry.error();
    looked.entry = *std::move(entry);
    looked.domain = *std::move(domain);
    co_return looked;
}

} // namespace

Awaitable<Result<LoginName>> find_login_name(store::Directory& directory, const conf::Config& config,
                                             std::string domain, std::string name)
{
    LoginName out;
    out.key = ascii::lower(name);
    if (name.size() > kMaxLoginNameOctets) {
        out.key.resize(kMaxLoginNameOctets);
        co_return out;
    }
    auto parsed = address::parse(with_domain(name, domain, config));
    if (!parsed)
        co_return out;
    address::Address address = *std::move(parsed);
    out.key = address::to_string(address::folded(address));
    for (unsigned level = 0; level < store::kMaxAliasLevels; ++level) {
        auto looked = co_await look_up(directory, address);
        if (!looked && looked.error().code() == Errc::NotFound)
            co_return out;
        if (!looked)
            co_return looked.error();
        if (auto* const user = std::get_if<store::User>(&looked->entry)) {
            out.key = address::to_string(looked->address);
            out.is_domain_enabled = looked->domain.enabled;
            out.own = settings::own_settings(config, looked->domain, *user).user;
            out.user = std::move(*user);
            co_return out;
        }
        const auto target = only_target(std::get<store::Alias>(looked->entry));
        if (!config.auth.alias_login || !target)
            co_return out;
        address = *target;
    }
    co_return out;
}

} // namespace mailctl::auth
