// Values as commands take them: addresses, amounts, dates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/address/address.h"
#include "core/base/clock.h"
#include "core/base/result.h"

namespace mailctl::cmd {

/// An address in the directory's form: folded, domain canonical. Errors: Invalid.
Result<address::Address> parse_address_argument(std::string_view text);
/// "none" is 0. Errors: Invalid.
Result<std::uint64_t> parse_count(std::string_view text);
Result<std::uint64_t> parse_size(std::string_view text);
/// RFC 3339 date or date-time; "never": nothing. Errors: Invalid.
Result<std::optional<Time>> parse_expiry(std::string_view text);
/// Errors: Invalid, naming the first that is no address.
Result<> check_addresses(const std::vector<std::string>& addresses);

} // namespace mailctl::cmd
