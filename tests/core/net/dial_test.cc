// Dialling: source addresses, Unix sockets, and SOCKS5 with a proxy that plays a script. Loopback.
#include <arpa/inet.h>
#include <linux/filter.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include "core/net/dial.h"
#include "core/net/listener.h"
#include "core/net/task_group.h"

using namespace mailctl;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

using StreamPtr = std::unique_ptr<net::Stream>;

/// One exchange of a scripted proxy: what it must read, what it answers.
struct Turn {
    std::string expected, answer;
};

/// Tells the peer its address, after the turns.
Awaitable<> serve(StreamPtr stream, std::vector<Turn> turns, std::string* error)
{
    try {
        stream->set_deadline(5s);
        for (const Turn& turn : turns) {
            std::string got(turn.expected.size(), '\0');
            for (std::size_t at = 0; at < got.size();) {
                const std::size_t count =
                    co_await stream->read_some(got.data() + at, got.size() - at);
                at += count;
            }
            if (got != turn.expected)
                *error = "a turn went otherwise";
            co_await stream->write(turn.answer);
        }
        const std::string hello = stream->peer().address + "\n";
        co_await stream->write(hello);
        char end = 0;
        co_await stream->read_some(&end, 1);
    } catch (const net::Disconnected&) { // the client leaves when it has seen enough
    }
}

struct Server {
    explicit Server(const std::string& address, std::vector<Turn> turns = {})
    {
        auto socket = net::ListeningSocket::bind(address, 0);
        BOOST_REQUIRE_MESSAGE(socket, socket.error().detail());
        port = socket->local().port;
        listener = std::make_unique<net::Listener>(
            io, *std::move(socket), [this, turns = std::move(turns)](StreamPtr s) {
                auto executor = s->executor();
                auto closer = s->closer();
                group.spawn(executor, serve(std::move(s), turns, &error), std::move(closer));
            });
        thread = std::thread([this] { io.run(); });
    }
    ~Server()
    {
        listener->close();
        group.cancel_all();
        BOOST_TEST(group.wait(5s));
        work.reset();
        thread.join();
        BOOST_TEST(error == "");
    }

    boost::asio::io_context io;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
    net::TaskGroup group;
    std::unique_ptr<net::Listener> listener;
    std::thread thread;
    std::uint16_t port = 0;
    std::string error;
};

/// On 127.0.0.1, and never hears 127.0.0.2.
struct DeafServer {
    DeafServer()
    {
        socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sock_filter code[] = {
            {BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(SKF_NET_OFF + 12)}, // source
            {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0x7F000002},
            {BPF_RET | BPF_K, 0, 0, 0},
            {BPF_RET | BPF_K, 0, 0, 0xFFFFFFFF},
        };
        const sock_fprog program{std::size(code), code};
        BOOST_REQUIRE(
            ::setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t octets = sizeof at;
        BOOST_REQUIRE(::bind(socket, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
        BOOST_REQUIRE(::listen(socket, 8) == 0);
        BOOST_REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&at), &octets) == 0);
        port = ntohs(at.sin_port);
        thread = std::thread([this] { serve_all(); });
    }
    ~DeafServer()
    {
        ::shutdown(socket, SHUT_RDWR);
        thread.join();
        ::close(socket);
    }
    void serve_all() const
    {
        sockaddr_in from{};
        socklen_t octets = sizeof from;
        int peer = -1;
        while ((peer = ::accept(socket, reinterpret_cast<sockaddr*>(&from), &octets)) >= 0) {
            char name[INET_ADDRSTRLEN];
            const std::string hello =
                inet_ntop(AF_INET, &from.sin_addr, name, sizeof name) + "\n"s;
            (void)::send(peer, hello.data(), hello.size(), MSG_NOSIGNAL);
            ::close(peer);
        }
    }
    int socket = -1;
    std::uint16_t port = 0;
    std::thread thread;
};

Awaitable<std::string> dial_and_read(net::Dial to)
{
    auto stream = co_await net::dial(to);
    if (!stream)
        co_return to_string(stream.error());
    (*stream)->set_deadline(5s);
    std::string line;
    while (line.find('\n') == std::string::npos) {
        char octets[100];
        const std::size_t got = co_await (*stream)->read_some(octets, sizeof octets);
        line.append(octets, got);
    }
    line.pop_back();
    co_return line;
}

/// What the server said, or the error.
std::string result_of(net::Dial to)
{
    boost::asio::io_context io;
    auto future = boost::asio::co_spawn(io, dial_and_read(std::move(to)), boost::asio::use_future);
    io.run();
    return future.get();
}

net::Dial to(const std::string& address, std::uint16_t port)
{
    net::Dial dial;
    dial.address = address;
    dial.port = port;
    dial.limit = 5s;
    return dial;
}

