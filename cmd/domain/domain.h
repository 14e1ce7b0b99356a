// mailctl domain: the domains of this server.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cmd/context.h"
#include "cmd/selection.h"
#include "store/directory.h"

namespace mailctl::cmd {

void add_domain_add(CLI::App& domain, Context& ctx);
void add_domain_list(CLI::App& domain, Context& ctx);
void add_domain_show(CLI::App& domain, Context& ctx);
void add_domain_set(CLI::App& domain, Context& ctx);
void add_domain_enable(CLI::App& domain, Context& ctx);
void add_domain_disable(CLI::App& domain, Context& ctx);
void add_domain_remove(CLI::App& domain, Context& ctx);
void add_domain_rename(CLI::App& domain, Context& ctx);
void add_domain_alias(CLI::App& domain, Context& ctx);
void add_domain_dns(CLI::App& domain, Context& ctx);

/// What add and set take; what is not given stays as it is.
struct DomainFields {
    std::optional<std::string> max_users, max_aliases, max_octets, max_message, recipients;
    std::optional<std::string> catch_all, separators, postmaster, abuse;
    std::vector<std::string> sending, settings;
    std::optional<bool> require_auth;
    std::optional<std::string> quota, quota_messages, comment;
};
void add_domain_fields(CLI::App& app, DomainFields& fields);
/// Errors: Invalid.
Result<> apply(const DomainFields& fields, store::Domain& domain);

const Properties<store::Domain>& domain_properties();

/// A store's directory, or the exit status after complaining.
Result<store::Directory*> directory_of(Context& ctx);
/// The domains that are named, or those that the selection chooses (all, where it is empty and
/// `all`). Errors: NotFound, Invalid.
Result<std::vector<store::Domain>> chosen_domains(Context& ctx, const std::vector<std::string>& names,
                                                  const Selection& selection);

} // namespace mailctl::cmd
