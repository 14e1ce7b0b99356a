// MTA-STS policies and the records that announce them. RFC 8461 §3
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mailctl::mta_sts {

inline constexpr std::size_t kMaxPolicyOctets = 64 * 1024; ///< RFC 8461 §3.3
inline constexpr std::size_t kMaxIdOctets = 32;            ///< §3.1
inline constexpr std::chrono::seconds kMaxAge{31'557'600}; ///< §3.2

struct Policy {
    enum class Mode : std::uint8_t { None, Testing, Enforce } mode = Mode::None;
    std::vector<std::string> mx; ///< "mail.example.org", "*.example.org"; lower case
    std::chrono::seconds max_age{0};
    bool operator==(const Policy&) const = default;
};

/// The id of "v=STSv1; id=20260101T000000;". nullopt: another record. RFC 8461 §3.1
std::optional<std::string> parse_record(std::string_view text);
/// Errors: Invalid, saying what is wrong. RFC 8461 §3.2
Result<Policy> parse_policy(std::string_view text);
/// A wildcard stands for one label at the front. RFC 8461 §4.1
bool allows(const Policy& policy, std::string_view host);

} // namespace mailctl::mta_sts
