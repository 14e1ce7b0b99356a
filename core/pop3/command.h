// A command line of POP3, taken apart. RFC 1939 §3
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mailctl::pop3 {

/// A keyword and everything after the space that follows it.
struct Command {
    std::string verb;          ///< upper case
    std::string_view argument; ///< a view of the line; its spaces are kept: a password may hold some
};

/// Any line has this form; whether the verb is known is the server's to say.
Command parse_command(std::string_view line);

/// A message number alone: 1 to 4294967295. Spaces around it are let pass.
std::optional<std::uint32_t> parse_message_number(std::string_view argument);

/// TOP's "msg n". RFC 1939 §7
struct TopArguments {
    std::uint32_t message = 0;
    std::uint32_t lines = 0;
};
std::optional<TopArguments> parse_top(std::string_view argument);

/// True for the verbs of HTTP: a browser or a scanner, not a mail client.
bool is_http(std::string_view verb);

} // namespace mailctl::pop3
