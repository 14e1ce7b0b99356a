// Where a mailbox name leads: into the user's own account, another user's, or the public folders.
// Namespaces of RFC 2342, rights of RFC 4314.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "store/account.h"
#include "store/mailbox_rights.h"
#include "store/sharing.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}
namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::sharing {

/// A user who looks at mailboxes: one who is logged in, or one whom a link speaks for.
struct Viewer {
    Viewer(std::shared_ptr<const conf::Config> settings, store::Store& all,
           std::shared_ptr<store::Account> own)
        : config(std::move(settings)), store(&all), account(std::move(own))
    {
    }

    std::shared_ptr<const conf::Config> config;
    store::Store* store;
    std::shared_ptr<store::Account> account; ///< the user's own
};

/// An account and a name within it, whether there is such a mailbox or not.
struct Place {
    std::shared_ptr<store::Account> account;
    std::string name;   ///< within the account
    std::string prefix; ///< before it as clients see it: "Other Users/ann@example.org/"; own: empty
    std::shared_ptr<store::Visitor> visitor; ///< this session's user; own: nullptr
    bool is_for_anyone = false;              ///< "anyone" means the visitor
    bool is_governed = false;                ///< an administrator among public folders: all rights

    bool is_own() const { return prefix.empty(); }
};

/// A mailbox that is there, and what the user may do in it.
struct Located {
    std::shared_ptr<store::Account> account;
    store::MailboxInfo mailbox; ///< its name is that within the account
    store::MailboxRights rights;
    std::string prefix;
    bool own_seen = false; ///< the account shows \Seen of this user, not the owner's

    bool is_own() const { return prefix.empty(); }
    /// As clients see it, with "/" between levels.
    std::string name() const { return prefix + mailbox.name; }
};

/// Nothing is needed but that there is such a mailbox: whoever asks looks at the rights himself.
inline constexpr store::MailboxRights kNoRightNeeded{};

/// Errors: NotFound (the root of a namespace, no such user), those of the directory.
Awaitable<Result<Place>> place_of(Viewer viewer, std::string name);

/// What the user may do in a mailbox of that place. Errors: those of the store.
Awaitable<Result<store::MailboxRights>> rights_at(const Place& place, MailboxId mailbox);

/// The mailbox of that name. Errors: NotFound (also where the user may not know of it), Denied (a
/// right of `needed` is missing).
Awaitable<Result<Located>> find_mailbox(Viewer viewer, std::string name,
                                        store::MailboxRights needed);
Awaitable<Result<Located>> find_mailbox(const Place& place, store::MailboxRights needed);

/// Whether a mailbox may be made there, or renamed to that. RFC 4314 §4: "k" on the nearest mailbox
/// above it. Errors: Denied, those of the store.
Awaitable<Result<>> may_create(const Place& place);

/// Whether the user has a namespace of other users: sharing.users, the server's, his domain's and his
/// own. Errors: those of the directory.
Awaitable<Result<bool>> sees_others(Viewer viewer);

/// Which namespaces to look at.
struct Namespaces {
    bool others = true;
    bool shared = true;
};
/// Those whose names a pattern could match. `patterns`: with their reference.
Namespaces namespaces_of(const Viewer& viewer, const std::vector<std::string>& patterns);

/// Every mailbox that LIST may tell of: the user's own, and those of others with "l". Special uses
/// of others are not told: a client would take them for its user's. Errors: those of the store.
Awaitable<Result<std::vector<Located>>> visible_mailboxes(Viewer viewer, Namespaces namespaces);

/// Those of the flags that the rights let the user set. RFC 4314 §4
store::Flags permitted_flags(store::MailboxRights rights, store::Flags flags);

/// What object_id() puts behind the ids of another's account.
std::string id_suffix(const Viewer& viewer, const store::Account& account);

} // namespace mailctl::sharing
