// Finds where an address leads, one documented step after the other.
#include "core/delivery/router.h"

#include <algorithm>
#include <utility>

#include "conf/config.h"
#include "core/base/ascii.h"
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

    Awaitable<Result<bool>> may_send_as(const store::User& login,
                                        address::Address sender) override;

private:
    Awaitable<Result<bool>> is_own_alias(const store::User& login, address::Address sender);
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

/// `sender`, folded and in its own domain, is an enabled alias that leads to the login directly.
Awaitable<Result<bool>> DirectoryRouter::is_own_alias(const store::User& login,
                                                      address::Address sender)
{
    const std::string wanted = address::to_string(login.address);
    auto entry = co_await store_.directory().find(sender);
    if (!entry && entry.error().code() != Errc::NotFound)
        co_return entry.error();
    if (entry) {
        const auto* alias = std::get_if<store::Alias>(&*entry);
        if (!alias || !alias->enabled)
            co_return false;
        co_return co_await may_use(*alias, wanted);
    }
    auto wild = co_await store_.directory().find_wildcard(std::move(sender));
    if (!wild && wild.error().code() != Errc::NotFound)
        co_return wild.error();
    if (!wild)
        co_return false;
    co_return co_await may_use(*wild, wanted);
}

Awaitable<Result<bool>> DirectoryRouter::may_send_as(const store::User& login,
                                                     address::Address sender)
{
    if (config_->smtp.sender_match == conf::SenderMatch::Off)
        co_return true;
    address::Address own = address::folded(sender);
    const std::string written = address::to_string(own);
    if (any_matches(login.send_as, written))
        co_return true;
    auto domain = co_await store_.directory().find_domain(own.domain);
    if (!domain && domain.error().code() != Errc::NotFound)
        co_return domain.error();
    if (!domain)
        co_return false;
    own.domain = domain->name;
    if (config_->smtp.sender_match == conf::SenderMatch::Domain)
        co_return own.domain == login.address.domain;
    if (own == login.address || any_matches(login.send_as, address::to_string(own)))
        co_return true;
    auto alias = co_await is_own_alias(login, own);
    if (!alias || *alias)
        co_return alias;
    const auto parts = address::split_subaddress(own.local_part, domain->subaddress_separators);
    if (parts.user == own.local_part)
        co_return false;
    own.local_part = parts.user;
    if (own == login.address)
        co_return true;
    co_return co_await is_own_alias(login, std::move(own));
}

} // namespace

std::unique_ptr<Router> make_router(store::Store& store, std::shared_ptr<const conf::Config> config)
{
    return std::make_unique<DirectoryRouter>(store, std::move(config));
}

} // namespace mailctl::delivery
