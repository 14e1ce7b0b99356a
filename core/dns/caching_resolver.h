// Answers from zones and a cache, asks the network for the rest, each question once at a time.
#pragma once

#include <memory>
#include <optional>

#include "conf/outbound.h"
#include "core/base/clock.h"
#include "core/dns/pending.h"
#include "core/dns/raw.h"
#include "core/dns/resolver.h"
#include "core/dns/ttl_cache.h"
#include "core/dns/zone_source.h"

namespace mailctl::dns {

/// Threads: any. Borrows: clock.
class CachingResolver final : public Resolver {
public:
    /// `network` nullptr: what the zones do not hold does not exist.
    CachingResolver(const conf::DnsSettings& settings, ZoneSource zones,
                    std::unique_ptr<Source> network, const Clock& clock);

    Awaitable<Result<Answer<Mx>>> mx(std::string name) override;
    Awaitable<Result<Answer<std::string>>> a(std::string name) override;
    Awaitable<Result<Answer<std::string>>> aaaa(std::string name) override;
    Awaitable<Result<Answer<std::string>>> txt(std::string name) override;
    Awaitable<Result<Answer<Tlsa>>> tlsa(std::string name) override;
    Awaitable<Result<Answer<Srv>>> srv(std::string name) override;
    Awaitable<Result<Answer<std::string>>> cname(std::string name) override;
    Awaitable<Result<Answer<std::string>>> ptr(std::string address) override;
    Awaitable<Result<Lookup>> look_up(std::string name, std::string type) override;
    std::size_t flush(const std::string& name) override;

private:
    template <class Record, class Decode>
    Awaitable<Result<Answer<Record>>> ask(std::string name, Type type, Decode decode);
    /// `from`: nullptr, or where it is told where the answer came from.
    Awaitable<Result<RawAnswer>> answer(Question question, Lookup::From* from = nullptr);
    Awaitable<Result<RawAnswer>> from_network(Question question, Lookup::From* from);
    std::optional<RawAnswer> cached(const Question& question);
    void keep(const Question& question, const RawAnswer& answer);

    conf::DnsSettings settings_;
    ZoneSource zones_;
    std::unique_ptr<Source> network_;
    const Clock& clock_;
    Pending<Question, Result<RawAnswer>> pending_;
    TtlCache<Question, RawAnswer> kept_;
};

} // namespace mailctl::dns
