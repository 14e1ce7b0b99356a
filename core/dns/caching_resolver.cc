// The cache and the typed questions over it. RFC 2308
#include "core/dns/caching_resolver.h"

#include <algorithm>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/dns/make_resolver.h"

namespace mailctl::dns {

/// Waits for the answer to a question that somebody else asked. Members: on its strand.
struct CachingResolver::Waiter {
    explicit Waiter(boost::asio::any_io_executor e) : executor(e), timer(e)
    {
        timer.expires_at(std::chrono::steady_clock::time_point::max());
    }
    boost::asio::any_io_executor executor;
    boost::asio::steady_timer timer;
    std::optional<Result<RawAnswer>> answer;

    static Awaitable<Result<RawAnswer>> wait(std::shared_ptr<Waiter> self)
    {
        while (!self->answer)
            co_await self->timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        co_return *self->answer;
    }
};

CachingResolver::CachingResolver(const conf::DnsSettings& settings, ZoneSource zones,
                                 std::unique_ptr<NetworkSource> network, const Clock& clock)
    : settings_(settings), zones_(std::move(zones)), network_(std::move(network)), clock_(clock)
{}

std::optional<RawAnswer> CachingResolver::cached(const Question& question)
{
    const Time now = clock_.now();
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(question);
    if (found == kept_.end())
        return std::nullopt;
    if (found->second.until <= now) {
        recent_.erase(found->second.used);
        kept_.erase(found);
        return std::nullopt;
    }
    recent_.splice(recent_.begin(), recent_, found->second.used);
    RawAnswer answer = found->second.answer;
    answer.ttl = std::chrono::ceil<seconds>(found->second.until - now);
    return answer;
}

void CachingResolver::keep(const Question& question, const RawAnswer& answer)
{
    const milliseconds most =
        answer.status == RawAnswer::Status::Found ? settings_.max_ttl : settings_.max_negative_ttl;
    const milliseconds time = std::min<milliseconds>(answer.ttl, most);
    if (time.count() <= 0 || settings_.cache_entries == 0)
        return;
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(question);
    if (found != kept_.end()) {
        recent_.erase(found->second.used);
        kept_.erase(found);
    }
    while (kept_.size() >= settings_.cache_entries) {
        kept_.erase(recent_.back());
        recent_.pop_back();
    }
    recent_.push_front(question);
    kept_.emplace(question, Kept{answer, clock_.now() + time, recent_.begin()});
}

bool CachingResolver::join(const Question& question, const std::shared_ptr<Waiter>& waiter)
{
    const std::lock_guard lock(mutex_);
    const auto [at, is_first] = pending_.try_emplace(question);
    if (!is_first)
        at->second.waiters.push_back(waiter);
    return !is_first;
}

void CachingResolver::tell(const Question& question, const Result<RawAnswer>& answer)
{
    std::vector<std::shared_ptr<Waiter>> waiters;
    {
        const std::lock_guard lock(mutex_);
        const auto found = pending_.find(question);
        waiters.swap(found->second.waiters);
        pending_.erase(found);
    }
    for (const auto& waiter : waiters) {
        boost::asio::post(waiter->executor, [waiter, answer] {
            waiter->answer = answer;
            waiter->timer.cancel();
        });
    }
}

Awaitable<Result<RawAnswer>> CachingResolver::from_network(Question question)
{
    if (auto known = cached(question))
        co_return std::move(*known);
    const auto executor = co_await boost::asio::this_coro::executor;
    const auto waiter = std::make_shared<Waiter>(boost::asio::make_strand(executor));
    if (join(question, waiter)) {
        auto work = boost::asio::co_spawn(waiter->executor, Waiter::wait(waiter),
                                          boost::asio::use_awaitable);
        co_return co_await std::move(work);
    }
    auto answer = co_await network_->ask(question);
    if (answer)
        keep(question, *answer);
    tell(question, answer);
    co_return answer;
}

Awaitable<Result<RawAnswer>> CachingResolver::answer(Question question)
{
    auto local = zones_.find(question);
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
    auto found = co_await from_network(std::move(question));
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

void CachingResolver::flush()
{
    const std::lock_guard lock(mutex_);
    kept_.clear();
    recent_.clear();
}

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
    auto network = std::make_unique<NetworkSource>(parts.settings, std::move(servers),
                                                   *parts.random, parts.executor);
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
