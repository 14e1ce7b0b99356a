// Public keys as the DNS publishes them. RFC 6376 §3.6.1
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/crypto/signing_key.h"

namespace mailctl::dkim {

struct KeyRecord {
    crypto::SigningKind kind = crypto::SigningKind::Rsa; ///< k=
    std::string key;                                     ///< p=, octets; empty: revoked
    std::vector<std::string> hashes;                     ///< h=; empty: all
    std::vector<std::string> services;                   ///< s=; empty: all
    std::string note;                                    ///< n=, as written
    bool testing = false;                                ///< t=y
    bool strict = false;                                 ///< t=s: i= has the domain of d= itself

    bool is_revoked() const { return key.empty(); }
    bool allows_hash(std::string_view name) const;
    bool is_for_mail() const;
    bool operator==(const KeyRecord&) const = default;
};

/// Takes what is published; tags it does not know (g= too) mean nothing.
/// Errors: Invalid (no tag list, another version, unknown k=, p= missing or no base64).
Result<KeyRecord> parse_key_record(std::string_view text);

/// "v=DKIM1; k=rsa; p=..."
std::string to_text(const KeyRecord& record);

/// "selector._domainkey.example.org", in ASCII. RFC 6376 §3.6.2.1, RFC 8616 §4
/// Errors: Invalid.
Result<std::string> key_name(std::string_view selector, std::string_view domain);

} // namespace mailctl::dkim
