// Rotation: a plan from what is stored, then one step at a time.
#include "core/dkim/rotate.h"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/log.h"
#include "core/dns/resolver.h"
#include "store/store.h"

namespace mailctl::dkim {
namespace {

using store::DkimDomain;
using store::DkimKey;
using store::DkimState;
using What = RotationEvent::What;

/// The key of a kind that began to sign last; nullptr: none signs.
const DkimKey* current_key(const DkimDomain& domain, crypto::SigningKind kind)
{
    const DkimKey* current = nullptr;
    for (const DkimKey& key : domain.keys) {
        if (key.kind == kind && key.state == DkimState::Active &&
            (current == nullptr || key.activated > current->activated))
            current = &key;
    }
    return current;
}

bool is_successor(const DkimKey& key, crypto::SigningKind kind)
{
    return key.kind == kind && key.state == DkimState::Pending && key.rotates;
}

std::string record_text(const DkimKey& key, std::string_view domain)
{
    const auto name = key_name(key.selector, domain);
    return name ? *name + " TXT " + to_text(record_of(key)) : std::string();
}

/// One run over one domain.
struct Run {
    RotationParts parts;
    std::string domain;
    RotationRun options;
    Time now;
    std::vector<RotationEvent> events;
};

Awaitable<Result<DkimKey>> make_apart(KeyWish wish, Time now)
{
    co_return make_key(wish, now);
}

Awaitable<Result<>> make_successor(Run& run, KeyWish wish)
{
    RotationEvent event{What::Made, wish.selector, {}, Published::Missing};
    if (!run.options.dry_run) {
        auto making =
            boost::asio::co_spawn(run.parts.workers, make_apart(wish, run.now),
                                  boost::asio::use_awaitable);
        auto made = co_await std::move(making);
        if (!made)
            co_return made.error();
        const DkimKey key = std::move(*made);
        event.detail = record_text(key, run.domain);
        const auto add = [key](DkimDomain& domain) -> Result<> {
            domain.keys.push_back(key);
            return ok();
        };
        const auto added = co_await store::dkim_keys(run.parts.store).update_keys(run.domain, add);
        if (!added)
            co_return added.error();
    }
    run.events.push_back(std::move(event));
    co_return ok();
}

/// The successor signs, and the other keys of its kind retire: one commit.
Awaitable<Result<>> hand_over(Run& run, DkimKey successor)
{
    std::vector<std::string> retired;
    const auto change = [&](DkimDomain& domain) -> Result<> {
        retired.clear();
        TRY_VOID(activate(domain, successor.selector, run.now));
        for (const DkimKey& key : domain.keys) {
            if (key.kind == successor.kind && key.state == DkimState::Active &&
                key.selector != successor.selector)
                retired.push_back(key.selector);
        }
        for (const auto& selector : retired)
            TRY_VOID(retire(domain, selector, run.now));
        return ok();
    };
    if (run.options.dry_run) {
        const auto stored = co_await store::dkim_keys(run.parts.store).find_keys(run.domain);
        if (!stored)
            co_return stored.error();
        DkimDomain copy = **stored;
        CO_TRY_VOID(change(copy));
    } else {
        const auto changed = co_await store::dkim_keys(run.parts.store).update_keys(run.domain, change);
        if (!changed)
            co_return changed.error();
    }
    for (auto& selector : retired)
        run.events.push_back({What::Retired, std::move(selector), {}, Published::Missing});
    co_return ok();
}

Awaitable<Result<>> look_at_successor(Run& run, DkimKey key, store::DkimRotation rotation)
{
    const Published published = co_await look_up(key, run.domain, run.parts.resolver);
    if (!may_activate(key, rotation, published, run.now)) {
        run.events.push_back(
            {What::Waiting, key.selector, record_text(key, run.domain), published});
        co_return ok();
    }
    run.events.push_back({What::Activated, key.selector, {}, published});
    co_return co_await hand_over(run, std::move(key));
}

Awaitable<Result<>> erase_key(Run& run, std::string selector)
{
    if (!run.options.dry_run) {
        const auto change = [selector](DkimDomain& domain) -> Result<> {
            (void)remove(domain, selector); // gone already: as wanted
            return ok();
        };
        const auto changed = co_await store::dkim_keys(run.parts.store).update_keys(run.domain, change);
        if (!changed)
            co_return changed.error();
    }
    run.events.push_back({What::Erased, std::move(selector), {}, Published::Missing});
    co_return ok();
}

Awaitable<Result<>> carry_out(Run& run, const DkimDomain& domain)
{
    const RotationPlan plan = plan_rotation(domain, run.now, run.options.force);
    for (const auto& selector : plan.pending) {
        DkimKey key = *domain.find(selector);
        auto looked = co_await look_at_successor(run, std::move(key), domain.policy.rotation);
        if (!looked)
            co_return looked;
    }
    for (const KeyWish& wish : plan.make) {
        auto made = co_await make_successor(run, wish);
        if (!made)
            co_return made;
    }
    for (const auto& selector : plan.erase) {
        auto erased = co_await erase_key(run, selector);
        if (!erased)
            co_return erased;
    }
    co_return ok();
}

void report(const std::string& domain, const RotationEvent& event)
{
    log::info("dkim", "rotation",
              {{"domain", domain},
               {"selector", event.selector},
               {"step", name_of(event.what)},
               {"record", event.detail}});
}

} // namespace

std::string_view name_of(What what)
{
    switch (what) {
    case What::Made:
        return "made";
    case What::Waiting:
        return "waiting";
    case What::Activated:
        return "activated";
    case What::Retired:
        return "retired";
    case What::Erased:
        break;
    }
    return "erased";
}

RotationPlan plan_rotation(const DkimDomain& domain, Time now, bool force)
{
    RotationPlan plan;
    const store::DkimRotation& rotation = domain.policy.rotation;
    for (const auto kind : {crypto::SigningKind::Rsa, crypto::SigningKind::Ed25519}) {
        const auto successor =
            std::find_if(domain.keys.begin(), domain.keys.end(),
                         [kind](const DkimKey& key) { return is_successor(key, kind); });
        const DkimKey* current = current_key(domain, kind);
        if (successor != domain.keys.end()) {
            plan.pending.push_back(successor->selector);
        } else if (current != nullptr) {
            const bool is_due =
                rotation.every.count() > 0 && current->activated + rotation.every <= now;
            KeyWish wish;
            wish.selector = free_selector(domain, kind, now);
            wish.kind = kind;
            wish.bits = current->bits;
            wish.testing = current->testing;
            wish.rotates = true;
            if (is_due || force)
                plan.make.push_back(std::move(wish));
        }
    }
    for (const DkimKey& key : domain.keys) {
        if (key.state == DkimState::Retired && key.retired + rotation.overlap <= now)
            plan.erase.push_back(key.selector);
    }
    return plan;
}

bool may_activate(const DkimKey& key, const store::DkimRotation& rotation, Published published,
                  Time now)
{
    if (is_usable(published))
        return true;
    const bool is_unseen =
        published == Published::Missing || published == Published::Unavailable;
    return is_unseen && rotation.activate_after.count() > 0 &&
           key.created + rotation.activate_after <= now;
}

Awaitable<Published> look_up(const DkimKey& key, std::string domain, dns::Resolver& resolver)
{
    KeyAnswer known;
    const auto name = key_name(key.selector, domain);
    if (!name)
        co_return Published::Missing;
    const auto answer = co_await resolver.txt(*name);
    if (!answer) {
        known.status = KeyAnswer::Status::Unavailable;
    } else if (answer->is_found()) {
        known.status = KeyAnswer::Status::Found;
        known.records = answer->records;
    }
    co_return compare(key, known);
}

Awaitable<Result<std::vector<RotationEvent>>> rotate(RotationParts parts, std::string domain,
                                                     RotationRun options)
{
    const auto stored = co_await store::dkim_keys(parts.store).find_keys(domain);
    if (!stored)
        co_return stored.error();
    if (!*stored || (*stored)->keys.empty())
        co_return Error(Errc::NotFound, domain + " has no DKIM keys");
    const Time now = parts.store.clock().now();
    Run run{std::move(parts), domain, options, now, {}};
    const auto done = co_await carry_out(run, **stored);
    if (!done)
        co_return done.error();
    co_return std::move(run.events);
}

Awaitable<> rotate_all(RotationParts parts)
{
    const auto domains = co_await store::dkim_keys(parts.store).all_keys();
    if (!domains) {
        log::error("dkim", "cannot read the keys", {{"why", domains.error().detail()}});
        co_return;
    }
    for (const DkimDomain& domain : *domains) {
        if (domain.policy.rotation.every.count() <= 0 || domain.keys.empty())
            continue;
        const RotationRun run;
        const auto events = co_await rotate(parts, domain.domain, run);
        if (!events) {
            log::error("dkim", "rotation failed",
                       {{"domain", domain.domain}, {"why", to_string(events.error())}});
            continue;
        }
        for (const RotationEvent& event : *events)
            report(domain.domain, event);
    }
}

} // namespace mailctl::dkim
