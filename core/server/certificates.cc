// The settings' certificates, read and made into a TLS context.
#include "core/server/certificates.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "conf/load.h"
#include "core/crypto/secret.h"
#include "core/delivery/services.h"
#include "core/net/tls.h"

namespace mailctl::server {
namespace {

constexpr std::size_t kMaxPemOctets = 1U << 20;

Result<std::string> read_pem(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    if (!in)
        return Error(errno == EACCES ? Errc::Denied : Errc::NotFound,
                     path + ": " + std::strerror(errno));
    std::string text(kMaxPemOctets + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > kMaxPemOctets)
        return Error(Errc::Invalid, path + ": over 1 MiB, no certificate");
    return text;
}

} // namespace

Result<std::shared_ptr<const net::TlsContext>> load_certificates(const conf::TlsSettings& settings,
                                                                 const AskClients& ask)
{
    if (settings.certificates.empty())
        return std::shared_ptr<const net::TlsContext>();
    std::vector<net::CertificatePem> pems;
    for (const auto& certificate : settings.certificates) {
        net::CertificatePem pem;
        pem.names = certificate.names;
        TRY(pem.chain, read_pem(certificate.certificate));
        TRY(pem.key, conf::read_secret(certificate.key));
        pems.push_back(std::move(pem));
    }
    net::TlsOptions options;
    options.min_version = settings.min_version;
    options.max_version = settings.max_version;
    options.ciphers = settings.ciphers;
    if (!ask.ca.empty()) {
        TRY(options.client_ca, read_pem(ask.ca));
    }
    options.asks_clients = ask.any;
    auto made = net::make_tls_context(pems, options);
    for (auto& pem : pems)
        crypto::wipe(pem.key);
    if (!made)
        return made.error();
    return *std::move(made);
}

Result<ListenerTls> load_listener_certificates(const conf::Config& config)
{
    ListenerTls tls;
    TRY(tls.silent, load_certificates(config.tls, {{}, false}));
    tls.asking = tls.silent;
    if (config.auth.client_certificates) {
        TRY(tls.asking, load_certificates(config.tls, {{}, true}));
    }
    return tls;
}

std::shared_ptr<const delivery::Services> with_tls(const delivery::Services& services,
                                                   std::shared_ptr<const net::TlsContext> tls)
{
    auto made = std::make_shared<delivery::Services>(services);
    made->tls = std::move(tls);
    return made;
}

bool asks_clients(const conf::Listener& listener)
{
    using conf::Protocol;
    const bool takes_logins =
        listener.protocol == Protocol::Imap || listener.protocol == Protocol::Pop3 ||
        listener.protocol == Protocol::Submission ||
        (listener.protocol == Protocol::Smtp && listener.auth);
    return takes_logins && listener.client_certificates == conf::ClientCertificates::Ask;
}

} // namespace mailctl::server
