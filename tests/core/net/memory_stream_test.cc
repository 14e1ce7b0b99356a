// Memory streams and the line reader over them: limits, endings, closing, deadlines.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include "core/net/line_reader.h"
#include "core/net/memory_stream.h"

using namespace mailctl;
using net::Disconnected;
using net::Line;

namespace {

using Pair = std::pair<std::unique_ptr<net::Stream>, std::unique_ptr<net::Stream>>;

Awaitable<> send(net::Stream& stream, std::string octets)
{
    co_await stream.write(octets);
}

Awaitable<> read_lines(net::Stream& stream, std::size_t limit, std::vector<Line>& into,
                       std::optional<Disconnected::Why>& ended)
{
    net::LineReader reader(stream);
    try {
        for (;;) {
            Line line = co_await reader.read_line(limit);
            into.push_back(std::move(line));
        }
    } catch (const Disconnected& e) {
        ended = e.why();
    }
}

/// Every line of `octets`, sent in pieces of `piece` octets.
std::vector<Line> lines_of(std::string_view octets, std::size_t piece, std::size_t limit)
{
    boost::asio::io_context io;
    Pair pair = net::memory_stream_pair(io.get_executor());
    std::vector<Line> lines;
    std::optional<Disconnected::Why> ended;
    boost::asio::co_spawn(io, read_lines(*pair.first, limit, lines, ended), boost::asio::detached);
    for (std::size_t i = 0; i < octets.size(); i += piece) {
        boost::asio::co_spawn(io, send(*pair.second, std::string(octets.substr(i, piece))),
                              boost::asio::detached);
        io.poll();
    }
    pair.second.reset();
    io.run();
    BOOST_TEST((ended == Disconnected::Why::Closed));
    return lines;
}

} // namespace

BOOST_AUTO_TEST_CASE(lines_and_their_endings)
{
    const std::string octets =
        "one\r\n\r\ntw\ro\nlong enough to be too long\r\n12345678\r\n"
        "123456789\r\n12345678\r\rx\nend\r\nrest";
    for (const std::size_t piece : {1U, 2U, 3U, 7U, 1000U}) {
        BOOST_TEST_CONTEXT("pieces of " << piece)
        {
            const auto lines = lines_of(octets, piece, 8);
            BOOST_REQUIRE(lines.size() == 8U);
            BOOST_TEST(lines[0].text == "one");
            BOOST_TEST(lines[1].text == "");
            BOOST_TEST(lines[2].text == "tw\ro");
            BOOST_TEST((lines[2].end == Line::End::Lf));
            BOOST_TEST((lines[3].end == Line::End::TooLong));
            BOOST_TEST(lines[4].text == "12345678");
            BOOST_TEST((lines[4].end == Line::End::CrLf));
            BOOST_TEST((lines[5].end == Line::End::TooLong));
            BOOST_TEST((lines[6].end == Line::End::TooLong));
            BOOST_TEST(lines[7].text == "end");
        }
    }
}

BOOST_AUTO_TEST_CASE(an_endless_line_is_not_kept)
{
    std::string octets(5'000'000, 'x');
    octets += "\r\nnext\r\n";
    const auto lines = lines_of(octets, 100'000, 1000);
    BOOST_REQUIRE(lines.size() == 2U);
    BOOST_TEST((lines[0].end == Line::End::TooLong));
    BOOST_TEST(lines[0].text.size() == 128U); // its start only, for a tag
    BOOST_TEST(lines[1].text == "next");
}

namespace {

Awaitable<> counted(net::Stream& stream, std::string& got)
{
    net::LineReader reader(stream);
    const Line line = co_await reader.read_line(100);
    got = line.text + "|";
    for (std::size_t left = 10; left > 0;) {
        const std::string_view some = co_await reader.read_some(left);
        got += some;
        left -= some.size();
    }
    got += reader.has_buffered() ? "|" + std::string(reader.buffered()) : "|none";
    reader.discard();
    got += reader.has_buffered() ? "|left" : "|discarded";
}

Awaitable<> wait_and_tell(net::Stream& stream, std::string& what)
{
    try {
        co_await stream.wait_readable();
        what = "woke";
    } catch (const Disconnected& e) {
        what = e.what();
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(counted_octets_after_a_line)
{
    boost::asio::io_context io;
    Pair pair = net::memory_stream_pair(io.get_executor());
    std::string got;
    boost::asio::co_spawn(io, counted(*pair.first, got), boost::asio::detached);
    boost::asio::co_spawn(io, send(*pair.second, "size\r\n01234"), boost::asio::detached);
    io.poll();
    boost::asio::co_spawn(io, send(*pair.second, "56789INJECTED"), boost::asio::detached);
    io.run();
    BOOST_TEST(got == "size|0123456789|INJECTED|discarded");
}

BOOST_AUTO_TEST_CASE(waits_end)
{
    boost::asio::io_context io;
    Pair pair = net::memory_stream_pair(io.get_executor());
    std::string what;
    const auto wait = [&] {
        what = "waits";
        boost::asio::co_spawn(io, wait_and_tell(*pair.first, what), boost::asio::detached);
        io.restart();
        io.poll();
        BOOST_TEST(what == "waits");
    };
    pair.first->set_deadline(std::chrono::minutes(29));
    wait();
    pair.first->cancel_wait();
    io.poll();
    BOOST_TEST(what == "woke");
    wait();
    net::elapse(*pair.second, std::chrono::minutes(28));
    io.poll();
    BOOST_TEST(what == "waits");
    net::elapse(*pair.second, std::chrono::minutes(2));
    io.poll();
    BOOST_TEST(what == "the deadline passed");
    wait();
    pair.first->close();
    io.poll();
    BOOST_TEST(what == "closed here");
}

BOOST_AUTO_TEST_CASE(endpoints_as_text)
{
    BOOST_TEST(to_string(net::Endpoint{"192.0.2.1", 25}) == "192.0.2.1:25");
    BOOST_TEST(to_string(net::Endpoint{"2001:db8::1", 25}) == "[2001:db8::1]:25");
    BOOST_TEST(to_string(net::Endpoint{"unix", 0}) == "unix");
    BOOST_TEST((net::Endpoint{"127.0.0.9", 1}.is_loopback()));
    BOOST_TEST((net::Endpoint{"::1", 1}.is_loopback()));
    BOOST_TEST((!net::Endpoint{"192.0.2.1", 1}.is_loopback()));
}
