// Asks DNS servers: over UDP, over TCP where an answer does not fit, one server after the other.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "conf/config.h"
#include "core/base/awaitable.h"
#include "core/base/random.h"
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
class NetworkSource {
public:
    NetworkSource(const conf::DnsSettings& settings, std::vector<ServerAddress> servers,
                  Random& random, boost::asio::any_io_executor executor);

    /// Errors: Unavailable (nobody answers usefully).
    Awaitable<Result<RawAnswer>> ask(Question question);

private:
    Awaitable<Result<RawAnswer>> ask_all(Question question);

    std::vector<ServerAddress> servers_;
    milliseconds timeout_;
    unsigned attempts_;
    bool believes_ad_;
    Random& random_;
    boost::asio::any_io_executor executor_;
};

} // namespace mailctl::dns
