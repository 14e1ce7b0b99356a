// Finds where an address leads, one documented step after the other.
#include "core/delivery/router.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/delegation/delegate.h"
#include "core/delivery/domain_usage.h"
#include "core/delivery/resolution.h"
#include "store/store.h"

namespace mailctl::delivery {
namespace {

bool any_matches(const std::vector<std::string>& patterns, const std::string& text)
{
    return std::any_of(patterns.begin(), patterns.end(), [&text](const std::string& pattern) {
        return address::matches_wildcard(pattern, text);
    });
}

class DirectoryRouter : public Router {
public:
    DirectoryRouter(store::Store& store, std::shared_ptr<const conf::Config> config)
        : store_(store), config_(std::move(config)), usage_(store)
    {
    }

    Awaitable<Result<Resolution>> resolve(Question question) override
    {
        Walk walk(store_, *config_, usage_, question);
        co_return co_await walk.run();
    }

    Awaitable<Result<MaySend>> may_send_as(const store::User& login,
                                           address::Address sender) override;

private:
    Awaitable<Result<MaySend>> by_entry(const store::User& login, address::Address sender);
    Awaitable<Result<MaySend>> as_delegate(const store::User& login, store::User owner);
    Awaitable<Result<bool>> may_use(store::Alias alias, std::string wanted);
    Awaitable<Result<bool>> leads_to(std::vector<std::string> targets, std::string wanted);

    store::Store& store_;
    std::shared_ptr<const conf::Config> config_;
    DomainUsage usage_;
};

/// Whether one of an alias's own targets is the wanted address; domain aliases count.
Awaitable<Result<bool>> DirectoryRouter::leads_to(std::vector<std::string> targets,
                                                  std::string wanted)
{
    for (const std::string& target : targets) {
        const auto parsed = address::parse(target);
        if (!parsed)
            continue;
        auto domain = co_await store_.directory().find_domain(parsed->domain);
        if (!domain && domain.error().code() != Errc::NotFound)
            co_return domain.error();
        if (!domain)
            continue;
        address::Address folded = address::folded(*parsed);
        folded.domain = domain->name;
        if (address::to_string(folded) == wanted)
            co_return true;
    }
    co_return false;
}

/// AUTH-07: those it leads to, those it names, and those that an alias it names leads to.
Awaitable<Result<bool>> DirectoryRouter::may_use(store::Alias alias, std::string wanted)
{
    if (any_matches(alias.send_as, wanted))
        co_return true;
    auto own = co_await leads_to(alias.targets, wanted);
    if (!own || *own)
        co_return own;
    for (const std::string& name : alias.send_as) {
        auto parsed = address::parse(name);
        if (!parsed)
            continue;
        auto group = co_await store_.directory().find(address::folded(*parsed));
        if (!group && group.error().code() != Errc::NotFound)
            co_return group.error();
        const auto* members = group ? std::get_if<store::Alias>(&*group) : nullptr;
        if (!members || !members->enabled)
            continue;
        auto found = co_await leads_to(members->targets, wanted);
        if (!found || *found)
            co_return found;
    }
    co_return false;
}

/// AUTH-07: what the owner of an address lets this login do.
Awaitable<Result<MaySend>> DirectoryRouter::as_delegate(const store::User& login,
                                                        store::User owner)
{
    const auto right = co_await delegation::right_of(store_, *config_, owner, login.account);
    if (!right)
        co_return right.error();
    switch (*right) {
    case conf::Delegation::SendAs: co_return MaySend::Yes;
    case conf::Delegation::OnBehalf: co_return MaySend::OnBehalf;
    case conf::Delegation::Off: break;
    }
    co_return MaySend::No;
}

/// `sender`, folded and in its own domain, is the login itself, a user who lets it, or an enabled
/// alias that leads to it directly.
Awaitable<Result<MaySend>> DirectoryRouter::by_entry(const store::User& login,
                                                     address::Address sender)
{
    if (sender == login.address)
        co_return MaySend::Yes;
    const std::string wanted = address::to_string(login.address);
    auto entry = co_await store_.directory().find(sender);
    if (!entry && entry.error().code() != Errc::NotFound)
        co_return entry.error();
    std::optional<store::Alias> alias;
    if (!entry) {
        auto wild = co_await store_.directory().find_wildcard(std::move(sender));
        if (!wild && wild.error().code() != Errc::NotFound)
            co_return wild.error();
        if (wild)
            alias = *std::move(wild);
    } else if (auto* owner = std::get_if<store::User>(&*entry)) {
        co_return co_await as_delegate(login, std::move(*owner));
    } else if (std::get<store::Alias>(*entry).enabled) {
        alias = std::get<store::Alias>(*std::move(entry));
    }
    if (!alias)
        co_return MaySend::No;
    const auto may = co_await may_use(*std::move(alias), wanted);
    if (!may)
        co_return may.error();
    co_return *may ? MaySend::Yes : MaySend::No;
}

Awaitable<Result<MaySend>> DirectoryRouter::may_send_as(const store::User& login,
                                                        address::Address sender)
{
    if (config_->smtp.sender_match == conf::SenderMatch::Off)
        co_return MaySend::Yes;
    address::Address own = address::folded(sender);
    const std::string written = address::to_string(own);
    if (any_matches(login.send_as, written))
        co_return MaySend::Yes;
    auto domain = co_await store_.directory().find_domain(own.domain);
    if (!domain && domain.error().code() != Errc::NotFound)
        co_return domain.error();
    if (!domain)
        co_return MaySend::No;
    own.domain = domain->name;
    const bool is_enough_by_domain = config_->smtp.sender_match == conf::SenderMatch::Domain &&
                                     own.domain == login.address.domain;
    if (is_enough_by_domain || any_matches(login.send_as, address::to_string(own)))
        co_return MaySend::Yes;
    const auto whole = co_await by_entry(login, own);
    if (!whole || *whole != MaySend::No)
        co_return whole;
    const auto parts = address::split_subaddress(own.local_part, domain->subaddress_separators);
    if (parts.user == own.local_part)
        co_return MaySend::No;
    own.local_part = parts.user;
    co_return co_await by_entry(login, std::move(own));
}

} // namespace

std::unique_ptr<Router> make_router(store::Store& store, std::shared_ptr<const conf::Config> config)
{
    return std::make_unique<DirectoryRouter>(store, std::move(config));
}

} // namespace mailctl::delivery
