// Holds live sessions against the directory.
#include "core/server/stale_sessions.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "core/address/address.h"
#include "core/auth/secrets/login_holds.h"
#include "core/base/log.h"
#include "core/settings/own_settings.h"
#include "store/directory.h"
#include "store/store.h"

namespace mailctl::server {
namespace {

/// A user as its sessions are judged by.
struct Judged {
    std::optional<store::User> user; ///< nullopt: there is none
    bool is_left_alone = false;      ///< by setting, or for want of an answer
};

Awaitable<Judged> look_up(store::Store& store, const conf::Config& config, std::string name)
{
    Judged out;
    const auto address = address::parse(name);
    if (!address) {
        out.is_left_alone = true;
        co_return out;
    }
    const auto domain = co_await store.directory().find_domain(address->domain);
    const auto entry = co_await store.directory().find(address::folded(*address));
    const auto* const user = entry ? std::get_if<store::User>(&*entry) : nullptr;
    if (domain && user) {
        out.user = *user;
        out.is_left_alone = !settings::own_settings(config, *domain, *user).user.end_sessions;
        if (!domain->enabled)
            out.user.reset();
        co_return out;
    }
    const bool is_certain = entry || entry.error().code() == Errc::NotFound;
    out.is_left_alone = !is_certain || !config.user.end_sessions;
    co_return out;
}

} // namespace

Awaitable<std::vector<std::uint64_t>> stale_sessions(store::Store& store, const conf::Config& config,
                                                     std::vector<net::SessionInfo::View> sessions)
{
    const Time now = store.clock().now();
    std::map<std::string, Judged> users;
    std::vector<std::uint64_t> stale;
    for (const auto& session : sessions) {
        if (session.user.empty())
            continue;
        auto known = users.find(session.user);
        if (known == users.end()) {
            Judged judged = co_await look_up(store, config, session.user);
            known = users.emplace(session.user, std::move(judged)).first;
        }
        const Judged& judged = known->second;
        if (judged.is_left_alone ||
            (judged.user && auth::login_holds(*judged.user, session.credential, now)))
            continue;
        log::info("auth", "session ended: its login holds no more",
                  {{"user", session.user}, {"peer", session.peer.address}});
        stale.push_back(session.id);
    }
    co_return stale;
}

} // namespace mailctl::server
