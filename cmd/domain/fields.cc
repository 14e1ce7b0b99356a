// The fields of a domain: how they are given, listed and shown.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

#include "cmd/arguments.h"
#include "cmd/domain/domain.h"
#include "core/base/ascii.h"
#include "core/delivery/sending_limits.h"
#include "core/settings/own_settings.h"
#include "store/store.h"

namespace mailctl::cmd {
namespace {

constexpr std::string_view kSeparators = "+-_%=.#!$~";

/// An address, or "none".
Result<> set_address(const std::optional<std::string>& given, std::string& field)
{
    if (!given)
        return ok();
    if (*given == "none") {
        field.clear();
        return ok();
    }
    TRY(const auto parsed, parse_address_argument(*given));
    field = address::to_string(parsed);
    return ok();
}

template <class Parse>
Result<> set_amount(const std::optional<std::string>& given, Parse parse, std::uint64_t& field)
{
    if (given) {
        TRY(field, parse(*given));
    }
    return ok();
}

} // namespace

void add_domain_fields(CLI::App& app, DomainFields& fields)
{
    app.add_option("--max-users", fields.max_users, "Limit of users, or none")->type_name("N");
    app.add_option("--max-aliases", fields.max_aliases, "Limit of aliases, or none")
        ->type_name("N");
    app.add_option("--max-octets", fields.max_octets, "Limit of all mailboxes together, or none")
        ->type_name("SIZE");
    app.add_option("--max-message", fields.max_message, "Limit of one message, or none")
        ->type_name("SIZE");
    app.add_option("--recipients", fields.recipients,
                   "Limit of recipients of one message that its users send, or none")
        ->type_name("N");
    app.add_option("--sending-limit", fields.sending,
                   "Of all its users together, instead of the settings' sending.domain: "
                   "recipients_per_day=500, octets_per_hour=100MiB (0: no limit), or none; with "
                   "\"user.\" before it, of each user that has none of its own; may be repeated")
        ->type_name("LIMIT");
    app.add_option("--setting", fields.settings,
                   "For its users, instead of the server's: deleted.keep=30d, pop3.order=newest and "
                   "others that user set --setting names; NAME=none, or none for all; may be "
                   "repeated")
        ->type_name("NAME=VALUE");
    app.add_option("--catch-all", fields.catch_all,
                   "Where mail for unknown local parts goes, or none")
        ->type_name("ADDRESS");
    app.add_option("--separators", fields.separators,
                   "Characters that begin a subaddress (ann+lists), or none")
        ->type_name("CHARACTERS");
    app.add_option("--postmaster", fields.postmaster,
                   "Where postmaster@ goes; none: the server's postmaster")
        ->type_name("ADDRESS");
    app.add_option("--abuse", fields.abuse, "Where abuse@ goes; none: where postmaster@ goes")
        ->type_name("ADDRESS");
    app.add_option("--require-auth", fields.require_auth,
                   "Whether mail from its addresses needs a login even where smtp.local_sender "
                   "accepts it without")
        ->type_name("BOOL");
    app.add_option("--quota", fields.quota, "Quota of users without one of their own, or none")
        ->type_name("SIZE");
    app.add_option("--quota-messages", fields.quota_messages, "The same in messages")
        ->type_name("N");
    app.add_option("--comment", fields.comment, "A remark")->type_name("TEXT");
}

Result<> apply(const DomainFields& fields, store::Domain& domain)
{
    TRY_VOID(set_amount(fields.max_users, parse_count, domain.limits.users));
    TRY_VOID(set_amount(fields.max_aliases, parse_count, domain.limits.aliases));
    TRY_VOID(set_amount(fields.max_octets, parse_size, domain.limits.octets));
    TRY_VOID(set_amount(fields.max_message, parse_size, domain.limits.message_octets));
    TRY_VOID(set_amount(fields.recipients, parse_count, domain.limits.recipients));
    TRY_VOID(set_amount(fields.quota, parse_size, domain.default_quota_octets));
    TRY_VOID(set_amount(fields.quota_messages, parse_count, domain.default_quota_messages));
    TRY_VOID(set_address(fields.catch_all, domain.catch_all));
    TRY_VOID(set_address(fields.postmaster, domain.postmaster));
    TRY_VOID(set_address(fields.abuse, domain.abuse));
    TRY_VOID(delivery::change_sending(fields.sending, domain.sending,
                                      delivery::SendingOf::Domain));
    TRY_VOID(settings::change_settings(fields.settings, domain.settings, settings::Whose::Domain));
    if (fields.require_auth)
        domain.requires_auth = *fields.require_auth;
    if (fields.separators) {
        const std::string& given = *fields.separators;
        if (given != "none" && given.find_first_not_of(kSeparators) != std::string::npos)
            return Error(Errc::Invalid, "--separators: characters out of " +
                                            std::string(kSeparators) + ", or none");
        domain.subaddress_separators = given == "none" ? "" : given;
    }
    if (fields.comment)
        domain.comment = *fields.comment;
    return ok();
}

const Properties<store::Domain>& domain_properties()
{
    using store::Domain;
    const auto amount = [](std::uint64_t value) {
        return value == 0 ? Cell() : Cell(value);
    };
    const auto size = [](std::uint64_t value) {
        return value == 0 ? Cell() : Cell(Octets{value});
    };
    static const Properties<Domain> all{
        {"domain", true, [](const Domain& d) { return Cell(d.name); }},
        {"enabled", true, [](const Domain& d) { return Cell(d.enabled); }},
        {"users", true, [](const Domain& d) { return Cell(d.users); }},
        {"aliases", true, [](const Domain& d) { return Cell(d.alias_count); }},
        {"domain_aliases", true, [](const Domain& d) { return Cell(d.aliases); }},
        {"max_users", false, [=](const Domain& d) { return amount(d.limits.users); }},
        {"max_aliases", false, [=](const Domain& d) { return amount(d.limits.aliases); }},
        {"max_octets", false, [=](const Domain& d) { return size(d.limits.octets); }},
        {"max_message", false, [=](const Domain& d) { return size(d.limits.message_octets); }},
        {"recipients", false, [=](const Domain& d) { return amount(d.limits.recipients); }},
        {"sending", false, [](const Domain& d) { return Cell(d.sending); }},
        {"settings", false, [](const Domain& d) { return Cell(d.settings); }},
        {"catch_all", true, [](const Domain& d) { return Cell(d.catch_all); }},
        {"separators", false, [](const Domain& d) { return Cell(d.subaddress_separators); }},
        {"postmaster", false, [](const Domain& d) { return Cell(d.postmaster); }},
        {"abuse", false, [](const Domain& d) { return Cell(d.abuse); }},
        {"require_auth", false, [](const Domain& d) { return Cell(d.requires_auth); }},
        {"quota", false, [=](const Domain& d) { return size(d.default_quota_octets); }},
        {"quota_messages", false, [=](const Domain& d) { return amount(d.default_quota_messages); }},
        {"comment", false, [](const Domain& d) { return Cell(d.comment); }},
        {"managed_by", false,
         [](const Domain& d) {
             return Cell(d.managed_by == store::ManagedBy::File ? "file" : "command");
         }},
        {"created", false, [](const Domain& d) { return Cell(d.created); }},
    };
    return all;
}

Result<store::Directory*> directory_of(Context& ctx)
{
    TRY(store::Store* store, ctx.store());
    return &store->directory();
}

Result<std::vector<store::Domain>> chosen_domains(Context& ctx, const std::vector<std::string>& names,
                                                  const Selection& selection)
{
    TRY(const auto filter, Filter<store::Domain>::make(selection, domain_properties()));
    TRY(store::Directory* directory, directory_of(ctx));
    std::vector<store::Domain> chosen;
    auto wanted = names;
    wanted.insert(wanted.end(), selection.domains.begin(), selection.domains.end());
    if (wanted.empty()) {
        TRY(chosen, ctx.wait(directory->domains()));
    }
    for (const auto& name : wanted) {
        TRY(const std::string canonical, address::canonical_domain(name));
        TRY(auto domain, ctx.wait(directory->find_domain(canonical)));
        chosen.push_back(std::move(domain));
    }
    std::erase_if(chosen, [&](const store::Domain& domain) { return !filter.matches(domain); });
    if (filter.is_sorted())
        std::stable_sort(chosen.begin(), chosen.end(), [&](const auto& a, const auto& b) {
            return filter.is_before(a, b);
        });
    if (selection.limit != 0 && chosen.size() > selection.limit)
        chosen.resize(selection.limit);
    return chosen;
}

} // namespace mailctl::cmd
