// Asks an authorization server about a token. RFC 7662 §2.1
#pragma once

#include <chrono>
#include <string>

#include "core/base/result.h"

namespace mailctl::auth {

struct Introspection {
    std::string url, client_id, client_secret;
    std::string ca_file; ///< empty: the system's authorities
    std::string token;
    std::chrono::milliseconds timeout{};
};

/// The answer's JSON. Blocks: on a worker. Errors: Unavailable.
Result<std::string> introspect(const Introspection& what);

} // namespace mailctl::auth
