// check_host(): whether a host may send for a domain. RFC 7208 §4
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/address/address.h"
#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/spf/verdict.h"

namespace mailctl::dns {
class Resolver;
}

namespace mailctl::spf {

/// What one check may cost, whoever wrote the records. RFC 7208 §4.6.4
struct CheckLimits {
    unsigned lookups = 10;      ///< terms that ask the DNS, redirects and %{p} too; more: permerror
    unsigned void_lookups = 2;  ///< of those, ones that find nothing; more: permerror
    std::size_t mx_names = 10;  ///< of one "mx"; more: permerror
    std::size_t ptr_names = 10; ///< of the address; the rest is left out
    seconds time{20};           ///< no question is asked after it: temperror
};

/// Who a check is about. RFC 7208 §2.3, §2.4
enum class Identity : std::uint8_t { Helo, MailFrom };
/// "helo", "mailfrom"
std::string_view name_of(Identity identity);

struct Outcome {
    Verdict verdict = Verdict::None;
    Identity identity = Identity::MailFrom;
    std::string domain; ///< that was checked
    std::string record; ///< its own; empty: none was found
    /// The terms that decided, from that record down: "include:_spf.example.net",
    /// "ip4:192.0.2.0/24"; redirects among them. Empty: no term matched.
    std::vector<std::string> matched;
    std::string reason;      ///< for people: why, where it is no term that matched
    std::string explanation; ///< what the domain has to say to a failure: printable ASCII
    unsigned lookups = 0, void_lookups = 0; ///< that were used
};

/// Arguments of check_host(): RFC 7208 §4.1.
struct Question {
    std::string ip; ///< in figures
    std::string domain;
    std::string local_part;    ///< of the sender; empty: "postmaster"
    std::string sender_domain; ///< of the sender
    std::string helo;          ///< as the client said it
    std::string receiver;      ///< our name
};
/// Borrows: resolver, clock.
Awaitable<Outcome> check_host(dns::Resolver& resolver, const Clock& clock, Question question,
                              CheckLimits limits);

/// What a message came with.
struct Envelope {
    std::string ip;
    std::string helo;
    std::optional<address::Address> sender; ///< nullopt: null
    std::string receiver;
};
/// The identity "MAIL FROM"; of the null sender, postmaster at the HELO name. RFC 7208 §2.4
Awaitable<Outcome> check_mail_from(dns::Resolver& resolver, const Clock& clock, Envelope envelope,
                                   CheckLimits limits);
/// The identity "HELO". RFC 7208 §2.3
Awaitable<Outcome> check_helo(dns::Resolver& resolver, const Clock& clock, Envelope envelope,
                              CheckLimits limits);

} // namespace mailctl::spf
