// Follows a recipient through domain aliases, users, aliases, forwards and catch-all.
#include "core/delivery/resolution.h"

#include <algorithm>
#include <utility>

#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/route/route.h"
#include "core/base/log.h"
#include "core/base/random.h"
#include "core/delivery/own_literal.h"
#include "core/srs/keys.h"
#include "core/srs/return_address.h"
#include "core/settings/own_settings.h"
#include "store/deleted.h"
#include "store/limits.h"
#include "store/store.h"

namespace mailctl::delivery {
namespace {

bool is_postmaster(const address::Address& at)
{
    return ascii::equals_ignoring_case(at.local_part, "postmaster");
}

bool any_matches(const std::vector<std::string>& patterns, const std::string& text)
{
    return std::any_of(patterns.begin(), patterns.end(), [&text](const std::string& pattern) {
        return address::matches_wildcard(pattern, text);
    });
}

std::string joined(const std::vector<std::string>& texts)
{
    std::string all;
    for (const auto& text : texts)
        all += (all.empty() ? "" : ", ") + text;
    return all;
}

/// Why mail for a user is refused whatever its size; None: it is not.
Refusal refusal_of(const store::User& user, Time now)
{
    switch (user.state) {
    case store::UserState::Removed: return Refusal::NoSuchUser;
    case store::UserState::Disabled: return Refusal::UserDisabled;
    case store::UserState::ReadOnly: return Refusal::UserReadOnly;
    case store::UserState::Suspended:
    case store::UserState::Pending: return Refusal::UserSuspended;
    case store::UserState::Active:
    case store::UserState::NoLogin: break;
    }
    return user.may_receive(now) ? Refusal::None : Refusal::UserExpired;
}

} // namespace

std::string_view text_of(Refusal refusal)
{
    switch (refusal) {
    case Refusal::None: return "accepted";
    case Refusal::NoSuchUser: return "no such user";
    case Refusal::UserDisabled: return "disabled";
    case Refusal::UserReadOnly: return "read-only";
    case Refusal::UserSuspended: return "suspended, or waits for approval";
    case Refusal::UserExpired: return "expired";
    case Refusal::DomainDisabled: return "domain disabled";
    case Refusal::OverQuota: return "mailbox full";
    case Refusal::DomainOverQuota: return "domain full";
    case Refusal::TooLarge: return "message too large";
    case Refusal::RelayDenied: return "relaying denied";
    case Refusal::Loop: return "aliases or forwards go round";
    case Refusal::Blocked: return "blocked by smtp.blocked_recipients";
    case Refusal::ForgedReturn: return "a return address that is not ours, or has expired";
    }
    return "refused";
}

Walk::Walk(store::Store& store, const conf::Config& config, DomainUsage& usage,
           Router::Question question)
    : store_(store), config_(config), usage_(usage), question_(std::move(question))
{
}

void Walk::note(const std::string& address, std::string what)
{
    result_.steps.push_back({address, std::move(what)});
}

Awaitable<Result<Resolution>> Walk::run()
{
    auto refusal = co_await start();
    if (!refusal)
        co_return refusal.error();
    const bool reached = !result_.local.empty() || !result_.remote.empty();
    result_.refusal = reached ? Refusal::None : *refusal;
    if (result_.refusal != Refusal::None)
        note(address::to_string(question_.recipient), "refused: " + std::string(text_of(*refusal)));
    co_return std::move(result_);
}

Awaitable<Result<Refusal>> Walk::start()
{
    address::Address at = question_.recipient;
    if (srs::is_return_address(at.local_part)) {
        auto ours = co_await may_lead_back(at.domain);
        if (!ours)
            co_return ours.error();
        if (*ours)
            co_return co_await lead_back(std::move(at));
    }
    co_return co_await follow(std::move(at), 0);
}

Awaitable<Result<bool>> Walk::may_lead_back(const std::string& domain)
{
    if (!config_.forward.srs_domain.empty() &&
        ascii::equals_ignoring_case(domain, config_.forward.srs_domain))
        co_return true;
    auto found = co_await store_.directory().find_domain(domain);
    if (!found && found.error().code() != Errc::NotFound)
        co_return found.error();
    co_return found.has_value();
}

/// A bounce of what was forwarded, on its way back: relayed for anyone, as its key tells that mail
/// from there was forwarded here. AFS-05
Awaitable<Result<Refusal>> Walk::lead_back(address::Address from)
{
    const std::string name = address::to_string(from);
    auto keys = co_await srs::keys(store_, system_random(), config_.forward);
    if (!keys)
        co_return keys.error();
    auto sender = srs::unwrap(from.local_part, *keys, store_.clock().now(),
                              config_.forward.srs_lifetime);
    if (!sender) {
        note(name, sender.error().detail());
        co_return Refusal::ForgedReturn;
    }
    note(name, "return address of mail from " + address::to_string(*sender));
    co_return co_await follow(std::move(*sender), 1);
}

/// The last user or alias on the way to another server; of a catch-all: the recipient.
std::string Walk::forwarder() const
{
    if (path_.empty())
        return {};
    for (auto step = path_.rbegin(); step != path_.rend(); ++step)
        if (step->find('@') != std::string::npos)
            return *step;
    return address::to_string(question_.recipient);
}

/// The name under which the directory knows an address that is written without a domain or with
/// this machine's address; any other is given back as it is.
address::Address Walk::own_name_of(address::Address at)
{
    // RFC 5321 §4.5.1: "RCPT TO:<Postmaster>", with no domain, is accepted.
    if (at.domain.empty() && is_postmaster(at)) {
        const auto named = address::parse(config_.server.postmaster);
        const address::Address to =
            named ? *named : address::Address{"postmaster", config_.server.default_domain};
        note(at.local_part, "the server's postmaster is " + address::to_string(to));
        return to;
    }
    if (at.is_literal() && config_.smtp.literals && !config_.server.default_domain.empty() &&
        is_own_literal(at.domain)) {
        note(address::to_string(at), "this machine: domain " + config_.server.default_domain);
        at.domain = config_.server.default_domain;
    }
    return at;
}

bool Walk::is_blocked(const address::Address& at) const
{
    if (is_postmaster(at))
        return false;
    const std::string text = address::to_string(at);
    return any_matches(config_.smtp.blocked_recipients, text) &&
           !any_matches(config_.smtp.allowed_recipients, text);
}

/// A backup MX or gateway takes mail for the domains of its routes from anyone. GWY-01
Refusal Walk::let_in(const std::string& name)
{
    const conf::Route* accepting = route::accepting(config_, name);
    if (!accepting) {
        note(name, "not a domain of this server");
        return Refusal::RelayDenied;
    }
    if (accepting->verify == conf::RouteVerify::List && !any_matches(accepting->verify_list, name)) {
        note(name, "not in verify_list of route " + accepting->name);
        return Refusal::NoSuchUser;
    }
    note(name, "route " + accepting->name + " takes it from anyone");
    return Refusal::None;
}

Refusal Walk::send_out(address::Address at, unsigned level)
{
    const std::string name = address::to_string(at);
    if (level == 0 && !question_.may_relay) {
        const Refusal refusal = let_in(name);
        if (refusal != Refusal::None)
            return refusal;
    }
    if (forwards_ > 0 && config_.forward.sender == conf::ForwardSender::Off) {
        note(name, "another server's: forward.sender is off");
        kept_back_ = true;
        return Refusal::RelayDenied;
    }
    const bool known = std::any_of(result_.remote.begin(), result_.remote.end(),
                                   [&](const RemoteTarget& one) { return one.address == at; });
    if (!known) {
        note(name, "another server's: into the queue");
        result_.remote.push_back({std::move(at), forwarder()});
    }
    return Refusal::None;
}

/// Notes a limit of one message on the way (0: none); false: this message is over it.
bool Walk::take_message_limit(std::uint64_t octets)
{
    if (octets != 0 && question_.message_octets > octets)
        return false;
    result_.message_octets = store::smaller_limit(result_.message_octets, octets);
    return true;
}

/// None where the address leads somewhere, or why it does not.
Awaitable<Result<Refusal>> Walk::follow(address::Address at, unsigned level)
{
    if (level > store::kMaxAliasLevels) {
        note(address::to_string(at), "more than 25 levels of aliases and forwards");
        co_return Refusal::Loop;
    }
    at = own_name_of(std::move(at));
    if (at.domain.empty())
        co_return Refusal::NoSuchUser;
    auto domain = co_await store_.directory().find_domain(at.domain);
    if (!domain && domain.error().code() != Errc::NotFound)
        co_return domain.error();
    if (!domain)
        co_return send_out(std::move(at), level);

    const std::string written = address::to_string(at);
    const bool blocked_as_written = level == 0 && is_blocked(at);
    at = address::folded(at);
    at.domain = domain->name;
    const std::string name = address::to_string(at);
    if (!ascii::equals_ignoring_case(written, name))
        note(written, "domain alias: " + name);
    if (blocked_as_written || (level == 0 && is_blocked(at)))
        co_return Refusal::Blocked;
    if (!domain->enabled) {
        note(name, "domain " + domain->name + " is disabled");
        co_return Refusal::DomainDisabled;
    }
    if (!take_message_limit(domain->limits.message_octets))
        co_return Refusal::TooLarge;
    co_return co_await follow_local(std::move(at), *domain, level);
}

Awaitable<Result<Refusal>> Walk::follow_local(address::Address at, const store::Domain& domain,
                                              unsigned level)
{
    const std::string name = address::to_string(at);
    auto found = co_await look_up(std::move(at), domain);
    if (!found)
        co_return found.error();
    if (!found->entry) {
        if (found->redirect.empty()) {
            note(name, "no such user or alias, no catch-all");
            co_return Refusal::NoSuchUser;
        }
        note(name, found->redirect_by + " -> " + found->redirect);
        co_return co_await redirect(*found, domain.name, level);
    }
    const std::string entry_name = std::visit(
        [](const auto& entry) { return address::to_string(entry.address); }, *found->entry);
    if (entry_name != name)
        note(name, (found->detail.empty() ? "wildcard: " : "subaddress of ") + entry_name);
    if (std::find(path_.begin(), path_.end(), entry_name) != path_.end()) {
        note(entry_name, "goes round");
        co_return Refusal::Loop;
    }
    if (const auto done = done_.find(entry_name); done != done_.end()) {
        note(entry_name, "reached already");
        co_return done->second;
    }
    path_.push_back(entry_name);
    Result<Refusal> refusal = Refusal::None;
    if (auto* user = std::get_if<store::User>(&*found->entry))
        refusal = co_await deliver_to(std::move(*user), domain, found->detail, level);
    else
        refusal = co_await expand(entry_name, std::get<store::Alias>(*found->entry), level);
    path_.pop_back();
    if (refusal && !kept_back_) // another may lead there that is no user's forward
        done_.emplace(entry_name, *refusal);
    co_return refusal;
}

/// The entry of exactly this address; nullopt: there is none.
Awaitable<Result<std::optional<store::Entry>>> Walk::exact(address::Address at)
{
    std::optional<store::Entry> found;
    auto entry = co_await store_.directory().find(std::move(at));
    if (!entry && entry.error().code() != Errc::NotFound)
        co_return entry.error();
    if (entry)
        found = std::move(*entry);
    co_return found;
}

/// Where postmaster (RFC 5321 §4.5.1) and abuse (RFC 2142 §4) go in a domain that has neither user
/// nor alias of that name; empty: it is another name, or the settings name nobody.
std::string Walk::role_address(const address::Address& at, const store::Domain& domain) const
{
    const bool is_abuse = ascii::equals_ignoring_case(at.local_part, "abuse");
    if (!is_abuse && !is_postmaster(at))
        return {};
    if (is_abuse && !domain.abuse.empty())
        return domain.abuse;
    return domain.postmaster.empty() ? config_.server.postmaster : domain.postmaster;
}

/// The documented order: exact; without its subaddress part; postmaster and abuse; wildcard;
/// catch-all.
Awaitable<Result<Walk::Found>> Walk::look_up(address::Address at, const store::Domain& domain)
{
    Found found;
    auto entry = co_await exact(at);
    if (!entry)
        co_return entry.error();
    found.entry = std::move(*entry);
    if (found.entry)
        co_return found;

    auto parts = address::split_subaddress(at.local_part, domain.subaddress_separators);
    if (parts.user != at.local_part && !parts.user.empty()) {
        address::Address base{parts.user, at.domain};
        auto without = co_await exact(std::move(base));
        if (!without)
            co_return without.error();
        found.entry = std::move(*without);
        found.detail = std::move(parts.detail);
        if (found.entry)
            co_return found;
        found.detail.clear();
    }
    found.redirect = role_address(at, domain);
    if (!found.redirect.empty() && found.redirect != address::to_string(at)) {
        found.redirect_by = ascii::lower(at.local_part);
        co_return found;
    }
    found.redirect.clear();
    auto wild = co_await store_.directory().find_wildcard(std::move(at));
    if (!wild && wild.error().code() != Errc::NotFound)
        co_return wild.error();
    if (wild) {
        found.entry = store::Entry(std::move(*wild));
        co_return found;
    }
    found.redirect = domain.catch_all;
    found.redirect_by = "catch-all";
    co_return found;
}

/// Catch-all and postmaster: to another address, once a domain.
Awaitable<Result<Refusal>> Walk::redirect(const Found& found, const std::string& domain,
                                          unsigned level)
{
    const std::string mark = found.redirect_by + " of " + domain;
    if (std::find(path_.begin(), path_.end(), mark) != path_.end())
        co_return Refusal::NoSuchUser;
    auto to = address::parse(found.redirect);
    if (!to)
        co_return Refusal::NoSuchUser;
    path_.push_back(mark);
    auto refusal = co_await follow(std::move(*to), level + 1);
    path_.pop_back();
    co_return refusal;
}

/// Every target of an alias. One that refuses does not keep the mail from the others; the alias
/// refuses where none is reached.
Awaitable<Result<Refusal>> Walk::expand(std::string name, const store::Alias& alias, unsigned level)
{
    if (!alias.enabled) {
        note(name, "alias is disabled");
        co_return Refusal::UserDisabled;
    }
    note(name, "alias -> " + joined(alias.targets));
    bool reached = false;
    Refusal first = Refusal::None;
    for (const std::string& target : alias.targets) {
        auto to = address::parse(target);
        if (!to)
            continue;
        auto refusal = co_await follow(std::move(*to), level + 1);
        if (!refusal)
            co_return refusal;
        if (*refusal == Refusal::None) {
            reached = true;
            continue;
        }
        note(target, "left out: " + std::string(text_of(*refusal)));
        if (first == Refusal::None)
            first = *refusal;
    }
    if (reached && first != Refusal::None)
        log::warn("delivery", "alias target left out",
                  {{"alias", name}, {"why", text_of(first)}});
    if (reached)
        co_return Refusal::None;
    co_return first == Refusal::None ? Refusal::NoSuchUser : first;
}

/// A user's mailbox, and where the user's mail is forwarded. A forward to oneself keeps a copy.
Awaitable<Result<Refusal>> Walk::deliver_to(store::User user, const store::Domain& domain,
                                            std::string detail, unsigned level)
{
    const std::string name = address::to_string(user.address);
    if (const Refusal refusal = refusal_of(user, store_.clock().now()); refusal != Refusal::None) {
        note(name, "user: " + std::string(text_of(refusal)));
        co_return refusal;
    }
    if (!take_message_limit(user.message_octets)) {
        note(name, "user: " + std::string(text_of(Refusal::TooLarge)));
        co_return Refusal::TooLarge;
    }
    if (user.forward_to.empty())
        co_return co_await keep(user, domain, std::move(detail), level);

    note(name, "user forwards -> " + joined(user.forward_to) +
                   (user.keep_copy ? ", keeping a copy" : ""));
    auto onward = co_await send_on(user, level);
    if (!onward)
        co_return onward.error();
    if (onward->keeps) {
        auto kept = co_await keep(user, domain, std::move(detail), level);
        if (!kept)
            co_return kept;
        onward->reached = onward->reached || *kept == Refusal::None;
        onward->first = *kept == Refusal::None ? onward->first : *kept;
    }
    co_return onward->reached ? Refusal::None : onward->first;
}

/// Follows a user's forwards. What may not leave this server stays in the mailbox.
Awaitable<Result<Walk::Onward>> Walk::send_on(const store::User& user, unsigned level)
{
    Onward out;
    out.keeps = user.keep_copy;
    const bool before = std::exchange(kept_back_, false);
    ++forwards_;
    for (const std::string& target : user.forward_to) {
        auto to = address::parse(target);
        if (!to)
            continue;
        if (address::folded(*to) == user.address) {
            out.keeps = true;
            continue;
        }
        auto refusal = co_await follow(std::move(*to), level + 1);
        if (!refusal)
            co_return refusal.error();
        out.reached = out.reached || *refusal == Refusal::None;
        if (out.first == Refusal::None)
            out.first = *refusal;
    }
    --forwards_;
    out.keeps = out.keeps || kept_back_;
    kept_back_ = before;
    co_return out;
}

/// Into the mailbox, or where quota.action sends what does not fit.
Awaitable<Result<Refusal>> Walk::keep(const store::User& user, const store::Domain& domain,
                                      std::string detail, unsigned level)
{
    const std::string name = address::to_string(user.address);
    const conf::OverQuotaAction action = config_.quota.action;
    auto refusal = co_await room_for(user, domain);
    if (!refusal)
        co_return refusal;
    if (*refusal != Refusal::None && action == conf::OverQuotaAction::Accept) {
        note(name, std::string(text_of(*refusal)) + ", accepted by quota.action");
    } else if (*refusal != Refusal::None) {
        note(name, "user: " + std::string(text_of(*refusal)));
        if (action != conf::OverQuotaAction::Redirect)
            co_return refusal;
        Found full;
        full.redirect = role_address({"postmaster", domain.name}, domain);
        full.redirect_by = "full mailbox";
        if (full.redirect.empty() || full.redirect == name)
            co_return refusal;
        co_return co_await redirect(full, domain.name, level);
    }
    note(name, "mailbox " + to_string(user.account));
    result_.local.push_back({user.account, user.address, std::move(detail),
                             action == conf::OverQuotaAction::Accept,
                             settings::own_settings(config_, domain, user).user.activity_log});
    co_return Refusal::None;
}

/// Quotas: of the user, then of the domain. Nothing is read where there is no limit.
Awaitable<Result<Refusal>> Walk::room_for(const store::User& user, const store::Domain& domain)
{
    const store::Usage limits = store::effective_limits(domain, user);
    if (limits.octets != 0 || limits.messages != 0) {
        auto account = co_await store_.account(user.account);
        if (!account) // being made or erased just now: temporary, whatever it says
            co_return Error(Errc::Unavailable, account.error().detail());
        auto usage = co_await store::usage_of_quota(**account);
        if (!usage)
            co_return usage.error();
        if (limits.octets != 0 && (usage->octets >= limits.octets ||
                                   question_.message_octets > limits.octets - usage->octets))
            co_return Refusal::OverQuota;
        if (limits.messages != 0 && usage->messages >= limits.messages)
            co_return Refusal::OverQuota;
    }
    auto full = co_await usage_.would_pass(domain, question_.message_octets);
    if (!full)
        co_return full.error();
    co_return *full ? Refusal::DomainOverQuota : Refusal::None;
}

} // namespace mailctl::delivery
