// Where a server listens, and how.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mailctl::conf {

enum class Protocol : std::uint8_t { Smtp, Submission, Lmtp, Imap, Pop3, Http };
enum class TlsMode : std::uint8_t { None, StartTls, RequireStartTls, Implicit };
enum class PlaintextAuth : std::uint8_t { OverTls, Always, Never };
enum class ClientCertificates : std::uint8_t { Ask, None };

/// A table [[listener]].
struct Listener {
    std::string name;
    Protocol protocol = Protocol::Smtp;
    std::vector<std::string> addresses; ///< empty: every address, v4 and v6; "unix:PATH" for LMTP
    std::uint16_t port = 0;
    TlsMode tls = TlsMode::StartTls;
    PlaintextAuth plaintext_auth = PlaintextAuth::OverTls;
    /// Whether clients are asked for one where auth.client_certificates is on. AUTH-12
    ClientCertificates client_certificates = ClientCertificates::Ask;
    bool auth = false;     ///< AUTH offered; submission: required before MAIL
    std::string banner;    ///< replaces "<hostname> ESMTP" and the like
    std::vector<std::string> disabled_commands; ///< SMTP verbs answered 502
    bool enabled = true;
    bool operator==(const Listener&) const = default;
};

} // namespace mailctl::conf
