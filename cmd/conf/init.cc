// mailctl conf init: writes a complete commented configuration for a new server.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <filesystem>

#include "cmd/conf/conf.h"
#include "conf/edit.h"
#include "conf/load.h"
#include "conf/print.h"
#include "core/address/address.h"
#include "core/crypto/certificate.h"

namespace mailctl::cmd {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::string directory;
    std::string domain;
    std::string hostname;
    std::uint16_t port_base = 0; ///< 0: the standard ports on every address
};

// 995, the highest standard port of mail, must stay a port when added to the base.
constexpr unsigned kHighestPortBase = 65535 - 995;
constexpr auto kCertificateLifetime = std::chrono::hours(24 * 825);

struct Service {
    const char* name;
    conf::Protocol protocol;
    std::uint16_t port;
    conf::TlsMode tls;
};

constexpr Service kServices[] = {
    {"smtp", conf::Protocol::Smtp, 25, conf::TlsMode::StartTls},
    {"submission", conf::Protocol::Submission, 587, conf::TlsMode::StartTls},
    {"submissions", conf::Protocol::Submission, 465, conf::TlsMode::Implicit},
    {"imap", conf::Protocol::Imap, 143, conf::TlsMode::StartTls},
    {"imaps", conf::Protocol::Imap, 993, conf::TlsMode::Implicit},
    {"pop3", conf::Protocol::Pop3, 110, conf::TlsMode::StartTls},
    {"pop3s", conf::Protocol::Pop3, 995, conf::TlsMode::Implicit},
};
// LMTP has no standard port below 1024; 24 is what others use on loopback.
constexpr std::uint16_t kLmtpPort = 24;

conf::Config configuration(const Options& options, const std::string& domain)
{
    conf::Config config;
    const bool local = options.port_base != 0;
    config.server.hostname = options.hostname.empty() ? "mail." + domain : options.hostname;
    config.server.default_domain = domain;
    config.server.postmaster = "postmaster@" + domain;
    config.server.data_dir = local ? "data" : "/var/lib/mailctl";
    if (!local)
        config.server.user = "mailctl";
    config.tls.certificates.push_back({{}, "tls/certificate.pem", "file:tls/key.pem"});
    for (const auto& service : kServices) {
        conf::Listener listener;
        listener.name = service.name;
        listener.protocol = service.protocol;
        listener.port = static_cast<std::uint16_t>(options.port_base + service.port);
        listener.tls = service.tls;
        if (local)
            listener.addresses = {"127.0.0.1"};
        config.listeners.push_back(std::move(listener));
    }
    conf::Listener lmtp;
    lmtp.name = "lmtp";
    lmtp.protocol = conf::Protocol::Lmtp;
    lmtp.addresses = {"127.0.0.1"};
    lmtp.port = static_cast<std::uint16_t>(options.port_base + kLmtpPort);
    lmtp.tls = conf::TlsMode::None;
    config.listeners.push_back(std::move(lmtp));
    return config;
}

Result<> write_certificate(const Options& options, const std::string& hostname)
{
    TRY(const auto key, crypto::make_private_key(crypto::KeyType::EcdsaP256));
    crypto::CertificateSubject subject;
    subject.names = {hostname};
    if (options.port_base != 0) {
        subject.names.push_back("localhost");
        subject.names.push_back("127.0.0.1");
    }
    const auto now = system_clock().now();
    const crypto::Validity validity{now - std::chrono::hours(1), now + kCertificateLifetime};
    TRY(const auto certificate, crypto::make_self_signed_certificate(key, subject, validity));
    const fs::path folder = fs::path(options.directory) / "tls";
    TRY_VOID(conf::replace_file((folder / "key.pem").string(), key));
    return conf::replace_file((folder / "certificate.pem").string(), certificate);
}

Result<> write_all(const Options& options, const std::string& domain, Context& ctx)
{
    const fs::path folder(options.directory);
    const auto file = (folder / "mailctl.toml").string();
    std::error_code ec;
    if (fs::exists(file, ec))
        return Error(Errc::Exists, file + " exists; nothing was changed");
    fs::create_directories(folder / "tls", ec);
    if (!ec && options.port_base != 0)
        fs::create_directories(folder / "data", ec);
    if (ec)
        return Error(Errc::Unavailable, folder.string() + ": " + ec.message());
    const auto config = configuration(options, domain);
    TRY_VOID(write_certificate(options, config.server.hostname));
    TRY_VOID(conf::replace_file(file, conf::commented_file(config)));
    fs::permissions(file, fs::perms(0644), ec);
    ctx.note("wrote " + file + " and a self-signed certificate in " + (folder / "tls").string());
    ctx.note("next:");
    ctx.note("  mailctl -c " + file + " domain add " + domain);
    ctx.note("  mailctl -c " + file + " user add NAME@" + domain);
    ctx.note("  mailctl -c " + file + " serve");
    if (options.port_base == 0)
        ctx.note("DNS: " + domain + ". MX 10 " + config.server.hostname + ".");
    return ok();
}

int run(const Options& options, Context& ctx)
{
    const auto domain = address::canonical_domain(options.domain);
    if (!domain)
        return ctx.fail(domain.error().within("--domain"));
    if (domain->find('.') == std::string::npos)
        return ctx.usage("--domain: a mail domain needs a dot");
    const auto done = write_all(options, *domain, ctx);
    return done ? EX_OK : ctx.fail(done.error());
}

} // namespace

void add_conf_init(CLI::App& conf, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* init = conf.add_subcommand("init", "Write a complete commented configuration");
    init->add_option("DIR", options->directory, "Folder for mailctl.toml, made where missing")
        ->required();
    init->add_option("--domain", options->domain, "The first mail domain")->required();
    init->add_option("--hostname", options->hostname, "This server's name (default: mail.DOMAIN)");
    init->add_option("--local", options->port_base,
                     "Keep data inside DIR and listen on 127.0.0.1, at PORT_BASE + the standard "
                     "port: 10000 gives 10025, 10587, 10993, ...")
        ->type_name("PORT_BASE")
        ->check(CLI::Range(1U, kHighestPortBase));
    init->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
