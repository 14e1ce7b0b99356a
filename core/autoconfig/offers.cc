// From listeners to what mail programs are offered.
#include "core/autoconfig/offers.h"

#include <algorithm>

#include "conf/config.h"
#include "core/base/ascii.h"

namespace mailctl::autoconfig {
namespace {

using conf::Listener;
using conf::Protocol;
using conf::TlsMode;

bool is_local(const std::string& address)
{
    return address.starts_with("unix:") || address.starts_with("127.") || address == "::1" ||
           address == "localhost";
}

/// Somebody elsewhere can connect to it.
bool is_reachable(const Listener& listener)
{
    return listener.enabled && (listener.addresses.empty() ||
                                !std::all_of(listener.addresses.begin(), listener.addresses.end(), is_local));
}

bool offers_mechanism(const conf::Config& config, std::string_view name)
{
    const auto& all = config.auth.mechanisms;
    return std::any_of(all.begin(), all.end(), [&](const std::string& one) {
        return ascii::equals_ignoring_case(one, name);
    });
}

Security security_of(const Listener& listener)
{
    switch (listener.tls) {
    case TlsMode::Implicit: return Security::Tls;
    case TlsMode::StartTls:
    case TlsMode::RequireStartTls: return Security::StartTls;
    case TlsMode::None: break;
    }
    return Security::None;
}

bool is_for_programs(const Listener& listener)
{
    return listener.protocol == Protocol::Imap || listener.protocol == Protocol::Pop3 ||
           listener.protocol == Protocol::Submission;
}

/// IMAP before POP3 before submission, TLS from the start before STARTTLS before none.
auto rank(const Offer& offer)
{
    const int protocol = offer.protocol == Protocol::Imap ? 0 : offer.protocol == Protocol::Pop3 ? 1 : 2;
    const int security = offer.security == Security::Tls ? 0 : offer.security == Security::StartTls ? 1 : 2;
    return std::pair(protocol, security);
}

} // namespace

std::string_view word_of(Protocol protocol)
{
    switch (protocol) {
    case Protocol::Imap: return "imap";
    case Protocol::Pop3: return "pop3";
    default: return "smtp";
    }
}

std::string host_of(const conf::Config& config, const std::string& hostname)
{
    return config.autoconfig.host.empty() ? hostname : config.autoconfig.host;
}

std::vector<Offer> offers_of(const conf::Config& config, const std::string& hostname)
{
    std::vector<Offer> offers;
    const bool has_scram =
        offers_mechanism(config, "SCRAM-SHA-256") || offers_mechanism(config, "SCRAM-SHA-256-PLUS");
    const bool has_oauth = !config.oauth.keys.empty() || !config.oauth.introspection_url.empty();
    for (const Listener& listener : config.listeners) {
        if (!is_for_programs(listener) || !is_reachable(listener))
            continue;
        Offer offer{listener.protocol, host_of(config, hostname), listener.port,
                    security_of(listener), has_oauth, has_scram};
        if (offer.security != Security::None && config.tls.certificates.empty())
            offer.security = Security::None; // STARTTLS is not offered without a certificate
        const bool in_clear = listener.plaintext_auth == conf::PlaintextAuth::Always;
        if (offer.security == Security::None && !in_clear && !has_scram)
            continue;
        offers.push_back(std::move(offer));
    }
    std::stable_sort(offers.begin(), offers.end(),
                     [](const Offer& a, const Offer& b) { return rank(a) < rank(b); });
    return offers;
}

bool are_all_local(const conf::Config& config)
{
    bool some = false;
    for (const Listener& listener : config.listeners) {
        if (!is_for_programs(listener) || !listener.enabled)
            continue;
        if (is_reachable(listener))
            return false;
        some = true;
    }
    return some;
}

const Offer* first_of(const std::vector<Offer>& offers, Protocol protocol)
{
    const auto found = std::find_if(offers.begin(), offers.end(), [protocol](const Offer& offer) {
        return offer.protocol == protocol;
    });
    return found == offers.end() ? nullptr : &*found;
}

} // namespace mailctl::autoconfig
