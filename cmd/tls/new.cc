// mailctl tls new and csr: a self-signed certificate, or a request for an authority to sign.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cmd/tls/tls.h"

namespace mailctl::cmd {
namespace {

struct NewOptions {
    TlsSubject subject;
    std::string certificate;
    unsigned days = 365;
};

crypto::KeyType key_type_of(const std::string& word)
{
    if (word == "rsa2048")
        return crypto::KeyType::Rsa2048;
    if (word == "rsa3072")
        return crypto::KeyType::Rsa3072;
    if (word == "rsa4096")
        return crypto::KeyType::Rsa4096;
    return crypto::KeyType::EcdsaP256;
}

/// Never over a file that is there: a key that is gone is gone.
Result<> write_new(const std::string& path, std::string_view text, unsigned mode)
{
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file < 0)
        return Error(errno == EEXIST ? Errc::Exists : Errc::Unavailable,
                     path + ": " + std::strerror(errno));
    const bool written =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(file) == 0;
    ::close(file);
    if (!written)
        return Error(Errc::Unavailable, path + ": " + std::strerror(errno));
    return ok();
}

int run_new(const NewOptions& options, Context& ctx)
{
    if (std::filesystem::exists(options.certificate))
        return ctx.fail(Error(Errc::Exists, options.certificate + ": exists already"));
    const auto key = key_for(options.subject, ctx);
    if (!key)
        return ctx.fail(key.error());
    crypto::Validity validity;
    validity.from = system_clock().now() - std::chrono::hours(1);
    validity.until = validity.from + std::chrono::hours(24) * options.days;
    const auto made = crypto::make_self_signed_certificate(*key, options.subject.subject, validity);
    if (!made)
        return ctx.fail(made.error());
    if (const auto written = write_new(options.certificate, *made, 0644); !written)
        return ctx.fail(written.error());
    ctx.note("wrote " + options.certificate + ", valid until " + to_rfc3339(validity.until));
    return EX_OK;
}

int run_csr(const TlsSubject& options, Context& ctx)
{
    const auto key = key_for(options, ctx);
    if (!key)
        return ctx.fail(key.error());
    const auto made = crypto::make_signing_request(*key, options.subject);
    if (!made)
        return ctx.fail(made.error());
    ctx.write(*made);
    return EX_OK;
}

} // namespace

void add_tls_subject(CLI::App& verb, TlsSubject& options)
{
    verb.add_option("names", options.subject.names, "DNS names or IP addresses it is for")
        ->required()
        ->type_name("NAME");
    verb.add_option("--key", options.key, "Private key file; made where it is missing")
        ->required()
        ->type_name("FILE");
    verb.add_option("--key-type", options.key_type, "Of a new key: ecdsa, rsa2048, rsa3072, rsa4096")
        ->check(CLI::IsMember({"ecdsa", "rsa2048", "rsa3072", "rsa4096"}))
        ->type_name("TYPE");
    verb.add_option("--organization", options.subject.organization, "Organization");
    verb.add_option("--unit", options.subject.unit, "Organizational unit");
    verb.add_option("--locality", options.subject.locality, "City");
    verb.add_option("--state", options.subject.state, "State or province");
    verb.add_option("--country", options.subject.country, "Country, two letters");
    verb.add_option("--email", options.subject.email, "Contact address");
}

Result<std::string> key_for(const TlsSubject& options, Context& ctx)
{
    if (std::filesystem::exists(options.key)) {
        std::ifstream in(options.key, std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        if (!in)
            return Error(Errc::Denied, options.key + ": cannot be read");
        return text.str();
    }
    TRY(auto key, crypto::make_private_key(key_type_of(options.key_type)));
    TRY_VOID(write_new(options.key, key, 0600));
    ctx.note("wrote a new key to " + options.key);
    return key;
}

void add_tls_new(CLI::App& tls, Context& ctx)
{
    auto options = std::make_shared<NewOptions>();
    auto* verb = tls.add_subcommand("new", "Make a self-signed certificate");
    add_tls_subject(*verb, options->subject);
    verb->add_option("--certificate", options->certificate, "Certificate file to write")
        ->required()
        ->type_name("FILE");
    verb->add_option("--days", options->days, "How long it is valid (365)")->type_name("DAYS");
    verb->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_new(*options, ctx); }; });
}

void add_tls_csr(CLI::App& tls, Context& ctx)
{
    auto options = std::make_shared<TlsSubject>();
    auto* verb =
        tls.add_subcommand("csr", "Print a signing request to send to a certificate authority");
    add_tls_subject(*verb, *options);
    verb->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_csr(*options, ctx); }; });
}

} // namespace mailctl::cmd
