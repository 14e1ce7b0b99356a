// Asks DNS servers: over UDP, over TCP where an answer does not fit, one server after the other.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "conf/outbound.h"
#include "core/base/awaitable.h"
#include "core/base/random.h"
#include "core/dns/packet.h"
#include "core/dns/raw.h"

namespace mailctl::dns {

struct ServerAddress {
    std::string address; ///< in figures
    std::uint16_t port = 53;
};
/// "192.0.2.53", "192.0.2.53:5353", "[2001:db8::53]:5353". Errors: Invalid.
Result<ServerAddress> parse_server(std::string_view text);
/// Those of /etc/resolv.conf, or the one on this machine where it names none.
std::vector<ServerAddress> system_servers(const std::string& file = "/etc/resolv.conf");

/// Threads: any. Borrows: random.
class NetworkSource final : public Source, public Exchange {
public:
    NetworkSource(const conf::DnsSettings& settings, std::vector<ServerAddress> servers,
                  Random& random, boost::asio::any_io_executor executor);

    Awaitable<Result<RawAnswer>> ask(Question question) override;
    Awaitable<Result<std::string>> exchange(Question question) override;

    /// One message: as it came, and what it says.
    struct Received {
        std::string octets;
        RawAnswer answer;
    };

private:
    Awaitable<Result<Received>> ask_all(Question question, Asked asked);

    std::vector<ServerAddress> servers_;
    milliseconds timeout_;
    unsigned attempts_;
    Asked asked_;
    Random& random_;
    boost::asio::any_io_executor executor_;
};

} // namespace mailctl::dns
