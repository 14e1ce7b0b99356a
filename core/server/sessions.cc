// The live sessions: each is one coroutine, listed from its first octet to its last.
#include "core/server/sessions.h"

#include "core/auth/authenticator.h"
#include "core/base/ascii.h"
#include "core/base/log.h"
#include "core/delivery/reached.h"
#include "core/delivery/services.h"
#include "core/server/wire_log.h"

namespace mailctl::server {
namespace {

constexpr std::chrono::seconds kHandshakeLimit{30}; ///< TLS before the first octet of the protocol
constexpr std::chrono::seconds kRefusalLimit{5};

/// False: the client is gone, or cannot speak TLS as the settings want it.
Awaitable<bool> shake_hands(net::Stream& stream, std::shared_ptr<const net::TlsContext> tls,
                            std::string_view area)
{
    std::string why;
    stream.set_deadline(kHandshakeLimit);
    try {
        co_await stream.start_tls(std::move(tls));
    } catch (const net::Disconnected& e) {
        why = e.what();
    }
    if (!why.empty())
        log::info("tls", "handshake failed",
                  {{"protocol", area}, {"peer", to_string(stream.peer())}, {"why", why}});
    co_return why.empty();
}

Awaitable<> refuse(net::Stream& stream, std::string text)
{
    stream.set_deadline(kRefusalLimit);
    try {
        co_await stream.write(text);
    } catch (const net::Disconnected&) { // gone before it was told
    }
}

} // namespace

/// Takes a session off the list when its coroutine ends.
class Sessions::Listed {
public:
    Listed(Sessions& sessions, std::uint64_t id) : sessions_(sessions), id_(id) {}
    ~Listed()
    {
        const std::lock_guard lock(sessions_.mutex_);
        sessions_.entries_.erase(id_);
    }
    Listed(const Listed&) = delete;
    Listed& operator=(const Listed&) = delete;

private:
    Sessions& sessions_;
    std::uint64_t id_;
};

void Sessions::start(std::unique_ptr<net::Stream> stream,
                     std::shared_ptr<const delivery::Services> services, conf::Listener listener)
{
    net::SessionInfo::View view;
    view.id = next_++;
    view.protocol = listener.name;
    view.peer = stream->peer();
    view.start = services->clock->now();
    const std::uint64_t id = view.id;
    auto info = std::make_shared<net::SessionInfo>(std::move(view), stream->traffic());
    Entry entry{info, stream->closer()};
    {
        const std::lock_guard lock(mutex_);
        entries_.emplace(id, entry);
    }
    const auto executor = stream->executor();
    tasks_.spawn(executor,
                 run(std::move(stream), std::move(services), std::move(listener), std::move(info)),
                 std::move(entry.close));
}

Awaitable<> Sessions::run(std::unique_ptr<net::Stream> stream,
                          std::shared_ptr<const delivery::Services> services,
                          conf::Listener listener, std::shared_ptr<net::SessionInfo> info)
{
    const Listed listed(*this, info->view().id);
    const bool implicit = listener.tls == conf::TlsMode::Implicit;
    const std::string_view area = area_of(listener.protocol);
    const auto guard = services->authenticator->admit(stream->peer(), listener);
    if (!guard) {
        log::info(area, "refused",
                  {{"peer", to_string(stream->peer())}, {"why", guard.error().detail()}});
        if (!implicit) // in the clear a TLS client would not understand it
            co_await refuse(*stream,
                            refusal(listener.protocol, *services->config,
                                    delivery::reached(*services, stream->local()).hostname,
                                    guard.error().code()));
        co_return;
    }
    if (implicit) {
        if (!services->tls)
            co_return; // the settings are checked: only a first certificate can be missing
        const bool secure = co_await shake_hands(*stream, services->tls, area);
        if (!secure)
            co_return;
        info->set_tls(stream->tls());
    }
    auto served = with_wire_log(std::move(stream), listener.protocol, info);
    co_await serve_(std::move(served), std::move(services), std::move(listener), std::move(info));
}

std::vector<net::SessionInfo::View> Sessions::list() const
{
    std::vector<net::SessionInfo::View> views;
    const std::lock_guard lock(mutex_);
    for (const auto& [id, entry] : entries_)
        views.push_back(entry.info->view());
    return views;
}

std::size_t Sessions::size() const
{
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

bool Sessions::kick(std::uint64_t id)
{
    std::function<void()> close;
    {
        const std::lock_guard lock(mutex_);
        const auto found = entries_.find(id);
        if (found == entries_.end())
            return false;
        close = found->second.close;
    }
    close();
    return true;
}

std::size_t Sessions::kick_user(std::string_view user)
{
    std::size_t kicked = 0;
    for (const auto& view : list())
        if (ascii::equals_ignoring_case(view.user, user) && kick(view.id))
            ++kicked;
    return kicked;
}

} // namespace mailctl::server
