// Mail addresses: local part and domain, as SMTP and headers write them.
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl::address {

// RFC 5321 §4.5.3.1.1, §4.5.3.1.2, §4.5.3.1.3
inline constexpr std::size_t kMaxLocalPartOctets = 64;
inline constexpr std::size_t kMaxDomainOctets = 255;
inline constexpr std::size_t kMaxPathOctets = 256;

/// A domain name in its one stored form: lower case, A-labels, no final dot.
/// Takes U-labels too (RFC 5891). Errors: Invalid (empty label, label over 63 octets,
/// no such IDN, over kMaxDomainOctets). A name without a dot is accepted.
Result<std::string> canonical_domain(std::string_view text);

/// The domain as people read it: U-labels where they round-trip.
std::string display_domain(std::string_view canonical);

/// One address. `local_part` is unquoted, its case as written, UTF-8 where SMTPUTF8;
/// `domain` is canonical, or an address literal with its brackets ("[192.0.2.1]").
struct Address {
    std::string local_part;
    std::string domain;

    bool is_literal() const { return !domain.empty() && domain.front() == '['; }
    auto operator<=>(const Address&) const = default;
};

enum class Utf8 { No, Yes };
enum class Literal { No, Yes };

/// Parses Mailbox of RFC 5321 §4.1.2: Dot-string or Quoted-string, "@", domain or literal.
/// Errors: Invalid (with what and where in the detail).
Result<Address> parse(std::string_view text, Utf8 utf8 = Utf8::Yes, Literal literal = Literal::Yes);

/// As SMTP writes it: the local part quoted where it must be.
std::string to_string(const Address& address);

/// The form under which the directory files an address: the local part lower-cased (ASCII).
/// RFC 5321 §2.4, but: no server in use tells local parts apart by case.
Address folded(const Address& address);

/// "ann+lists" with separators "+" gives {"ann", "lists"}; without one, detail is empty.
struct Subaddress {
    std::string user;
    std::string detail;
};
Subaddress split_subaddress(std::string_view local_part, std::string_view separators);

/// True where `text` matches `pattern`, in which "*" is any run of characters. Case ignored.
bool matches_wildcard(std::string_view pattern, std::string_view text);

} // namespace mailctl::address
