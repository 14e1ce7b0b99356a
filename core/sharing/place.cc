// Names of mailboxes, through namespaces, to accounts and rights.
#include "core/sharing/place.h"

#include <algorithm>
#include <utility>

#include "conf/config.h"
#include "core/base/ascii.h"
#include "core/base/log.h"
#include "core/settings/own_settings.h"
#include "store/acl.h"
#include "store/directory.h"
#include "store/own_seen.h"
#include "store/store.h"

namespace mailctl::sharing {
namespace {

using store::MailboxRight;
using store::MailboxRights;

/// What is behind "root/"; false: the name is elsewhere.
bool take_root(std::string_view& name, std::string_view root)
{
    if (root.empty() || !name.starts_with(root))
        return false;
    if (name.size() == root.size()) {
        name = {};
        return true;
    }
    if (name[root.size()] != store::kHierarchyDelimiter)
        return false;
    name.remove_prefix(root.size() + 1);
    return true;
}

Error no_such_mailbox()
{
    return Error(Errc::NotFound, "no such mailbox");
}

Awaitable<Result<std::shared_ptr<store::Visitor>>> visitor_of(const Viewer& viewer)
{
    auto& directory = viewer.store->directory();
    auto user = co_await directory.find_account(viewer.account->id());
    if (!user)
        co_return user.error();
    co_return std::make_shared<store::Visitor>(directory, std::move(*user));
}

/// A user by address; removed ones are not there.
Awaitable<Result<store::User>> find_user(const Viewer& viewer, std::string_view text)
{
    auto& directory = viewer.store->directory();
    const auto parsed = address::parse(text);
    if (!parsed)
        co_return no_such_mailbox();
    const auto entry = co_await directory.find(address::folded(*parsed));
    if (!entry)
        co_return entry.error();
    const auto* user = std::get_if<store::User>(&*entry);
    if (user == nullptr || user->state == store::UserState::Removed)
        co_return no_such_mailbox();
    co_return *user;
}

bool is_server_wide(const conf::SharingSettings& sharing)
{
    return sharing.public_owner.find('@') != std::string::npos;
}

/// Its mailboxes are public folders, of one domain or of all, and nobody's "Other Users".
bool is_public_owner(const conf::SharingSettings& sharing, const address::Address& owner)
{
    return !sharing.public_owner.empty() &&
           ascii::equals_ignoring_case(sharing.public_owner, is_server_wide(sharing)
                                                                 ? address::to_string(owner)
                                                                 : owner.local_part);
}

Awaitable<Result<Place>> place_in(const Viewer& viewer, const store::User& owner,
                                  std::shared_ptr<store::Visitor> visitor)
{
    const auto& sharing = viewer.config->sharing;
    Place place;
    CO_TRY(place.account, co_await viewer.store->account(owner.account));
    place.is_for_anyone = sharing.anyone == conf::AnyoneMeans::Server ||
                          owner.address.domain == visitor->user().address.domain;
    place.visitor = std::move(visitor);
    co_return place;
}

/// sharing.users as it holds for one user: his own, his domain's, or the server's. FLD-03
Awaitable<Result<bool>> shares(const Viewer& viewer, const store::User& user)
{
    if (!viewer.config->sharing.users)
        co_return false;
    auto& directory = viewer.store->directory();
    CO_TRY(const auto domain, co_await directory.find_domain(user.address.domain));
    co_return settings::own_settings(*viewer.config, domain, user).shares;
}

/// Whether the one may open what the other shares.
Awaitable<Result<bool>> share(const Viewer& viewer, const store::User& owner,
                              const store::User& visitor)
{
    CO_TRY(const bool gives, co_await shares(viewer, owner));
    if (!gives)
        co_return false;
    co_return co_await shares(viewer, visitor);
}

/// The account that has the public folders of the user's domain, or of all.
Awaitable<Result<Place>> public_place(const Viewer& viewer, std::shared_ptr<store::Visitor> visitor)
{
    const auto& sharing = viewer.config->sharing;
    auto owner = sharing.public_owner;
    if (!is_server_wide(sharing))
        owner += "@" + visitor->user().address.domain;
    CO_TRY(const auto user, co_await find_user(viewer, owner));
    CO_TRY(auto place, co_await place_in(viewer, user, std::move(visitor)));
    place.prefix = sharing.public_root + store::kHierarchyDelimiter;
    place.is_for_anyone = place.is_for_anyone || is_server_wide(sharing);
    place.is_governed = place.visitor->user().role == store::Role::Admin;
    co_return place;
}

std::string others_prefix(const conf::SharingSettings& sharing, const store::User& owner)
{
    return sharing.other_users + store::kHierarchyDelimiter + address::to_string(owner.address) +
           store::kHierarchyDelimiter;
}

Awaitable<Result<Place>> place_of_other(const Viewer& viewer, std::string_view owner,
                                        std::shared_ptr<store::Visitor> visitor)
{
    CO_TRY(const auto user, co_await find_user(viewer, owner));
    if (user.account == viewer.account->id() ||
        is_public_owner(viewer.config->sharing, user.address))
        co_return no_such_mailbox(); // one name each
    CO_TRY(const bool do_share, co_await share(viewer, user, visitor->user()));
    if (!do_share)
        co_return no_such_mailbox();
    CO_TRY(auto place, co_await place_in(viewer, user, std::move(visitor)));
    place.prefix = others_prefix(viewer.config->sharing, user);
    co_return place;
}

Place own_place(const Viewer& viewer, std::string name)
{
    Place place;
    place.account = viewer.account;
    place.name = std::move(name);
    return place;
}

/// Makes it a mailbox of the place, with what its list says.
Awaitable<Result<>> apply_list(const Place& place, const store::Acl& acl, Located& located)
{
    located.account = place.account;
    located.prefix = place.prefix;
    located.mailbox.role = store::SpecialUse::None;
    const bool is_owner = place.account->id() == place.visitor->user().account;
    located.rights = store::kAllMailboxRights;
    if (!place.is_governed && !is_owner) {
        CO_TRY(located.rights, co_await place.visitor->rights(acl, place.is_for_anyone));
    }
    located.own_seen = acl.own_seen && !is_owner;
    if (located.own_seen)
        located.account = store::with_own_seen(place.account, place.visitor->user().account);
    co_return ok();
}

/// Mailboxes of a place that the visitor may look up.
Awaitable<Result<>> add_visible(const Place& place, std::vector<Located>& found)
{
    CO_TRY(const auto mailboxes, co_await place.account->mailboxes());
    CO_TRY(const auto acls, co_await place.account->acls().acls_by_mailbox());
    const store::Acl none;
    for (const auto& mailbox : mailboxes) {
        Located located;
        located.mailbox = mailbox;
        const auto acl = acls.find(mailbox.id);
        const auto& list = acl == acls.end() ? none : acl->second;
        CO_TRY_VOID(co_await apply_list(place, list, located));
        if (located.rights.has(MailboxRight::Lookup))
            found.push_back(std::move(located));
    }
    co_return ok();
}

Awaitable<Result<>> add_public(const Viewer& viewer, std::shared_ptr<store::Visitor> visitor,
                               std::vector<Located>& found)
{
    const auto place = co_await public_place(viewer, std::move(visitor));
    if (!place && place.error().code() == Errc::NotFound)
        co_return ok();
    if (!place)
        co_return place.error();
    co_return co_await add_visible(*place, found);
}

Awaitable<Result<>> add_others(const Viewer& viewer, std::shared_ptr<store::Visitor> visitor,
                               std::vector<Located>& found)
{
    auto& directory = viewer.store->directory();
    const auto& sharing = viewer.config->sharing;
    CO_TRY(const bool takes, co_await shares(viewer, visitor->user()));
    if (!takes)
        co_return ok();
    CO_TRY(const auto owners, co_await store::sharers(viewer.store->engine(), *visitor));
    for (const auto owner : owners) {
        if (owner == viewer.account->id())
            continue;
        const auto user = co_await directory.find_account(owner);
        if (!user && user.error().code() != Errc::NotFound)
            co_return user.error();
        if (!user || user->state == store::UserState::Removed ||
            is_public_owner(sharing, user->address))
            continue; // a hint of a user who is gone, or of public folders
        CO_TRY(const bool gives, co_await shares(viewer, *user));
        if (!gives)
            continue;
        auto place = co_await place_in(viewer, *user, visitor);
        Result<> added = place ? ok() : Result<>(place.error());
        if (place) {
            place->prefix = others_prefix(sharing, *user);
            added = co_await add_visible(*place, found);
        }
        if (!added) // one user's damage must not hide the mailboxes of all
            log::error("imap", "mailboxes of another user are left out",
                       {{"owner", to_string(user->address)}, {"error", to_string(added.error())}});
    }
    co_return ok();
}

/// True where the pattern could match a name below the root: up to its first wildcard, one is the
/// start of the other.
bool could_match(std::string_view pattern, std::string root)
{
    root += store::kHierarchyDelimiter;
    const auto fixed = pattern.substr(0, pattern.find_first_of("*%"));
    return fixed.size() < root.size() ? root.starts_with(fixed) : fixed.starts_with(root);
}

} // namespace

Awaitable<Result<Place>> place_of(Viewer viewer, std::string name)
{
    const auto& sharing = viewer.config->sharing;
    std::string_view rest = name;
    const bool is_public = !sharing.public_owner.empty() && take_root(rest, sharing.public_root);
    const bool is_other = !is_public && sharing.users && take_root(rest, sharing.other_users);
    if (!is_public && !is_other)
        co_return own_place(viewer, std::move(name));
    const auto level = is_other ? rest.find(store::kHierarchyDelimiter) : 0;
    if (rest.empty() || level == std::string_view::npos)
        co_return no_such_mailbox();
    CO_TRY(auto visitor, co_await visitor_of(viewer));
    Result<Place> place = no_such_mailbox();
    if (is_public)
        place = co_await public_place(viewer, std::move(visitor));
    else
        place = co_await place_of_other(viewer, rest.substr(0, level), std::move(visitor));
    if (place)
        place->name = rest.substr(is_other ? level + 1 : 0);
    co_return place;
}

Awaitable<Result<bool>> sees_others(Viewer viewer)
{
    if (!viewer.config->sharing.users)
        co_return false;
    CO_TRY(const auto visitor, co_await visitor_of(viewer));
    co_return co_await shares(viewer, visitor->user());
}

Awaitable<Result<MailboxRights>> rights_at(const Place& place, MailboxId mailbox)
{
    if (place.is_own() || place.is_governed || place.account->id() == place.visitor->user().account)
        co_return store::kAllMailboxRights;
    CO_TRY(const auto acl, co_await place.account->acls().acl(mailbox));
    co_return co_await place.visitor->rights(acl, place.is_for_anyone);
}

Awaitable<Result<Located>> find_mailbox(const Place& place, MailboxRights needed)
{
    CO_TRY(const auto mailbox, co_await place.account->find_mailbox(place.name));
    Located located;
    located.mailbox = mailbox;
    if (place.is_own()) {
        located.account = place.account;
        located.rights = store::kAllMailboxRights;
        co_return located;
    }
    CO_TRY(const auto acl, co_await place.account->acls().acl(mailbox.id));
    CO_TRY_VOID(co_await apply_list(place, acl, located));
    // RFC 4314 §6: who may not know of it is told that it is not there.
    if (!located.rights.has_all(needed))
        co_return located.rights.has(MailboxRight::Lookup) ? Error(Errc::Denied, "no right to do that")
                                                           : no_such_mailbox();
    co_return located;
}

Awaitable<Result<Located>> find_mailbox(Viewer viewer, std::string name, MailboxRights needed)
{
    CO_TRY(const auto place, co_await place_of(viewer, std::move(name)));
    co_return co_await find_mailbox(place, needed);
}

Awaitable<Result<>> may_create(const Place& place)
{
    if (place.is_own() || place.is_governed)
        co_return ok();
    auto above = place.name;
    for (auto at = above.rfind('/'); at != std::string::npos; at = above.rfind('/')) {
        above.resize(at);
        const auto parent = co_await place.account->find_mailbox(above);
        if (!parent && parent.error().code() == Errc::NotFound)
            continue;
        if (!parent)
            co_return parent.error();
        CO_TRY(const auto rights, co_await rights_at(place, parent->id));
        if (rights.has(MailboxRight::Create))
            co_return ok();
        break;
    }
    co_return Error(Errc::Denied, "no right to make mailboxes there");
}

Namespaces namespaces_of(const Viewer& viewer, const std::vector<std::string>& patterns)
{
    const auto& sharing = viewer.config->sharing;
    const auto wanted = [&patterns](const std::string& root) {
        return std::any_of(patterns.begin(), patterns.end(),
                           [&root](const auto& pattern) { return could_match(pattern, root); });
    };
    Namespaces namespaces;
    namespaces.others = wanted(sharing.other_users);
    namespaces.shared = wanted(sharing.public_root);
    return namespaces;
}

Awaitable<Result<std::vector<Located>>> visible_mailboxes(Viewer viewer, Namespaces namespaces)
{
    CO_TRY(const auto own, co_await viewer.account->mailboxes());
    std::vector<Located> found;
    for (const auto& mailbox : own)
        found.push_back({viewer.account, mailbox, store::kAllMailboxRights, "", false});
    const auto& sharing = viewer.config->sharing;
    namespaces.shared = namespaces.shared && !sharing.public_owner.empty();
    namespaces.others = namespaces.others && sharing.users;
    if (!namespaces.shared && !namespaces.others)
        co_return found;
    CO_TRY(const auto visitor, co_await visitor_of(viewer));
    if (namespaces.shared)
        CO_TRY_VOID(co_await add_public(viewer, visitor, found));
    if (namespaces.others)
        CO_TRY_VOID(co_await add_others(viewer, visitor, found));
    co_return found;
}

store::Flags permitted_flags(MailboxRights rights, store::Flags flags)
{
    if (!rights.has(MailboxRight::Seen))
        flags.clear(store::SystemFlag::Seen);
    if (!rights.has(MailboxRight::DeleteMessages))
        flags.clear(store::SystemFlag::Deleted);
    if (rights.has(MailboxRight::Write))
        return flags;
    flags.keywords = {};
    flags.clear(store::SystemFlag::Answered);
    flags.clear(store::SystemFlag::Flagged);
    flags.clear(store::SystemFlag::Draft);
    return flags;
}

std::string id_suffix(const Viewer& viewer, const store::Account& account)
{
    if (account.id() == viewer.account->id())
        return "";
    return "-" + std::to_string(value_of(account.id()));
}

} // namespace mailctl::sharing
