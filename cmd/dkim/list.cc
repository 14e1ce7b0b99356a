// mailctl dkim list, show and dns: keys, how a domain signs, and what is to be published.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/dkim/dkim.h"
#include "cmd/table.h"
#include "core/address/address.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string domain;
    std::string selector;
    std::string form = "zone";
    bool all = false;
};

Result<std::vector<store::DkimDomain>> domains_of(const Options& options, Context& ctx)
{
    if (!options.domain.empty()) {
        TRY(store::DkimDomain one, dkim_of(ctx, options.domain));
        return std::vector<store::DkimDomain>{std::move(one)};
    }
    TRY(store::Store* const store, ctx.store());
    return ctx.wait(store::dkim_keys(*store).all_keys());
}

int run_list(const Options& options, Context& ctx)
{
    const auto domains = domains_of(options, ctx);
    if (!domains)
        return ctx.fail(domains.error());
    Table table(ctx, {"mailctl.dkim.list/1",
                      {"domain", "selector", "state", "key", "created", "activated", "retired",
                       "test", "rotates", "note"}});
    for (const auto& domain : *domains)
        for (const auto& key : domain.keys)
            table.row(domain.domain, key.selector, dkim::name_of(key.state), key_text(key),
                      key.created, given_time(key.activated), given_time(key.retired), key.testing,
                      key.rotates, key.note);
    return EX_OK;
}

std::string duration_text(milliseconds time)
{
    return time.count() == 0 ? "none" : to_text(time);
}

void show_policy(const store::DkimDomain& domain, Context& ctx)
{
    const store::DkimPolicy& policy = domain.policy;
    std::vector<std::string> signing;
    for (const auto& key : dkim::signing_keys(domain))
        signing.push_back(key.selector);
    Sheet(ctx, "mailctl.dkim.show/1")
        .field("domain", domain.domain)
        .field("sign", policy.sign)
        .field("keys", static_cast<std::uint64_t>(domain.keys.size()))
        .field("signing", signing)
        .field("canonicalization", policy.canons)
        .field("headers", policy.headers.empty() ? std::string(dkim::default_signed_headers())
                                                 : policy.headers)
        .field("identity", policy.identity)
        .field("expiry", duration_text(policy.lifetime))
        .field("rotate_every", duration_text(policy.rotation.every))
        .field("overlap", duration_text(policy.rotation.overlap))
        .field("activate_after", duration_text(policy.rotation.activate_after));
}

int show_key(const store::DkimDomain& domain, const std::string& selector, Context& ctx)
{
    const store::DkimKey* key = domain.find(selector);
    if (key == nullptr)
        return ctx.fail(Error(Errc::NotFound, domain.domain + " has no key " + selector));
    const bool is_file = key->private_key.starts_with("file:");
    Sheet(ctx, "mailctl.dkim.key/1")
        .field("domain", domain.domain)
        .field("selector", key->selector)
        .field("state", dkim::name_of(key->state))
        .field("key", key_text(*key))
        .field("private_key", is_file ? key->private_key : "store")
        .field("created", key->created)
        .field("activated", given_time(key->activated))
        .field("retired", given_time(key->retired))
        .field("test", key->testing)
        .field("rotates", key->rotates)
        .field("note", key->note)
        .field("record", dkim::to_text(dkim::record_of(*key)));
    return EX_OK;
}

int run_show(const Options& options, Context& ctx)
{
    const auto name = hosted_name(ctx, options.domain);
    const auto domain = dkim_of(ctx, options.domain);
    if (!domain)
        return ctx.fail(domain.error());
    if (!name && domain->keys.empty())
        return ctx.fail(name.error());
    if (!options.selector.empty())
        return show_key(*domain, options.selector, ctx);
    show_policy(*domain, ctx);
    return EX_OK;
}

dkim::RecordForm form_of(const std::string& word)
{
    if (word == "plain")
        return dkim::RecordForm::Plain;
    return word == "paste" ? dkim::RecordForm::Paste : dkim::RecordForm::Zone;
}

int run_dns(const Options& options, Context& ctx)
{
    const auto domain = keys_of(ctx, options.domain);
    if (!domain)
        return ctx.fail(domain.error());
    if (!options.selector.empty() && domain->find(options.selector) == nullptr)
        return ctx.fail(Error(Errc::NotFound, domain->domain + " has no key " + options.selector));
    for (const auto& key : domain->keys) {
        const bool is_chosen = options.selector.empty()
                                   ? options.all || key.state != store::DkimState::Disabled
                                   : key.selector == options.selector;
        if (!is_chosen)
            continue;
        const auto text = dkim::to_text(form_of(options.form), key, domain->domain);
        if (!text)
            return ctx.fail(text.error());
        ctx.write(*text);
    }
    return EX_OK;
}

} // namespace

void add_dkim_list(CLI::App& dkim, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = dkim.add_subcommand("list", "List keys");
    verb->add_option("DOMAIN", options->domain, "Of this name only");
    verb->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_list(*options, ctx); }; });
}

void add_dkim_show(CLI::App& dkim, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = dkim.add_subcommand("show", "Show how a domain signs, or one of its keys");
    verb->add_option("DOMAIN", options->domain, "A domain of this server")->required();
    verb->add_option("SELECTOR", options->selector, "One of its keys");
    verb->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_show(*options, ctx); }; });
}

void add_dkim_dns(CLI::App& dkim, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = dkim.add_subcommand("dns", "Print the records to publish");
    verb->add_option("DOMAIN", options->domain, "A domain of this server")->required();
    verb->add_option("SELECTOR", options->selector, "One of its keys (default: all in use)");
    verb->add_option("--form", options->form,
                     "zone: lines of a zone file; plain: name, tab, text; paste: host and value "
                     "on lines of their own, for a provider's web form")
        ->check(CLI::IsMember({"zone", "plain", "paste"}));
    verb->add_flag("--all", options->all, "Disabled keys too");
    verb->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_dns(*options, ctx); }; });
}

} // namespace mailctl::cmd
