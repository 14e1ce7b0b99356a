// Fuzzes POP3's command lines and its multi-line responses.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/pop3/command.h"
#include "core/pop3/multi_line.h"
#include "tests/fuzz/require.h"

namespace {

using namespace mailctl::pop3;
using mailctl::fuzz::require;

/// However a message is cut, what goes out is the same, ends in a dot and holds no dot alone before.
void check_response(std::string_view message, std::size_t cut, std::uint32_t lines)
{
    DotStuffer whole, halves;
    std::string expected, out;
    whole.feed(message, expected);
    whole.finish(expected);
    halves.feed(message.substr(0, cut), out);
    halves.feed(message.substr(cut), out);
    halves.finish(out);
    require(out == expected);
    require(expected.ends_with(".\r\n"));
    require(("\r\n" + expected).find("\r\n.\r\n") == expected.size() - 3);

    TopFilter one(lines), two(lines);
    std::string top(one.pass(message));
    std::string again(two.pass(message.substr(0, cut)));
    again += two.pass(message.substr(cut));
    require(top == again);
    require(message.starts_with(top));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const Command command = parse_command(text);
    require(command.argument.size() <= text.size());
    (void)parse_message_number(command.argument);
    (void)parse_top(command.argument);
    (void)is_http(command.verb);
    if (size < 2)
        return 0;
    check_response(text.substr(2), (data[0] * size / 256) % (size - 1), data[1] % 8);
    return 0;
}
