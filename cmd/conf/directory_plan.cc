// Domains, users and aliases: declared beside stored, field by field.
#include "cmd/conf/directory_plan.h"

#include <set>

#include "conf/config.h"
#include "conf/load.h"
#include "core/address/address.h"
#include "core/auth/service_access.h"
#include "core/base/ascii.h"
#include "core/base/octets.h"
#include "core/crypto/password.h"
#include "core/delivery/sending_limits.h"
#include "core/settings/own_settings.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

using conf::DeclaredAlias;
using conf::DeclaredDomain;
using conf::DeclaredUser;

std::string text_of(const std::string& value) { return value; }
std::string text_of(bool value) { return value ? "true" : "false"; }
std::string text_of(std::uint64_t value) { return std::to_string(value); }
std::string text_of(const std::vector<std::string>& list)
{
    std::string out;
    for (const auto& item : list)
        out += (out.empty() ? "" : ", ") + item;
    return out;
}
std::string text_of(const std::optional<Time>& time) { return time ? to_rfc3339(*time) : ""; }
std::string text_of(store::ManagedBy by)
{
    return by == store::ManagedBy::File ? "file" : "command";
}
std::string text_of(store::UserState state)
{
    return state == store::UserState::Active     ? "active"
           : state == store::UserState::Disabled ? "disabled"
           : state == store::UserState::NoLogin  ? "no-login"
           : state == store::UserState::ReadOnly ? "read-only"
           : state == store::UserState::Suspended ? "suspended"
           : state == store::UserState::Pending   ? "pending"
                                                  : "removed";
}
std::string text_of(store::Role role) { return role == store::Role::Admin ? "admin" : "user"; }

// Collects the differing fields of one object; the first one found carries the work.
class Comparison {
public:
    Comparison(std::string object, std::vector<DirectoryChange>& out,
               std::function<Result<>()> carry_out)
        : object_(std::move(object)), out_(out), carry_out_(std::move(carry_out))
    {
    }

    template <class T>
    Comparison& field(std::string_view name, const T& before, const T& after)
    {
        if (before != after) {
            out_.push_back({object_ + " " + std::string(name), text_of(before), text_of(after),
                            false, std::exchange(carry_out_, nullptr)});
        }
        return *this;
    }

private:
    std::string object_;
    std::vector<DirectoryChange>& out_;
    std::function<Result<>()> carry_out_;
};

Error at(const std::string& place, const Error& error)
{
    return error.within(place);
}

// What a plan is made of, and where it goes.
class Planner {
public:
    Planner(Context& ctx, store::Directory& directory) : ctx_(ctx), directory_(directory) {}

    Result<std::vector<DirectoryChange>> plan(const conf::Declared& declared);

private:
    Result<> plan_domain(const DeclaredDomain& declared, const std::vector<store::Domain>& stored);
    void plan_domain_aliases(const store::Domain& wanted, const std::vector<std::string>& stored);
    Result<> plan_user(const DeclaredUser& declared);
    Result<store::User> user_from(const DeclaredUser& declared, store::User user);
    Result<> plan_alias(const DeclaredAlias& declared);
    Result<> plan_undeclared(const std::vector<store::Domain>& stored);
    void disable(const store::Entry& entry);

    Context& ctx_;
    store::Directory& directory_;
    std::vector<DirectoryChange> out_;
    std::set<std::string> declared_;
};

store::Domain domain_from(const DeclaredDomain& declared, store::Domain domain)
{
    domain.enabled = declared.enabled;
    domain.catch_all = declared.catch_all;
    domain.postmaster = declared.postmaster;
    domain.abuse = declared.abuse;
    domain.requires_auth = declared.require_auth;
    domain.sending = declared.sending;
    domain.settings = declared.settings;
    domain.comment = declared.comment;
    domain.subaddress_separators = declared.subaddress_separators;
    domain.limits = {declared.max_users, declared.max_aliases, declared.max_octets,
                     declared.message_octets, declared.recipients};
    domain.default_quota_octets = declared.quota_octets;
    domain.default_quota_messages = declared.quota_messages;
    domain.managed_by = store::ManagedBy::File;
    return domain;
}

