// Address lists of header fields.
#pragma once

#include <string_view>

#include "core/mime/card.h"

namespace mailctl::mime {

/// What stands for a part of an address that a sender left out: an empty one would read as a
/// group's start or end (RFC 9051 §7.5.2).
inline constexpr std::string_view kMissingMailbox = "MISSING_MAILBOX";
inline constexpr std::string_view kMissingHost = "MISSING_DOMAIN";

/// address-list of RFC 5322 §3.4, with the obsolete forms of §4.4 (routes, empty members,
/// blanks around dots), and what senders get wrong: never fails, junk is passed over.
/// Limit: stops after kMaxEnvelopeAddresses.
AddressList parse_address_list(std::string_view value);

} // namespace mailctl::mime
