// The text of a queued message, in pieces.
#pragma once

#include <functional>
#include <string_view>

#include "cmd/context.h"
#include "store/queue.h"

namespace mailctl::cmd {

inline constexpr std::uint64_t kMessageChunkOctets = 256 * 1024;

/// Hands the message out as it will be sent: what goes before it, and no Return-Path. Errors:
/// Corrupt (shorter than it should be), those of `write`.
Result<> write_message(Context& ctx, const store::QueueEntry& entry,
                       const std::function<Result<>(std::string_view)>& write);

} // namespace mailctl::cmd
