// The client's half is core/smtp/client.
#include "core/smtp/server/callout.h"

#include <algorithm>
#include <utility>

#include "conf/config.h"
#include "core/base/log.h"
#include "core/delivery/services.h"
#include "core/net/dial.h"
#include "core/net/own_addresses.h"
#include "core/route/next_hop.h"
#include "core/route/route.h"
#include "core/smtp/client/client.h"

namespace mailctl::smtp {
namespace {

/// A client waits for our reply to RCPT meanwhile: RFC 5321 §4.5.3.2.3 gives it five minutes.
constexpr std::chrono::seconds kLimit{20};
constexpr std::size_t kMaxHosts = 3;

/// nullopt: TLS is required, which a question does without.
bool may_ask_in_the_clear(const conf::HopSettings& hop)
{
    return hop.tls == conf::OutboundTls::None || hop.tls == conf::OutboundTls::May;
}

Awaitable<CalloutVerdict> ask_address(std::string address, std::uint16_t port, std::string hello,
                                      std::string recipient)
{
    net::Dial to;
    to.address = std::move(address);
    to.port = port;
    to.limit = kLimit;
    auto stream = co_await net::dial(std::move(to));
    if (!stream)
        co_return CalloutVerdict::NoAnswer;
    ClientOptions options;
    options.hello = std::move(hello);
    options.tls = ClientTls::None;
    options.timeouts.greeting = options.timeouts.command = kLimit;
    auto opened = co_await open_client(*std::move(stream), std::move(options));
    if (!opened.client)
        co_return CalloutVerdict::NoAnswer;
    Envelope envelope;
    envelope.recipients.emplace_back();
    envelope.recipients.front().address = std::move(recipient);
    const Outcome outcome = co_await opened.client->ask(std::move(envelope));
    co_await opened.client->quit();
    if (outcome.recipients.empty())
        co_return CalloutVerdict::NoAnswer;
    const Outcome::Recipient& answer = outcome.recipients.front();
    using State = Outcome::Recipient::State;
    if (answer.state == State::Delivered || answer.state == State::Relayed)
        co_return CalloutVerdict::Exists;
    // A refusal of MAIL is about us, not about the recipient.
    const bool unknown = answer.state == State::Failed && answer.stage == Stage::Rcpt;
    co_return unknown ? CalloutVerdict::Unknown : CalloutVerdict::NoAnswer;
}

bool is_ours(const conf::Config& config, const std::vector<std::string>& own,
             const std::string& address, std::uint16_t port)
{
    const bool here = std::find(own.begin(), own.end(), address) != own.end();
    return here && std::any_of(config.listeners.begin(), config.listeners.end(),
                               [port](const conf::Listener& one) { return one.port == port; });
}

/// The hosts of the recipient's first way, with their addresses.
Awaitable<std::vector<route::Host>> hosts_of(const delivery::Services& services,
                                             std::string recipient)
{
    route::Question question;
    question.recipient = std::move(recipient);
    const auto choice = route::choose(*services.config, question);
    if (!choice || choice->ways.empty() || !may_ask_in_the_clear(choice->ways.front().hop))
        co_return std::vector<route::Host>();
    route::Way way = choice->ways.front();
    if (way.kind != route::Way::Kind::Mx && way.kind != route::Way::Kind::Hosts)
        co_return std::vector<route::Host>();
    route::IsOurs ours = [config = services.config, own = net::own_addresses()](
                             const std::string& address, std::uint16_t port) {
        return is_ours(*config, own, address, port);
    };
    auto hops = co_await route::next_hops(std::move(way), *services.config, *services.resolver,
                                          *services.random, std::move(ours));
    if (!hops)
        co_return std::vector<route::Host>();
    co_return hops->hosts;
}

} // namespace

Awaitable<CalloutVerdict> ask_next_host(const delivery::Services& services, std::string recipient)
{
    if (services.resolver == nullptr)
        co_return CalloutVerdict::NoAnswer;
    const std::vector<route::Host> hosts = co_await hosts_of(services, recipient);
    std::size_t asked = 0;
    for (const route::Host& host : hosts) {
        for (const std::string& address : host.addresses) {
            if (++asked > kMaxHosts)
                co_return CalloutVerdict::NoAnswer;
            std::string hello = services.hostname;
            const CalloutVerdict verdict =
                co_await ask_address(address, host.port, std::move(hello), recipient);
            if (verdict != CalloutVerdict::NoAnswer)
                co_return verdict;
        }
    }
    co_return CalloutVerdict::NoAnswer;
}

Callouts::Callouts(Ask ask) : ask_(std::move(ask)) {}

Awaitable<CalloutVerdict> Callouts::verify(const delivery::Services& services,
                                           std::string recipient)
{
    const Time now = services.clock->now();
    {
        const std::lock_guard lock(mutex_);
        const auto known = known_.find(recipient);
        if (known != known_.end() && known->second.until > now)
            co_return known->second.verdict;
    }
    const CalloutVerdict verdict = co_await ask_(services, recipient);
    log::debug("smtp", "callout", {{"recipient", recipient}, {"verdict", static_cast<int>(verdict)}});
    remember(recipient, verdict, now);
    co_return verdict;
}

void Callouts::remember(const std::string& recipient, CalloutVerdict verdict, Time now)
{
    if (verdict == CalloutVerdict::NoAnswer)
        return;
    const std::lock_guard lock(mutex_);
    if (known_.size() >= kMaxRemembered)
        std::erase_if(known_, [now](const auto& one) { return one.second.until <= now; });
    if (known_.size() >= kMaxRemembered)
        known_.clear();
    known_[recipient] = {verdict, now + (verdict == CalloutVerdict::Exists ? kExists : kUnknown)};
}

} // namespace mailctl::smtp
