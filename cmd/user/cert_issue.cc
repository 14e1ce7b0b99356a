// mailctl user cert issue, export and authority: certificates that this server signs. AUTH-12
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <cerrno>

#include <unistd.h>

#include "cmd/hostname.h"
#include "cmd/read_input.h"
#include "cmd/user/cert.h"
#include "cmd/user/secrets.h"
#include "conf/config.h"
#include "conf/load.h"
#include "core/base/random.h"
#include "core/crypto/authority.h"
#include "core/crypto/password.h"
#include "core/crypto/secret.h"
#include "core/delivery/deliver.h"
#include "core/mime/builder.h"
#include "core/mime/date.h"
#include "store/client_certificates.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

constexpr std::size_t kMaxPemOctets = 64 * 1024;
constexpr std::size_t kMaxPasswordOctets = 1024;
constexpr auto kAuthorityLife = std::chrono::hours(24 * 3650);
/// Clocks that are a little slow take it as well.
constexpr auto kEarlier = std::chrono::minutes(10);

struct Options {
    std::string name, request, label, file, password_file;
    std::vector<std::string> fingerprints;
    unsigned days = 0; ///< 0: user.client_certificate_life
    bool mails = false, keeps = false, password_stdin = false, pkcs12 = false;
};

/// The settings' one, else the store's own, which is made where it has none.
Result<crypto::Authority> authority_of(Context& ctx)
{
    TRY(const auto config, ctx.config());
    if (!config->client_ca.authority.empty()) {
        TRY(std::string pem, conf::read_secret(config->client_ca.authority));
        const crypto::WipeAtEnd wipe_pem(pem);
        return crypto::read_authority(pem);
    }
    TRY(store::Store* const store, ctx.store());
    TRY(const auto known, ctx.wait(store::client_authority(*store)));
    if (known)
        return crypto::Authority{known->certificate, known->key};
    const Time now = store->clock().now();
    TRY(auto made, crypto::make_authority("Mail users of " + hostname_of(ctx, *config),
                                          {now - kEarlier, now + kAuthorityLife}));
    if (ctx.dry_run)
        return made;
    TRY(auto kept, ctx.wait(store::keep_client_authority(*store, {made.certificate, made.key})));
    return crypto::Authority{std::move(kept.certificate), std::move(kept.key)};
}

Result<> write_file(Context& ctx, const std::string& path, std::string_view octets)
{
    if (path == "-" || path.empty()) {
        ctx.write(octets);
        return ok();
    }
    TRY(const int file, ctx.open_output(path));
    while (!octets.empty()) {
        const auto written = ::write(file, octets.data(), octets.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            ::close(file);
            return Error(Errc::Unavailable, path + " cannot be written");
        }
        octets.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::close(file) != 0)
        return Error(Errc::Unavailable, path + " cannot be written");
    return ok();
}

/// Of the bundle: given, or made up and then shown once.
struct BundlePassword {
    std::string value;
    bool is_made_up = false;
};
Result<BundlePassword> bundle_password(const Options& options, Context& ctx)
{
    BundlePassword out;
    if (options.password_stdin) {
        const auto line = ctx.read_line();
        if (!line || line->empty())
            return Error(Errc::Invalid, "no password on standard input");
        out.value = *line;
        return out;
    }
    if (options.password_file.empty()) {
        out.value = crypto::generate_password();
        out.is_made_up = true;
        return out;
    }
    TRY(out.value, read_input(ctx, options.password_file, kMaxPasswordOctets));
    out.value.erase(std::min(out.value.find_first_of("\r\n"), out.value.size()));
    if (out.value.empty())
        return Error(Errc::Invalid, options.password_file + " holds no password");
    return out;
}

/// Puts the bundle into the user's own inbox. Errors: those of the store.
Result<> mail_bundle(Context& ctx, const store::User& user, const std::string& bundle)
{
    TRY(const auto config, ctx.config());
    TRY(store::Store* const store, ctx.store());
    const std::string address = to_string(user.address);
    const std::string host = hostname_of(ctx, *config);
    delivery::Acceptance out;
    out.delivery_id = system_random().token(16);
    mime::Draft draft;
    draft.boundary = "=_" + system_random().token(20);
    draft.fields = {{"From", "MAILER-DAEMON@" + host},
                    {"To", address},
                    {"Subject", "Your certificate"},
                    {"Date", mime::format_date(store->clock().now())},
                    {"Message-ID", "<" + out.delivery_id + "@" + host + ">"},
                    {"Auto-Submitted", "auto-generated"}};
    draft.text = "With the file in this message, a mail program can log in as " + address +
                 ".\nOpen it and type the password that you are given otherwise: it is not in "
                 "this message.\n";
    draft.attachments.push_back({"certificate.p12", "application/x-pkcs12", bundle});
    const std::string text = mime::compose(draft);
    auto spool = store->spool({{user.account}, false});
    TRY_VOID(ctx.wait(spool->write(text)));
    TRY(out.stored, ctx.wait(spool->finish()));
    mime::CardBuilder card;
    card.feed(text);
    out.card = std::make_shared<const mime::Card>(card.finish());
    out.local.push_back({user.account, user.address, "", true});
    TRY(const auto accepted, ctx.wait(delivery::accept(*store, std::move(out))));
    return accepted.local.front().result;
}

