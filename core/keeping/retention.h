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
    std::string text; ///< what it asks, as a query: "role:trash saved-older:30d"
    query::Query query;

    bool is_for(const address::Address& user) const;
};

/// The query that says what a table ends.
std::string query_of(const conf::Retention& table);
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
