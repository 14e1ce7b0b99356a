// mailctl dkim sign: a filter that puts signatures before a message.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/dkim/dkim.h"
#include "cmd/read_input.h"
#include "core/address/address.h"
#include "core/dkim/sign.h"
#include "core/mime/header.h"

namespace mailctl::cmd {
namespace {

constexpr std::size_t kMaxPemOctets = 64 * 1024;

struct Options {
    std::string message;
    std::string domain, selector, key;
    std::optional<std::string> canons, headers, identity, expiry;
    bool with_length = false;
};

/// Who signs, and how.
struct Plan {
    dkim::SigningOptions options;
    std::vector<dkim::SigningIdentity> keys;
};

Result<> apply_options(const Options& options, store::DkimPolicy& policy)
{
    if (options.canons)
        policy.canons = *options.canons;
    if (options.headers)
        policy.headers = *options.headers;
    if (options.identity)
        policy.identity = *options.identity;
    if (options.expiry) {
        TRY(policy.lifetime, parse_duration(*options.expiry));
    }
    return ok();
}

Result<Plan> plan_of(const Options& options, store::DkimPolicy policy, const std::string& domain)
{
    Plan plan;
    TRY_VOID(apply_options(options, policy));
    TRY_VOID(dkim::check_policy(policy, domain));
    TRY(plan.options, dkim::options_of(policy));
    plan.options.with_length = options.with_length;
    return plan;
}

Result<Plan> plan_with_file(const Options& options, Context& ctx, const std::string& domain)
{
    TRY(Plan plan, plan_of(options, {}, domain));
    TRY(const std::string pem, read_input(ctx, options.key, kMaxPemOctets));
    TRY(crypto::SigningKey key, crypto::SigningKey::from_pem(pem));
    TRY(std::string selector, address::canonical_domain(options.selector));
    plan.keys.push_back({domain, std::move(selector), std::move(key)});
    return plan;
}

Result<Plan> plan_with_store(const Options& options, Context& ctx, const std::string& domain)
{
    TRY(const store::DkimDomain stored, keys_of(ctx, domain));
    TRY(Plan plan, plan_of(options, stored.policy, domain));
    if (options.selector.empty()) {
        plan.keys = dkim::signing_keys(stored);
        if (plan.keys.empty())
            return Error(Errc::NotFound, domain + " has no active key");
        return plan;
    }
    const store::DkimKey* key = stored.find(options.selector);
    if (key == nullptr)
        return Error(Errc::NotFound, domain + " has no key " + options.selector);
    TRY(crypto::SigningKey pair, store::load_private_key(key->private_key));
    plan.keys.push_back({domain, key->selector, std::move(pair)});
    return plan;
}

Result<Plan> make_plan(const Options& options, Context& ctx, std::string_view header)
{
    std::string domain = dkim::author_domain(header);
    if (!options.domain.empty()) {
        TRY(domain, address::canonical_domain(options.domain));
    }
    if (domain.empty())
        return Error(Errc::Invalid, "From is not one address: give --domain");
    return options.key.empty() ? plan_with_store(options, ctx, domain)
                               : plan_with_file(options, ctx, domain);
}

int run(const Options& options, Context& ctx)
{
    if (!options.key.empty() && options.selector.empty())
        return ctx.usage("--key needs --selector: under which name is its other half published?");
    bool had_bare_lf = false;
    const auto message = read_message(ctx, options.message, had_bare_lf);
    if (!message)
        return ctx.fail(message.error());
    const auto split = mime::header_octets(*message);
    const auto header = std::string_view(*message).substr(0, split);
    const auto plan = make_plan(options, ctx, header);
    if (!plan)
        return ctx.fail(plan.error());
    dkim::Signing signing(header, plan->options, system_clock().now());
    signing.feed(std::string_view(*message).substr(split));
    const auto signatures = signing.finish(plan->keys);
    if (!signatures)
        return ctx.fail(signatures.error());
    if (had_bare_lf)
        ctx.detail("line ends were made CRLF, as they are sent");
    ctx.write(*signatures);
    ctx.write(*message);
    return EX_OK;
}

} // namespace

void add_dkim_sign(CLI::App& dkim, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = dkim.add_subcommand("sign", "Sign a message: a filter");
    add_input_file(*verb, ctx, "FILE", options->message, "The message; -: standard input")
        ->required();
    verb->add_option("--domain", options->domain, "Who signs (default: the domain of From)");
    verb->add_option("--selector", options->selector,
                     "One key, whatever its state (default: all active ones)");
    add_input_file(*verb, ctx, "--key", options->key,
                   "PEM file to sign with; store and settings are not looked at");
    verb->add_option("--canonicalization", options->canons, "Of header and body: relaxed/simple");
    verb->add_option("--headers", options->headers, "Fields to sign, as dkim set has them");
    verb->add_option("--identity", options->identity, "The i= tag");
    verb->add_option("--expiry", options->expiry, "How long it is good: 14d");
    verb->add_flag("--body-length", options->with_length,
                   "Write l=: others can add to the message, so better not");
    verb->callback([options, &ctx] {
        ctx.action = [options, &ctx] { return run(*options, ctx); };
    });
}

} // namespace mailctl::cmd
