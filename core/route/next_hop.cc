// Looks up the hosts of a way out. RFC 5321 §5.1
#include "core/route/next_hop.h"

#include <algorithm>
#include <limits>

#include "conf/config.h"
#include "conf/hosts.h"
#include "core/address/address.h"
#include "core/base/ascii.h"

namespace mailctl::route {
namespace {

using Hops = boost::system::result<NextHops, NoHops>;

NoHops none(NoHops::Why why, std::string enhanced, std::string detail)
{
    NoHops out;
    out.why = why;
    out.enhanced = std::move(enhanced);
    out.detail = std::move(detail);
    return out;
}

std::string without_brackets(std::string_view literal)
{
    std::string address(literal.substr(1, literal.size() - 2));
    if (ascii::starts_with_ignoring_case(address, "IPv6:"))
        address.erase(0, 5);
    return address;
}

/// Any order, each as likely.
template <class T>
void shuffle(std::vector<T>& items, Random& random)
{
    for (std::size_t left = items.size(); left > 1; --left)
        std::swap(items[left - 1], items[random.next_u64() % left]);
}

/// One look-up of a way. Borrows all of it.
class Finder {
public:
    Finder(const Way& way, const conf::Config& config, dns::Resolver& resolver, Random& random,
           const IsOurs& is_ours)
        : way_(way), config_(config), resolver_(resolver), random_(random), is_ours_(is_ours)
    {}

    Awaitable<Hops> run()
    {
        if (way_.kind == Way::Kind::Mx)
            co_return co_await mx_hosts(way_.domain, way_.hop.port);
        co_return co_await named_hosts();
    }

private:
    bool takes(conf::IpFamily family) const
    {
        return config_.outbound.family == conf::IpFamily::Any || config_.outbound.family == family;
    }

    /// What kept a host's addresses from being known, for people.
    struct Found {
        Host host;
        bool temporary = false;
    };

    /// A and AAAA of a name, IPv6 first; a host that does not answer on one is tried on the other.
    Awaitable<Found> addresses(std::string name, std::uint16_t port, unsigned preference)
    {
        Found found;
        found.host.name = name;
        found.host.port = port;
        found.host.preference = preference;
        bool secure = true;
        if (takes(conf::IpFamily::Ipv6)) {
            const auto answer = co_await resolver_.aaaa(name);
            add(answer, found, secure);
        }
        if (takes(conf::IpFamily::Ipv4)) {
            const auto answer = co_await resolver_.a(name);
            add(answer, found, secure);
        }
        found.host.secure = secure && !found.host.addresses.empty();
        co_return found;
    }

    void add(const Result<dns::Answer<std::string>>& answer, Found& found, bool& secure)
    {
        if (!answer) {
            found.temporary = found.temporary || answer.error().code() != Errc::Invalid;
            return;
        }
        secure = secure && answer->secure;
        auto records = answer->records;
        shuffle(records, random_);
        std::move(records.begin(), records.end(), std::back_inserter(found.host.addresses));
    }

    bool is_us(const Host& host) const
    {
        return std::any_of(host.addresses.begin(), host.addresses.end(), [&](const auto& address) {
            return is_ours_ && is_ours_(address, host.port);
        });
    }

    Awaitable<Hops> mx_hosts(std::string domain, std::uint16_t port)
    {
        if (domain.starts_with("[")) // RFC 5321 §4.1.3
            co_return literal_host(domain, port);
        const auto answer = co_await resolver_.mx(domain);
        if (!answer && answer.error().code() == Errc::Invalid)
            co_return none(NoHops::Why::NoDomain, "5.1.2", domain + " is no domain name");
        if (!answer)
            co_return none(NoHops::Why::Temporary, "4.4.3", answer.error().detail());
        if (answer->status == dns::Answer<dns::Mx>::Status::NoDomain)
            co_return none(NoHops::Why::NoDomain, "5.1.2",
                           "the domain " + domain + " does not exist");
        NextHops hops;
        hops.mx_secure = answer->secure;
        std::vector<dns::Mx> records = answer->records;
        if (records.size() == 1 && records.front().exchange.empty())
            co_return none(NoHops::Why::NullMx, "5.1.10", domain + " accepts no mail (null MX)");
        std::erase_if(records, [](const dns::Mx& mx) { return mx.exchange.empty(); });
        if (records.empty()) {
            hops.implicit_mx = true;
            records.push_back({0, domain});
        }
        shuffle(records, random_);
        std::stable_sort(records.begin(), records.end(),
                         [](const auto& a, const auto& b) { return a.preference < b.preference; });
        co_return co_await resolve(std::move(domain), std::move(records), port, std::move(hops));
    }

    Hops literal_host(const std::string& literal, std::uint16_t port)
    {
        Host host;
        host.port = port;
        host.addresses.push_back(without_brackets(literal));
        if (is_us(host))
            return none(NoHops::Why::LoopsToUs, "5.4.6", literal + " is this server");
        NextHops hops;
        hops.steps.push_back(literal + " names its host");
        hops.hosts.push_back(std::move(host));
        return hops;
    }

