// Compressed streams: what goes in comes out, whatever the pieces; what is no DEFLATE ends it.
#include "core/net/deflate_stream.h"

#include <random>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include "core/net/line_reader.h"
#include "core/net/memory_stream.h"

using namespace mailctl;
using net::Disconnected;

namespace {

struct Ends {
    explicit Ends(boost::asio::io_context& io)
    {
        auto pair = net::memory_stream_pair(io.get_executor());
        server = net::make_deflate_stream(std::move(pair.first));
        client = net::make_deflate_stream(std::move(pair.second));
    }
    std::unique_ptr<net::Stream> server, client;
};

void run(boost::asio::io_context& io, Awaitable<> task)
{
    std::exception_ptr failure;
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr error) { failure = error; });
    io.restart();
    io.run();
    if (failure)
        std::rethrow_exception(failure);
}

/// Sends each piece and reads it at the other end before the next: the compressors rest between.
Awaitable<> exchange(net::Stream& from, net::Stream& to, const std::vector<std::string>& pieces,
                     std::size_t read_size)
{
    for (const auto& piece : pieces) {
        co_await from.write(piece);
        std::string came;
        std::string buffer(read_size, '\0');
        while (came.size() < piece.size()) {
            const auto got = co_await to.read_some(buffer.data(), buffer.size());
            came.append(buffer, 0, got);
        }
        BOOST_TEST((came == piece));
        BOOST_TEST(to.try_read(buffer.data(), buffer.size()) == 0u);
        co_await from.write("");
    }
}

/// Text that repeats itself over more than the window, and octets that nothing compresses.
std::vector<std::string> samples()
{
    std::mt19937 random(3);
    std::string lines, noise(200'000, '\0');
    for (unsigned i = 0; lines.size() < 300'000; ++i)
        lines += "* " + std::to_string(i % 5000) + " FETCH (FLAGS (\\Seen))\r\n";
    for (auto& octet : noise)
        octet = static_cast<char>(random());
    return {"a NOOP\r\n", lines, "x", noise, "a NOOP\r\n", lines, std::string(1'000'000, 'z'),
            "b NOOP\r\n"};
}

Awaitable<> read_until_closed(net::Stream& stream, std::optional<Disconnected::Why>& ended)
{
    char buffer[64];
    try {
        for (;;)
            co_await stream.read_some(buffer, sizeof buffer);
    } catch (const Disconnected& e) {
        ended = e.why();
    }
}

Awaitable<> send(net::Stream& stream, std::string octets)
{
    co_await stream.write(octets);
}

} // namespace

BOOST_AUTO_TEST_CASE(deflate_gives_what_it_was_given)
{
    for (const std::size_t read_size : {1U, 100U, 32768U}) {
        BOOST_TEST_CONTEXT("reads of " << read_size)
        {
            boost::asio::io_context io;
            Ends ends(io);
            const auto pieces = samples();
            run(io, exchange(*ends.server, *ends.client, pieces, read_size));
            run(io, exchange(*ends.client, *ends.server, pieces, read_size));
        }
    }
}

BOOST_AUTO_TEST_CASE(deflate_makes_text_smaller)
{
    boost::asio::io_context io;
    auto pair = net::memory_stream_pair(io.get_executor());
    const auto server = net::make_deflate_stream(std::move(pair.first));
    const auto lines = samples()[1];
    run(io, send(*server, lines));
    std::string buffer(lines.size(), '\0');
    BOOST_TEST(pair.second->try_read(buffer.data(), buffer.size()) < lines.size() / 4);
}

BOOST_AUTO_TEST_CASE(what_is_not_deflate_ends_it)
{
    // A block of the kind that is none; a last block: nothing may follow it.
    for (const auto* octets : {"\x07zzzz", "\x03\x00more"}) {
        boost::asio::io_context io;
        auto pair = net::memory_stream_pair(io.get_executor());
        const auto server = net::make_deflate_stream(std::move(pair.first));
        std::optional<Disconnected::Why> ended;
        boost::asio::co_spawn(io, read_until_closed(*server, ended), boost::asio::detached);
        boost::asio::co_spawn(io, send(*pair.second, std::string(octets, 5)),
                              boost::asio::detached);
        io.run();
        BOOST_TEST((ended == Disconnected::Why::Closed));
    }
}

BOOST_AUTO_TEST_CASE(lines_over_a_compressed_stream)
{
    boost::asio::io_context io;
    Ends ends(io);
    run(io, send(*ends.client, "a LOGIN x y\r\nb NOOP\r\n"));
    net::LineReader reader(*ends.server);
    std::vector<std::string> lines;
    const auto read = [](net::LineReader& from, std::vector<std::string>& into) -> Awaitable<> {
        for (int i = 0; i < 2; ++i) {
            auto line = co_await from.read_line(100);
            into.push_back(std::move(line.text));
        }
    };
    run(io, read(reader, lines));
    BOOST_REQUIRE(lines.size() == 2u);
    BOOST_TEST(lines[0] == "a LOGIN x y");
    BOOST_TEST(lines[1] == "b NOOP");
}
