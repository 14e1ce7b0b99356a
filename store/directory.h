// The directory: domains, users and aliases, found by name through one lookup.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/address/address.h"
#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"

namespace mailctl::store {

enum class ManagedBy : std::uint8_t { Command, File };

inline constexpr std::size_t kMaxAliasTargets = 1000;
inline constexpr unsigned kMaxAliasLevels = 25;

/// Limits of a domain; 0: none. DOM-07
struct DomainLimits {
    std::uint64_t users = 0;
    std::uint64_t aliases = 0;
    std::uint64_t octets = 0;         ///< of all mailboxes together
    std::uint64_t message_octets = 0; ///< of one message, in and out
    std::uint64_t recipients = 0;     ///< of one message that a user of the domain sends
};

struct Domain {
    std::string name; ///< canonical
    bool enabled = true;
    DomainLimits limits;
    std::string catch_all;            ///< address for unknown local parts; empty: refuse
    std::string subaddress_separators = "+";
    std::string postmaster;           ///< address; empty: the server's
    std::string abuse;                ///< address; empty: where postmaster goes
    /// Of all its users together, instead of the settings' sending.domain: "recipients_per_day=500",
    /// 0: no limit. See core/delivery/sending_limits.h. ABU-07
    std::vector<std::string> sending;
    bool requires_auth = false;       ///< its senders log in, whatever smtp.local_sender says
    std::uint64_t default_quota_octets = 0;   ///< for users without one of their own
    std::uint64_t default_quota_messages = 0;
    /// Instead of the server's of that name, for its users: "pop3.order=newest". See
    /// core/settings/own_settings.h.
    std::vector<std::string> settings;
    std::vector<std::string> aliases; ///< other names of this domain, canonical
    std::string comment;
    ManagedBy managed_by = ManagedBy::Command;
    Time created{};
    // Kept by the directory itself.
    std::uint64_t users = 0;
    std::uint64_t alias_count = 0;
};

enum class UserState : std::uint8_t {
    Active,
    Disabled, ///< no mail, no login; refused at RCPT with 550
    NoLogin,  ///< mail still arrives
    Removed,  ///< by "user remove": can be restored until `removed` + the setting's days
    ReadOnly, ///< reads; mail is refused with 550, and the mailboxes stay as they are
    Suspended, ///< no login; mail is put off with 450
    Pending,  ///< as suspended, until somebody approves of it
};
inline constexpr std::size_t kMaxReasonOctets = 1000;

/// What a user was before "user contain", for its undo. ABU-09
struct Containment {
    Time since{};
    UserState state = UserState::Active;
    std::string reason;
    bool operator==(const Containment&) const = default;
};

enum class Role : std::uint8_t { User, Admin };

/// What a login may be used for. A bit each. DO NOT CHANGE: on disk since 0.1
enum class Right : std::uint32_t { Smtp = 1, Imap = 2, Pop3 = 4, Lmtp = 8, Sieve = 16, Http = 32, Dav = 64 };
inline constexpr std::uint32_t kAllRights = 0xFFFFFFFF;
/// The settings' and commands' word: "smtp", "imap", ... ; nullopt: unknown.
std::optional<Right> parse_right(std::string_view word);
std::string_view name_of(Right right);

/// Stored secrets. `hash` is "{SCHEME}..." or an Argon2id string; the SCRAM keys are derived
/// when the plain password is known and are empty for a foreign hash until the next login.
struct Credentials {
    std::string hash;
    std::string scram_sha_256; ///< "iterations$salt$stored_key$server_key", base64 parts
    Time changed{};
};

struct User {
    AccountId account{};
    address::Address address; ///< folded
    UserState state = UserState::Active;
    std::string reason; ///< of the state, for administrators
    Role role = Role::User;
    Credentials credentials;
    std::uint32_t rights = kAllRights;
    std::uint64_t quota_octets = 0;   ///< 0: the domain's default
    std::uint64_t quota_messages = 0;
    std::uint64_t message_octets = 0; ///< of one message, in and out; 0: no limit of its own
    std::uint64_t recipients = 0;     ///< of one message that it sends; 0: no limit of its own
    /// Instead of the settings' sending.account: "recipients_per_day=500", 0: no limit. ABU-07
    std::vector<std::string> sending;
    std::vector<std::string> settings; ///< as the domain's, and before them
    std::optional<Containment> contained; ///< set: may not send. ABU-09
    /// "imap=allow:192.0.2.0/24,198.51.100.7", "pop3=deny:203.0.113.0/24": from where a service
    /// may be used; others from anywhere. See core/auth/service_access.h.
    std::vector<std::string> access;
    std::vector<std::string> app_passwords; ///< as core/auth/secrets/app_password.h has them. AUTH-11
    std::vector<std::string> certificates;  ///< as core/auth/secrets/client_certificate.h has them. AUTH-12
    std::optional<Time> expires;
    std::vector<std::string> forward_to;
    bool keep_copy = true; ///< of forwarded mail
    std::vector<std::string> send_as; ///< addresses or "*@domain" this user may send from
    /// Users who may send as this one, as core/delegation/delegate.h has them. AUTH-07
    std::vector<std::string> delegates;
    bool bulk = false; ///< what it sends gets "Precedence: bulk". OUT-22
    std::string full_name, department, comment;
    std::map<std::string, std::string> contact; ///< "phone", "company", "title", "street", ...
    ManagedBy managed_by = ManagedBy::Command;
    Time created{};
    std::optional<Time> removed;