    /// RFC 5321 §5.1: of the hosts at our own preference and worse none is tried.
    Awaitable<Hops> resolve(std::string domain, std::vector<dns::Mx> records, std::uint16_t port,
                            NextHops hops)
    {
        unsigned ours = std::numeric_limits<unsigned>::max();
        bool temporary = false;
        for (const auto& mx : records) {
            if (hops.hosts.size() >= config_.outbound.max_mx || mx.preference >= ours)
                break;
            const bool by_name = ascii::equals_ignoring_case(mx.exchange, config_.server.hostname);
            auto found = co_await addresses(mx.exchange, port, mx.preference);
            if (by_name || is_us(found.host)) {
                hops.steps.push_back(mx.exchange +
                                     " is this server: it and worse ones are left out");
                ours = mx.preference;
                break;
            }
            temporary = temporary || (found.host.addresses.empty() && found.temporary);
            hops.steps.push_back("MX " + std::to_string(mx.preference) + " " + mx.exchange +
                                 (found.host.addresses.empty() ? ": no address" : ""));
            if (!found.host.addresses.empty())
                hops.hosts.push_back(std::move(found.host));
        }
        std::erase_if(hops.hosts, [ours](const Host& host) { return host.preference >= ours; });
        if (!hops.hosts.empty())
            co_return hops;
        if (temporary)
            co_return none(NoHops::Why::Temporary, "4.4.3",
                           "addresses of " + domain + "'s hosts cannot be found just now");
        if (ours != std::numeric_limits<unsigned>::max())
            co_return none(NoHops::Why::LoopsToUs, "5.4.6",
                           "mail for " + domain + " comes back to this server");
        co_return none(NoHops::Why::NoAddress, "5.1.2",
                       hops.implicit_mx ? domain + " has neither MX nor address"
                                        : "no host of " + domain + " has an address");
    }

    /// Puts hosts into the order of the hop. Weighted: the heavier, the likelier first.
    void order(std::vector<conf::HostSpec>& specs)
    {
        if (way_.hop.order == "round-robin" && !specs.empty()) {
            std::rotate(specs.begin(),
                        specs.begin() + static_cast<std::ptrdiff_t>(way_.turn % specs.size()),
                        specs.end());
            return;
        }
        if (way_.hop.order != "weighted")
            return;
        for (std::size_t at = 0; at + 1 < specs.size(); ++at) {
            std::uint64_t sum = 0;
            for (std::size_t i = at; i < specs.size(); ++i)
                sum += specs[i].weight;
            std::uint64_t pick = random_.next_u64() % sum;
            std::size_t chosen = at;
            while (pick >= specs[chosen].weight)
                pick -= specs[chosen++].weight;
            std::swap(specs[at], specs[chosen]);
        }
    }

    /// The hosts that settings name.
    Awaitable<Hops> named_hosts()
    {
        std::vector<conf::HostSpec> specs;
        for (const auto& text : way_.hop.hosts) {
            auto spec = conf::parse_host(text);
            if (!spec)
                co_return none(NoHops::Why::NoAddress, "5.3.5", spec.error().detail());
            specs.push_back(std::move(*spec));
        }
        order(specs);
        NextHops hops;
        NoHops last = none(NoHops::Why::NoAddress, "5.3.5", way_.key + " has no hosts");
        for (const auto& spec : specs) {
            const std::uint16_t port = spec.port != 0 ? spec.port : way_.hop.port;
            auto one = co_await named_host(spec, port);
            if (!one) {
                hops.steps.push_back(one.error().detail);
                // Settings are mended more easily than mail is written again.
                last = one.error();
                last.why = NoHops::Why::Temporary;
                last.enhanced = "4.4.4";
                continue;
            }
            if (way_.hop.protocol == conf::HopProtocol::Smtp)
                std::erase_if(one->hosts, [&](const Host& host) { return is_us(host); });
            if (one->hosts.empty()) {
                hops.steps.push_back(spec.name + " is this server: it is left out");
                last = none(NoHops::Why::Temporary, "4.4.6", spec.name + " is this server itself");
                continue;
            }
            hops.mx_secure = one->mx_secure;
            std::move(one->hosts.begin(), one->hosts.end(), std::back_inserter(hops.hosts));
        }
        if (hops.hosts.empty())
            co_return last;
        co_return hops;
    }

    Awaitable<Hops> named_host(conf::HostSpec spec, std::uint16_t port)
    {
        NextHops hops;
        if (spec.kind == conf::HostSpec::Kind::Mx)
            co_return co_await mx_hosts(std::move(spec.name), port);
        if (spec.kind == conf::HostSpec::Kind::Name) {
            auto found = co_await addresses(spec.name, port, 0);
            if (found.host.addresses.empty())
                co_return none(NoHops::Why::NoAddress, "4.4.4", spec.name + " has no address");
            hops.mx_secure = found.host.secure;
            hops.hosts.push_back(std::move(found.host));
            co_return hops;
        }
        Host host;
        host.port = port;
        host.addresses.push_back(spec.kind == conf::HostSpec::Kind::Unix ? "unix:" + spec.name
                                                                   : spec.name);
        hops.hosts.push_back(std::move(host));
        co_return hops;
    }

    const Way& way_;
    const conf::Config& config_;
    dns::Resolver& resolver_;
    Random& random_;
    const IsOurs& is_ours_;
};

} // namespace

Awaitable<boost::system::result<NextHops, NoHops>> next_hops(Way way, const conf::Config& config,
                                                             dns::Resolver& resolver,
                                                             Random& random, IsOurs is_ours)
{
    Finder finder(way, config, resolver, random, is_ours);
    co_return co_await finder.run();
}

} // namespace mailctl::route
