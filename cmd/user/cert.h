// What the verbs of mailctl user cert share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cmd/table.h"
#include "cmd/user/user.h"
#include "core/auth/secrets/client_certificate.h"

namespace mailctl::cmd {

/// "user cert", made with the first of its verbs.
CLI::App& cert_of(CLI::App& user);

std::vector<std::string_view> cert_columns();
std::vector<Cell> cert_cells(const store::User& user, const auth::ClientCertificate& one, Time now);

/// Those of the user whose fingerprints start with what is named; colons and case do not count.
/// Errors: Invalid (too short), NotFound (a name that fits none).
Result<std::vector<auth::ClientCertificate>> named_certificates(
    const store::User& user, const std::vector<std::string>& fingerprints);

/// Adds a certificate to those that the user logs in with. Errors: as auth::enrol_certificate.
struct Enrolled {
    store::User user;
    auth::ClientCertificate certificate;
};
Result<Enrolled> enrol(Context& ctx, const store::User& user, const std::string& pem,
                       const std::string& label);

} // namespace mailctl::cmd