net::Dial through(const Server& proxy, const std::string& address, std::uint16_t port)
{
    net::Dial dial = to(address, port);
    dial.proxy.emplace();
    dial.proxy->address = "127.0.0.1";
    dial.proxy->port = proxy.port;
    return dial;
}

const std::string kGranted = "\x05\0\0\x01\x7F\0\0\x01\x1F\x90"s;

} // namespace

BOOST_AUTO_TEST_CASE(from_a_chosen_address)
{
    Server server("127.0.0.1");
    net::Dial dial = to("127.0.0.1", server.port);
    BOOST_TEST(result_of(dial) == "127.0.0.1");
    dial.source = "127.0.0.2";
    BOOST_TEST(result_of(dial) == "127.0.0.2");

    if (!net::ListeningSocket::bind("::1", 0))
        return; // no IPv6 on this machine
    Server v6("::1");
    net::Dial dial6 = to("::1", v6.port);
    dial6.source = "::1";
    BOOST_TEST(result_of(dial6) == "::1");
}

BOOST_AUTO_TEST_CASE(from_an_address_that_cannot_be_used)
{
    Server server("127.0.0.1");
    for (const std::string source : {"192.0.2.1", "::1"}) {
        net::Dial dial = to("127.0.0.1", server.port);
        dial.source = source;
        BOOST_TEST(result_of(dial) == "127.0.0.1");
        dial.source_fallback = false;
        BOOST_TEST(result_of(dial).starts_with("denied: " + source));
    }
}

// The system's choice where nobody answers the chosen address. OUT-05
BOOST_AUTO_TEST_CASE(from_an_address_that_leads_nowhere)
{
    DeafServer server;
    net::Dial dial = to("127.0.0.1", server.port);
    dial.source = "127.0.0.2";
    dial.limit = 1s;
    BOOST_TEST(result_of(dial) == "127.0.0.1");
    dial.source_fallback = false;
    dial.limit = 300ms;
    BOOST_TEST(result_of(dial).starts_with("unavailable: "));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_reached)
{
    std::uint16_t closed = 0;
    {
        auto socket = net::ListeningSocket::bind("127.0.0.1", 0);
        closed = socket->local().port;
    }
    BOOST_TEST(result_of(to("127.0.0.1", closed)).starts_with("unavailable: "));
    BOOST_TEST(result_of(to("mx.example.org", 25)).starts_with("invalid: "));
}

BOOST_AUTO_TEST_CASE(unix_sockets_have_no_source)
{
    const auto path = std::filesystem::temp_directory_path() /
                      ("mailctl-dial-" + std::to_string(::getpid()) + ".sock");
    {
        Server server("unix:" + path.string());
        net::Dial dial = to("unix:" + path.string(), 0);
        dial.source = "127.0.0.2";
        dial.source_fallback = false;
        BOOST_TEST(result_of(dial) == "unix");
    }
    std::filesystem::remove(path);
}

// RFC 1928 §3 to §6
BOOST_AUTO_TEST_CASE(through_a_proxy)
{
    const std::string bound_name = "\x05\0\0\x03\x04name\x1F\x90"s;
    const std::string bound_v6 = "\x05\0\0\x04"s + std::string(16, '\0') + "\x1F\x90";
    struct Case {
        std::string_view name;
        std::string address, request, answer;
    };
    const Case cases[] = {
        {"IPv4", "192.0.2.7", "\x05\x01\0\x01\xC0\0\x02\x07\0\x19"s, kGranted},
        {"IPv6", "2001:db8::1",
         "\x05\x01\0\x04\x20\x01\x0D\xB8"s + std::string(11, '\0') + "\x01\0\x19"s, bound_v6},
        {"name", "mx.example.org", "\x05\x01\0\x03\x0Emx.example.org\0\x19"s, bound_name},
    };
    for (const Case& c : cases)
        BOOST_TEST_CONTEXT(c.name)
        {
            Server proxy("127.0.0.1", {{"\x05\x01\0"s, "\x05\0"s}, {c.request, c.answer}});
            BOOST_TEST(result_of(through(proxy, c.address, 25)) == "127.0.0.1");
        }
}

// RFC 1929 §2
BOOST_AUTO_TEST_CASE(with_a_password)
{
    const Turn methods{"\x05\x02\0\x02"s, "\x05\x02"s};
    const Turn request{"\x05\x01\0\x01\xC0\0\x02\x07\0\x19"s, kGranted};
    {
        Server proxy("127.0.0.1", {methods, {"\x01\x03" "ann\x02pw"s, "\x01\0"s}, request});
        net::Dial dial = through(proxy, "192.0.2.7", 25);
        dial.proxy->user = "ann";
        dial.proxy->password = "pw";
        BOOST_TEST(result_of(dial) == "127.0.0.1");
    }
    Server proxy("127.0.0.1", {methods, {"\x01\x03" "ann\x02pw"s, "\x01\x01"s}});
    net::Dial dial = through(proxy, "192.0.2.7", 25);
    dial.proxy->user = "ann";
    dial.proxy->password = "pw";
    BOOST_TEST(result_of(dial) == "unavailable: SOCKS5 proxy: user or password refused");
    dial.proxy->user = std::string(256, 'x');
    BOOST_TEST(result_of(dial).starts_with("invalid: "));
}