Result<> Planner::plan_domain(const DeclaredDomain& declared,
                              const std::vector<store::Domain>& stored)
{
    const auto name = address::canonical_domain(declared.name);
    if (!name)
        return at(declared.place, name.error());
    store::Domain before;
    bool exists = false;
    for (const auto& domain : stored) {
        if (domain.name == *name) {
            before = domain;
            exists = true;
        }
    }
    before.name = *name;
    auto wanted = domain_from(declared, before);
    if (const auto checked = delivery::check_sending(wanted.sending, delivery::SendingOf::Domain); !checked)
        return at(declared.place, checked.error());
    if (const auto checked = settings::check_settings(wanted.settings, settings::Whose::Domain);
        !checked)
        return at(declared.place, checked.error());
    const auto stored_aliases = before.aliases;
    wanted.aliases.clear();
    for (const auto& alias : declared.aliases) {
        auto canonical = address::canonical_domain(alias);
        if (!canonical)
            return at(declared.place, canonical.error());
        wanted.aliases.push_back(*canonical);
    }
    declared_.insert("domain " + *name);
    if (!exists) {
        auto fresh = wanted;
        fresh.aliases.clear();
        fresh.created = system_clock().now();
        out_.push_back({"domain " + *name, "", "new", false,
                        [this, fresh] { return ctx_.wait(directory_.add_domain(fresh)); }});
    } else {
        auto kept = wanted;
        kept.aliases = stored_aliases;
        Comparison(
            "domain " + *name, out_,
            [this, kept] { return ctx_.wait(directory_.set_domain(kept)); })
            .field("enabled", before.enabled, wanted.enabled)
            .field("catch_all", before.catch_all, wanted.catch_all)
            .field("postmaster", before.postmaster, wanted.postmaster)
            .field("abuse", before.abuse, wanted.abuse)
            .field("require_auth", before.requires_auth, wanted.requires_auth)
            .field("sending", before.sending, wanted.sending)
            .field("settings", before.settings, wanted.settings)
            .field("comment", before.comment, wanted.comment)
            .field("subaddress_separators", before.subaddress_separators,
                   wanted.subaddress_separators)
            .field("max_users", before.limits.users, wanted.limits.users)
            .field("max_aliases", before.limits.aliases, wanted.limits.aliases)
            .field("max_octets", before.limits.octets, wanted.limits.octets)
            .field("message_octets", before.limits.message_octets, wanted.limits.message_octets)
            .field("recipients", before.limits.recipients, wanted.limits.recipients)
            .field("quota", before.default_quota_octets, wanted.default_quota_octets)
            .field("quota_messages", before.default_quota_messages, wanted.default_quota_messages)
            .field("managed_by", before.managed_by, wanted.managed_by);
    }
    plan_domain_aliases(wanted, stored_aliases);
    return ok();
}

void Planner::plan_domain_aliases(const store::Domain& wanted,
                                  const std::vector<std::string>& stored)
{
    const std::set<std::string> have(stored.begin(), stored.end());
    const std::set<std::string> want(wanted.aliases.begin(), wanted.aliases.end());
    const auto name = wanted.name;
    for (const auto& alias : want)
        if (!have.contains(alias))
            out_.push_back({"domain " + name + " alias", "", alias, false, [this, name, alias] {
                                return ctx_.wait(directory_.add_domain_alias(name, alias));
                            }});
    for (const auto& alias : have)
        if (!want.contains(alias))
            out_.push_back({"domain " + name + " alias", alias, "", true, [this, alias] {
                                return ctx_.wait(directory_.remove_domain_alias(alias));
                            }});
}

