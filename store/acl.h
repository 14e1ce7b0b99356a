// Access control lists of an account's mailboxes. RFC 4314
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "store/mailbox_rights.h"

namespace mailctl::store {

inline constexpr std::size_t kMaxAclEntries = 200; ///< of one mailbox

/// To whom an entry applies. Users are named by their accounts: who is renamed keeps the rights, and
/// who gets the address later does not.
struct AclSubject {
    /// From the most general to the most specific. DO NOT CHANGE: on disk since 0.1
    enum class Kind : std::uint8_t { Anyone = 1, Domain = 2, Group = 3, User = 4 } kind = Kind::Anyone;
    AccountId account{}; ///< User
    std::string name;    ///< Domain: canonical; Group: the address of an alias
    bool operator==(const AclSubject&) const = default;
};

struct AclEntry {
    AclSubject who;
    MailboxRights rights; ///< none: who matches has none, whatever a more general entry says
};

/// Who, apart from its owner, may do what in a mailbox. The owner may do everything.
struct Acl {
    std::vector<AclEntry> entries; ///< each subject once
    bool own_seen = false;         ///< everybody has a \Seen of their own

    bool is_empty() const { return entries.empty() && !own_seen; }
};

enum class AclChange : std::uint8_t { Set, Add, Remove, Drop };

/// Lists change with their mailbox: a new one has that of the mailbox above it, a deleted one's is
/// gone. Every change is told as MailboxChanged. Threads: any.
class Acls {
public:
    virtual ~Acls() = default;
    /// Errors: NotFound (no such mailbox).
    virtual Awaitable<Result<Acl>> acl(MailboxId box) = 0;
    /// Of all mailboxes that have one.
    virtual Awaitable<Result<std::map<MailboxId, Acl>>> acls_by_mailbox() = 0;
    /// Drop: the entry goes, no error where there is none; Remove leaves one with what is left.
    /// Errors: NotFound (no such mailbox), OverQuota (kMaxAclEntries).
    virtual Awaitable<Result<>> change_acl(MailboxId box, AclSubject who, AclChange how,
                                           MailboxRights rights) = 0;
    /// Errors: NotFound (no such mailbox).
    virtual Awaitable<Result<>> set_own_seen(MailboxId box, bool on) = 0;
};

} // namespace mailctl::store
