// POP3 lines in, multi-line responses out.
#include <boost/test/unit_test.hpp>

#include "core/pop3/command.h"
#include "core/pop3/multi_line.h"
#include "core/pop3/reply.h"

using namespace mailctl::pop3;

BOOST_AUTO_TEST_CASE(commands)
{
    struct Case {
        std::string_view line, verb, argument;
    };
    constexpr Case kCases[] = {
        {"STAT", "STAT", ""},          {"stat", "STAT", ""},          {"RETR 1", "RETR", "1"},
        {"PASS a b  c ", "PASS", "a b  c "}, {"PASS  x", "PASS", " x"}, {"", "", ""},
        {" STAT", "", "STAT"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.line)
        {
            const Command command = parse_command(c.line);
            BOOST_TEST(command.verb == c.verb);
            BOOST_TEST(command.argument == c.argument);
        }
    }
}

BOOST_AUTO_TEST_CASE(numbers)
{
    BOOST_TEST(parse_message_number("7").value() == 7u);
    BOOST_TEST(parse_message_number(" 7 ").value() == 7u);
    BOOST_TEST(parse_message_number("4294967295").value() == 4294967295u);
    for (const std::string_view bad : {"", "0", "-1", "+1", "1 2", "x", "4294967296", "1x"})
        BOOST_TEST(!parse_message_number(bad).has_value(), bad);
    const auto top = parse_top("3 0");
    BOOST_REQUIRE(top.has_value());
    BOOST_TEST(top->message == 3u);
    BOOST_TEST(top->lines == 0u);
    for (const std::string_view bad : {"", "3", "3 ", "3 x", "0 1", "3 -1", "1 2 3"})
        BOOST_TEST(!parse_top(bad).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(status_lines)
{
    BOOST_TEST(Reply::ok("2 320").line() == "+OK 2 320\r\n");
    BOOST_TEST(Reply::error("No").line() == "-ERR No\r\n");
    BOOST_TEST(Reply::error(Code::InUse, "No").line() == "-ERR [IN-USE] No\r\n");
    BOOST_TEST(Reply::error(Code::SysTemp, "No").line() == "-ERR [SYS/TEMP] No\r\n");
    BOOST_TEST(Reply().is_sent());
}

namespace {

/// The same for every way of cutting the input in two.
std::string stuffed(std::string_view text)
{
    std::string first;
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        DotStuffer stuffer;
        std::string out;
        stuffer.feed(text.substr(0, cut), out);
        stuffer.feed(text.substr(cut), out);
        stuffer.finish(out);
        if (cut == 0)
            first = out;
        BOOST_TEST(out == first);
    }
    return first;
}

std::string top(std::string_view text, std::uint32_t lines)
{
    std::string first;
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        TopFilter filter(lines);
        std::string out(filter.pass(text.substr(0, cut)));
        out += filter.pass(text.substr(cut));
        if (cut == 0)
            first = out;
        BOOST_TEST(out == first);
    }
    return first;
}

} // namespace

// RFC 1939 §3
BOOST_AUTO_TEST_CASE(dots_are_stuffed)
{
    BOOST_TEST(stuffed("a\r\nb\r\n") == "a\r\nb\r\n.\r\n");
    BOOST_TEST(stuffed(".a\r\n.\r\n..\r\nb.\r\n") == "..a\r\n..\r\n...\r\nb.\r\n.\r\n");
    BOOST_TEST(stuffed("no end") == "no end\r\n.\r\n");
    BOOST_TEST(stuffed("") == ".\r\n");
    BOOST_TEST(stuffed("a\n.\nb\n") == "a\r\n..\r\nb\r\n.\r\n");
    BOOST_TEST(stuffed("cr\r") == "cr\r\n.\r\n");
    BOOST_TEST(stuffed("a\rb\r\n") == "a\rb\r\n.\r\n");
}

// RFC 1939 §7
BOOST_AUTO_TEST_CASE(top_cuts)
{
    constexpr std::string_view kMessage = "From: a\r\nSubject: b\r\n\r\none\r\ntwo\r\nthree\r\n";
    BOOST_TEST(top(kMessage, 0) == "From: a\r\nSubject: b\r\n\r\n");
    BOOST_TEST(top(kMessage, 1) == "From: a\r\nSubject: b\r\n\r\none\r\n");
    BOOST_TEST(top(kMessage, 3) == kMessage);
    BOOST_TEST(top(kMessage, 99) == kMessage);
    BOOST_TEST(top("From: a\n\none\ntwo\n", 1) == "From: a\n\none\n");
    BOOST_TEST(top("From: a\r\n", 0) == "From: a\r\n");
}
