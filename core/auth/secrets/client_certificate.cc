// Enrols certificates and finds them again.
#include "core/auth/secrets/client_certificate.h"

#include <algorithm>

#include "core/auth/secrets/line.h"
#include "core/crypto/certificate.h"

namespace mailctl::auth {
namespace {

constexpr std::size_t kFingerprintCharacters = 64;
constexpr std::size_t kMaxSubjectOctets = 500;

std::optional<ClientCertificate> find_certificate(const store::User& user,
                                                  std::string_view fingerprint)
{
    for (auto& one : certificates_of(user))
        if (one.fingerprint == fingerprint)
            return std::move(one);
    return std::nullopt;
}

} // namespace

std::string to_string(const ClientCertificate& one)
{
    return LineWriter()
        .put("sha256", one.fingerprint)
        .put("subject", one.subject)
        .put("label", one.label)
        .put("from", to_rfc3339(one.not_before))
        .put("until", to_rfc3339(one.not_after))
        .put("added", to_rfc3339(one.added))
        .take();
}

Result<ClientCertificate> parse_client_certificate(std::string_view line)
{
    TRY(const LineReader in, LineReader::parse(line));
    ClientCertificate one;
    one.fingerprint = in.text("sha256");
    one.subject = in.text("subject");
    one.label = in.text("label");
    TRY(one.not_before, parse_rfc3339(in.text("from")));
    TRY(one.not_after, parse_rfc3339(in.text("until")));
    TRY(one.added, parse_rfc3339(in.text("added")));
    if (one.fingerprint.size() != kFingerprintCharacters)
        return Error(Errc::Invalid, "a certificate needs its SHA-256");
    return one;
}

std::vector<ClientCertificate> certificates_of(const store::User& user)
{
    std::vector<ClientCertificate> out;
    for (const auto& line : user.certificates)
        if (auto one = parse_client_certificate(line))
            out.push_back(*std::move(one));
    return out;
}

Result<ClientCertificate> enrol_certificate(const store::User& user, std::string_view pem,
                                            std::string label, Time now)
{
    TRY(const auto chain, crypto::describe_certificates(pem));
    const crypto::CertificateInfo& info = chain.front();
    if (info.not_after <= now)
        return Error(Errc::Invalid, "the certificate expired " + to_rfc3339(info.not_after));
    if (label.size() > kMaxCertificateLabel)
        return Error(Errc::Invalid,
                     "a label over " + std::to_string(kMaxCertificateLabel) + " octets");
    if (find_certificate(user, info.sha256))
        return Error(Errc::Exists, "the user has this certificate already");
    if (user.certificates.size() >= kMaxClientCertificates)
        return Error(Errc::OverQuota, "a user has at most " +
                                          std::to_string(kMaxClientCertificates) + " certificates");
    ClientCertificate one;
    one.fingerprint = info.sha256;
    one.subject = info.subject.substr(0, kMaxSubjectOctets);
    one.label = std::move(label);
    one.not_before = info.not_before;
    one.not_after = info.not_after;
    one.added = now;
    return one;
}

std::string_view refusal_of(const store::User& user, std::string_view fingerprint, Time now)
{
    const auto found = find_certificate(user, fingerprint);
    if (!found)
        return "certificate not enrolled";
    if (found->not_before > now)
        return "certificate not valid yet";
    if (found->not_after <= now)
        return "certificate expired";
    return "";
}

} // namespace mailctl::auth