    bool has(Right right) const { return rights & static_cast<std::uint32_t>(right); }
    /// Active and not expired.
    bool may_receive(Time now) const;
    bool may_login(Time now) const;
    bool may_change_mail() const { return state != UserState::ReadOnly; }
};

struct Alias {
    address::Address address;          ///< folded; the local part may hold "*" (a wildcard alias)
    std::vector<std::string> targets;  ///< addresses, local or remote
    /// Users ("*@domain" too) and aliases whose targets may send from it beside its own direct
    /// targets. AUTH-07
    std::vector<std::string> send_as;
    bool enabled = true;
    std::string comment;
    ManagedBy managed_by = ManagedBy::Command;
    Time created{};

    bool is_wildcard() const { return address.local_part.find('*') != std::string::npos; }
};

using Entry = std::variant<User, Alias>;

/// What becomes of the address that a renamed user had.
enum class FormerAddress : std::uint8_t { Freed, Alias };

/// A listing of a domain's entries by name; empty `domain`: all domains.
struct ListQuery {
    std::string domain;
    std::string after; ///< the address after which to go on
    std::uint32_t limit = 1000;
};

/// Threads: any. Reads go through a cache that every change keeps right.
class Directory {
public:
    virtual ~Directory() = default;

    // Domains. Names are canonical (address::canonical_domain).
    /// By its own name or an alias of it. Errors: NotFound.
    virtual Awaitable<Result<Domain>> find_domain(std::string name) = 0;
    virtual Awaitable<Result<std::vector<Domain>>> domains() = 0;
    /// Errors: Exists (also as another domain's alias), Invalid.
    virtual Awaitable<Result<>> add_domain(Domain domain) = 0;
    /// Replaces the settings of an existing domain; counts and name stay. Errors: NotFound.
    virtual Awaitable<Result<>> set_domain(Domain domain) = 0;
    /// Errors: NotFound, Denied (it still has users or aliases).
    virtual Awaitable<Result<>> remove_domain(std::string name) = 0;
    /// Errors: NotFound, Exists.
    virtual Awaitable<Result<>> add_domain_alias(std::string domain, std::string alias) = 0;
    virtual Awaitable<Result<>> remove_domain_alias(std::string alias) = 0;
    /// Gives a domain another name; its users, aliases and other names come along, and `from`
    /// stays as an alias of `to`. Mail to either name arrives at every moment. After a failure on
    /// the way `resume` goes on, with the `to` that is there already.
    /// Errors: NotFound, Exists (`to`, without `resume`; an address taken in `to`), OverQuota.
    virtual Awaitable<Result<>> rename_domain(std::string from, std::string to, bool resume) = 0;

    // Users and aliases share one name space a domain.
    /// The entry of exactly this address (folded, domain not an alias). Errors: NotFound.
    virtual Awaitable<Result<Entry>> find(address::Address address) = 0;
    /// The wildcard alias that matches best: the longest pattern, then by name. Errors: NotFound.
    virtual Awaitable<Result<Alias>> find_wildcard(address::Address address) = 0;
    /// Errors: NotFound.
    virtual Awaitable<Result<User>> find_account(AccountId id) = 0;

    /// Creates the account with its default mailboxes. Gives its id (made where it is 0).
    /// Errors: Exists, NotFound (domain), OverQuota (domain limit), Invalid (limits of length).
    virtual Awaitable<Result<AccountId>> add_user(User user) = 0;
    /// Many at once, for imports: one commit a domain shard where it can. One result each.
    virtual Awaitable<std::vector<Result<AccountId>>> add_users(std::vector<User> users) = 0;
    /// Replaces an existing user (same address); account and creation time stay. Where two may
    /// change the same user, update_user loses neither change. Errors: NotFound.
    virtual Awaitable<Result<>> set_user(User user) = 0;
    /// Reads, changes and commits in one step; `change` may run several times. Gives the new state.
    /// Errors: NotFound, and those of `change`.
    virtual Awaitable<Result<User>> update_user(address::Address address,
                                                std::function<Result<>(User&)> change) = 0;
    /// Frees the address for ever and erases all mail. Errors: NotFound.
    virtual Awaitable<Result<>> erase_user(address::Address address) = 0;
    /// Same account, new address; both in hosted domains. Kept as an alias, the old address leads
    /// to the account without a moment's gap. Errors: NotFound, Exists.
    virtual Awaitable<Result<>> rename_user(address::Address from, address::Address to,
                                            FormerAddress former = FormerAddress::Freed) = 0;

    /// Errors: Exists, NotFound (domain), OverQuota, Invalid (no target, too many).
    virtual Awaitable<Result<>> add_alias(Alias alias) = 0;
    virtual Awaitable<Result<>> set_alias(Alias alias) = 0;
    virtual Awaitable<Result<>> remove_alias(address::Address address) = 0;

    /// Users and aliases, ascending by domain and local part.
    virtual Awaitable<Result<std::vector<Entry>>> list(ListQuery query) = 0;
};

} // namespace mailctl::store
