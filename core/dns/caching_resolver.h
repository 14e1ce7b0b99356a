// Answers from zones and a cache, asks the network for the rest, each question once at a time.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "conf/config.h"
#include "core/base/clock.h"
#include "core/dns/network_source.h"
#include "core/dns/raw.h"
#include "core/dns/resolver.h"
#include "core/dns/zone_source.h"

namespace mailctl::dns {

/// Threads: any. Borrows: clock.
class CachingResolver final : public Resolver {
public:
    /// `network` nullptr: what the zones do not hold does not exist.
    CachingResolver(const conf::DnsSettings& settings, ZoneSource zones,
                    std::unique_ptr<NetworkSource> network, const Clock& clock);

    Awaitable<Result<Answer<Mx>>> mx(std::string name) override;
    Awaitable<Result<Answer<std::string>>> a(std::string name) override;
    Awaitable<Result<Answer<std::string>>> aaaa(std::string name) override;
    Awaitable<Result<Answer<std::string>>> txt(std::string name) override;
    Awaitable<Result<Answer<Tlsa>>> tlsa(std::string name) override;
    Awaitable<Result<Answer<Srv>>> srv(std::string name) override;
    Awaitable<Result<Answer<std::string>>> cname(std::string name) override;
    Awaitable<Result<Answer<std::string>>> ptr(std::string address) override;
    void flush() override;

private:
    struct Kept {
        RawAnswer answer;
        Time until{};
        std::list<Question>::iterator used;
    };
    struct Waiter;
    struct Pending {
        std::vector<std::shared_ptr<Waiter>> waiters;
    };

    template <class Record, class Decode>
    Awaitable<Result<Answer<Record>>> ask(std::string name, Type type, Decode decode);
    Awaitable<Result<RawAnswer>> answer(Question question);
    Awaitable<Result<RawAnswer>> from_network(Question question);
    std::optional<RawAnswer> cached(const Question& question);
    void keep(const Question& question, const RawAnswer& answer);
    /// True where another one asks already; `waiter` is told.
    bool join(const Question& question, const std::shared_ptr<Waiter>& waiter);
    void tell(const Question& question, const Result<RawAnswer>& answer);

    conf::DnsSettings settings_;
    ZoneSource zones_;
    std::unique_ptr<NetworkSource> network_;
    const Clock& clock_;
    std::mutex mutex_; ///< of the members below
    std::map<Question, Kept> kept_;
    std::list<Question> recent_; ///< latest used first
    std::map<Question, Pending> pending_;
};

} // namespace mailctl::dns
