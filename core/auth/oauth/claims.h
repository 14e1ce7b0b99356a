// What a token says, and whether that lets somebody in. RFC 7519 §4.1, RFC 7662 §2.2
#pragma once

#include <string>
#include <string_view>

#include "conf/oauth.h"
#include "core/base/clock.h"
#include "core/base/result.h"

namespace mailctl::auth {

inline constexpr std::size_t kMaxTokenOctets = 8192;
inline constexpr std::size_t kMaxClaimsOctets = 32 * 1024;

enum class ClaimsFrom {
    Token,         ///< exp must be there
    Introspection, ///< "active" must be true, exp may be missing
};

/// The login name in claims that are in force. `json`: the claims' object.
/// Errors: Denied, saying which claim is wrong.
Result<std::string> user_of_claims(std::string_view json, ClaimsFrom from,
                                   const conf::OAuthSettings& settings, Time now);

} // namespace mailctl::auth