BOOST_AUTO_TEST_CASE(proxies_that_refuse)
{
    const Turn methods{"\x05\x01\0"s, "\x05\0"s};
    const std::string request = "\x05\x01\0\x01\xC0\0\x02\x07\0\x19"s;
    struct Case {
        std::string_view name;
        std::vector<Turn> turns;
        std::string_view result;
    };
    const Case cases[] = {
        {"no method", {{"\x05\x01\0"s, "\x05\xFF"s}}, "no authentication method in common"},
        {"asks for a password that we have not", {{"\x05\x01\0"s, "\x05\x02"s}},
         "no authentication method in common"},
        {"speaks HTTP", {{"\x05\x01\0"s, "HTTP/1.1 400 Bad\r\n\r\n"}}, "it does not speak SOCKS5"},
        {"refused", {methods, {request, "\x05\x05\0\x01\0\0\0\0\0\0"s}}, "connection refused"},
        {"not allowed", {methods, {request, "\x05\x02\0\x01\0\0\0\0\0\0"s}}, "connection not allowed"},
        {"unknown", {methods, {request, "\x05\x42\0\x01\0\0\0\0\0\0"s}}, "unknown reply"},
        {"strange address", {methods, {request, "\x05\0\0\x09\0\0\0\0\0\0"s}}, "unknown address type"},
    };
    for (const Case& c : cases)
        BOOST_TEST_CONTEXT(c.name)
        {
            Server proxy("127.0.0.1", c.turns);
            BOOST_TEST(result_of(through(proxy, "192.0.2.7", 25)) ==
                       "unavailable: SOCKS5 proxy: " + std::string(c.result));
        }
}

BOOST_AUTO_TEST_CASE(through_a_proxy_of_version_4)
{
    const std::string granted = "\0\x5A\0\0\0\0\0\0"s;
    struct Case {
        std::string_view name;
        std::string user, address, request, answer;
        std::string_view result;
    };
    const std::string plain = "\x04\x01\0\x19\xC0\0\x02\x07\0"s;
    const Case cases[] = {
        {"IPv4", "", "192.0.2.7", plain, granted, "127.0.0.1"},
        {"user", "ann", "192.0.2.7", "\x04\x01\0\x19\xC0\0\x02\x07" "ann\0"s, granted, "127.0.0.1"},
        {"name (4A)", "", "mx.example.org", "\x04\x01\0\x19\0\0\0\x01\0mx.example.org\0"s, granted,
         "127.0.0.1"},
        {"rejected", "", "192.0.2.7", plain, "\0\x5B\0\0\0\0\0\0"s,
         "unavailable: SOCKS4 proxy: rejected or failed"},
        {"no identd", "", "192.0.2.7", plain, "\0\x5C\0\0\0\0\0\0"s,
         "unavailable: SOCKS4 proxy: it finds no identd here"},
        {"unknown", "", "192.0.2.7", plain, "\0\x42\0\0\0\0\0\0"s,
         "unavailable: SOCKS4 proxy: unknown reply"},
        {"speaks SOCKS5", "", "192.0.2.7", plain, "\x05\xFF\0\0\0\0\0\0"s,
         "unavailable: SOCKS4 proxy: it does not speak SOCKS4"},
    };
    for (const Case& c : cases)
        BOOST_TEST_CONTEXT(c.name)
        {
            Server proxy("127.0.0.1", {{c.request, c.answer}});
            net::Dial dial = through(proxy, c.address, 25);
            dial.proxy->version = net::SocksVersion::Four;
            dial.proxy->user = c.user;
            BOOST_TEST(result_of(dial) == c.result);
        }
    Server proxy("127.0.0.1", {});
    net::Dial dial = through(proxy, "2001:db8::1", 25);
    dial.proxy->version = net::SocksVersion::Four;
    BOOST_TEST(result_of(dial) == "invalid: \"2001:db8::1\" cannot be reached through this proxy");
    proxy.error.clear();
}

// It takes the connection and never says a word.
BOOST_AUTO_TEST_CASE(a_proxy_that_does_not_answer)
{
    Server proxy("127.0.0.1", {{std::string(100, 'x'), ""}});
    net::Dial dial = through(proxy, "192.0.2.7", 25);
    dial.limit = 500ms; // connecting is within it too
    BOOST_TEST(result_of(dial) == "unavailable: SOCKS5 proxy: the deadline passed");
    proxy.error.clear();
}
