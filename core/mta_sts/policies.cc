// Finds policies by their records, fetches them, keeps them in the store.
#include "core/mta_sts/policies.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/log.h"
#include "store/keys.h"
#include "store/record.h"
#include "store/store.h"

namespace mailctl::mta_sts {
namespace {

/// DO NOT CHANGE: on disk since 0.1
constexpr std::string_view kRowPrefix = "sts ";
enum RowTag : unsigned { kMode = 1, kMx, kAge, kId, kUntil };

std::string key_of(const std::string& domain)
{
    return std::string(kRowPrefix) + domain;
}

Awaitable<Result<std::string>> run_fetch(std::function<Result<std::string>(const Fetch&)> fetch,
                                         Fetch what)
{
    co_return fetch(what);
}

/// RFC 8460 §4.3.2.2
std::string failure_of(const Error& error)
{
    switch (error.code()) {
        case Errc::Invalid:
            return "sts-policy-invalid";
        case Errc::Denied:
            return "sts-webpki-invalid";
        default:
            return "sts-policy-fetch-error";
    }
}

} // namespace

InForce Policies::in_force(const Kept& kept)
{
    InForce out;
    out.policy = kept.policy;
    if (!kept.policy) {
        out.failure = kept.failure;
        out.reason = kept.failure.empty() ? std::string() : kept.reason;
    }
    return out;
}

Awaitable<Policies::Kept> Policies::load(std::string domain)
{
    Kept kept;
    store::Query query;
    query.keys.push_back(key_of(domain));
    const auto answer =
        co_await parts_.store->engine().read(store::keys::server(), std::move(query));
    if (!answer || !answer->values[0])
        co_return kept;
    Policy policy;
    store::RecordReader in(*answer->values[0]);
    while (in.next()) {
        switch (in.tag()) {
            case kMode:
                policy.mode = static_cast<Policy::Mode>(in.number());
                break;
            case kMx:
                policy.mx.emplace_back(in.text());
                break;
            case kAge:
                policy.max_age = seconds(in.number());
                break;
            case kId:
                kept.id = in.text();
                break;
            case kUntil:
                kept.until = in.time();
                break;
            default:
                break;
        }
    }
    if (!in.is_corrupt())
        kept.policy = std::move(policy);
    co_return kept;
}

Awaitable<> Policies::save(std::string domain, Kept kept)
{
    store::RecordWriter out;
    out.number(kMode, static_cast<std::uint64_t>(kept.policy->mode));
    for (const auto& mx : kept.policy->mx)
        out.element(kMx, mx);
    out.number(kAge, static_cast<std::uint64_t>(kept.policy->max_age.count()));
    out.text(kId, kept.id).time(kUntil, kept.until);
    store::Batch batch;
    batch.put.push_back({key_of(domain), out.take()});
    const auto saved =
        co_await parts_.store->engine().commit(store::keys::server(), std::move(batch));
    if (!saved)
        log::warn("queue", "an MTA-STS policy cannot be kept",
                  {{"domain", domain}, {"why", saved.error().detail()}});
}

Awaitable<Result<Policy>> Policies::fetch(std::string domain, std::string ca_file)
{
    Fetch what;
    what.domain = domain;
    what.ca_file = std::move(ca_file);
    const std::string host = "mta-sts." + domain;
    const auto v4 = co_await parts_.resolver->a(host);
    if (v4)
        what.addresses = v4->records;
    const auto v6 = co_await parts_.resolver->aaaa(host);
    if (v6)
        what.addresses.insert(what.addresses.end(), v6->records.begin(), v6->records.end());
    if (what.addresses.empty())
        co_return Error(Errc::Unavailable, host + " has no address");
    auto work = boost::asio::co_spawn(parts_.workers, run_fetch(parts_.fetch, std::move(what)),
                                      boost::asio::use_awaitable);
    const auto text = co_await std::move(work);
    if (!text)
        co_return text.error();
    co_return parse_policy(*text);
}

Awaitable<InForce> Policies::policy_for(std::string domain, std::string ca_file)
{
    const Time now = parts_.clock->now();
    Kept kept;
    bool is_loaded = false;
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = kept_.find(domain); found != kept_.end()) {
            kept = found->second;
            is_loaded = true;
        }
    }
    if (!is_loaded)
        kept = co_await load(domain);
    if (kept.policy && kept.until <= now)
        kept.policy.reset();
    if (is_loaded && kept.look_at > now)
        co_return in_force(kept);
    const auto records = co_await parts_.resolver->txt("_mta-sts." + domain);
    std::vector<std::string> ids;
    if (records)
        for (const auto& text : records->records)
            if (auto id = parse_record(text))
                ids.push_back(std::move(*id));
    kept.look_at = now + kLookAgain;
    kept.failure.clear();
    // RFC 8461 §3.1: one record, or it is as if there were none.
    if (ids.size() == 1 && (!kept.policy || ids.front() != kept.id)) {
        auto fetched = co_await fetch(domain, std::move(ca_file));
        if (fetched) {
            kept.id = ids.front();
            kept.until = now + fetched->max_age;
            kept.policy = std::move(*fetched);
            co_await save(domain, kept);
        } else {
            kept.look_at = now + kFetchAgain;
            kept.failure = failure_of(fetched.error());
            kept.reason = fetched.error().detail();
            log::warn("queue", "an MTA-STS policy cannot be fetched",
                      {{"domain", domain}, {"why", fetched.error().detail()}});
        }
    }
    const std::lock_guard lock(mutex_);
    if (kept_.size() >= kMaxKeptPolicies)
        kept_.clear();
    kept_[domain] = kept;
    co_return in_force(kept);
}

} // namespace mailctl::mta_sts