Result<store::User> Planner::user_from(const DeclaredUser& declared, store::User user)
{
    user.full_name = declared.full_name;
    user.department = declared.department;
    user.comment = declared.comment;
    // What a command restricted meanwhile (user suspend) is not for a file to lift.
    if (!declared.enabled)
        user.state = store::UserState::Disabled;
    else if (user.state == store::UserState::Disabled || user.state == store::UserState::Removed)
        user.state = store::UserState::Active;
    if (declared.role != "user" && declared.role != "admin")
        return Error(Errc::Invalid, "role must be user or admin");
    user.role = declared.role == "admin" ? store::Role::Admin : store::Role::User;
    user.quota_octets = declared.quota_octets;
    user.quota_messages = declared.quota_messages;
    user.message_octets = declared.message_octets;
    user.recipients = declared.recipients;
    user.rights = declared.rights.empty() ? store::kAllRights : 0;
    for (const auto& word : declared.rights) {
        const auto right = store::parse_right(word);
        if (!right)
            return Error(Errc::Invalid, "unknown right: " + ascii::printable(word));
        user.rights |= static_cast<std::uint32_t>(*right);
    }
    TRY_VOID(delivery::check_sending(declared.sending, delivery::SendingOf::User));
    user.sending = declared.sending;
    TRY_VOID(settings::check_settings(declared.settings, settings::Whose::User));
    user.settings = declared.settings;
    user.access.clear();
    for (const auto& line : declared.access) {
        TRY(const auto access, auth::parse_service_access(line));
        user.access.push_back(auth::to_string(access));
    }
    user.expires.reset();
    if (!declared.expires.empty()) {
        TRY(user.expires, parse_rfc3339(declared.expires));
    }
    user.forward_to = declared.forward_to;
    user.send_as = declared.send_as;
    user.keep_copy = declared.keep_copy;
    user.bulk = declared.bulk;
    user.managed_by = store::ManagedBy::File;
    if (!declared.password_hash.empty()) {
        TRY(const auto hash, conf::read_secret(declared.password_hash));
        TRY_VOID(crypto::is_wellformed_hash(hash));
        // A login may have upgraded the hash since: the file's one only counts where it is new.
        if (user.credentials.hash.empty() || crypto::scheme_of(hash) == crypto::scheme_of(user.credentials.hash)) {
            if (user.credentials.hash != hash)
                user.credentials = {hash, "", system_clock().now()};
        }
    }
    return user;
}

Result<> Planner::plan_user(const DeclaredUser& declared)
{
    const auto parsed = address::parse(declared.address);
    if (!parsed)
        return at(declared.place, parsed.error());
    const auto name = address::folded(*parsed);
    const auto object = "user " + address::to_string(name);
    declared_.insert(object);
    const auto found = ctx_.wait(directory_.find(name));
    if (!found && found.error().code() != Errc::NotFound)
        return found.error();
    const auto* before = found ? std::get_if<store::User>(&*found) : nullptr;
    if (found && !before)
        return Error(Errc::Exists, declared.place + ": " + object + " is an alias now");
    store::User start;
    start.address = name;
    const auto wanted = user_from(declared, before ? *before : start);
    if (!wanted)
        return at(declared.place, wanted.error());
    if (!before) {
        auto fresh = *wanted;
        fresh.created = system_clock().now();
        out_.push_back({object, "", "new", false, [this, fresh]() -> Result<> {
                            TRY_VOID(ctx_.wait(directory_.add_user(fresh)));
                            return ok();
                        }});
        return ok();
    }
    const auto changed = *wanted;
    Comparison(object, out_, [this, changed] { return ctx_.wait(directory_.set_user(changed)); })
        .field("state", before->state, changed.state)
        .field("full_name", before->full_name, changed.full_name)
        .field("department", before->department, changed.department)
        .field("comment", before->comment, changed.comment)
        .field("role", before->role, changed.role)
        .field("quota", before->quota_octets, changed.quota_octets)
        .field("quota_messages", before->quota_messages, changed.quota_messages)
        .field("message_octets", before->message_octets, changed.message_octets)
        .field("recipients", before->recipients, changed.recipients)
        .field("rights", std::uint64_t{before->rights}, std::uint64_t{changed.rights})
        .field("sending", before->sending, changed.sending)
        .field("settings", before->settings, changed.settings)
        .field("access", before->access, changed.access)
        .field("expires", before->expires, changed.expires)
        .field("forward_to", before->forward_to, changed.forward_to)
        .field("keep_copy", before->keep_copy, changed.keep_copy)
        .field("send_as", before->send_as, changed.send_as)
        .field("bulk", before->bulk, changed.bulk)
        .field("password", before->credentials.hash == changed.credentials.hash, true)
        .field("managed_by", before->managed_by, changed.managed_by);
    return ok();
}

