// How one mailbox is set up in a mail program: in words for people, as configuration for programs.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/autoconfig/documents.h"
#include "core/base/result.h"

namespace mailctl::autoconfig {

enum class Client : std::uint8_t {
    Any, ///< in words, for any program
    Thunderbird,
    Outlook,
    Apple,
    Android,
    Mutt,
    Mbsync,
    Msmtp,
    Getmail,
    Fetchmail,
};

struct ClientName {
    Client client;
    std::string_view name;
};
/// All of them, by name; that of Any is empty.
std::span<const ClientName> client_names();
/// nullopt: there is no such name.
std::optional<Client> parse_client(std::string_view name);

/// What a user of this program types, or the lines of its configuration file, complete but for the
/// password. Errors: NotFound (no listener that this program could use), Invalid (no address).
Result<std::string> client_settings(Client client, const Subject& subject);

} // namespace mailctl::autoconfig
