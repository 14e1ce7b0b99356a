// Who may do what in whose mailboxes: access control lists against users, groups and domains.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/address/address.h"
#include "core/base/awaitable.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "store/acl.h"
#include "store/directory.h"

namespace mailctl::store {

class Engine;

/// Accounts that share mailboxes with one user and that are told of; more are not looked at.
inline constexpr std::size_t kMaxSharers = 1000;

/// The subject that an identifier names: "anyone"; "@example.org", every user of a domain; the
/// address of an alias, a group of the users it leads to; the address of a user.
/// Errors: Invalid (no address), NotFound (nobody there), and those of the directory.
Awaitable<Result<AclSubject>> find_subject(Directory& directory, std::string identifier);

/// The inverse. Errors: NotFound (the user is gone).
Awaitable<Result<std::string>> identifier_of(Directory& directory, AclSubject subject);

/// One user against the lists of others. Asks the directory once a group. Borrows: the directory.
/// Threads: one at a time.
class Visitor {
public:
    Visitor(Directory& directory, User user) : directory_(directory), user_(std::move(user)) {}

    const User& user() const { return user_; }
    /// The most specific kind of subject that matches decides: the user, else the union of the
    /// groups, else the domain, else anyone. RFC 4314 §2
    /// `is_for_anyone`: "anyone" means this user. Errors: those of the directory.
    Awaitable<Result<MailboxRights>> rights(const Acl& acl, bool is_for_anyone);
    /// Whether the alias leads to the user. Errors: those of the directory.
    Awaitable<Result<bool>> is_member(std::string group);

private:
    Awaitable<Result<bool>> leads_to_me(std::string address, unsigned level);

    Directory& directory_;
    User user_;
    std::map<std::string, bool> groups_;
};

/// Notes that `owner` gives rights to `who`. A hint for sharers(): written before the list is.
/// Errors: Unavailable.
Awaitable<Result<>> note_share(Engine& engine, AclSubject who, AccountId owner);
/// Accounts that gave the visitor rights, ascending; perhaps more, never fewer than there are, up
/// to kMaxSharers. Errors: Unavailable.
Awaitable<Result<std::vector<AccountId>>> sharers(Engine& engine, Visitor& visitor);

} // namespace mailctl::store
