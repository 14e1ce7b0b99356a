// mailctl dkim enable, disable, activate, retire and delete: which keys sign.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/dkim/dkim.h"
#include "core/address/address.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string domain;
    std::string selector;
};

using Edit = std::function<Result<>(store::DkimDomain&, const std::string& selector)>;

int change(const Options& options, Context& ctx, const Edit& edit, const std::string& done)
{
    const auto domain = dkim_of(ctx, options.domain);
    if (!domain)
        return ctx.fail(domain.error());
    if (domain->keys.empty()) {
        const auto hosted = hosted_name(ctx, options.domain); // a slip, or no keys yet
        if (!hosted)
            return ctx.fail(hosted.error());
    }
    const auto apply = [&](store::DkimDomain& one) -> Result<> {
        one.domain = domain->domain;
        return edit(one, options.selector);
    };
    if (ctx.dry_run) {
        store::DkimDomain copy = *domain;
        if (const auto tried = apply(copy); !tried)
            return ctx.fail(tried.error());
    } else if (const auto stored = update_dkim(ctx, domain->domain, apply); !stored) {
        return ctx.fail(stored.error());
    }
    const std::string what = options.selector.empty() ? std::string() : ' ' + options.selector;
    ctx.note((ctx.dry_run ? "would have: " : "") + domain->domain + what + ": " + done);
    return EX_OK;
}

Edit state_edit(store::DkimState state)
{
    return [state](store::DkimDomain& domain, const std::string& selector) {
        return dkim::set_state(domain, selector, state, system_clock().now());
    };
}

Edit switch_edit(bool on)
{
    return [on](store::DkimDomain& domain, const std::string& selector) -> Result<> {
        if (!selector.empty())
            return dkim::set_state(domain, selector,
                                   on ? store::DkimState::Active : store::DkimState::Disabled,
                                   system_clock().now());
        domain.policy.sign = on;
        return ok();
    };
}

void add_verb(CLI::App& dkim, Context& ctx, const char* word, const char* help,
              bool needs_selector, const Edit& edit, const std::string& done)
{
    auto options = std::make_shared<Options>();
    auto* verb = dkim.add_subcommand(word, help);
    verb->add_option("DOMAIN", options->domain, "A name with keys")->required();
    auto* selector = verb->add_option(
        "SELECTOR", options->selector,
        needs_selector ? "One of its keys" : "One of its keys (default: signing as a whole)");
    selector->required(needs_selector);
    add_change_options(*verb, ctx);
    verb->callback([=, &ctx] {
        ctx.action = [=, &ctx] { return change(*options, ctx, edit, done); };
    });
}

int run_delete(const Options& options, Context& ctx)
{
    const auto domain = keys_of(ctx, options.domain);
    if (!domain)
        return ctx.fail(domain.error());
    const store::DkimKey* key = domain->find(options.selector);
    if (key == nullptr)
        return ctx.fail(Error(Errc::NotFound, domain->domain + " has no key " + options.selector));
    if (key->state == store::DkimState::Active)
        return ctx.fail(Error(Errc::Denied, options.selector +
                                                " signs: retire it first, and delete it when its "
                                                "mail has arrived"));
    if (!ctx.dry_run) {
        const auto sure = ctx.confirm("Delete the key " + options.selector + " for ever?");
        if (!sure)
            return ctx.usage(sure.error().detail());
        if (!*sure)
            return kExitNo;
    }
    const Edit edit = [](store::DkimDomain& one, const std::string& selector) {
        return dkim::remove(one, selector);
    };
    return change(options, ctx, edit, "deleted");
}

} // namespace

void add_dkim_enable(CLI::App& dkim, Context& ctx)
{
    add_verb(dkim, ctx, "enable", "Sign a domain's mail again, or with a key", false,
             switch_edit(true), "enabled");
}

void add_dkim_disable(CLI::App& dkim, Context& ctx)
{
    add_verb(dkim, ctx, "disable", "Sign no mail of a domain, or not with a key", false,
             switch_edit(false), "disabled");
}

void add_dkim_activate(CLI::App& dkim, Context& ctx)
{
    add_verb(dkim, ctx, "activate", "Sign with a key from now on, beside those that sign", true,
             state_edit(store::DkimState::Active), "active");
}

void add_dkim_retire(CLI::App& dkim, Context& ctx)
{
    add_verb(dkim, ctx, "retire", "Sign no more with a key that stays published", true,
             state_edit(store::DkimState::Retired), "retired");
}

void add_dkim_delete(CLI::App& dkim, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* verb = dkim.add_subcommand("delete", "Erase a key that does not sign");
    verb->add_option("DOMAIN", options->domain, "A name with keys")->required();
    verb->add_option("SELECTOR", options->selector, "One of its keys")->required();
    add_change_options(*verb, ctx);
    verb->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run_delete(*options, ctx); }; });
}

} // namespace mailctl::cmd
