// [[retention]]: how long mail stays in some mailboxes. QTA-04
#pragma once

#include <string>
#include <vector>

#include "conf/keeping.h"
#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/query/query.h"
#include "store/account.h"
#include "store/directory.h"

namespace mailctl::keeping {

/// A table of the settings, made ready.
struct RetentionRule {
    conf::Retention table;
    std::string text;    ///< for people: "role:trash saved-older:30d; keep_count 500"
    query::Query about;  ///< the messages it is about, whatever their age
    query::Query too_old; ///< those of them that its `keep` ends; not asked where there is none

    bool has_age() const { return table.keep.count() > 0; }
    bool has_room() const { return table.keep_size > 0 || table.keep_count > 0; }
    bool is_for(const address::Address& user) const;
};

/// The query that says what a table ends because of its age; where it has none, what it is about.
std::string query_of(const conf::Retention& table);
/// A message as room is given to it.
struct Occupant {
    Uid uid{};
    Time since{}; ///< what its age is counted from
    std::uint64_t octets = 0;
};
/// Those that do not fit, ascending: room is given from the newest on, and ends with the first that
/// passes a limit. Of two as old the one with the higher UID is newer. 0: no limit.
std::vector<Uid> without_room(std::vector<Occupant> messages, std::uint64_t octets,
                              std::uint64_t count);
/// Errors: Invalid (a query that does not parse; the settings were checked for that).
Result<std::vector<RetentionRule>> retention_rules(const std::vector<conf::Retention>& tables);

/// What a rule found in one mailbox.
struct Ended {
    std::string mailbox;
    std::string rule; ///< RetentionRule::text
    std::uint64_t messages = 0;
    std::uint64_t octets = 0;
};

enum class Retain { Apply, Preview };

/// Expunges what the rules end of one user's mail, rule by rule; a preview only counts it, and a
/// message that two rules would end is counted twice. Errors: those of the store.
Awaitable<Result<std::vector<Ended>>> retain(store::Account& account, const store::User& user,
                                             const std::vector<RetentionRule>& rules, Time now,
                                             Retain how);

} // namespace mailctl::keeping
