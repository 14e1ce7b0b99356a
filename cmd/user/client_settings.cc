// mailctl user client-settings: how a mailbox is set up in a mail program. DOM-15
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cmd/hostname.h"
#include "cmd/table.h"
#include "cmd/user/user.h"
#include "conf/config.h"
#include "core/autoconfig/client_settings.h"
#include "core/autoconfig/offers.h"
#include "core/base/ascii.h"

namespace mailctl::cmd {
namespace {

struct Options {
    std::string name, client;
};

std::string names_of_clients()
{
    std::string out;
    for (const auto& one : autoconfig::client_names())
        if (!one.name.empty())
            out += (out.empty() ? "" : ", ") + std::string(one.name);
    return out;
}

std::string_view word_of(autoconfig::Security security)
{
    switch (security) {
    case autoconfig::Security::Tls: return "tls";
    case autoconfig::Security::StartTls: return "starttls";
    case autoconfig::Security::None: break;
    }
    return "none";
}

/// What the user has no right to is not shown to it.
autoconfig::Subject subject_for(const store::User& user, const conf::Config& config,
                                const std::string& hostname)
{
    autoconfig::Subject subject;
    subject.address = to_string(user.address);
    subject.domain = user.address.domain;
    subject.name = config.autoconfig.name.empty() ? subject.domain : config.autoconfig.name;
    subject.offers = autoconfig::offers_of(config, hostname);
    std::erase_if(subject.offers, [&user](const autoconfig::Offer& offer) {
        const auto right = store::parse_right(autoconfig::word_of(offer.protocol));
        return right && !user.has(*right);
    });
    return subject;
}

void print_rows(const autoconfig::Subject& subject, Context& ctx)
{
    Table table(ctx, {"mailctl.user.client_settings/1",
                      {"address", "protocol", "host", "port", "security", "user", "scram", "oauth"}});
    for (const auto& offer : subject.offers)
        table.row(subject.address, autoconfig::word_of(offer.protocol), offer.host,
                  std::uint64_t{offer.port}, word_of(offer.security), subject.address,
                  offer.has_encrypted_password, offer.has_oauth);
}

int show(const store::User& user, autoconfig::Client client, Context& ctx)
{
    const auto config = ctx.config();
    if (!config)
        return ctx.fail(config.error());
    const auto subject = subject_for(user, **config, hostname_of(ctx, **config));
    const auto text = autoconfig::client_settings(client, subject);
    if (!text) {
        const auto error = text.error().within(subject.address);
        return ctx.fail(autoconfig::are_all_local(**config)
                            ? Error(error.code(), error.detail() + " that others reach: all of them are "
                                                                   "on loopback addresses or Unix sockets")
                            : error);
    }
    if (!user.may_login(system_clock().now()))
        ctx.note(subject.address + " may not log in now: " + std::string(name_of(user.state)));
    if (ctx.format == Format::Table)
        ctx.write(*text);
    else
        print_rows(subject, ctx);
    return EX_OK;
}

int run(const Options& options, Context& ctx)
{
    const auto client = autoconfig::parse_client(options.client);
    if (!client)
        return ctx.usage(ascii::printable(options.client) + ": no such program; there are " +
                         names_of_clients());
    if (!options.client.empty() && ctx.format != Format::Table)
        return ctx.usage("--for gives the program's own format: without -o");
    return for_each_user(ctx, {options.name}, {},
                         [&](UserView& view) { return show(view.user, *client, ctx); });
}

} // namespace

void add_user_client_settings(CLI::App& user, Context& ctx)
{
    auto options = std::make_shared<Options>();
    auto* settings = user.add_subcommand(
        "client-settings", "Print how a mailbox is set up in a mail program, for its user");
    settings->add_option("ADDRESS", options->name, "The user's address")->required();
    settings
        ->add_option("--for", options->client,
                     "For this program, ready to use: " + names_of_clients() +
                         "; without it in words for any")
        ->type_name("PROGRAM");
    settings->callback(
        [options, &ctx] { ctx.action = [options, &ctx] { return run(*options, ctx); }; });
}

} // namespace mailctl::cmd
