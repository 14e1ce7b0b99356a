// mailctl mailbox: mailboxes as the running server has them open.
#pragma once

#include "cmd/context.h"

namespace mailctl::cmd {

void add_mailbox_unlock(CLI::App& mailbox, Context& ctx);

} // namespace mailctl::cmd
