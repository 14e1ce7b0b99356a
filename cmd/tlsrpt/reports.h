// The counts that both verbs show.
#pragma once

#include <string>
#include <vector>

#include "cmd/context.h"
#include "core/tls_rpt/counters.h"

namespace mailctl::cmd {

/// `domain` and `day` as a person writes them; empty: all. A running server's latest counts too.
/// Errors: Invalid, and those of the store.
Result<std::vector<tls_rpt::Report>> tls_reports(Context& ctx, const std::string& domain,
                                                 const std::string& day);

} // namespace mailctl::cmd
