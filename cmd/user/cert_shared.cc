// Certificates of users as the verbs of user cert show, find and enrol them.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/user/cert.h"
#include "core/base/ascii.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

constexpr std::size_t kMinFingerprintCharacters = 8; ///< of a name

/// Colons and case, as other programs print fingerprints, do not count.
std::string plain(std::string_view fingerprint)
{
    std::string out;
    for (const char c : fingerprint)
        if (c != ':')
            out += ascii::to_lower(c);
    return out;
}

} // namespace

CLI::App& cert_of(CLI::App& user)
{
    for (auto* verb : user.get_subcommands([](const CLI::App*) { return true; }))
        if (verb->get_name() == "cert")
            return *verb;
    auto* made = user.add_subcommand("cert", "Certificates to log in with");
    made->require_subcommand(1);
    return *made;
}

std::vector<std::string_view> cert_columns()
{
    return {"address", "sha256", "subject", "label", "from", "until", "added", "state"};
}

std::vector<Cell> cert_cells(const store::User& user, const auth::ClientCertificate& one, Time now)
{
    const std::string_view state = user.contained          ? "contained"
                                   : one.not_after <= now  ? "expired"
                                   : one.not_before > now  ? "not_yet"
                                                           : "active";
    return {to_string(user.address), one.fingerprint, one.subject, one.label,
            one.not_before,          one.not_after,   one.added,   state};
}

Result<std::vector<auth::ClientCertificate>> named_certificates(
    const store::User& user, const std::vector<std::string>& fingerprints)
{
    std::vector<auth::ClientCertificate> out;
    const auto all = auth::certificates_of(user);
    for (const auto& named : fingerprints) {
        const std::string start = plain(named);
        if (start.size() < kMinFingerprintCharacters)
            return Error(Errc::Invalid, "a fingerprint needs at least its first " +
                                            std::to_string(kMinFingerprintCharacters) + " digits");
        const std::size_t before = out.size();
        std::copy_if(all.begin(), all.end(), std::back_inserter(out),
                     [&start](const auto& one) { return one.fingerprint.starts_with(start); });
        if (out.size() == before)
            return Error(Errc::NotFound, to_string(user.address) + " has no certificate " +
                                             ascii::printable(named));
    }
    return out;
}

Result<Enrolled> enrol(Context& ctx, const store::User& user, const std::string& pem,
                       const std::string& label)
{
    TRY(store::Store* const store, ctx.store());
    const Time now = store->clock().now();
    Enrolled out;
    const auto change = [&](store::User& one) -> Result<> {
        TRY(out.certificate, auth::enrol_certificate(one, pem, label, now));
        one.certificates.push_back(to_string(out.certificate));
        return ok();
    };
    out.user = user;
    if (ctx.dry_run) {
        TRY_VOID(change(out.user));
        return out;
    }
    TRY(out.user, ctx.wait(store->directory().update_user(user.address, change)));
    return out;
}

} // namespace mailctl::cmd
