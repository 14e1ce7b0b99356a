// Sending limits as settings, users and domains name them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conf/outbound.h"
#include "core/base/result.h"

namespace mailctl::delivery {

/// "recipients_per_day" and the others, each with its number in a set of limits.
std::vector<std::pair<std::string_view, std::uint64_t>> amounts_of(
    const conf::SendingLimits& limits);

/// The settings' limits with those of a user or a domain in their place. Lines that no version
/// knows are passed over.
conf::SendingLimits with_own(conf::SendingLimits limits, const std::vector<std::string>& own);

/// The same with what a domain says of each of its users: its lines "user.recipients_per_day=50".
conf::SendingLimits with_domain(conf::SendingLimits limits, const std::vector<std::string>& domain);

enum class SendingOf { User, Domain };
/// Errors: Invalid (a line is not NAME=NUMBER with a known name).
Result<> check_sending(const std::vector<std::string>& lines, SendingOf of);
/// Puts the lines given in place of those of the same name; "none" empties, "NAME=none" takes one
/// away. Errors: as check_sending.
Result<> change_sending(const std::vector<std::string>& given, std::vector<std::string>& lines,
                        SendingOf of);

} // namespace mailctl::delivery
