// Keeps, replaces or wraps the sender.
#include "core/delivery/return_path.h"

#include <algorithm>

#include "conf/config.h"
#include "core/delivery/services.h"
#include "core/route/route.h"
#include "core/srs/keys.h"
#include "core/srs/return_address.h"

namespace mailctl::delivery {
namespace {

/// Another server's, that may not be used from here by its SPF record.
Awaitable<Result<bool>> is_foreign(const Services& services, std::string domain)
{
    auto found = co_await services.store->directory().find_domain(std::move(domain));
    if (!found && found.error().code() != Errc::NotFound)
        co_return found.error();
    co_return !found.has_value();
}

std::string wrapped(const conf::ForwardSettings& settings, const address::Address& sender,
                    const std::string& forwarder, const std::string& key, Time now)
{
    std::string domain = settings.srs_domain;
    if (domain.empty())
        domain = forwarder.substr(forwarder.rfind('@') + 1);
    const auto address = srs::wrap(sender, domain, key, now);
    return address ? to_string(*address) : forwarder;
}

/// AFS-05: the runner makes new messages of them. True: it was asked for.
bool attach(const conf::ForwardSettings& settings, Acceptance& message,
            const std::vector<std::string>& forwarders)
{
    if (settings.sender != conf::ForwardSender::Attach)
        return false;
    for (std::size_t i = 0; i < forwarders.size(); ++i)
        if (!forwarders[i].empty())
            message.remote[i].route = std::string(route::kAttachRoute) + forwarders[i];
    return true;
}

/// "list-bounces+bob=example.net@example.org"; empty: it would be too long.
std::string telling(const address::Address& sender, const std::string& recipient)
{
    const auto to = address::parse(recipient);
    if (!to)
        return {};
    address::Address out = sender;
    out.local_part += '+' + to->local_part + '=' + to->domain;
    return out.local_part.size() > address::kMaxLocalPartOctets ? std::string() : to_string(out);
}

void name_recipients(const conf::OutboundSettings& settings, Acceptance& message)
{
    const auto sender = address::parse(message.sender);
    const bool wanted =
        sender && std::any_of(settings.verp.begin(), settings.verp.end(), [&](const auto& pattern) {
            return address::matches_wildcard(pattern, message.sender);
        });
    if (!wanted)
        return;
    for (store::QueueRecipient& recipient : message.remote)
        if (recipient.sender.empty())
            recipient.sender = telling(*sender, recipient.address);
}

} // namespace

Awaitable<Result<>> set_return_paths(const Services& services, Acceptance& message,
                                     std::vector<std::string> forwarders)
{
    name_recipients(services.config->outbound, message);
    const conf::ForwardSettings& settings = services.config->forward;
    if (attach(settings, message, forwarders))
        co_return ok();
    const bool forwards = std::any_of(forwarders.begin(), forwarders.end(),
                                      [](const std::string& by) { return !by.empty(); });
    if (!forwards || message.sender.empty() || settings.sender == conf::ForwardSender::Keep)
        co_return ok();
    const auto sender = address::parse(message.sender);
    if (!sender)
        co_return ok();
    auto foreign = co_await is_foreign(services, sender->domain);
    if (!foreign)
        co_return foreign.error();
    if (!*foreign)
        co_return ok();
    std::string key;
    if (settings.sender == conf::ForwardSender::Srs) {
        auto keys = co_await srs::keys(*services.store, *services.random, settings);
        if (!keys)
            co_return keys.error();
        key = keys->front();
    }
    for (std::size_t i = 0; i < message.remote.size(); ++i) {
        if (forwarders[i].empty())
            continue;
        message.remote[i].sender =
            key.empty() ? forwarders[i]
                        : wrapped(settings, *sender, forwarders[i], key, services.clock->now());
    }
    co_return ok();
}

} // namespace mailctl::delivery
