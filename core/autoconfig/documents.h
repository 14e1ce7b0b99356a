// The documents by which mail programs configure themselves.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/autoconfig/offers.h"
#include "core/base/result.h"

namespace mailctl::autoconfig {

/// Whose account is to be set up, and what there is.
struct Subject {
    std::string address; ///< the whole address; empty where only a domain was asked for
    std::string domain;  ///< canonical
    std::string name;    ///< of the service, as people see it
    std::vector<Offer> offers;
};

/// "config-v1.1.xml", as Thunderbird and others read it.
std::string autoconfig_xml(const Subject& subject);

/// The answer to an Autodiscover request in Outlook's schema of 2006a (POX).
std::string autodiscover_xml(const Subject& subject);
/// The answer where it is asked for another schema, or badly.
std::string autodiscover_error_xml(std::string_view message);
/// What an Autodiscover request says; fields may be empty.
struct AutodiscoverRequest {
    std::string address;
    std::string schema; ///< AcceptableResponseSchema
};
inline constexpr std::size_t kAutodiscoverOctets = 16 * 1024; ///< of a request
/// Elements are known by their names without prefix, in a namespace of Autodiscover or in none.
/// Errors: Invalid (no XML, over kAutodiscoverOctets, with a document type and so perhaps entities,
/// without an EMailAddress).
Result<AutodiscoverRequest> parse_autodiscover(std::string_view body);
inline constexpr std::string_view kOutlookSchema =
    "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
/// Autodiscover V2: where the protocol `AutodiscoverV1` is found.
std::string autodiscover_json(std::string_view protocol, std::string_view url);

/// A configuration profile for Apple's systems: a property list, to be signed by the caller. The
/// offer that comes first of each kind is taken; IMAP before POP3. Errors: NotFound (nothing to
/// read or to send with), Invalid (no address).
Result<std::string> apple_profile(const Subject& subject);

/// Text between tags and in attributes. XML 1.0 §2.4; what XML cannot hold at all is left out.
std::string xml_escaped(std::string_view text);

} // namespace mailctl::autoconfig
