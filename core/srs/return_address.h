// Sender Rewriting Scheme: return addresses of forwarded mail, at the forwarder's domain, that lead
// back to the sender. SPF checks the domain of the reverse-path, and that is the forwarder's then
// (RFC 7208 §2.4, appendix D.2). AFS-05
//
//   ann@example.org            -> SRS0=HASH=DAY=example.org=ann@here.example
//   SRS0=…@there.example       -> SRS1=HASH=there.example==…@here.example
//   SRS1=HASH=there.example=…@elsewhere.example: the same with a hash of our own
//
// HASH is a part of an HMAC over the rest, case ignored; DAY counts days modulo 1024.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/address/address.h"
#include "core/base/clock.h"
#include "core/base/result.h"

namespace mailctl::srs {

/// Octets of HASH: of base32, 5 bits each.
inline constexpr std::size_t kHashOctets = 6;
/// The longest time that DAY can tell from the next turn.
inline constexpr milliseconds kMaxLifetime = std::chrono::days(1000);

/// Whether a local part looks like one of these addresses: "SRS0=", "SRS1=", or with "+" or "-".
bool is_return_address(std::string_view local_part);

/// The return address at `domain` for mail from `sender`; nullopt: it would be longer than
/// RFC 5321 §4.5.3.1.1 allows.
std::optional<address::Address> wrap(const address::Address& sender, const std::string& domain,
                                     std::string_view key, Time now);

/// Where a return address leads back to. Errors: Invalid (it has not the form), Denied (no key made
/// it, or it is older than `lifetime`).
Result<address::Address> unwrap(std::string_view local_part, const std::vector<std::string>& keys,
                                Time now, milliseconds lifetime);

} // namespace mailctl::srs
