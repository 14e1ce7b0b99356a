// mailctl dkim set: how a domain signs, and how its keys follow one another.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/dkim/dkim.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string domain, selector;
    std::optional<std::string> canons, headers, identity, expiry, every, overlap, activate_after;
    std::optional<std::string> note;
    std::optional<bool> testing;
};

/// "none" is no time at all. Errors: Invalid.
Result<> take_time(const std::optional<std::string>& text, milliseconds& time)
{
    if (!text)
        return ok();
    if (*text == "none") {
        time = milliseconds(0);
        return ok();
    }
    TRY(time, parse_duration(*text));
    return ok();
}

void take_text(const std::optional<std::string>& text, std::string_view empty_word,
               std::string& into)
{
    if (text)
        into = *text == empty_word ? std::string() : *text;
}

Result<> apply_to_policy(const Options& options, store::DkimDomain& domain)
{
    store::DkimPolicy& policy = domain.policy;
    if (options.canons)
        policy.canons = *options.canons;
    take_text(options.headers, "default", policy.headers);
    take_text(options.identity, "none", policy.identity);
    TRY_VOID(take_time(options.expiry, policy.lifetime));
    TRY_VOID(take_time(options.every, policy.rotation.every));
    TRY_VOID(take_time(options.overlap, policy.rotation.overlap));
    TRY_VOID(take_time(options.activate_after, policy.rotation.activate_after));
    return dkim::check_policy(policy, domain.domain);
}

Result<> apply_to_key(const Options& options, store::DkimDomain& domain)
{
    store::DkimKey* key = domain.find(options.selector);
    if (key == nullptr)
        return Error(Errc::NotFound, domain.domain + " has no key " + options.selector);
    if (options.note)
        key->note = *options.note;
    if (options.testing)
        key->testing = *options.testing;
    return ok();
}

int run(const Options& options, Context& ctx)
{
    const bool is_of_key = options.note || options.testing;
    if (is_of_key && options.selector.empty())
        return ctx.usage("--note and --test are of a key: name its selector");
    const auto name = hosted_name(ctx, options.domain);
    if (!name)
        return ctx.fail(name.error());
    const auto apply = [&](store::DkimDomain& domain) -> Result<> {
        domain.domain = *name;
        if (is_of_key)
            TRY_VOID(apply_to_key(options, domain));
        return apply_to_policy(options, domain);
    };
    if (ctx.dry_run) {
        auto domain = dkim_of(ctx, *name);
        if (!domain)
            return ctx.fail(domain.error());
        if (const auto tried = apply(*domain); !tried)
            return ctx.fail(tried.error());
        ctx.note("would change " + *name);
        return EX_OK;
    }
    if (const auto stored = update_dkim(ctx, *name, apply); !stored)
        return ctx.fail(stored.error());
    ctx.note("changed " + *name);
    return EX_OK;
}

} // namespace

void add_dkim_set(CLI::App& dkim, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = dkim.add_subcommand("set", "Change how a domain signs, or a key's note");
    verb->add_option("DOMAIN", options->domain, "A domain of this server")->required();
    verb->add_option("SELECTOR", options->selector, "One of its keys, for --note and --test");
    verb->add_option("--canonicalization", options->canons,
                     "Of header and body: relaxed/relaxed, relaxed/simple, simple/relaxed, "
                     "simple/simple");
    verb->add_option("--headers", options->headers,
                     "Fields to sign where they are there, \"+\" behind those that nobody may "
                     "add: 'From+ Subject+ To Date'; default");
    verb->add_option("--identity", options->identity, "The i= tag: @sub.example.org; none");
    verb->add_option("--expiry", options->expiry, "How long a signature is good: 14d; none");
    verb->add_option("--rotate-every", options->every, "Age at which a key is replaced: 90d; none");
    verb->add_option("--overlap", options->overlap,
                     "How long a retired key is kept and to be published: 7d");
    verb->add_option("--activate-after", options->activate_after,
                     "Sign with the next key after this time though its record was not seen; none");
    verb->add_option("--note", options->note, "What to remember of a key");
    verb->add_option("--test", options->testing, "Whether a key's record says t=y: true or false");
    add_change_options(*verb, ctx);
    verb->callback([options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
