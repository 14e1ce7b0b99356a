// Exit statuses: sysexits.h, and two of our own.
#pragma once

#include <sysexits.h>

#include "core/base/error.h"

namespace mailctl::cmd {

inline constexpr int kExitNo = 1;      ///< the answer is no; changes are pending
inline constexpr int kExitPartial = 3; ///< partly done, a reject file was written

/// The status for a failure: the one table of Errc and sysexits.
int exit_status_for(Errc code);

} // namespace mailctl::cmd
