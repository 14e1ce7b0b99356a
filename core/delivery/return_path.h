// The reverse-paths of mail that goes out: of forwards (AFS-05), and VERP.
#pragma once

#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/delivery/deliver.h"
#include "store/directory.h"

namespace mailctl::delivery {
struct Services; // core/delivery/services.h
}

namespace mailctl::delivery {

/// Gives each remote recipient that is there by a forward the reverse-path that forward.sender asks
/// for, and each one of mail from outbound.verp one that names it. Null reverse-paths stay null (RFC 5321 §4.5.5), and those of our own domains stay as they
/// are: they may be sent from here. `forwarders`: of message.remote, one each; empty: no forward.
/// Errors: of srs::keys.
Awaitable<Result<>> set_return_paths(const Services& services, Acceptance& message,
                                     std::vector<std::string> forwarders);

} // namespace mailctl::delivery
