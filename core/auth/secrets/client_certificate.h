// Certificates that users log in with instead of a password: one line of User::certificates each.
// AUTH-12
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "store/directory.h"

namespace mailctl::auth {

inline constexpr std::size_t kMaxClientCertificates = 20; ///< of one user
inline constexpr std::size_t kMaxCertificateLabel = 100;  ///< octets

struct ClientCertificate {
    std::string fingerprint; ///< SHA-256 of the whole certificate, lower-case hex
    std::string subject;
    std::string label;
    Time not_before{}, not_after{};
    Time added{};
};

/// As User::certificates keeps it.
std::string to_string(const ClientCertificate& one);
/// Errors: Invalid, saying what is wrong.
Result<ClientCertificate> parse_client_certificate(std::string_view line);
/// Those of a user that can be read.
std::vector<ClientCertificate> certificates_of(const store::User& user);

/// From PEM; the first certificate counts. Errors: Invalid (no certificate, expired, label too
/// long), Exists, OverQuota (kMaxClientCertificates).
Result<ClientCertificate> enrol_certificate(const store::User& user, std::string_view pem,
                                            std::string label, Time now);

/// Why this certificate does not let the user in; empty: it does.
std::string_view refusal_of(const store::User& user, std::string_view fingerprint, Time now);

} // namespace mailctl::auth