/// What came of it.
struct Issued {
    Enrolled enrolled;
    std::string password; ///< made up: to be shown once
};

crypto::Validity validity_of(const Options& options, const conf::Config& config, Time now)
{
    const milliseconds life =
        options.days > 0 ? std::chrono::hours(24 * options.days) : config.client_ca.life;
    return {now - kEarlier, now + life};
}

crypto::Holder holder_of(const store::User& user)
{
    return {to_string(user.address), user.full_name};
}

/// For a key that the user made: the certificate alone.
Result<Issued> issue_for_request(const Options& options, const store::User& user, Context& ctx)
{
    TRY(const auto config, ctx.config());
    TRY(const std::string request, read_input(ctx, options.request, kMaxPemOctets));
    TRY(const auto authority, authority_of(ctx));
    const auto validity = validity_of(options, *config, system_clock().now());
    TRY(const std::string pem,
        crypto::sign_request(authority, request, holder_of(user), validity));
    Issued out;
    TRY(out.enrolled, enrol(ctx, user, pem, options.label));
    if (ctx.dry_run)
        return out;
    TRY(store::Store* const store, ctx.store());
    TRY_VOID(ctx.wait(store::keep_issued_certificate(
        *store, user.account, out.enrolled.certificate.fingerprint, {pem, ""})));
    TRY_VOID(write_file(ctx, options.file, pem));
    return out;
}

/// With a key made here, which is in the bundle and nowhere else.
Result<Issued> issue_bundle(const Options& options, const store::User& user, Context& ctx)
{
    TRY(const auto config, ctx.config());
    TRY(auto password, bundle_password(options, ctx));
    const crypto::WipeAtEnd wipe_password(password.value);
    TRY(const auto authority, authority_of(ctx));
    TRY(std::string key, crypto::make_private_key(crypto::KeyType::EcdsaP256));
    const crypto::WipeAtEnd wipe_key(key);
    const auto validity = validity_of(options, *config, system_clock().now());
    TRY(const std::string pem, crypto::sign_for_key(authority, key, holder_of(user), validity));
    TRY(const std::string bundle, crypto::make_pkcs12(pem, key, authority.certificate,
                                                      to_string(user.address), password.value));
    Issued out;
    TRY(out.enrolled, enrol(ctx, user, pem, options.label));
    if (password.is_made_up)
        out.password = password.value;
    if (ctx.dry_run)
        return out;
    TRY(store::Store* const store, ctx.store());
    TRY_VOID(ctx.wait(store::keep_issued_certificate(
        *store, user.account, out.enrolled.certificate.fingerprint,
        {pem, options.keeps ? bundle : std::string()})));
    if (!options.file.empty()) {
        TRY_VOID(write_file(ctx, options.file, bundle));
    }
    if (options.mails) {
        TRY_VOID(mail_bundle(ctx, user, bundle));
    }
    return out;
}

void show(const Issued& issued, Context& ctx)
{
    auto names = cert_columns();
    auto cells = cert_cells(issued.enrolled.user, issued.enrolled.certificate, system_clock().now());
    names.push_back("password");
    cells.emplace_back(issued.password);
    Table table(ctx, {"mailctl.user.cert.issue/1", std::move(names)});
    table.add(std::move(cells));
}

int issue_to(UserView& view, const Options& options, Context& ctx)
{
    const bool for_request = !options.request.empty();
    const auto issued = for_request ? issue_for_request(options, view.user, ctx)
                                    : issue_bundle(options, view.user, ctx);
    if (!issued)
        return ctx.fail(issued.error());
    if (!ctx.dry_run)
        record_secret_change(ctx, view.user, "certificate issued", options.label);
    const auto config = ctx.config();
    if (config && !(*config)->auth.client_certificates)
        ctx.note("auth.client_certificates is off: clients are not asked for certificates");
    const bool is_data = for_request && (options.file.empty() || options.file == "-");
    if (!is_data || ctx.dry_run)
        show(*issued, ctx);
    return EX_OK;
}

