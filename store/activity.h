// What users did, as far as it is recorded: logins, mail sent and received, moves, deletions,
// changes of their secrets and delegates. LOG-13
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"

namespace mailctl::store {

class Store; // store/store.h

/// DO NOT CHANGE: on disk since 0.1
enum class ActivityKind : std::uint8_t {
    Login = 1,
    Send = 2,
    Receive = 3,
    Delete = 4,
    Secret = 5,
    Refused = 6, ///< a login that was not let in
    Move = 7,
    Delegate = 8,
};
/// "login", "send", "receive", "delete", "secret", "refused", "move", "delegate".
std::string_view name_of(ActivityKind kind);
std::optional<ActivityKind> parse_activity_kind(std::string_view word);

inline constexpr std::size_t kMaxActivities = 100'000;     ///< of one account; older ones go
inline constexpr std::size_t kMaxActivityAddresses = 100;  ///< named in one record; `messages` counts
inline constexpr std::size_t kMaxActivityTextOctets = 1000; ///< of each text

/// One record. What has no meaning for its kind is empty.
struct Activity {
    Time time{};
    ActivityKind kind = ActivityKind::Login;
    /// "password", "expunge", "thrown away", "app password added", "wrong password", ...
    std::string what;
    std::string service; ///< "imap", "pop3", "smtp"; "command"
    std::string peer;    ///< address
    std::string method;  ///< of a login: "password", "scram", "certificate", "token"
    std::string secret;  ///< the app password's or certificate's label
    bool tls = false;
    std::string id;      ///< of the message, as the log has it
    std::string sender;
    std::vector<std::string> addresses; ///< recipients; Delegate: who may send
    std::string mailbox;
    std::string target; ///< Move: the mailbox where it is now
    std::uint64_t octets = 0;
    std::uint64_t messages = 0;             ///< Delete, Move: how many
    std::uint64_t local = 0, remote = 0;    ///< Send: recipients here and elsewhere
};

/// Adds a record, of the store's time. Durable some milliseconds later. Errors: Unavailable.
Awaitable<Result<>> record_activity(Store& store, AccountId account, Activity activity);

struct ActivityPage {
    std::vector<Activity> activities; ///< oldest first
    std::string next;                 ///< where to go on; empty: that was all
};
/// Records since that time. `from`: what the page before gave as next. Errors: Unavailable, Corrupt.
Awaitable<Result<ActivityPage>> read_activities(Store& store, AccountId account, Time since,
                                                std::string from, std::uint32_t limit);

/// Ends the records from before that time, and the oldest past kMaxActivities; gives how many.
Awaitable<Result<std::uint64_t>> end_activities(Store& store, AccountId account, Time before);
/// The same in every account. An account without records costs one read.
Awaitable<Result<std::uint64_t>> end_all_activities(Store& store, Time before);

} // namespace mailctl::store
