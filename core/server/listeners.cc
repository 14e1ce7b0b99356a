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
    // Closed and paused without the lock: they wait for who waits for it.
    std::vector<std::unique_ptr<net::Listener>> gone;
    std::vector<net::Listener*> stopped;
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
                },
                home_);
            if (stopped_.contains(plan.wanted[key].name))
                stopped.push_back(bound_[key].listener.get());
        }
        std::erase_if(stopped_, [this](const auto& one) { return bound_of(one.first).empty(); });
    }
    for (net::Listener* listener : stopped)
        listener->pause();
}

std::vector<net::Listener*> Listeners::bound_of(const std::string& name) const
{
    std::vector<net::Listener*> found;
    for (const auto& [key, bound] : bound_)
        if (bound.settings->name == name)
            found.push_back(bound.listener.get());
    return found;
}

Result<std::vector<net::Listener*>> Listeners::find_bound(const std::string& name) const
{
    const std::lock_guard lock(mutex_);
    auto found = bound_of(name);
    if (found.empty())
        return Error(Errc::NotFound, name + ": has no socket");
    return found;
}

Result<> Listeners::stop(const std::string& name)
{
    TRY(const auto found, find_bound(name));
    for (net::Listener* listener : found)
        listener->pause();
    const std::lock_guard lock(mutex_);
    stopped_[name].clear();
    log::info("server", "stopped listening", {{"listener", name}});
    return ok();
}

Result<> Listeners::start(const std::string& name)
{
    TRY(const auto found, find_bound(name));
    Result<> resumed = ok();
    for (auto it = found.begin(); it != found.end() && resumed; ++it)
        resumed = (*it)->resume();
    if (!resumed) // all or none
        for (net::Listener* one : found)
            one->pause();
    const std::lock_guard lock(mutex_);
    if (resumed) {
        stopped_.erase(name);
        log::info("server", "listening again", {{"listener", name}});
        return ok();
    }
    stopped_[name] = resumed.error().detail();
    log::error("server", "cannot listen", {{"listener", name}, {"why", resumed.error().detail()}});
    return resumed.error().within("listener \"" + name + "\"");
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
    for (const auto& [key, bound] : bound_) {
        View view{*bound.settings, bound.listener->local(), key.first, false, {}};
        if (const auto stopped = stopped_.find(bound.settings->name); stopped != stopped_.end()) {
            view.is_stopped = true;
            view.failure = stopped->second;
        }
        views.push_back(std::move(view));
    }
    return views;
}

} // namespace mailctl::server
