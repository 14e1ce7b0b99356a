// Command lines: the verb and what follows it.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl::smtp {

/// A command line in two pieces; views of the line.
struct CommandLine {
    std::string_view verb;      ///< as written; compare ignoring case
    std::string_view arguments; ///< without the spaces around them
};

/// Splits at the first space. RFC 5321 §2.4: verbs in any case; trailing spaces are ignored.
CommandLine split_command(std::string_view line);

/// True where a line holds octets that no command may hold: controls (CR, NUL), RFC 5321 §4.1.2.
bool has_control(std::string_view line);

/// True for lines a web browser or proxy sends: "GET / HTTP/1.1", "Host: x".
bool is_http(std::string_view line);

/// Checks the name after HELO, EHLO or LHLO: a domain or an address literal, RFC 5321 §4.1.1.1,
/// but: underscores and numbers alone are let through, desktop clients send their host's name.
bool is_hello_name(std::string_view name);

} // namespace mailctl::smtp
