// Connections before any login: lists, limits, bans, and what counts towards them.
#include <utility>

#include "conf/config.h"
#include "core/auth/directory_authenticator.h"
#include "core/auth/peer_key.h"
#include "store/store.h"

namespace mailctl::auth {

Result<std::unique_ptr<Authenticator::Guard>> DirectoryAuthenticator::admit(const net::Endpoint& peer,
                                                                            const conf::Listener& listener)
{
    const auto current = limits();
    const Time now = store_.clock().now();
    if (!current->is_allowed(listener.protocol, peer.address))
        return Error(Errc::Denied, "access list");
    TRY_VOID(check_ban(peer));
    happened(peer, conf::BanTrigger::Connection); // bans from the next one on
    const std::string address = current->is_exempt(peer) ? std::string() : peer_key(peer.address);
    return connections_->enter(listener.protocol, address, limits_of(*current->config, listener.protocol), now);
}

Result<> DirectoryAuthenticator::check_ban(const net::Endpoint& peer)
{
    if (!limits()->is_exempt(peer) && bans_->find(peer.address, store_.clock().now()))
        return Error(Errc::Denied, "banned");
    return ok();
}

bool DirectoryAuthenticator::is_loaded(conf::Protocol protocol) const
{
    const std::uint64_t limit = limits_of(*limits()->config, protocol).connections;
    return limit > 0 && std::uint64_t{connections_->open(protocol)} * 100 > limit * conf::kLoadedPercent;
}

void DirectoryAuthenticator::misbehaved(const net::Endpoint& peer, std::string_view what)
{
    Trial trial;
    trial.limits = limits();
    if (trial.limits->is_exempt(peer))
        return;
    trial.now = store_.clock().now();
    trial.address = peer_key(peer.address);
    trial.attempt.peer = peer;
    const auto verdict = throttle_.failed({trial.address, {}, {}, trial.now});
    if (!verdict.ban)
        return;
    store::Ban due;
    due.network = trial.address;
    due.reason = std::string(what);
    due.start = trial.now;
    ban(std::move(due), trial.limits->config->ban.duration);
}

void DirectoryAuthenticator::happened(const net::Endpoint& peer, conf::BanTrigger trigger)
{
    const auto current = limits();
    const conf::BanSettings& settings = current->config->ban;
    if (!settings.enabled || settings.rules.empty() || current->is_exempt(peer))
        return;
    const Time now = store_.clock().now();
    store::Ban due;
    due.network = peer_key(peer.address);
    if (throttle_.is_known_good(due.network, now))
        return;
    const auto time = rules_.count(trigger, due.network, now);
    if (!time)
        return;
    due.reason = word_of(trigger);
    due.start = now;
    ban(std::move(due), *time);
}

} // namespace mailctl::auth
