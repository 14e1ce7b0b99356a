// Types and RDATA as people write them. RFC 1035 §5.1, RFC 3597 §5
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/dns/raw.h"

namespace mailctl::dns {

/// "mx", "TLSA", "TYPE65280". Errors: Invalid (unknown, or no type of records: ANY, AXFR, OPT).
Result<Type> parse_type(std::string_view text);
/// "MX"
std::string text_of(Type type);
/// "10 mx.example.org." Errors: Corrupt.
Result<std::string> text_of(Type type, std::string_view rdata);

} // namespace mailctl::dns
