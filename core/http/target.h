// The target of a request: a path and the parameters behind it. RFC 9112 §3.2.1
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mailctl::http {

struct Target {
    std::string path; ///< %XX resolved
    std::map<std::string, std::string, std::less<>> parameters; ///< names in lower case

    /// Empty: it is not there.
    std::string parameter(std::string_view name) const;
};

/// origin-form = absolute-path [ "?" query ]. nullopt: another form, a bad %XX, a control character.
std::optional<Target> parse_target(std::string_view text);

/// A Host field's name without its port, in lower case. RFC 9110 §7.2
std::string host_name(std::string_view host);

} // namespace mailctl::http
