// The transcript player: what matches, what it sends, and how its failures read.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/test/unit_test.hpp>

#include "core/net/line_reader.h"
#include "core/net/memory_stream.h"
#include "tests/wire/player.h"

using namespace mailctl;

namespace {

/// A toy protocol: ECHO text, UNTAGGED n, LITERAL n CRLF octets, STARTTLS, QUIT.
Awaitable<> converse(net::Stream& stream)
{
    net::LineReader reader(stream);
    stream.set_deadline(std::chrono::minutes(5));
    co_await stream.write("220 ready 77\r\n");
    for (;;) {
        const net::Line line = co_await reader.read_line(100);
        if (line.end == net::Line::End::TooLong) {
            co_await stream.write("500 too long\r\n");
        } else if (line.end == net::Line::End::Lf) {
            co_await stream.write("500 bare LF\r\n");
        } else if (line.text.starts_with("ECHO ")) {
            co_await stream.write(line.text.substr(5) + "\r\n");
        } else if (line.text == "UNTAGGED") {
            co_await stream.write("* 1 EXISTS\r\n* FLAGS ($Forwarded)\r\n* 9 RECENT\r\na OK\r\n");
        } else if (line.text == "STARTTLS") {
            co_await stream.write("220 go\r\n");
            co_await stream.start_tls(nullptr);
            reader.discard();
            co_await stream.write("250 " + stream.tls()->version + "\r\n");
        } else if (line.text.starts_with("LITERAL {")) {
            std::size_t left = std::stoul(line.text.substr(9));
            co_await stream.write("+ go\r\n");
            std::string text;
            while (left > 0) {
                const std::string_view some = co_await reader.read_some(left);
                text += some;
                left -= some.size();
            }
            co_await stream.write("{" + std::to_string(text.size()) + "}\r\n" + text + ")\r\n");
        } else if (line.text == "QUIT") {
            co_await stream.write("221 bye\r\n");
            co_return;
        }
    }
}

Awaitable<> serve(std::unique_ptr<net::Stream> stream)
{
    std::string last;
    try {
        co_await converse(*stream);
    } catch (const net::Disconnected& e) {
        if (e.why() == net::Disconnected::Why::Deadline)
            last = "421 idle\r\n";
    }
    if (!last.empty())
        co_await stream->write(last);
}

std::string failure_of(std::string_view text)
{
    boost::asio::io_context io;
    const wire::Connect connect = [&](int) {
        auto [server, client] = net::memory_stream_pair(io.get_executor());
        boost::asio::co_spawn(io, serve(std::move(server)), boost::asio::detached);
        return std::move(client);
    };
    wire::Options options;
    options.guard = std::chrono::seconds(1);
    return wire::failure_of(wire::parse_transcript(text, "x.wire"), "x.wire", connect, io, options);
}

} // namespace

BOOST_AUTO_TEST_CASE(patterns)
{
    struct Case {
        std::string_view pattern, line;
        bool matches;
    };
    constexpr Case kCases[] = {
        {"250 OK", "250 OK", true},
        {"250 OK", "250 OK ", false},
        {"250 ...", "250 anything at all", true},
        {"250 ...", "250", false},
        {"* [UIDNEXT $n] next", "* [UIDNEXT 17] next", true},
        {"$a $a", "x x", true},
        {"$a $a", "x y", false},
        {"[APPENDUID $v $u] ...", "[APPENDUID 3 4] done", true},
        {"... ($Forwarded)", "* FLAGS ($Forwarded)", true},
        {"$$n", "$n", true},
        {"a...b...c", "a--b--c", true},
        {"$bound", "7", true},
        {"$bound", "8", false},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.pattern << " / " << c.line)
        {
            wire::Names names{{"bound", "7"}};
            BOOST_TEST(wire::matches(c.pattern, c.line, names) == c.matches);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_session_as_written)
{
    BOOST_TEST(failure_of(R"(
# RFC 5321 §3.1
S: 220 ready $n
C: ECHO $n and $$n
S: $n and $$n
C<"ECHO a\n" "ECHO \x62\r\n" "x"*200 "\r\n">
S: 500 bare LF
S: b
S: 500 too long
C: UNTAGGED
S: ~* 9 RECENT
S: ~* ... EXISTS
S: ~* FLAGS ($Forwarded)
S: a OK
C: UNTAGGED
! * 2 ...
S: a OK
C: LITERAL {$}
S: + go
C: {{{
one
# two
}}}
S: {$}
S: {{{
one
# two
}}})
S2: 220 ...
C2: ECHO second
S2: second
C: STARTTLS
S: 220 go
TLS
S: 250 TLS1.3
WAIT 4m
C: ECHO still
S: here...
)") == "x.wire:38: S: here...\n  server said: still");
}

BOOST_AUTO_TEST_CASE(endings)
{
    BOOST_TEST(failure_of("S: 220 ...\nC: QUIT\nS: 221 bye\nCLOSE\n") == "");
    BOOST_TEST(failure_of("S: 220 ...\nWAIT 6m\nS: 421 idle\nCLOSE\n") == "");
    BOOST_TEST(failure_of("S: 220 ...\nDROP\n") == "");
    BOOST_TEST(failure_of("S: 220 ...\nS: more\n") ==
               "x.wire:2: S: more\n  server said: (nothing in time)");
    BOOST_TEST(failure_of("S: 220 ...\nCLOSE\n") ==
               "x.wire:2: CLOSE\n  server said: (nothing, and kept the connection)");
    BOOST_TEST(failure_of("S: 220 ...\nC: UNTAGGED\n! ... RECENT\nS: a OK\n") ==
               "x.wire:3: ! ... RECENT\n  server said: * 9 RECENT");
    BOOST_TEST(failure_of("S: 220 ...\nC: UNTAGGED\nS: ~* 1 ...\nS: a OK\n") ==
               "x.wire:4: S: a OK\n  server said: * FLAGS ($Forwarded)");
    BOOST_TEST(failure_of("S: 220 ...\nC: ECHO $no\n").starts_with("x.wire:2: C: "));
    BOOST_CHECK_THROW(wire::parse_transcript("X: what\n", "x.wire"), std::runtime_error);
    BOOST_CHECK_THROW(wire::parse_transcript("C: {{{\nno end\n", "x.wire"), std::runtime_error);
}
