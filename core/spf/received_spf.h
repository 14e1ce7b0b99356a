// The Received-SPF field. RFC 7208 §9.1
#pragma once

#include <string>

#include "core/spf/check.h"

namespace mailctl::spf {

/// The whole field with its final CRLF, folded. What strangers said is quoted.
std::string received_spf_field(const Outcome& outcome, const Envelope& envelope);

} // namespace mailctl::spf
