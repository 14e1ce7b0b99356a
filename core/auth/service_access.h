// From where a user may use a service: one line of User::access each. USR-05
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "store/directory.h"

namespace mailctl::auth {

inline constexpr std::size_t kMaxAccessNetworks = 100; ///< of one service

/// "imap=allow:192.0.2.0/24,198.51.100.7": from nowhere else; "imap=deny:203.0.113.0/24": from
/// everywhere else.
struct ServiceAccess {
    store::Right service{};
    bool allows = true; ///< the networks are the only ones; false: the only ones without
    std::vector<std::string> networks;

    bool is_open_to(std::string_view address) const;
};

/// Errors: Invalid, saying what is wrong.
Result<ServiceAccess> parse_service_access(std::string_view text);
/// As User::access keeps it.
std::string to_string(const ServiceAccess& access);

/// Whether the user may use the service from there.
bool is_open_to(const store::User& user, store::Right service, std::string_view address);

} // namespace mailctl::auth
