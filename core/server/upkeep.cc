// Timers of upkeep, and what they start.
#include "core/server/upkeep.h"

#include <algorithm>
#include <exception>
#include <limits>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include "core/base/ascii.h"
#include "core/base/log.h"
#include "core/keeping/quota_warning.h"
#include "core/keeping/retention.h"
#include "core/keeping/retention_report.h"
#include "store/activity.h"
#include "store/first_mailboxes.h"

namespace mailctl::server {
namespace {

/// The first look after a start: what a stopped server left is not urgent.
constexpr std::chrono::minutes kFirstPurge{1};

void rethrow(const std::exception_ptr& failure)
{
    if (failure)
        std::rethrow_exception(failure);
}

/// Applies the rules to one user.
Awaitable<Result<>> retain_user(store::Store& store, const store::User& user,
                                const std::vector<keeping::RetentionRule>& rules,
                                keeping::RetentionReport& report)
{
    const auto account = co_await store.account(user.account);
    if (!account && account.error().code() == Errc::NotFound)
        co_return ok(); // being made or erased just now
    if (!account)
        co_return account.error();
    const auto ended = co_await keeping::retain(**account, user, rules, store.clock().now(),
                                                keeping::Retain::Apply);
    if (!ended)
        co_return ended.error();
    const auto name = address::to_string(user.address);
    for (const auto& one : *ended) {
        report.add(name, one);
        log::info("store", "retention",
                  {{"user", name},
                   {"mailbox", one.mailbox},
                   {"messages", one.messages},
                   {"octets", one.octets},
                   {"rule", one.rule}});
    }
    co_return ok();
}

/// One page of the directory. A mailbox that fails keeps no other from its turn.
Awaitable<> retain_page(store::Store& store, const std::vector<store::Entry>& page,
                        const std::vector<keeping::RetentionRule>& rules,
                        keeping::RetentionReport& report)
{
    for (const auto& entry : page) {
        const auto* user = std::get_if<store::User>(&entry);
        if (user == nullptr)
            continue;
        const auto ended = co_await retain_user(store, *user, rules, report);
        if (ended)
            continue;
        const auto name = address::to_string(user->address);
        report.add_failure(name, ended.error());
        log::error("store", "retention was not applied",
                   {{"user", name}, {"why", to_string(ended.error())}});
    }
}

unsigned percent(const store::Usage& usage, const store::Usage& limits)
{
    return keeping::percent_used(usage, limits).value_or(0);
}

} // namespace

std::chrono::milliseconds until_time_of_day(Time now, std::string_view time)
{
    const auto hours = ascii::parse_number<unsigned>(time.substr(0, 2)).value_or(0);
    const auto rest = time.substr(std::min<std::size_t>(3, time.size()));
    const auto minutes = ascii::parse_number<unsigned>(rest).value_or(0);
    const auto day = std::chrono::floor<std::chrono::days>(now);
    const Time today = Time(day) + std::chrono::hours(hours) + std::chrono::minutes(minutes);
    return today > now ? today - now : today + std::chrono::days(1) - now;
}

Upkeep::Upkeep(boost::asio::io_context& io, store::Store& store, std::function<Services()> services)
    : executor_(boost::asio::make_strand(io)),
      purge_timer_(executor_),
      daily_timer_(executor_),
      log_timer_(executor_),
      store_(store),
      services_(std::move(services)),
      domain_quotas_(executor_, services_)
{
    store_.keeping().on_growth([this](const store::UsageChange& change) { grew(change); });
}

Upkeep::~Upkeep()
{
    store_.keeping().on_growth({});
}

void Upkeep::start()
{
    purge_timer_.expires_after(kFirstPurge);
    wait_for_purge();
    wait_for_retention();
    wait_for_log_flush();
}

void Upkeep::configure(const conf::Config& config)
{
    store_.keeping().set_rules({config.deleted.keep, config.deleted.count_in_quota});
    store::use_first_mailboxes(store_, config.imap.default_mailboxes);
    // The time of the day may be another one.
    boost::asio::post(executor_, [this] { wait_for_retention(); });
}

void Upkeep::wait_for_purge()
{
    purge_timer_.async_wait([this](const boost::system::error_code& ec) {
        if (ec)
            return;
        boost::asio::co_spawn(executor_, purge(), [this](const std::exception_ptr& failure) {
            rethrow(failure);
            purge_timer_.expires_after(kPurgeInterval);
            wait_for_purge();
        });
    });
}

Awaitable<> Upkeep::purge()
{
    const auto ended = co_await store_.keeping().purge();
    if (!ended)
        log::error("store", "deleted mail was not ended", {{"why", to_string(ended.error())}});
    else if (*ended > 0)
        log::info("store", "deleted mail ended", {{"messages", *ended}});
}

void Upkeep::wait_for_retention()
{
    const auto time = services_()->config->upkeep.time;
    daily_timer_.expires_after(until_time_of_day(store_.clock().now(), time));
    daily_timer_.async_wait([this](const boost::system::error_code& ec) {
        if (ec)
            return;
        boost::asio::co_spawn(executor_, work_of_the_day(), [this](const std::exception_ptr& failure) {
            rethrow(failure);
            wait_for_retention();
        });
    });
}

void Upkeep::wait_for_log_flush()
{
    log_timer_.expires_after(kLogFlushInterval);
    log_timer_.async_wait([this](const boost::system::error_code& ec) {
        if (ec)
            return;
        log::flush();
        wait_for_log_flush();
    });
}

Awaitable<> Upkeep::work_of_the_day()
{
    co_await end_activities();
    co_await apply_retention();
}

Awaitable<> Upkeep::end_activities()
{
    const Time before = store_.clock().now() - services_()->config->user.activity_keep;
    const auto ended = co_await store::end_all_activities(store_, before);
    if (!ended)
        log::error("store", "records of activity were not ended", {{"why", to_string(ended.error())}});
    else if (*ended > 0)
        log::info("store", "records of activity ended", {{"records", *ended}});
}

Awaitable<> Upkeep::apply_retention()
{
    const auto services = services_();
    const auto rules = keeping::retention_rules(services->config->retentions);
    if (!rules) {
        log::error("store", "retention was not applied", {{"why", rules.error().detail()}});
        co_return;
    }
    if (rules->empty())
        co_return;
    keeping::RetentionReport report;
    store::ListQuery query;
    for (;;) {
        const auto page = co_await store_.directory().list(query);
        if (!page) {
            log::error("store", "retention was not applied", {{"why", to_string(page.error())}});
            co_return;
        }
        if (page->empty())
            break;
        co_await retain_page(store_, *page, *rules, report);
        query.after = std::visit(
            [](const auto& last) { return address::to_string(last.address); }, page->back());
    }
    log::info("store", "retention applied", {{"messages", report.messages()}});
    const auto told = co_await keeping::send_report(*services, report);
    if (!told)
        log::warn("store", "upkeep.report was not told", {{"why", to_string(told.error())}});
}

/// A level lies between two whole percents, or at one: without a step to the next one nothing was
/// reached.
void Upkeep::grew(const store::UsageChange& change)
{
    if (change.after.octets > change.before.octets)
        domain_quotas_.grew(change.account);
    const unsigned before = percent(change.before, change.limits);
    if (percent(change.after, change.limits) <= before)
        return;
    {
        const std::lock_guard lock(mutex_);
        const auto [look, is_new] = looks_.try_emplace(change.account, QuotaLook{before, true});
        look->second.lowest = std::min(look->second.lowest, before);
        look->second.is_due = true;
        if (!is_new)
            return;
    }
    // Not here: a commit of the account is under way on this thread.
    boost::asio::post(executor_, [this, account = change.account] {
        boost::asio::co_spawn(executor_, look_at_quota(account), rethrow);
    });
}

/// Begins one: growth from here on is seen by another. nullopt: none is due, and this account's end.
std::optional<unsigned> Upkeep::next_look(AccountId account)
{
    const std::lock_guard lock(mutex_);
    const auto look = looks_.find(account);
    if (!std::exchange(look->second.is_due, false)) {
        looks_.erase(look);
        return std::nullopt;
    }
    return std::exchange(look->second.lowest, std::numeric_limits<unsigned>::max());
}

Awaitable<> Upkeep::look_at_quota(AccountId account)
{
    while (const auto lowest = next_look(account)) {
        const auto services = services_();
        const auto looked = co_await keeping::look_at_quota(*services, account, *lowest);
        if (!looked)
            log::warn("store", "a quota was not looked at",
                      {{"account", to_string(account)}, {"why", to_string(looked.error())}});
    }
}

} // namespace mailctl::server
