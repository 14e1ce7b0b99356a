// Content-Type, Content-Disposition and their parameters.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/mime/card.h"

namespace mailctl::mime {

/// RFC 2045 §5.1. `type` and `subtype` are lower-case.
struct ContentType {
    std::string type = "text";
    std::string subtype = "plain";
    Parameters parameters;
};

/// What cannot be read as a media type is text/plain without parameters (RFC 2045 §5.2).
ContentType parse_content_type(std::string_view value);

/// RFC 2183 §2. `type` is lower-case; empty: nothing readable.
struct Disposition {
    std::string type;
    Parameters parameters;
};
Disposition parse_disposition(std::string_view value);

/// RFC 2045 §6.1, lower-case; "7bit" where nothing is readable.
std::string parse_encoding(std::string_view value);

/// RFC 3282 §2: the tags of Content-Language.
std::vector<std::string> parse_languages(std::string_view value);

/// The parameter's value as written. `name` in lower case.
std::optional<std::string_view> find_parameter(const Parameters& parameters,
                                               std::string_view name);

/// The parameter's octets, with RFC 2231's continuations joined and its %XX decoded, and the
/// charset that it names (empty: none).
struct ExtendedValue {
    std::string octets;
    std::string charset;
};
std::optional<ExtendedValue> find_extended(const Parameters& parameters, std::string_view name);

/// The media type's boundary, as delimiter lines carry it; empty: none that can be used.
/// Limit: kMaxBoundaryOctets (RFC 2046 §5.1.1 has 70).
std::string boundary_of(const Parameters& parameters);
inline constexpr std::size_t kMaxBoundaryOctets = 250;

} // namespace mailctl::mime
