// mailctl sending: what users and domains have sent, as their limits count it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cmd/context.h"
#include "core/delivery/sending.h"

namespace mailctl::cmd {

void add_sending_list(CLI::App& sending, Context& ctx);
void add_sending_reset(CLI::App& sending, Context& ctx);

/// A window in which something was sent, and its limit; 0: none.
struct SendingWindow {
    delivery::SendingView counted;
    std::uint64_t limit = 0;
};
/// Those of "ann@example.org" or "@example.org", or (empty) of everybody, as the running server or
/// the disk has them. Errors: Unavailable, and those of the settings.
Result<std::vector<SendingWindow>> sending_windows(Context& ctx, const std::string& subject);

} // namespace mailctl::cmd
