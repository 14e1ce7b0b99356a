// Finds out what a host is held to, and keeps contexts for TLS.
#include "core/queue/tls_policy.h"

#include <fstream>
#include <sstream>

namespace mailctl::queue {
namespace {

using conf::OutboundTls;

constexpr std::size_t kMaxContexts = 1000;

smtp::ClientTls mode_of(OutboundTls tls)
{
    switch (tls) {
        case OutboundTls::None:
            return smtp::ClientTls::None;
        case OutboundTls::May:
            return smtp::ClientTls::May;
        case OutboundTls::Encrypt:
        case OutboundTls::Verify:
            return smtp::ClientTls::Required;
        case OutboundTls::Implicit:
            return smtp::ClientTls::Implicit;
    }
    return smtp::ClientTls::Required;
}

Result<std::string> read_file(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    if (!in)
        return Error(Errc::Invalid, "outbound.ca_file: " + path + " cannot be read");
    return text.str();
}

} // namespace

Awaitable<Result<TlsDemand>> TlsPolicies::demand(const route::Way& way, const route::NextHops&,
                                                 const route::Host&, const conf::Config&,
                                                 bool require_tls)
{
    TlsDemand demand;
    demand.mode = mode_of(way.hop.tls);
    demand.verify = way.hop.tls == OutboundTls::Verify || way.hop.tls == OutboundTls::Implicit;
    if (require_tls && demand.mode != smtp::ClientTls::Implicit) { // RFC 8689 §4.2.1
        demand.mode = smtp::ClientTls::Required;
        demand.verify = true;
    }
    if (demand.mode == smtp::ClientTls::Required || demand.mode == smtp::ClientTls::Implicit)
        demand.by = "route";
    co_return demand;
}

Result<std::shared_ptr<const net::TlsContext>> TlsPolicies::context(const TlsDemand& demand,
                                                                    const route::Host& host,
                                                                    const conf::Config& config)
{
    const std::string name = host.name.empty() ? host.addresses.front() : host.name;
    const std::string key = (demand.verify ? "v " : "- ") + name + " " + config.outbound.ca_file;
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = contexts_.find(key); known != contexts_.end())
            return known->second;
    }
    std::shared_ptr<const net::TlsContext> made;
    if (demand.verify) {
        net::ClientTlsOptions options;
        options.server_name = name;
        if (!config.outbound.ca_file.empty()) {
            TRY(options.ca, read_file(config.outbound.ca_file));
        }
        TRY(made, net::make_client_context(options));
    } else {
        made = net::make_insecure_client_context(host.name);
    }
    const std::lock_guard lock(mutex_);
    if (contexts_.size() >= kMaxContexts)
        contexts_.clear();
    contexts_.emplace(key, made);
    return made;
}

} // namespace mailctl::queue
