// A TLS session with another mail server, as reports tell of it. RFC 8460 §4.3, §4.4
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mailctl::tls_rpt {

/// DO NOT CHANGE: on disk since 0.1
enum class PolicyType : std::uint8_t { NoPolicyFound = 1, Tlsa = 2, Sts = 3 };
/// "no-policy-found", "tlsa", "sts"
std::string_view name_of(PolicyType type);

/// What a session was held to.
struct Policy {
    PolicyType type = PolicyType::NoPolicyFound;
    std::string domain;                ///< of an STS policy, or a TLSA record's host
    std::vector<std::string> text;     ///< policy-string: its lines, or its TLSA records
    std::vector<std::string> mx_hosts; ///< patterns of an STS policy
    auto operator<=>(const Policy&) const = default;
};

/// Why a session failed, and between whom. What is not known is empty.
struct Failure {
    std::string result; ///< "starttls-not-supported", "certificate-expired", ...
    std::string sending_ip, receiving_host, receiving_ip;
    std::string reason; ///< failure-reason-code: for people
    auto operator<=>(const Failure&) const = default;
};

struct Session {
    std::string domain; ///< of the recipients, canonical
    Policy policy;
    Failure failure; ///< no `result`: it is a good one
};

} // namespace mailctl::tls_rpt
