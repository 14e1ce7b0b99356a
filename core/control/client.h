// The client's side: hands a command to the running server and waits for its exit status.
#pragma once

#include <optional>
#include <string>

#include "core/control/request.h"

namespace mailctl::control {

/// Runs the request in the server that listens at `path`; nullopt: nobody listens there. What the
/// server has to say beside the status is in the message. Blocks until the command has ended; a
/// server that goes away meanwhile gives kStatusUnavailable.
/// Errors: Denied (may not connect), Invalid (too large).
Result<std::optional<Answer>> run_in_server(const std::string& path, const Request& request);

} // namespace mailctl::control
