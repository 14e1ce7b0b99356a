// Asks the servers of each zone itself, from the root down, where nobody else answers. OUT-08
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/dns/packet.h"
#include "core/dns/raw.h"
#include "core/dns/recursion/journey.h"
#include "core/dns/recursion/server_reply.h"
#include "core/dns/transport/carrier.h"
#include "core/dns/ttl_cache.h"

namespace mailctl::dns {

inline constexpr std::size_t kMaxDelegations = 10'000; ///< zones whose servers are kept, and servers
inline constexpr seconds kMaxDelegationTime = std::chrono::hours(24);

/// RFC 1034 §5.3.3. Nothing of it is checked: answers are never secure; ValidatingSource is for that.
/// Servers on this machine are asked only where one of `hints` is such a one.
/// Threads: any. Borrows: random, clock.
class IterativeSource final : public Source, public Exchange {
public:
    /// `hints`: not empty.
    IterativeSource(std::vector<NameServer> hints, std::unique_ptr<Carrier> carrier, Random& random,
                    const Clock& clock, boost::asio::any_io_executor executor);

    /// Limits: core/dns/recursion/journey.h, for all of it, CNAMEs and servers' addresses too.
    Awaitable<Result<RawAnswer>> ask(Question question) override;
    Awaitable<Result<RawMessage>> exchange(Question question) override;
    void forget(const std::string& name) override;

private:
    /// Who is to be asked about a zone and what is below it.
    struct Cut {
        std::string zone;
        std::vector<NameServer> servers;
    };
    struct Heard {
        std::string octets;
        ServerReply reply;
    };
    Awaitable<Result<RawAnswer>> ask_on(Question question);
    Awaitable<Result<Heard>> ask_once(Question question, Asked asked);
    Awaitable<Result<Heard>> descend(Question question, Asked asked, Journey& journey);
    Awaitable<Result<Heard>> ask_zone(const Cut& cut, const Question& question, Asked asked,
                                      Journey& journey);
    Awaitable<Result<Heard>> ask_server(const Cut& cut, std::string address,
                                        const Question& question, Asked asked, Journey& journey);
    Awaitable<std::vector<std::string>> addresses_of(std::string server, Journey& journey);
    Cut nearest(const Question& question);
    void shuffle(std::vector<NameServer>& servers);

    std::vector<NameServer> hints_;
    bool may_ask_itself_ = false;
    std::unique_ptr<Carrier> carrier_;
    Random& random_;
    const Clock& clock_;
    boost::asio::any_io_executor executor_;
    TtlCache<std::string, Cut> cuts_{kMaxDelegations};
    TtlCache<std::string, std::vector<std::string>> addresses_{kMaxDelegations}; ///< of servers
};

} // namespace mailctl::dns
