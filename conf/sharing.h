// Settings of mailboxes that several users see, and of what the server tells about itself.
#pragma once

#include <cstdint>
#include <string>

namespace mailctl::conf {

/// Whom the identifier "anyone" of an access control list means.
enum class AnyoneMeans : std::uint8_t {
    Domain, ///< the users of the owner's domain
    Server, ///< every user of this server
};

/// FLD-01, FLD-02, FLD-03
struct SharingSettings {
    bool users = true;                       ///< users may give others rights to their mailboxes
    std::string other_users = "Other Users"; ///< the name above the mailboxes of other users
    std::string public_root = "Public";      ///< the name above public folders
    /// Whose mailboxes are the public folders: "public" is that user of each domain,
    /// "folders@example.org" one user for all; empty: there are none.
    std::string public_owner;
    AnyoneMeans anyone = AnyoneMeans::Domain;
    // RFC 5464 §3.2.1.1
    std::string server_comment; ///< /shared/comment of the server
    std::string server_admin;   ///< /shared/admin: a URI
    bool operator==(const SharingSettings&) const = default;
};

} // namespace mailctl::conf
