// Which way a message leaves by the settings: the first [[route]] that matches, else [outbound].
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conf/outbound.h"
#include "core/base/clock.h"
#include "core/base/result.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}

namespace mailctl::route {

/// What a route is chosen by.
struct Question {
    std::string sender;    ///< empty: null
    std::string recipient; ///< an address, or "@domain"
    std::string account;   ///< login; empty: none
    unsigned priority = 5;
    std::string override_route; ///< QueueEntry::route; empty: by the settings
};

// Overrides of mail that this server takes in again: core/queue/mailroom.h.
inline constexpr std::string_view kHereRoute = "here";
inline constexpr std::string_view kAttachRoute = "attach:"; ///< and the forwarding user

/// One way out. What `key` names shares connections, limits and back-off.
struct Way {
    enum class Kind { Mx, Hosts, Exec, Here, Local, Refuse } kind = Kind::Mx;
    std::string key;       ///< "example.org" (MX), "smart_host:out", "route:NAME", "exec:NAME", "here"
    std::string domain;    ///< Mx: whose MX hosts
    bool backup = false;   ///< Mx: only hosts better than ourselves
    conf::HopSettings hop; ///< every default filled in from [outbound]
    std::size_t turn = 0;  ///< round-robin: how many connections went before
    std::vector<std::string> exec;
    std::string reason;
};

struct Choice {
    std::string route;     ///< the [[route]]'s name; empty: none matched
    std::vector<Way> ways; ///< in order: the next is taken after the one before failed for a while
    std::vector<milliseconds> retry;
    milliseconds lifetime{0};
    milliseconds delay_notice{0};
    conf::DelayNotices delay_notices = conf::DelayNotices::Once; ///< never AsQueue
    bool hold_for_etrn = false;
    std::vector<std::string> steps; ///< for "route explain"
};

/// Errors: Invalid (no address; an override that names nothing).
Result<Choice> choose(const conf::Config& config, const Question& question);

/// The way of a recipient that failed so often: each way has the attempts that its hop gives it,
/// and the last one all that are left.
std::uint32_t way_after(const Choice& choice, unsigned attempts);
/// Attempts after which a recipient is given up; 0: no limit.
unsigned attempts_of(const Choice& choice);

/// The [[route]] that takes mail for this domain from anyone (accept = true); nullptr: none.
const conf::Route* accepting(const conf::Config& config, std::string_view recipient);
/// The [[route]] whose recipient domains count as this server's own where mail names a sender of
/// them (sender_side = "local"); nullptr: none.
const conf::Route* owning(const conf::Config& config, std::string_view sender);

} // namespace mailctl::route
