// mailctl user cert: certificates that users log in with instead of a password. AUTH-12
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/read_input.h"
#include "cmd/table.h"
#include "cmd/user/user.h"
#include "core/auth/secrets/client_certificate.h"
#include "core/base/ascii.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

constexpr std::size_t kMaxPemOctets = 64 * 1024;
constexpr std::size_t kMinFingerprintCharacters = 8; ///< of those that revoke takes

struct Options {
    std::string name, file, label;
    std::vector<std::string> fingerprints;
    bool all = false;
};

constexpr std::string_view kColumns[] = {"address", "sha256", "subject", "label",
                                         "from",    "until",  "added",   "state"};

void show(Table& table, const store::User& user, const auth::ClientCertificate& one, Time now)
{
    const std::string_view state = user.contained          ? "contained"
                                   : one.not_after <= now  ? "expired"
                                   : one.not_before > now  ? "not_yet"
                                                           : "active";
    table.row(to_string(user.address), one.fingerprint, one.subject, one.label, one.not_before,
              one.not_after, one.added, state);
}

int add_to(UserView& view, const Options& options, const std::string& pem, Context& ctx)
{
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const Time now = (*store)->clock().now();
    auth::ClientCertificate enrolled;
    const auto change = [&](store::User& user) -> Result<> {
        TRY(enrolled, auth::enrol_certificate(user, pem, options.label, now));
        user.certificates.push_back(to_string(enrolled));
        return ok();
    };
    Result<store::User> changed = view.user;
    if (ctx.dry_run) {
        if (const auto done = change(*changed); !done)
            return ctx.fail(done.error());
    } else {
        changed = ctx.wait((*store)->directory().update_user(view.user.address, change));
    }
    if (!changed)
        return ctx.fail(changed.error());
    Table table(ctx, {"mailctl.user.cert.add/1", {std::begin(kColumns), std::end(kColumns)}});
    show(table, *changed, enrolled, now);
    return EX_OK;
}

int run_add(const Options& options, Context& ctx)
{
    const auto pem = read_input(ctx, options.file, kMaxPemOctets);
    if (!pem)
        return ctx.fail(pem.error());
    return for_each_user(ctx, {options.name}, {},
                         [&](UserView& view) { return add_to(view, options, *pem, ctx); });
}

int run_list(const std::vector<std::string>& names, Context& ctx)
{
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    const Time now = (*store)->clock().now();
    Table table(ctx, {"mailctl.user.cert.list/1", {std::begin(kColumns), std::end(kColumns)}});
    return for_each_user(ctx, names, {}, [&](UserView& view) {
        for (const auto& one : auth::certificates_of(view.user))
            show(table, view.user, one, now);
        return EX_OK;
    });
}

/// Colons and case, as other programs print fingerprints, do not count.
std::string plain(std::string_view fingerprint)
{
    std::string out;
    for (const char c : fingerprint)
        if (c != ':')
            out += ascii::to_lower(c);
    return out;
}

Result<std::size_t> take_out(const Options& options, store::User& user)
{
    if (options.all)
        return std::exchange(user.certificates, {}).size();
    std::size_t gone = 0;
    for (const auto& named : options.fingerprints) {
        const std::string start = plain(named);
        if (start.size() < kMinFingerprintCharacters)
            return Error(Errc::Invalid, "a fingerprint needs at least its first " +
                                            std::to_string(kMinFingerprintCharacters) + " digits");
        const auto count = std::erase_if(user.certificates, [&](const std::string& line) {
            const auto one = auth::parse_client_certificate(line);
            return one && one->fingerprint.starts_with(start);
        });
        if (count == 0)
            return Error(Errc::NotFound, to_string(user.address) + " has no certificate " +
                                             ascii::printable(named));
        gone += count;
    }
    return gone;
}

int revoke_of(UserView& view, const Options& options, Context& ctx)
{
    const auto store = ctx.store();
    if (!store)
        return ctx.fail(store.error());
    std::size_t gone = 0;
    const auto change = [&](store::User& user) -> Result<> {
        TRY(gone, take_out(options, user));
        return ok();
    };
    Result<store::User> changed = view.user;
    if (ctx.dry_run) {
        if (const auto done = change(*changed); !done)
            return ctx.fail(done.error());
    } else {
        changed = ctx.wait((*store)->directory().update_user(view.user.address, change));
    }
    if (!changed)
        return ctx.fail(changed.error());
    ctx.note((ctx.dry_run ? "would revoke " : "revoked ") + std::to_string(gone) +
             (gone == 1 ? " certificate of " : " certificates of ") + to_string(view.user.address));
    return EX_OK;
}

int run_revoke(const Options& options, Context& ctx)
{
    if (options.fingerprints.empty() != options.all)
        return ctx.usage("name certificates by their fingerprints, or give --all");
    return for_each_user(ctx, {options.name}, {},
                         [&](UserView& view) { return revoke_of(view, options, ctx); });
}

/// "user cert", made with the first of its verbs.
CLI::App& cert_of(CLI::App& user)
{
    for (auto* verb : user.get_subcommands([](const CLI::App*) { return true; }))
        if (verb->get_name() == "cert")
            return *verb;
    auto* made = user.add_subcommand("cert", "Certificates instead of a password");
    made->require_subcommand(1);
    return *made;
}

} // namespace

void add_user_cert_add(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* add = cert_of(user).add_subcommand("add", "Let a user log in with a certificate");
    add->add_option("ADDRESS", options->name, "The user's address")->required();
    add_input_file(*add, ctx, "FILE", options->file, "The certificate in PEM form")->required();
    add->add_option("--label", options->label, "A remark")->type_name("TEXT");
    add_change_options(*add, ctx);
    add->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_add(*options, ctx); }; });
}

void add_user_cert_list(CLI::App& user, Context& ctx)
{
    auto names = std::make_shared<std::vector<std::string>>();
    auto* list = cert_of(user).add_subcommand("list", "List users' certificates");
    list->add_option("ADDRESS", *names, "Users; without any, all of them");
    list->callback([names, &ctx] { ctx.action = [names, &ctx] { return run_list(*names, ctx); }; });
}

void add_user_cert_revoke(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* revoke = cert_of(user).add_subcommand(
        "revoke", "Take certificates away; sessions under way go on");
    revoke->add_option("ADDRESS", options->name, "The user's address")->required();
    revoke->add_option("FINGERPRINT", options->fingerprints,
                       "SHA-256 as list shows it, or its first 8 digits and more");
    revoke->add_flag("--all", options->all, "All of this user");
    add_change_options(*revoke, ctx);
    revoke->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_revoke(*options, ctx); }; });
}

} // namespace mailctl::cmd
