// Makes signatures: any number of keys over one message, in one pass. RFC 6376 §5
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/crypto/signing_key.h"
#include "core/dkim/canonical.h"

namespace mailctl::dkim {

/// A key and the name under which its other half is published.
struct SigningIdentity {
    std::string domain, selector; ///< canonical
    crypto::SigningKey key;
};

/// A field to sign, where it is there. `once_more`: one of them more than there are, so that none
/// can be added (RFC 6376 §8.15).
struct SignedHeader {
    std::string name;
    bool once_more = false;
    bool operator==(const SignedHeader&) const = default;
};

/// "From+ To+ List-Id": "+" for once_more; names between spaces, commas or colons.
/// Errors: Invalid (no field name, a field that changes on its way, From is missing).
Result<std::vector<SignedHeader>> parse_signed_headers(std::string_view text);
/// What RFC 6376 §5.4.1 names, and what readers show or act upon; in parse_signed_headers()'s form.
std::string_view default_signed_headers();

struct SigningOptions {
    Canons canons;
    std::vector<SignedHeader> headers; ///< empty: the default ones
    std::string identity;              ///< i=; empty: none
    std::optional<seconds> lifetime;   ///< x=, from now; none: for ever
    bool with_length = false;          ///< l=: what comes after it is not signed
};

/// Signs one message. Order: the header with the constructor, the body in pieces, finish() once.
/// Octets are those of the message as it is sent: lines end with CRLF.
class Signing {
public:
    /// `header`: with or without its blank line. Not needed afterwards.
    Signing(std::string_view header, const SigningOptions& options, Time now);

    void feed(std::string_view body) { body_.feed(body); }
    /// The fields to put before the message, one a key, each with its CRLF.
    /// Takes its time (RSA: 1 to 10 ms a key). Errors: Invalid (a key that cannot sign).
    Result<std::string> finish(const std::vector<SigningIdentity>& keys);

private:
    Result<std::string> field_by(const SigningIdentity& key) const;

    SigningOptions options_;
    Time now_;
    std::vector<std::string> names_; ///< h=
    std::string header_;             ///< what is signed of it
    BodyHasher body_;
    std::string body_hash_;
};

/// The domain of the one address in From; empty: no From, several, or not one address.
std::string author_domain(std::string_view header);

} // namespace mailctl::dkim
