// The listeners of the settings, bound.
#include "core/server/listeners.h"

#include "core/base/log.h"

namespace mailctl::server {
namespace {

constexpr unsigned kUnixMode = 0666; // who may deliver is decided by the folder's rights

} // namespace

Result<Listeners::Plan> Listeners::prepare(const std::vector<conf::Listener>& listeners) const
{
    Plan plan;
    for (const auto& listener : listeners) {
        if (!listener.enabled)
            continue;
        const bool everywhere = listener.addresses.empty();
        const std::vector<std::string> any{"0.0.0.0", "::"};
        for (const auto& address : everywhere ? any : listener.addresses) {
            const Plan::Key key(address, listener.port);
            {
                const std::lock_guard lock(mutex_);
                if (bound_.contains(key)) {
                    plan.wanted[key] = listener;
                    continue;
                }
            }
            auto socket = net::ListeningSocket::bind(address, listener.port, kUnixMode);
            if (!socket && everywhere && address == "::" &&
                socket.error().code() == Errc::Unavailable) {
                log::info("server", "no IPv6 here", {{"listener", listener.name}});
                continue;
            }
            if (!socket)
                return socket.error().within("listener \"" + listener.name + "\"");
            plan.bound.emplace(key, *std::move(socket));
            plan.wanted[key] = listener;
        }
    }
    return plan;
}

void Listeners::commit(Plan plan)
{
    std::vector<std::unique_ptr<net::Listener>> gone; // closed without the lock: they wait for it
    {
        const std::lock_guard lock(mutex_);
        for (auto it = bound_.begin(); it != bound_.end();) {
            if (plan.wanted.contains(it->first)) {
                ++it;
                continue;
            }
            gone.push_back(std::move(it->second.listener));
            it = bound_.erase(it);
        }
        for (auto& [key, settings] : plan.wanted)
            bound_[key].settings = std::make_shared<conf::Listener>(settings);
        for (auto& [key, socket] : plan.bound) {
            log::info("server", "listening",
                      {{"listener", plan.wanted[key].name},
                       {"address",
                        key.first.starts_with("unix:") ? key.first : to_string(socket.local())}});
            bound_[key].listener = std::make_unique<net::Listener>(
                io_, std::move(socket), [this, address = key](std::unique_ptr<net::Stream> stream) {
                    accept(address, std::move(stream));
                });
        }
    }
}

void Listeners::accept(const Plan::Key& key, std::unique_ptr<net::Stream> stream)
{
    std::shared_ptr<conf::Listener> settings;
    {
        const std::lock_guard lock(mutex_);
        const auto found = bound_.find(key);
        if (found == bound_.end())
            return; // taken off between its accept and now
        settings = found->second.settings;
    }
    on_connection_(std::move(stream), *settings);
}

void Listeners::close()
{
    std::map<Plan::Key, Bound> gone;
    {
        const std::lock_guard lock(mutex_);
        gone.swap(bound_);
    }
}

std::vector<Listeners::View> Listeners::list() const
{
    std::vector<View> views;
    const std::lock_guard lock(mutex_);
    for (const auto& [key, bound] : bound_)
        views.push_back({*bound.settings, bound.listener->local(), key.first});
    return views;
}

} // namespace mailctl::server
