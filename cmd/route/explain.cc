// mailctl route explain: which way mail for an address leaves, step by step.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/arguments.h"
#include "cmd/route/route.h"
#include "cmd/table.h"
#include "conf/config.h"
#include "core/base/random.h"
#include "core/dns/make_resolver.h"
#include "core/net/own_addresses.h"
#include "core/route/next_hop.h"
#include "core/route/ourselves.h"
#include "core/route/route.h"
#include "core/server/server.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string recipient;
    std::string sender = "<>"; ///< "<>": null
    std::string account;
    unsigned priority = 5;
    bool no_dns = false;
};

/// Prints numbered steps.
class Steps {
public:
    explicit Steps(Context& ctx) : table_(ctx, {"mailctl.route.explain/1", {"step", "kind", "what"}})
    {
    }
    void add(std::string_view kind, std::string what)
    {
        table_.row(++number_, std::string(kind), std::move(what));
    }

private:
    Table table_;
    unsigned number_ = 0;
};

std::string_view name_of(conf::OutboundTls tls)
{
    switch (tls) {
        case conf::OutboundTls::None: return "none";
        case conf::OutboundTls::May: return "where it is offered";
        case conf::OutboundTls::Encrypt: return "required";
        case conf::OutboundTls::Verify: return "required, with a certificate for the host's name";
        case conf::OutboundTls::Implicit: return "from the first octet, verified";
    }
    return "";
}

std::string waits_text(const std::vector<milliseconds>& waits)
{
    std::string out;
    for (const auto& wait : waits)
        out += (out.empty() ? "after " : ", ") + to_text(wait);
    return out;
}

std::string notices_text(const route::Choice& choice)
{
    if (choice.delay_notices == conf::DelayNotices::Never || choice.delay_notice.count() == 0)
        return "the sender is not told";
    const bool each = choice.delay_notices == conf::DelayNotices::Each;
    return "the sender is told " + std::string(each ? "of each attempt that fails" : "once") +
           " after " + to_text(choice.delay_notice);
}

std::string given_up_text(const route::Choice& choice)
{
    const unsigned attempts = route::attempts_of(choice);
    return "; given up after " + (attempts > 0 ? std::to_string(attempts) + " attempts or " : "") +
           to_text(choice.lifetime);
}

/// Whose domain the recipient's counts as, on both sides. OUT-03
void explain_sides(const conf::Config& config, const route::Question& question,
                   const route::Choice& choice, Steps& steps)
{
    const conf::Route* accepts = route::accepting(config, question.recipient);
    const conf::Route* owns = route::owning(config, question.recipient);
    const bool names_it = std::any_of(
        config.routes.begin(), config.routes.end(), [&](const conf::Route& route) {
            return route.name == choice.route && !route.recipients.empty();
        });
    if (!names_it && !accepts && !owns)
        return;
    std::string checked;
    if (accepts && accepts->verify != conf::RouteVerify::None)
        checked = accepts->verify == conf::RouteVerify::List ? ", where verify_list names it"
                                                             : ", where the next host takes it";
    steps.add("recipient", accepts ? "local: mail for it is taken from anyone (route " +
                                         accepts->name + ")" + checked
                                   : "external: mail for it is taken from whom relay.allow names, "
                                     "unless this server hosts its domain");
    steps.add("sender", owns ? "local: mail from it as smtp.local_sender says (route " +
                                   owns->name + ")"
                             : "external: anyone may send from it");
}

/// The resolver of the running server, or one made for this look.
class Lookups {
public:
    Lookups(Context& ctx, std::shared_ptr<const conf::Config> config)
        : ctx_(ctx), config_(std::move(config)), own_(net::own_addresses())
    {
    }
    /// Errors: those of dns::make_resolver.
    Result<> open()
    {
        if (server::Server* server = ctx_.server()) {
            resolver_ = &server->resolver();
            return ok();
        }
        dns::ResolverParts parts;
        parts.settings = config_->dns;
        parts.clock = &system_clock();
        parts.random = &system_random();
        parts.executor = ctx_.executor();
        TRY(made_, dns::make_resolver(std::move(parts)));
        resolver_ = made_.get();
        return ok();
    }
    /// False: no host is there.
    bool explain(const route::Way& way, Steps& steps)
    {
        const route::IsOurs is_ours = [this](const std::string& address, std::uint16_t port) {
            return route::is_this_server(*config_, own_, address, port);
        };
        const auto hops =
            ctx_.wait(route::next_hops(way, *config_, *resolver_, system_random(), is_ours));
        if (!hops) {
            steps.add("fails", hops.error().enhanced + " " + hops.error().detail);
            return !hops.error().permanent();
        }
        for (const auto& step : hops->steps)
            steps.add("dns", step);
        for (const auto& host : hops->hosts) {
            std::string addresses;
            for (const auto& address : host.addresses)
                addresses += " " + address;
            steps.add("host", (host.name.empty() ? "" : host.name + " ") + "port " +
                                  std::to_string(host.port) + ":" + addresses +
                                  (hops->mx_secure && host.secure ? " (DNSSEC)" : ""));
        }
        return true;
    }

private:
    Context& ctx_;
    std::shared_ptr<const conf::Config> config_;
    std::vector<std::string> own_;
    std::unique_ptr<dns::Resolver> made_;
    dns::Resolver* resolver_ = nullptr;
};

