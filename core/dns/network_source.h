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
#include "core/dns/transport/carrier.h"

namespace mailctl::dns {

/// Errors: as of Source and Exchange, and Denied: a server says that it has no answer (SERVFAIL and
/// the like). Threads: any. Borrows: random.
class NetworkSource final : public Source, public Exchange {
public:
    NetworkSource(const conf::DnsSettings& settings, std::vector<ServerAddress> servers,
                  Random& random, boost::asio::any_io_executor executor);

    Awaitable<Result<RawAnswer>> ask(Question question) override;
    Awaitable<Result<RawMessage>> exchange(Question question) override;

    /// One message: as it came, and what it says.
    struct Received {
        std::string octets;
        RawAnswer answer;
    };

private:
    Awaitable<Result<Received>> ask_one(ServerAddress server, Question question, Asked asked);
    Awaitable<Result<Received>> ask_all(Question question, Asked asked);

    std::vector<ServerAddress> servers_;
    NetworkCarrier carrier_;
    unsigned attempts_;
    Asked asked_;
    Random& random_;
    boost::asio::any_io_executor executor_;
};

} // namespace mailctl::dns
