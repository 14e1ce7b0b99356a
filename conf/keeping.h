// Settings of what mailboxes hold and for how long: quotas, deleted mail, retention, POP3.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace mailctl::conf {

using std::chrono::milliseconds;

enum class OverQuotaAction : std::uint8_t { Refuse, Accept, Redirect };
/// QTA-02, QTA-03
struct QuotaSettings {
    OverQuotaAction action = OverQuotaAction::Refuse; ///< for mail to a full mailbox or domain
    bool block_sending = false;                       ///< of users whose mailbox is full
    std::vector<std::string> warn{"80", "95"};        ///< percent at which the user is told
    /// Percent of a domain's octets at which its postmaster is told.
    std::vector<std::string> domain_warn{"80", "95"};
    bool operator==(const QuotaSettings&) const = default;
};

/// What was expunged, until it is gone for ever.
struct DeletedSettings {
    milliseconds keep = std::chrono::hours(24 * 7); ///< 0: gone at once
    bool count_in_quota = false;
    bool operator==(const DeletedSettings&) const = default;
};

/// What the server does once a day.
struct UpkeepSettings {
    std::string time = "03:30"; ///< of the day, UTC: [[retention]] is applied
    std::string report;         ///< address that is told what it ended; empty: nobody
    bool operator==(const UpkeepSettings&) const = default;
};

enum class RetentionAge : std::uint8_t {
    Saved,    ///< since it came into the mailbox
    Received, ///< since it came to this server
};
/// A table [[retention]]: how long mail stays in some mailboxes. QTA-04
struct Retention {
    std::string mailbox;              ///< a name, "*" and "%" allowed, or "\Trash": a role (RFC 6154)
    milliseconds keep{0};             ///< older mail goes; 0: whatever its age
    std::uint64_t keep_size = 0;      ///< octets that may stay in a mailbox, the newest; 0: any
    std::uint32_t keep_count = 0;     ///< messages, likewise
    RetentionAge age = RetentionAge::Saved;
    std::string query;                ///< only what it matches goes; core/query/query.h
    std::vector<std::string> domains; ///< only in these; empty: all
    std::vector<std::string> users;   ///< only of these addresses, "*" allowed; empty: all
    bool operator==(const Retention&) const = default;
};

enum class Pop3Order : std::uint8_t { Oldest, Newest };
struct Pop3Settings {
    milliseconds login_delay{0};
    bool mark_seen = false;
    bool concurrent = false; ///< several sessions on one mailbox
    Pop3Order order = Pop3Order::Oldest; ///< the message with number 1
    bool delete_retrieved = false;       ///< at QUIT, what RETR fetched in the session
    milliseconds keep_retrieved{0};      ///< at QUIT, older mail that was fetched ever goes; 0: none
    bool operator==(const Pop3Settings&) const = default;
};

} // namespace mailctl::conf