void add_attempts(const route::Way& way, Steps& steps)
{
    if (way.hop.attempts > 0)
        steps.add("attempts", std::to_string(way.hop.attempts));
}

/// False: nothing leads out this way.
bool explain_way(const route::Way& way, Lookups* lookups, Steps& steps)
{
    using Kind = route::Way::Kind;
    if (way.kind == Kind::Local) {
        steps.add("fails", "550 5.4.6 no server is beyond this one for the domain");
        return false;
    }
    if (way.kind == Kind::Refuse) {
        steps.add("fails", "550 5.7.1 " + way.reason);
        return false;
    }
    if (way.kind == Kind::Here) {
        steps.add("here", "looked up in this server's directory");
        return true;
    }
    if (way.kind == Kind::Exec) {
        std::string words;
        for (const auto& word : way.exec)
            words += (words.empty() ? "" : " ") + word;
        steps.add("command", words);
        add_attempts(way, steps);
        return true;
    }
    if (way.kind == Kind::Mx)
        steps.add("mx", (way.backup ? "hosts better than this server of " : "hosts of ") +
                            way.domain + ", port " + std::to_string(way.hop.port));
    for (const auto& host : way.hop.hosts)
        if (way.kind == Kind::Hosts)
            steps.add("hosts", host);
    const bool is_there = !lookups || lookups->explain(way, steps);
    steps.add("tls", std::string(name_of(way.hop.tls)));
    if (!way.hop.user.empty())
        steps.add("login", way.hop.user);
    add_attempts(way, steps);
    return is_there;
}

Result<route::Question> question_of(const Options& options)
{
    route::Question question;
    TRY(const auto recipient, parse_address_argument(options.recipient));
    question.recipient = address::to_string(recipient);
    if (options.sender != "<>" && !options.sender.empty()) {
        TRY(const auto sender, parse_address_argument(options.sender));
        question.sender = address::to_string(sender);
    }
    question.account = options.account;
    question.priority = options.priority;
    return question;
}

int run(const Options& options, Context& ctx)
{
    const auto question = question_of(options);
    if (!question)
        return ctx.fail(question.error());
    const auto config = ctx.config();
    if (!config)
        return ctx.fail(config.error());
    const auto choice = route::choose(**config, *question);
    if (!choice)
        return ctx.fail(choice.error());

    Lookups lookups(ctx, *config);
    if (!options.no_dns) {
        const auto opened = lookups.open();
        if (!opened)
            return ctx.fail(opened.error());
    }
    Steps steps(ctx);
    explain_sides(**config, *question, *choice, steps);
    for (const auto& step : choice->steps)
        steps.add("route", step);
    bool leads_out = false;
    for (const auto& way : choice->ways)
        leads_out = explain_way(way, options.no_dns ? nullptr : &lookups, steps) || leads_out;
    if (choice->hold_for_etrn)
        steps.add("waits", "until ETRN or \"queue retry\" asks for it");
    if (leads_out)
        steps.add("retry", waits_text(choice->retry) + given_up_text(*choice));
    if (leads_out && !question->sender.empty())
        steps.add("delay", notices_text(*choice));
    return leads_out ? EX_OK : kExitNo;
}

} // namespace

void add_route_explain(CLI::App& route, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* explain = route.add_subcommand("explain", "Show step by step which way mail leaves");
    explain->add_option("ADDRESS", options->recipient, "The recipient")->required();
    explain->add_option("--from", options->sender, "From this sender (default <>, a bounce)")
        ->type_name("ADDRESS");
    explain->add_option("--account", options->account, "Submitted by this login")
        ->type_name("LOGIN");
    explain->add_option("--priority", options->priority, "Of this priority (default 5)")
        ->type_name("N")
        ->check(CLI::Range(1u, 10u));
    explain->add_flag("--no-dns", options->no_dns, "By the settings alone, without asking the DNS");
    explain->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
