// Builds the resolver and the runner from the settings, and anew where they change.
#include "core/server/outbound.h"

#include <mutex>
#include <utility>

#include "conf/config.h"
#include "core/dns/make_resolver.h"
#include "store/store.h"

namespace mailctl::server {

/// Hands every question to the resolver in force, which lives until the answer is there.
class Outbound::CurrentResolver final : public dns::Resolver {
public:
    void use(std::shared_ptr<dns::Resolver> resolver)
    {
        const std::lock_guard lock(mutex_);
        current_ = std::move(resolver);
    }

    Awaitable<Result<dns::Answer<dns::Mx>>> mx(std::string name) override
    {
        const auto asked = current();
        co_return co_await asked->mx(std::move(name));
    }
    Awaitable<Result<dns::Answer<std::string>>> a(std::string name) override
    {
        const auto asked = current();
        co_return co_await asked->a(std::move(name));
    }
    Awaitable<Result<dns::Answer<std::string>>> aaaa(std::string name) override
    {
        const auto asked = current();
        co_return co_await asked->aaaa(std::move(name));
    }
    Awaitable<Result<dns::Answer<std::string>>> txt(std::string name) override
    {
        const auto asked = current();
        co_return co_await asked->txt(std::move(name));
    }
    Awaitable<Result<dns::Answer<dns::Tlsa>>> tlsa(std::string name) override
    {
        const auto asked = current();
        co_return co_await asked->tlsa(std::move(name));
    }
    Awaitable<Result<dns::Answer<dns::Srv>>> srv(std::string name) override
    {
        const auto asked = current();
        co_return co_await asked->srv(std::move(name));
    }
    Awaitable<Result<dns::Answer<std::string>>> cname(std::string name) override
    {
        const auto asked = current();
        co_return co_await asked->cname(std::move(name));
    }
    Awaitable<Result<dns::Answer<std::string>>> ptr(std::string address) override
    {
        const auto asked = current();
        co_return co_await asked->ptr(std::move(address));
    }
    Awaitable<Result<dns::Lookup>> look_up(std::string name, std::string type) override
    {
        const auto asked = current();
        co_return co_await asked->look_up(std::move(name), std::move(type));
    }
    std::size_t flush(const std::string& name) override { return current()->flush(name); }

private:
    std::shared_ptr<dns::Resolver> current() const
    {
        const std::lock_guard lock(mutex_);
        return current_;
    }

    mutable std::mutex mutex_;
    std::shared_ptr<dns::Resolver> current_;
};

Outbound::Outbound(OutboundParts parts)
    : parts_(std::move(parts)),
      resolver_(std::make_unique<CurrentResolver>()),
      tls_reports_(parts_.store->engine(), *parts_.clock)
{}

Outbound::~Outbound() = default;

Result<std::unique_ptr<Outbound>> Outbound::make(OutboundParts parts,
                                                 const std::shared_ptr<const conf::Config>& config)
{
    std::unique_ptr<Outbound> made(new Outbound(std::move(parts)));
    TRY(auto resolver, made->prepare(*config));
    made->resolver_->use(std::move(resolver));
    made->config_ = config;

    queue::RunnerParts runner;
    runner.store = made->parts_.store;
    runner.resolver = made->resolver_.get();
    runner.clock = made->parts_.clock;
    runner.random = made->parts_.random;
    runner.notifier = made->parts_.notifier.get();
    runner.mailroom = made->parts_.mailroom.get();
    runner.hostname = made->parts_.hostname;
    runner.executor = made->parts_.executor;
    runner.deliveries = made->parts_.deliveries;
    runner.workers = made->parts_.workers;
    runner.tls_reports = &made->tls_reports_;
    made->runner_ = queue::make_runner(std::move(runner));
    return made;
}

void Outbound::start(std::shared_ptr<const conf::Config> config)
{
    runner_->start(std::move(config));
}

Result<std::shared_ptr<dns::Resolver>> Outbound::prepare(const conf::Config& config) const
{
    if (config_ && config_->dns == config.dns)
        return std::shared_ptr<dns::Resolver>();
    dns::ResolverParts parts;
    parts.settings = config.dns;
    parts.clock = parts_.clock;
    parts.random = parts_.random;
    parts.executor = parts_.executor;
    TRY(auto made, dns::make_resolver(std::move(parts)));
    return std::shared_ptr<dns::Resolver>(std::move(made));
}

void Outbound::reload(std::shared_ptr<const conf::Config> config,
                      std::shared_ptr<dns::Resolver> resolver)
{
    if (resolver)
        resolver_->use(std::move(resolver));
    config_ = config;
    runner_->reload(std::move(config));
}

void Outbound::stop()
{
    runner_->stop(kDeliveryStopLimit);
}

void Outbound::close()
{
    runner_.reset();
    resolver_->use(nullptr);
}

dns::Resolver& Outbound::resolver()
{
    return *resolver_;
}

tls_rpt::Counters& Outbound::tls_reports()
{
    return tls_reports_;
}

queue::Runner& Outbound::runner()
{
    return *runner_;
}

} // namespace mailctl::server
