// Fetches a policy over HTTPS. RFC 8461 §3.3
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace mailctl::mta_sts {

struct Fetch {
    std::string domain;
    std::vector<std::string> addresses; ///< of mta-sts.DOMAIN, in figures
    std::string ca_file;                ///< PEM; empty: the system's
    std::chrono::milliseconds limit{30'000};
};

/// The text of the policy. No redirect is followed; the certificate must be for mta-sts.DOMAIN.
/// Blocks: not on an I/O thread. Errors: Unavailable, Denied (the
/// certificate).
Result<std::string> fetch_policy(const Fetch& what);

} // namespace mailctl::mta_sts
