// The cache and the typed questions over it. RFC 2308
#include "core/dns/caching_resolver.h"

#include <algorithm>

#include <boost/asio/this_coro.hpp>

#include "core/dns/make_resolver.h"
#include "core/dns/name.h"
#include "core/dns/network_source.h"
#include "core/dns/record_text.h"
#include "core/dns/recursion/fallback_source.h"
#include "core/dns/validating_source.h" // last

namespace mailctl::dns {

CachingResolver::CachingResolver(const conf::DnsSettings& settings, ZoneSource zones,
                                 std::unique_ptr<Source> network, const Clock& clock)
    : settings_(settings),
      zones_(std::move(zones)),
      network_(std::move(network)),
      clock_(clock),
      kept_(settings.cache_entries)
{}

std::optional<RawAnswer> CachingResolver::cached(const Question& question)
{
    auto found = kept_.find(question, clock_.now());
    if (!found)
        return std::nullopt;
    found->value.ttl = found->left;
    return std::move(found->value);
}

void CachingResolver::keep(const Question& question, const RawAnswer& answer)
{
    const milliseconds most =
        answer.status == RawAnswer::Status::Found ? settings_.max_ttl : settings_.max_negative_ttl;
    const milliseconds time = std::min<milliseconds>(answer.ttl, most);
    if (time.count() > 0)
        kept_.keep(question, answer, clock_.now() + time);
}

Awaitable<Result<RawAnswer>> CachingResolver::from_network(Question question, Lookup::From* from)
{
    if (auto known = cached(question)) {
        if (from)
            *from = Lookup::From::Cache;
        co_return std::move(*known);
    }
    if (from)
        *from = Lookup::From::Server;
    const auto executor = co_await boost::asio::this_coro::executor;
    if (auto waiter = pending_.join(question, executor))
        co_return co_await pending_.wait(std::move(waiter));
    auto answer = co_await network_->ask(question);
    if (answer)
        keep(question, *answer);
    pending_.tell(question, answer);
    co_return answer;
}

Awaitable<Result<RawAnswer>> CachingResolver::answer(Question question, Lookup::From* from)
{
    auto local = zones_.find(question);
    if (from)
        *from = Lookup::From::ZoneFile;
    if (local && !local->leads_on)
        co_return std::move(*local);
    if (!network_) {
        RawAnswer nothing;
        nothing.status = RawAnswer::Status::NoDomain;
        nothing.name = local ? local->name : question.name;
        co_return nothing;
    }
    if (local)
        question.name = local->name;
    auto found = co_await from_network(std::move(question), from);
    if (found && local)
        found->secure = found->secure && local->secure;
    co_return found;
}

template <class Record, class Decode>
Awaitable<Result<Answer<Record>>> CachingResolver::ask(std::string name, Type type, Decode decode)
{
    Question question;
    question.type = type;
    CO_TRY(question.name, question_name(name));
    auto raw = co_await answer(std::move(question));
    if (!raw)
        co_return raw.error();
    if (raw->status == RawAnswer::Status::Bogus) // RFC 4035 §5.5: as if nobody had answered
        co_return Error(Errc::Unavailable, raw->reason);
    using Out = Answer<Record>;
    Out out;
    out.status = raw->status == RawAnswer::Status::Found    ? Out::Status::Found
                 : raw->status == RawAnswer::Status::NoData ? Out::Status::NoData
                                                            : Out::Status::NoDomain;
    out.secure = raw->secure;
    out.name = raw->name;
    out.ttl = raw->ttl;
    for (const auto& rdata : raw->records) {
        auto record = decode(rdata);
        if (!record)
            co_return Error(Errc::Unavailable, record.error().detail());
        out.records.push_back(std::move(*record));
    }
    co_return out;
}

Awaitable<Result<Answer<Mx>>> CachingResolver::mx(std::string name)
{
    co_return co_await ask<Mx>(std::move(name), Type::Mx, mx_of);
}

Awaitable<Result<Answer<std::string>>> CachingResolver::a(std::string name)
{
    co_return co_await ask<std::string>(std::move(name), Type::A, address_of);
}

Awaitable<Result<Answer<std::string>>> CachingResolver::aaaa(std::string name)
{
    co_return co_await ask<std::string>(std::move(name), Type::Aaaa, address_of);
}

Awaitable<Result<Answer<std::string>>> CachingResolver::txt(std::string name)
{
    co_return co_await ask<std::string>(std::move(name), Type::Txt, txt_of);
}

Awaitable<Result<Answer<Tlsa>>> CachingResolver::tlsa(std::string name)
{
    co_return co_await ask<Tlsa>(std::move(name), Type::Tlsa, tlsa_of);
}

Awaitable<Result<Answer<Srv>>> CachingResolver::srv(std::string name)
{
    co_return co_await ask<Srv>(std::move(name), Type::Srv, srv_of);
}

Awaitable<Result<Answer<std::string>>> CachingResolver::cname(std::string name)
{
    co_return co_await ask<std::string>(std::move(name), Type::Cname, name_of);
}

Awaitable<Result<Answer<std::string>>> CachingResolver::ptr(std::string address)
{
    CO_TRY(auto name, reverse_name(address));
    co_return co_await ask<std::string>(std::move(name), Type::Ptr, name_of);
}

Awaitable<Result<Lookup>> CachingResolver::look_up(std::string name, std::string type)
{
    Question question;
    CO_TRY(question.name, question_name(name));
    CO_TRY(question.type, parse_type(type));
    Lookup out;
    out.type = text_of(question.type);
    const Type asked = question.type;
    auto raw = co_await answer(std::move(question), &out.from);
    if (!raw)
        co_return raw.error();
    out.status = raw->status == RawAnswer::Status::Found    ? Lookup::Status::Found
                 : raw->status == RawAnswer::Status::NoData ? Lookup::Status::NoData
                 : raw->status == RawAnswer::Status::Bogus  ? Lookup::Status::Bogus
                                                            : Lookup::Status::NoDomain;
    out.name = raw->name;
    out.ttl = raw->ttl;
    out.secure = raw->secure;
    out.reason = raw->reason;
    if (out.from == Lookup::From::Server && raw->from_root)
        out.from = Lookup::From::Root;
    for (const auto& rdata : raw->records) {
        CO_TRY(auto text, text_of(asked, rdata));
        out.records.push_back(std::move(text));
    }
    co_return out;
}

std::size_t CachingResolver::flush(const std::string& name)
{
    if (network_)
        network_->forget(name);
    return kept_.forget([&name](const Question& one) { return is_within(one.name, name); });
}

namespace {

/// nullptr: dns.root_fallback is off. Errors: those of read_root_hints.
Result<std::unique_ptr<IterativeSource>> make_roots(const ResolverParts& parts)
{
    if (!parts.settings.root_fallback)
        return std::unique_ptr<IterativeSource>();
    auto hints = built_in_root_hints();
    if (!parts.settings.root_hints.empty()) {
        auto read = read_root_hints(parts.settings.root_hints);
        if (!read)
            return read.error().within("dns.root_hints");
        hints = *std::move(read);
    }
    return std::make_unique<IterativeSource>(
        std::move(hints), std::make_unique<NetworkCarrier>(parts.settings.timeout), *parts.random,
        *parts.clock, parts.executor);
}

} // namespace

Result<std::unique_ptr<Resolver>> make_resolver(ResolverParts parts)
{
    ZoneSource zones;
    for (const auto& file : parts.settings.zone_files)
        TRY_VOID(zones.add_file(file));
    std::vector<ServerAddress> servers;
    for (const auto& text : parts.settings.servers) {
        TRY(auto server, parse_server(text));
        servers.push_back(std::move(server));
    }
    if (servers.empty())
        servers = system_servers();
    auto network_source = std::make_unique<NetworkSource>(parts.settings, std::move(servers),
                                                          *parts.random, parts.executor);
    TRY(auto roots, make_roots(parts));
    const auto when = parts.settings.dnssec == conf::Dnssec::Ad ? Fallback::OnSilence
                                                                : Fallback::OnFailure;
    auto asked =
        std::make_unique<FallbackSource>(std::move(network_source), std::move(roots), when);
    std::unique_ptr<Source> network;
    if (parts.settings.dnssec == conf::Dnssec::Validate) {
        TrustAnchors anchors;
        if (auto read = anchors.add_file(parts.settings.trust_anchor); !read)
            return read.error().within("dns.trust_anchor");
        network =
            std::make_unique<ValidatingSource>(std::move(asked), std::move(anchors), *parts.clock);
    } else {
        network = std::move(asked);
    }
    return std::unique_ptr<Resolver>(std::make_unique<CachingResolver>(
        parts.settings, std::move(zones), std::move(network), *parts.clock));
}

Result<std::unique_ptr<Resolver>> make_zone_resolver(std::string_view text, bool secure)
{
    ZoneSource zones(secure);
    TRY_VOID(zones.add_text(text));
    return std::unique_ptr<Resolver>(std::make_unique<CachingResolver>(
        conf::DnsSettings{}, std::move(zones), nullptr, system_clock()));
}

} // namespace mailctl::dns
