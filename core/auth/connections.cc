// Counting connections.
#include "core/auth/connections.h"

#include <algorithm>
#include <stdexcept>

#include "conf/config.h"

namespace mailctl::auth {
namespace {

constexpr milliseconds kMinute = std::chrono::minutes(1);

class Counted : public Authenticator::Guard {
public:
    Counted(std::shared_ptr<Connections> connections, conf::Protocol protocol, std::string address)
        : connections_(std::move(connections)), protocol_(protocol), address_(std::move(address))
    {
    }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() override { connections_->leave(protocol_, address_); }

private:
    std::shared_ptr<Connections> connections_;
    conf::Protocol protocol_;
    std::string address_;
};

bool is_reached(unsigned count, unsigned limit)
{
    return limit != 0 && count >= limit;
}

} // namespace

Result<> Connections::count_peer(Service& service, const std::string& address,
                                 const conf::ConnectionLimits& limits, Time now)
{
    if (service.peers.size() >= service.purge_at) {
        std::erase_if(service.peers, [&](const auto& entry) {
            return entry.second.open == 0 && entry.second.minute_start + kMinute <= now;
        });
        service.purge_at = std::max<std::size_t>(1024, service.peers.size() * 2);
    }
    Peer& peer = service.peers[address];
    if (peer.minute_start + kMinute <= now) {
        peer.minute_start = now;
        peer.in_minute = 0;
    }
    if (is_reached(peer.open, limits.per_address))
        return Error(Errc::Busy, "too many connections from one address");
    if (is_reached(peer.in_minute, limits.per_address_per_minute))
        return Error(Errc::Busy, "connections from one address come too fast");
    ++peer.open;
    ++peer.in_minute;
    return ok();
}

Result<std::unique_ptr<Authenticator::Guard>> Connections::enter(conf::Protocol protocol,
                                                                 const std::string& address,
                                                                 const conf::ConnectionLimits& limits, Time now)
{
    {
        const std::lock_guard lock(mutex_);
        Service& service = services_.at(static_cast<std::size_t>(protocol));
        if (is_reached(service.open, limits.connections))
            return Error(Errc::Busy, "too many connections to this service");
        if (!address.empty()) {
            TRY_VOID(count_peer(service, address, limits, now));
        }
        ++service.open;
    }
    std::unique_ptr<Authenticator::Guard> guard =
        std::make_unique<Counted>(shared_from_this(), protocol, address);
    return guard;
}

void Connections::leave(conf::Protocol protocol, const std::string& address)
{
    const std::lock_guard lock(mutex_);
    Service& service = services_.at(static_cast<std::size_t>(protocol));
    --service.open;
    const auto it = service.peers.find(address);
    if (it != service.peers.end())
        --it->second.open;
}

unsigned Connections::open(conf::Protocol protocol) const
{
    const std::lock_guard lock(mutex_);
    return services_.at(static_cast<std::size_t>(protocol)).open;
}

const conf::ConnectionLimits& limits_of(const conf::Config& config, conf::Protocol protocol)
{
    switch (protocol) {
    case conf::Protocol::Smtp:
        return config.limits.smtp;
    case conf::Protocol::Submission:
        return config.limits.submission;
    case conf::Protocol::Lmtp:
        return config.limits.lmtp;
    case conf::Protocol::Imap:
        return config.limits.imap;
    case conf::Protocol::Pop3:
        return config.limits.pop3;
    case conf::Protocol::Http:
        return config.limits.http;
    }
    throw std::logic_error("no such protocol");
}

const conf::AccessList& access_of(const conf::Config& config, conf::Protocol protocol)
{
    switch (protocol) {
    case conf::Protocol::Smtp:
        return config.access.smtp;
    case conf::Protocol::Submission:
        return config.access.submission;
    case conf::Protocol::Lmtp:
        return config.access.lmtp;
    case conf::Protocol::Imap:
        return config.access.imap;
    case conf::Protocol::Pop3:
        return config.access.pop3;
    case conf::Protocol::Http:
        return config.access.http;
    }
    throw std::logic_error("no such protocol");
}

} // namespace mailctl::auth