Result<> Planner::plan_alias(const DeclaredAlias& declared)
{
    const auto parsed = address::parse(declared.address);
    if (!parsed)
        return at(declared.place, parsed.error());
    const auto name = address::folded(*parsed);
    const auto object = "alias " + address::to_string(name);
    declared_.insert(object);
    const auto found = ctx_.wait(directory_.find(name));
    if (!found && found.error().code() != Errc::NotFound)
        return found.error();
    const auto* before = found ? std::get_if<store::Alias>(&*found) : nullptr;
    if (found && !before)
        return Error(Errc::Exists, declared.place + ": " + object + " is a user now");
    store::Alias wanted = before ? *before : store::Alias();
    wanted.address = name;
    wanted.targets = declared.targets;
    wanted.send_as = declared.send_as;
    wanted.enabled = declared.enabled;
    wanted.comment = declared.comment;
    wanted.managed_by = store::ManagedBy::File;
    if (!before) {
        wanted.created = system_clock().now();
        out_.push_back({object, "", text_of(wanted.targets), false,
                        [this, wanted] { return ctx_.wait(directory_.add_alias(wanted)); }});
        return ok();
    }
    Comparison(object, out_, [this, wanted] { return ctx_.wait(directory_.set_alias(wanted)); })
        .field("targets", before->targets, wanted.targets)
        .field("send_as", before->send_as, wanted.send_as)
        .field("enabled", before->enabled, wanted.enabled)
        .field("comment", before->comment, wanted.comment)
        .field("managed_by", before->managed_by, wanted.managed_by);
    return ok();
}

void Planner::disable(const store::Entry& entry)
{
    if (const auto* user = std::get_if<store::User>(&entry)) {
        const auto object = "user " + address::to_string(user->address);
        if (user->managed_by != store::ManagedBy::File || declared_.contains(object) ||
            user->state == store::UserState::Disabled || user->state == store::UserState::Removed)
            return;
        auto disabled = *user;
        disabled.state = store::UserState::Disabled;
        out_.push_back({object, text_of(user->state), "", true,
                        [this, disabled] { return ctx_.wait(directory_.set_user(disabled)); }});
    } else if (const auto* alias = std::get_if<store::Alias>(&entry)) {
        const auto object = "alias " + address::to_string(alias->address);
        if (alias->managed_by != store::ManagedBy::File || declared_.contains(object) ||
            !alias->enabled)
            return;
        auto disabled = *alias;
        disabled.enabled = false;
        out_.push_back({object, text_of(alias->targets), "", true,
                        [this, disabled] { return ctx_.wait(directory_.set_alias(disabled)); }});
    }
}

// Mail is never erased by a file: what is gone from the files is disabled.
Result<> Planner::plan_undeclared(const std::vector<store::Domain>& stored)
{
    store::ListQuery query;
    for (;;) {
        TRY(const auto entries, ctx_.wait(directory_.list(query)));
        for (const auto& entry : entries) {
            disable(entry);
            query.after = address::to_string(
                std::visit([](const auto& e) { return e.address; }, entry));
        }
        if (entries.size() < query.limit)
            break;
    }
    for (const auto& domain : stored) {
        if (domain.managed_by != store::ManagedBy::File || !domain.enabled ||
            declared_.contains("domain " + domain.name))
            continue;
        auto disabled = domain;
        disabled.enabled = false;
        out_.push_back({"domain " + domain.name, "enabled", "", true,
                        [this, disabled] { return ctx_.wait(directory_.set_domain(disabled)); }});
    }
    return ok();
}

Result<std::vector<DirectoryChange>> Planner::plan(const conf::Declared& declared)
{
    TRY(const auto stored, ctx_.wait(directory_.domains()));
    for (const auto& domain : declared.domains)
        TRY_VOID(plan_domain(domain, stored));
    for (const auto& user : declared.users)
        TRY_VOID(plan_user(user));
    for (const auto& alias : declared.aliases)
        TRY_VOID(plan_alias(alias));
    TRY_VOID(plan_undeclared(stored));
    return std::move(out_);
}

} // namespace

Result<std::vector<DirectoryChange>> plan_directory(Context& ctx, const conf::Declared& declared)
{
    TRY(auto* store, ctx.store());
    // The changes' work refers to the planner: it lives as long as they do.
    const auto planner = std::make_shared<Planner>(ctx, store->directory());
    TRY(auto changes, planner->plan(declared));
    for (auto& change : changes)
        if (change.carry_out)
            change.carry_out = [planner, work = std::move(change.carry_out)] { return work(); };
    return changes;
}

} // namespace mailctl::cmd
