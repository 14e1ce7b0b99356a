// The arrays of tables in the settings: [[listener]] and the like, one row each.
#pragma once

#include "conf/schema/schema.h"

namespace mailctl::conf {

const std::vector<Setting<ControlToken>>& control_token_settings();
const std::vector<Setting<BanRule>>& ban_rule_settings();
const std::vector<Setting<LocalAddress>>& address_settings();
const std::vector<Setting<SmartHost>>& smart_host_settings();
const std::vector<Setting<Route>>& route_settings();
const std::vector<Setting<Rewrite>>& rewrite_settings();
const std::vector<Setting<Retention>>& retention_settings();

/// One array of tables.
template <class Entry, class Get>
struct ArrayOf {
    using EntryType = Entry;
    std::string_view path;                  ///< "tls.certificate"
    std::string_view intro;                 ///< its comment in a new file
    const std::vector<Setting<Entry>>& rows;
    Get entries;                            ///< of a Config
};

template <class Entry, class Get>
ArrayOf<Entry, Get> array_of(std::string_view path, std::string_view intro,
                             const std::vector<Setting<Entry>>& rows, Get entries)
{
    return {path, intro, rows, entries};
}

/// Calls `visit` with the ArrayOf of each array, in the order in which a new file holds them.
template <class Visit>
void each_array(Visit visit)
{
    visit(array_of("control.token", "Who may command from other machines: one table each.",
                   control_token_settings(),
                   [](auto& config) -> auto& { return config.control.tokens; }));
    visit(array_of("ban.rule", "Rules that ban addresses: one table each.", ban_rule_settings(),
                   [](auto& config) -> auto& { return config.ban.rules; }));
    visit(array_of("address", "Names that clients of a local address see: one table each.",
                   address_settings(), [](auto& config) -> auto& { return config.addresses; }));
    visit(array_of("smart_host", "Smart hosts that mail goes out through: one table each.",
                   smart_host_settings(), [](auto& config) -> auto& { return config.smart_hosts; }));
    visit(array_of("route", "Ways out for some mail: one table each, the first that matches decides.",
                   route_settings(), [](auto& config) -> auto& { return config.routes; }));
    visit(array_of("rewrite", "Addresses to change in mail that goes out: one table each.",
                   rewrite_settings(), [](auto& config) -> auto& { return config.rewrites; }));
    visit(array_of("retention", "How long mail stays in some mailboxes: one table each.",
                   retention_settings(),
                   [](auto& config) -> auto& { return config.retentions; }));
    visit(array_of("tls.certificate", "Certificates: one table each, the first is the default.",
                   certificate_settings(),
                   [](auto& config) -> auto& { return config.tls.certificates; }));
    visit(array_of("listener", "Listeners: one table each.", listener_settings(),
                   [](auto& config) -> auto& { return config.listeners; }));
}

/// What an entry is called in paths: "smtp" of listener[smtp], else its number.
template <class Entry>
std::string name_of_entry(const Entry& entry, std::size_t index)
{
    if constexpr (requires { entry.name; })
        return entry.name;
    else
        return std::to_string(index);
}

} // namespace mailctl::conf
