// SCRAM, the client's end. For core/smtp/client only.
#pragma once

#include "core/smtp/client/sasl.h"

namespace mailctl::smtp {

/// Iterations beyond which a server is not followed: they are counted on the connection's thread.
inline constexpr std::uint32_t kMostClientIterations = 600'000;

/// SCRAM-SHA-256, -PLUS and SCRAM-SHA-1. RFC 5802 §3, RFC 7677
/// Errors: Invalid (no such mechanism; a user or password without SASLprep form; no binding).
Result<std::unique_ptr<ClientMechanism>> make_scram(std::string_view name, SaslParts parts);

} // namespace mailctl::smtp
