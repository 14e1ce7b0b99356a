// The difference between the settings files and what runs, and putting it in force.
#pragma once

#include <memory>
#include <vector>

#include "cmd/conf/directory_plan.h"
#include "conf/print.h"

namespace mailctl::cmd {

/// What conf plan shows and conf apply does.
struct Plan {
    std::shared_ptr<const conf::Config> settings; ///< as the files say
    std::vector<conf::Difference> differences;    ///< from the running server's; none offline
    std::vector<DirectoryChange> directory;
    bool empty() const { return differences.empty() && directory.empty(); }
    bool has_destructive() const;
};

/// Reads the files anew and compares. Errors: Invalid (every mistake was written), Unavailable.
Result<Plan> make_plan(Context& ctx);
/// A line a change: what, from, to, and hot, reconnect, restart or destructive.
void print_plan(Context& ctx, const Plan& plan);

} // namespace mailctl::cmd
