// Domains, users and aliases as TOML directory files declare them: "conf apply" brings the
// directory in line with them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "conf/schema/schema.h"

namespace mailctl::conf {

/// [[domain]]
struct DeclaredDomain {
    std::string name;
    std::vector<std::string> aliases;
    bool enabled = true;
    std::string catch_all, postmaster, abuse, comment;
    bool require_auth = false;
    std::string subaddress_separators = "+";
    std::uint64_t max_octets = 0, message_octets = 0;
    unsigned max_users = 0, max_aliases = 0, recipients = 0;
    std::uint64_t quota_octets = 0;
    unsigned quota_messages = 0;
    std::vector<std::string> sending; ///< "recipients_per_day=500"
    std::vector<std::string> settings; ///< "pop3.order=newest"
    std::string place; ///< "file:line", not a key
};

/// [[user]]
struct DeclaredUser {
    std::string address;
    std::string full_name, department, comment;
    bool enabled = true;
    std::string role = "user";
    std::string password_hash; ///< secret reference; used when the user is made or the hash differs
    std::uint64_t quota_octets = 0;
    unsigned quota_messages = 0;
    std::uint64_t message_octets = 0;
    unsigned recipients = 0;
    std::vector<std::string> rights; ///< empty: all
    std::vector<std::string> sending; ///< "recipients_per_day=500"
    std::vector<std::string> settings; ///< "pop3.order=newest"
    std::vector<std::string> access; ///< "imap=allow:192.0.2.0/24": from where
    std::string expires;             ///< RFC 3339; empty: never
    std::vector<std::string> forward_to, send_as;
    bool keep_copy = true;
    bool bulk = false;
    std::string place;
};

/// [[alias]]
struct DeclaredAlias {
    std::string address;
    std::vector<std::string> targets, send_as;
    bool enabled = true;
    std::string comment;
    std::string place;
};

struct Declared {
    std::vector<DeclaredDomain> domains;
    std::vector<DeclaredUser> users;
    std::vector<DeclaredAlias> aliases;
    bool empty() const { return domains.empty() && users.empty() && aliases.empty(); }
};

const std::vector<Setting<DeclaredDomain>>& declared_domain_keys();
const std::vector<Setting<DeclaredUser>>& declared_user_keys();
const std::vector<Setting<DeclaredAlias>>& declared_alias_keys();

} // namespace mailctl::conf
