// mailctl smtp etrn: asks another server for the mail that it keeps for a domain. RFC 1985
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/read_input.h"
#include "cmd/smtp/smtp.h"
#include "core/address/address.h"
#include "core/net/dial.h"
#include "core/net/tls.h"
#include "core/smtp/client/client.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string host, domain;
    std::uint16_t port = 25;
    unsigned seconds = 60;
    std::string user, password_file, ca_file;
    bool starttls = false, plain = false;
};

constexpr std::size_t kMaxPasswordOctets = 1024, kMaxCaOctets = 1024 * 1024;

/// Addresses of a name, as the system resolves it. Errors: NotFound.
Result<std::vector<std::string>> addresses_of(const std::string& host)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0)
        return Error(Errc::NotFound, host + ": " + ::gai_strerror(error));
    std::vector<std::string> out;
    for (const addrinfo* at = found; at; at = at->ai_next) {
        char text[NI_MAXHOST];
        if (::getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof text, nullptr, 0,
                          NI_NUMERICHOST) == 0)
            out.emplace_back(text);
    }
    ::freeaddrinfo(found);
    return out;
}

std::string own_name()
{
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 ? name : "localhost";
}

/// Errors: Unavailable (no connection), and what the server says where it does not offer ETRN.
Awaitable<Result<smtp::PeerReply>> ask(net::Dial to, smtp::ClientOptions how, std::string domain)
{
    auto stream = co_await net::dial(std::move(to));
    if (!stream)
        co_return stream.error();
    auto opened = co_await smtp::open_client(*std::move(stream), std::move(how));
    if (!opened.client)
        co_return Error(Errc::Unavailable, opened.failure ? opened.failure->reply.text
                                                          : "no session");
    if (!opened.client->extensions().etrn) {
        co_await opened.client->quit();
        co_return Error(Errc::Unavailable, "the server does not offer ETRN");
    }
    auto reply = co_await opened.client->etrn(std::move(domain));
    co_await opened.client->quit();
    co_return reply;
}

/// The first line. Errors: those of read_input.
Result<std::string> password_in(Context& ctx, const std::string& file)
{
    TRY(std::string text, read_input(ctx, file, kMaxPasswordOctets));
    text.erase(std::min(text.find_first_of("\r\n"), text.size()));
    return text;
}

/// A password travels through TLS with a certificate that fits, unless --plain is given.
/// Errors: Invalid (what TLS is to be checked with), those of read_input.
Result<smtp::ClientOptions> session_options(const Options& options, Context& ctx)
{
    smtp::ClientOptions how;
    how.hello = own_name();
    how.timeouts.greeting = how.timeouts.command = std::chrono::seconds(options.seconds);
    const bool secure = options.starttls || !options.ca_file.empty() ||
                        (!options.user.empty() && !options.plain);
    how.tls = secure ? smtp::ClientTls::Required : smtp::ClientTls::None;
    if (secure) {
        net::ClientTlsOptions tls;
        tls.server_name = options.host;
        if (!options.ca_file.empty()) {
            TRY(tls.ca, read_input(ctx, options.ca_file, kMaxCaOctets));
        }
        TRY(how.tls_context, net::make_client_context(tls));
    }
    if (options.user.empty())
        return how;
    smtp::ClientCredentials credentials;
    credentials.user = options.user;
    TRY(credentials.secret, password_in(ctx, options.password_file));
    how.credentials = std::move(credentials);
    return how;
}

int run(const Options& options, Context& ctx)
{
    const bool wide = options.domain.starts_with('@');
    const auto domain = address::canonical_domain(options.domain.substr(wide ? 1 : 0));
    if (!domain)
        return ctx.fail(domain.error());
    const auto how = session_options(options, ctx);
    if (!how)
        return ctx.fail(how.error());
    const auto addresses = addresses_of(options.host);
    if (!addresses)
        return ctx.fail(addresses.error());
    Error last(Errc::Unavailable, options.host + ": no address");
    for (const auto& address : *addresses) {
        net::Dial to;
        to.address = address;
        to.port = options.port;
        to.limit = std::chrono::seconds(options.seconds);
        const auto reply = ctx.wait(ask(to, *how, (wide ? "@" : "") + *domain));
        if (!reply) {
            last = reply.error();
            continue;
        }
        ctx.write(std::to_string(reply->code) + ' ' + reply->text + '\n');
        if (reply->code >= 500 || reply->code == 459)
            return EX_NOPERM;
        return reply->code >= 400 ? EX_TEMPFAIL : EX_OK;
    }
    return ctx.fail(last);
}

} // namespace

void add_smtp_etrn(CLI::App& smtp, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* etrn = smtp.add_subcommand("etrn", "Ask another server for the mail it keeps for a domain");
    etrn->add_option("SERVER", options->host, "Name or address of the server")->required();
    etrn->add_option("DOMAIN", options->domain, "The domain; @DOMAIN: with those below it")
        ->required();
    etrn->add_option("--port", options->port, "Port (default 25)")->type_name("N");
    etrn->add_option("--timeout", options->seconds, "Wait for each answer (default 60)")
        ->type_name("SECONDS")
        ->check(CLI::Range(1u, 3600u));
    auto* user =
        etrn->add_option("--user", options->user, "Log in with this name")->type_name("NAME");
    auto* password = etrn->add_option("--password-file", options->password_file,
                                      "Its password is the first line of this file; - is standard "
                                      "input")
                         ->type_name("FILE");
    user->needs(password);
    password->needs(user);
    auto* starttls = etrn->add_flag("--starttls", options->starttls,
                                    "Only over TLS, with a certificate that fits; --user does it too");
    auto* ca = etrn->add_option("--ca", options->ca_file,
                                "Certificates that the server's must come from (default: the "
                                "system's)")
                   ->type_name("FILE");
    etrn->add_flag("--plain", options->plain, "Log in without TLS")->excludes(starttls)->excludes(ca);
    etrn->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
