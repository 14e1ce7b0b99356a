// Settings that a domain or a user may have of its own: "pop3.order=newest".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conf/config.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "store/directory.h"

namespace mailctl::settings {

/// Which these are. deleted.keep is read by the store itself (store/keeping.h).
inline constexpr std::string_view kOwnSettings[] = {
    "deleted.keep", "pop3.mark_seen",       "pop3.order", "pop3.delete_retrieved",
    "quota.warn",   "pop3.keep_retrieved",  "queue.delay", "sharing.users",
    "imap.disabled_extensions",
    "abuse.detect.equal_subjects", "abuse.detect.equal_sizes", "abuse.detect.logins",
    "abuse.detect.recipients",     "abuse.detect.failures",    "abuse.detect.window",
    "abuse.detect.action",         "abuse.detect.notify_only", "abuse.detect.notify",
    "quota.domain_warn", // of domains
    "user.auth",    "user.save_sent",       "user.delete", "user.activity_log",
    "user.old_password", "user.end_sessions", "user.delegation",
};

/// Whose settings they are: some make no sense for one user.
enum class Whose { Domain, User };

/// What holds for one user: its own settings, else its domain's, else the server's.
struct OwnSettings {
    conf::Pop3Settings pop3;
    conf::QuotaSettings quota;
    conf::ImapSettings imap;
    conf::UserSettings user;
    milliseconds delay{0}; ///< of what it sends to other servers; no server-wide one
    bool shares = true;    ///< sharing.users
    conf::DetectSettings detect;
};
OwnSettings own_settings(const conf::Config& config, const store::Domain& domain,
                         const store::User& user);

/// Errors: Invalid (a line is not NAME=VALUE of kOwnSettings with a value of its type, or not for
/// users).
Result<> check_settings(const std::vector<std::string>& lines, Whose whose);
/// Puts the lines given in place of those of the same name; "none" empties, "NAME=none" takes one
/// away. Errors: as check_settings.
Result<> change_settings(const std::vector<std::string>& given, std::vector<std::string>& lines,
                         Whose whose);

} // namespace mailctl::settings
