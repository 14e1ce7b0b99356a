// mailctl user cert add, list and revoke: certificates that users log in with. AUTH-12
#include "cmd/user/cert.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/read_input.h"
#include "cmd/user/secrets.h"
#include "core/base/ascii.h"
#include "store/client_certificates.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

constexpr std::size_t kMaxPemOctets = 64 * 1024;

struct Options {
    std::string name, file, label;
    std::vector<std::string> fingerprints;
    bool all = false;
};

int add_to(UserView& view, const Options& options, const std::string& pem, Context& ctx)
{
    const auto enrolled = enrol(ctx, view.user, pem, options.label);
    if (!enrolled)
        return ctx.fail(enrolled.error());
    if (!ctx.dry_run)
        record_secret_change(ctx, enrolled->user, "certificate added", enrolled->certificate.label);
    Table table(ctx, {"mailctl.user.cert.add/1", cert_columns()});
    table.add(cert_cells(enrolled->user, enrolled->certificate, system_clock().now()));
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
    Table table(ctx, {"mailctl.user.cert.list/1", cert_columns()});
    return for_each_user(ctx, names, {}, [&](UserView& view) {
        for (const auto& one : auth::certificates_of(view.user))
            table.add(cert_cells(view.user, one, now));
        return EX_OK;
    });
}

/// The fingerprints of those that go.
Result<std::vector<std::string>> chosen(const Options& options, const store::User& user)
{
    std::vector<std::string> out;
    auto all = auth::certificates_of(user);
    if (!options.all) {
        TRY(all, named_certificates(user, options.fingerprints));
    }
    for (const auto& one : all)
        out.push_back(one.fingerprint);
    return out;
}

/// Takes them out of the user, and with them what was kept of those that were issued here.
Result<> revoke(Context& ctx, const store::User& user, const std::vector<std::string>& gone, bool all)
{
    TRY(store::Store* const store, ctx.store());
    const auto change = [&gone, all](store::User& one) -> Result<> {
        std::erase_if(one.certificates, [&](const std::string& line) {
            const auto parsed = auth::parse_client_certificate(line);
            return all || (parsed && std::find(gone.begin(), gone.end(), parsed->fingerprint) != gone.end());
        });
        return ok();
    };
    TRY_VOID(ctx.wait(store->directory().update_user(user.address, change)));
    for (const auto& fingerprint : gone) {
        TRY_VOID(ctx.wait(store::forget_issued_certificate(*store, user.account, fingerprint)));
    }
    record_secret_change(ctx, user, "certificate revoked", "");
    return ok();
}

int revoke_of(UserView& view, const Options& options, Context& ctx)
{
    const auto gone = chosen(options, view.user);
    if (!gone)
        return ctx.fail(gone.error());
    if (!ctx.dry_run)
        if (const auto done = revoke(ctx, view.user, *gone, options.all); !done)
            return ctx.fail(done.error());
    ctx.note((ctx.dry_run ? "would revoke " : "revoked ") + std::to_string(gone->size()) +
             (gone->size() == 1 ? " certificate of " : " certificates of ") +
             to_string(view.user.address));
    return EX_OK;
}

int run_revoke(const Options& options, Context& ctx)
{
    if (options.fingerprints.empty() != options.all)
        return ctx.usage("name certificates by their fingerprints, or give --all");
    return for_each_user(ctx, {options.name}, {},
                         [&](UserView& view) { return revoke_of(view, options, ctx); });
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
        "revoke", "Take certificates away, which ends their sessions (user.end_sessions)");
    revoke->add_option("ADDRESS", options->name, "The user's address")->required();
    revoke->add_option("FINGERPRINT", options->fingerprints,
                       "SHA-256 as list shows it, or its first 8 digits and more");
    revoke->add_flag("--all", options->all, "All of this user");
    add_change_options(*revoke, ctx);
    revoke->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_revoke(*options, ctx); }; });
}

} // namespace mailctl::cmd
