// Writes the records of a domain.
#include "core/autoconfig/dns_records.h"

#include <algorithm>

#include "conf/config.h"

namespace mailctl::autoconfig {
namespace {

constexpr unsigned kMxPreference = 10;

struct Service {
    std::string_view label;
    conf::Protocol protocol;
    Security security;
};

constexpr Service kServices[] = {
    {"_imaps", conf::Protocol::Imap, Security::Tls},
    {"_imap", conf::Protocol::Imap, Security::StartTls},
    {"_pop3s", conf::Protocol::Pop3, Security::Tls},
    {"_pop3", conf::Protocol::Pop3, Security::StartTls},
    {"_submissions", conf::Protocol::Submission, Security::Tls},
    {"_submission", conf::Protocol::Submission, Security::StartTls},
};

/// The lower, the sooner it is tried: TLS from the start, IMAP rather than POP3. RFC 6186 §3.3
unsigned priority_of(const Service& service)
{
    const unsigned protocol = service.protocol == conf::Protocol::Pop3 ? 10 : 0;
    return protocol + (service.security == Security::Tls ? 0 : 1);
}

DnsRecord srv(std::string_view label, const std::string& domain, unsigned priority, unsigned port,
              const std::string& target)
{
    return {std::string(label) + "._tcp." + domain, "SRV",
            std::to_string(priority) + " 1 " + std::to_string(port) + ' ' + target + '.'};
}

const conf::Listener* listener_of(const conf::Config& config, conf::Protocol protocol)
{
    const auto found = std::find_if(
        config.listeners.begin(), config.listeners.end(),
        [protocol](const conf::Listener& one) { return one.enabled && one.protocol == protocol; });
    return found == config.listeners.end() ? nullptr : &*found;
}

/// The HTTPS listener that programs look for; nullptr: only plain HTTP, or none.
const conf::Listener* https_of(const conf::Config& config)
{
    const auto found =
        std::find_if(config.listeners.begin(), config.listeners.end(), [](const conf::Listener& one) {
            return one.enabled && one.protocol == conf::Protocol::Http && one.tls == conf::TlsMode::Implicit;
        });
    return found == config.listeners.end() ? nullptr : &*found;
}

} // namespace

std::vector<DnsRecord> service_records(const std::string& domain, const std::vector<Offer>& offers)
{
    std::vector<DnsRecord> records;
    for (const Service& service : kServices) {
        const auto found = std::find_if(offers.begin(), offers.end(), [&](const Offer& offer) {
            return offer.protocol == service.protocol && offer.security == service.security;
        });
        if (found == offers.end())
            records.push_back({std::string(service.label) + "._tcp." + domain, "SRV", "0 0 0 ."});
        else
            records.push_back(srv(service.label, domain, priority_of(service), found->port, found->host));
    }
    return records;
}

std::vector<DnsRecord> domain_records(const conf::Config& config, const std::string& domain,
                                      const std::string& hostname)
{
    std::vector<DnsRecord> records;
    if (listener_of(config, conf::Protocol::Smtp))
        records.push_back({domain, "MX", std::to_string(kMxPreference) + ' ' + hostname + '.'});
    for (auto& record : service_records(domain, offers_of(config, hostname)))
        records.push_back(std::move(record));
    if (!config.autoconfig.enabled || !listener_of(config, conf::Protocol::Http))
        return records;
    const std::string host = host_of(config, hostname);
    records.push_back({"autoconfig." + domain, "CNAME", host + '.'});
    records.push_back({"autodiscover." + domain, "CNAME", host + '.'});
    if (const auto* https = https_of(config))
        records.push_back(srv("_autodiscover", domain, 0, https->port, host));
    return records;
}

} // namespace mailctl::autoconfig
