// The DNS records by which mail programs find this server. RFC 6186, RFC 8314 §5.1
#pragma once

#include <string>
#include <vector>

#include "core/autoconfig/offers.h"

namespace mailctl::autoconfig {

struct DnsRecord {
    std::string name; ///< without the final dot
    std::string type;
    std::string data; ///< as a zone file has it
};

/// SRV records of what is offered over TLS; a service that is not offered is said to be absent
/// (target "."), so that nobody goes on guessing. RFC 6186 §3.4
/// Submission over TLS from the start is _submissions._tcp (RFC 8314 §5.1).
std::vector<DnsRecord> service_records(const std::string& domain, const std::vector<Offer>& offers);

/// MX, and what autoconfiguration over HTTP needs: those that the settings' listeners serve.
std::vector<DnsRecord> domain_records(const conf::Config& config, const std::string& domain,
                                      const std::string& hostname);

} // namespace mailctl::autoconfig
