// DATA's octets in every way they can be cut, and no second message inside one.
#include <boost/test/unit_test.hpp>

#include <string>

#include "core/smtp/data_decoder.h"

using namespace mailctl::smtp;

namespace {

struct Decoded {
    std::string message, rest;
    bool done = false, bare = false;
    std::uint64_t longest_line = 0;
};

/// Feeds `wire` in pieces of `step` octets, as a reader would.
Decoded decode(std::string_view wire, std::size_t step, DataDecoder::Bare bare)
{
    DataDecoder decoder(bare);
    Decoded out;
    std::string buffer;
    for (std::size_t at = 0; at < wire.size() && !decoder.is_done(); at += step) {
        buffer += wire.substr(at, step);
        std::vector<std::string_view> runs;
        const auto used = decoder.feed(buffer, runs);
        for (const auto run : runs)
            out.message += run;
        buffer.erase(0, used);
        if (decoder.is_done())
            out.rest = buffer + std::string(wire.substr(std::min(at + step, wire.size())));
    }
    out.done = decoder.is_done();
    out.bare = decoder.has_bare_newline();
    out.longest_line = decoder.longest_line();
    return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(decodes_however_it_is_cut)
{
    struct Case {
        std::string_view name, wire, message, fixed;
        bool bare;
        std::string_view rest = "";
    };
    constexpr Case kCases[] = {
        {"empty", ".\r\n", "", "", false},
        {"one line", "a\r\n.\r\n", "a\r\n", "a\r\n", false},
        {"what follows stays", "a\r\n.\r\nQUIT\r\n", "a\r\n", "a\r\n", false, "QUIT\r\n"},
        {"stuffed dots", "..\r\n...x\r\n.y\r\n.\r\n", ".\r\n..x\r\ny\r\n", ".\r\n..x\r\ny\r\n", false},
        {"dot inside", "a.\r\nb.c\r\n.\r\n", "a.\r\nb.c\r\n", "a.\r\nb.c\r\n", false},
        // The ways to smuggle: none of them ends the data.
        {"LF . LF", "a\n.\nMAIL\r\n.\r\n", "a\n.\nMAIL\r\n", "a\r\n.\r\nMAIL\r\n", true},
        {"LF . CRLF", "a\n.\r\nMAIL\r\n.\r\n", "a\n.\r\nMAIL\r\n", "a\r\n.\r\nMAIL\r\n", true},
        {"CRLF . LF", "a\r\n.\nMAIL\r\n.\r\n", "a\r\n\nMAIL\r\n", "a\r\n\r\nMAIL\r\n", true},
        {"CR . CR", "a\r.\rMAIL\r\n.\r\n", "a\r.\rMAIL\r\n", "a\r\n.\r\nMAIL\r\n", true},
        {"CRLF . CR", "a\r\n.\rMAIL\r\n.\r\n", "a\r\n\rMAIL\r\n", "a\r\n\r\nMAIL\r\n", true},
        {"CR CRLF . CRLF", "a\r\r\n.\r\n", "a\r\r\n", "a\r\n\r\n", true},
        {"LF CR", "a\n\rb\r\n.\r\n", "a\n\rb\r\n", "a\r\n\r\nb\r\n", true},
        {"NUL between", std::string_view("a\r\n.\0\r\n.\r\n", 10), std::string_view("a\r\n\0\r\n", 6),
         std::string_view("a\r\n\0\r\n", 6), false},
    };
    for (const auto& c : kCases) {
        for (std::size_t step = 1; step <= c.wire.size(); ++step) {
            BOOST_TEST_CONTEXT(c.name << ", " << step << " octets a time")
            {
                const auto kept = decode(c.wire, step, DataDecoder::Bare::Keep);
                BOOST_TEST(kept.done);
                BOOST_TEST(kept.message == c.message);
                BOOST_TEST(kept.bare == c.bare);
                BOOST_TEST(kept.rest == c.rest);
                const auto fixed = decode(c.wire, step, DataDecoder::Bare::Fix);
                BOOST_TEST(fixed.done);
                BOOST_TEST(fixed.message == c.fixed);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(never_ends_without_the_real_end)
{
    constexpr std::string_view kNever[] = {"a\n.\n", "a\n.\r\n", "a\r\n.\n", "a\r.\r", "a\r\n.\r",
                                           "a.\r\n", "\n.\r\n", "a\r\n..\r\n", "a\r\n. \r\n"};
    for (const auto wire : kNever)
        BOOST_TEST(!decode(wire, wire.size(), DataDecoder::Bare::Fix).done, wire);
}

BOOST_AUTO_TEST_CASE(knows_the_longest_line)
{
    const std::string wire = "ab\r\n" + std::string(2000, 'x') + "\r\nc\r\n.\r\n";
    for (const std::size_t step : {1, 7, 4096})
        BOOST_TEST(decode(wire, step, DataDecoder::Bare::Keep).longest_line == 2000U);
}