int run_issue(const Options& options, Context& ctx)
{
    const bool for_request = !options.request.empty();
    if (for_request && (options.mails || options.keeps || options.password_stdin ||
                        !options.password_file.empty()))
        return ctx.usage("--csr has its key elsewhere: there is no bundle to mail, keep or protect");
    if (!for_request && options.file.empty() && !options.mails && !ctx.dry_run)
        return ctx.usage("where shall the bundle go? Give --out FILE, --mail or both");
    if (!for_request && options.file == "-")
        return ctx.usage("the bundle needs a file: standard output tells of it");
    return for_each_user(ctx, {options.name}, {},
                         [&](UserView& view) { return issue_to(view, options, ctx); });
}

int export_of(UserView& view, const Options& options, Context& ctx)
{
    const auto named = named_certificates(view.user, options.fingerprints);
    if (!named)
        return ctx.fail(named.error());
    if (named->size() != 1)
        return ctx.usage("more than one certificate starts so: give more digits");
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const auto issued = ctx.wait(
        store::issued_certificate(**store, view.user.account, named->front().fingerprint));
    if (!issued)
        return ctx.fail(issued.error());
    if (!*issued)
        return ctx.fail(Error(Errc::NotFound, "it was not issued here: only its fingerprint is known"));
    if (options.pkcs12 && (*issued)->pkcs12.empty())
        return ctx.fail(Error(Errc::NotFound, "its bundle was not kept (user cert issue --keep)"));
    const auto& octets = options.pkcs12 ? (*issued)->pkcs12 : (*issued)->certificate;
    if (const auto written = write_file(ctx, options.file, octets); !written)
        return ctx.fail(written.error());
    return EX_OK;
}

int run_authority(Context& ctx)
{
    const auto authority = authority_of(ctx);
    if (!authority)
        return ctx.fail(authority.error());
    ctx.write(authority->certificate);
    return EX_OK;
}

} // namespace

void add_user_cert_issue(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* issue = cert_of(user).add_subcommand(
        "issue", "Sign a certificate for a user, with a new key in a PKCS #12 bundle or for a request");
    issue->add_option("ADDRESS", options->name, "The user's address")->required();
    add_output_file(*issue, ctx, "--out", options->file,
                    "Where the bundle goes; with --csr the certificate (default: standard output)");
    issue->add_flag("--mail", options->mails,
                    "Put the bundle into the user's inbox; its password is not in the message");
    issue->add_flag("--keep", options->keeps,
                    "Keep the bundle for export, encrypted; else its key is kept nowhere here");
    add_input_file(*issue, ctx, "--csr", options->request,
                   "A signing request, PEM, of a key that the user made");
    issue->add_option("--label", options->label, "A remark")->type_name("TEXT");
    issue->add_option("--days", options->days, "How long it is valid (user.client_certificate_life)")
        ->type_name("N")
        ->check(CLI::Range(1u, 3650u));
    auto* password = issue->add_option_group(
        "Password of the bundle", "Without any of these one is made up and printed, once");
    password->add_flag("--password-stdin", options->password_stdin,
                       "The first line of standard input is the password");
    add_input_file(*password, ctx, "--password-file", options->password_file,
                   "The first line of this file is the password");
    password->require_option(0, 1);
    add_change_options(*issue, ctx);
    issue->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_issue(*options, ctx); }; });
}

void add_user_cert_export(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    options->fingerprints.emplace_back();
    auto* verb = cert_of(user).add_subcommand(
        "export", "Write a certificate that was issued here, or its bundle where that was kept");
    verb->add_option("ADDRESS", options->name, "The user's address")->required();
    verb->add_option("FINGERPRINT", options->fingerprints.front(),
                     "SHA-256 as list shows it, or its first 8 digits and more")
        ->required();
    verb->add_flag("--pkcs12", options->pkcs12, "The bundle, under the password it was issued with");
    add_output_file(*verb, ctx, "--out", options->file, "Where it goes (default: standard output)");
    verb->callback([options, &ctx] {
        ctx.action = [options, &ctx] {
            return for_each_user(ctx, {options->name}, {}, [&](UserView& view) {
                return export_of(view, *options, ctx);
            });
        };
    });
}

void add_user_cert_authority(CLI::App& user, Context& ctx)
{
    auto* verb = cert_of(user).add_subcommand(
        "authority", "Print the certificate of who signs users' certificates; makes it where there is none");
    verb->callback([&ctx] { ctx.action = [&ctx] { return run_authority(ctx); }; });
}

} // namespace mailctl::cmd
