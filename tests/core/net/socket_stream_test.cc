// Streams over sockets on loopback, port 0: plain and TLS, deadlines, closing, listeners.
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include "core/net/line_reader.h"
#include "core/net/listener.h"
#include "core/net/socket_stream.h"
#include "core/net/task_group.h"
#include "tests/core/net/certificates.h"

using namespace mailctl;
using namespace std::chrono_literals;
using net::Disconnected;

namespace {

using StreamPtr = std::unique_ptr<net::Stream>;
using Context = std::shared_ptr<const net::TlsContext>;

/// Greets, echoes lines in capitals; STARTTLS, BIG n, QUIT.
Awaitable<> echo(StreamPtr stream, Context tls)
{
    try {
        stream->set_deadline(5s);
        net::LineReader reader(*stream);
        co_await stream->write("hello\r\n");
        for (;;) {
            const net::Line line = co_await reader.read_line(1000);
            if (line.text == "QUIT")
                co_return;
            std::string reply = line.text + "!\r\n";
            if (line.text.starts_with("BIG "))
                reply = std::string(std::stoul(line.text.substr(4)), 'b') + "\r\n";
            if (line.text == "IMPATIENT")
                stream->set_deadline(30ms);
            co_await stream->write(reply);
            if (line.text == "STARTTLS") {
                co_await stream->start_tls(tls);
                reader.discard();
            }
        }
    } catch (const Disconnected&) { // the test's client tells what it saw
    }
}

/// A server on threads of its own.
struct Server {
    explicit Server(const std::string& address = "127.0.0.1", Context tls_context = nullptr)
        : tls(std::move(tls_context))
    {
        auto socket = net::ListeningSocket::bind(address, 0);
        BOOST_REQUIRE_MESSAGE(socket, socket.error().detail());
        port = socket->local().port;
        listener = std::make_unique<net::Listener>(io, *std::move(socket), [this](StreamPtr s) {
            auto executor = s->executor();
            auto closer = s->closer();
            group.spawn(executor, echo(std::move(s), tls), std::move(closer));
        });
        for (auto& thread : threads)
            thread = std::thread([this] { io.run(); });
    }
    ~Server() { stop(); }

    void stop()
    {
        listener->close();
        group.cancel_all();
        BOOST_TEST(group.wait(5s));
        work.reset();
        for (auto& thread : threads)
            if (thread.joinable())
                thread.join();
    }

    boost::asio::io_context io;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
        io.get_executor()};
    Context tls;
    std::uint16_t port = 0;
    net::TaskGroup group;
    std::unique_ptr<net::Listener> listener;
    std::thread threads[2];
};

/// Runs a client's coroutine to its end and gives what it returns.
template <class T>
T run(Awaitable<T> client)
{
    boost::asio::io_context io;
    auto result = boost::asio::co_spawn(io, std::move(client), boost::asio::use_future);
    io.run();
    return result.get();
}

Awaitable<std::string> say(net::Stream& stream, net::LineReader& reader, std::string line)
{
    co_await stream.write(line + "\r\n");
    net::Line answer = co_await reader.read_line(100'000'000);
    co_return std::move(answer.text);
}

enum class Then { Quit, Wait };

/// Connects, reads the greeting, says each line and gives the answers, "closed" at the end.
Awaitable<std::string> talk(std::string address, std::uint16_t port, std::vector<std::string> lines,
                            Then then = Then::Quit)
{
    auto connected = co_await net::connect(address, port, 5s);
    if (!connected)
        co_return connected.error().detail();
    const StreamPtr stream = *std::move(connected);
    stream->set_deadline(5s);
    net::LineReader reader(*stream);
    std::string all;
    std::string why;
    try {
        const net::Line greeting = co_await reader.read_line(1000);
        all = greeting.text;
        for (const auto& line : lines) {
            const std::string answer = co_await say(*stream, reader, line);
            all += "|" + answer;
        }
        if (then == Then::Quit)
            co_await stream->write("QUIT\r\n");
        co_await reader.read_line(1000);
    } catch (const Disconnected& e) {
        why = e.why() == Disconnected::Why::Closed ? "|closed" : e.what();
    }
    co_return all + why;
}

struct Seen {
    net::TlsInfo client;
    std::string answer;
    std::string failure;
};

Awaitable<Seen> talk_tls(std::uint16_t port, Context context, std::string line)
{
    Seen seen;
    auto connected = co_await net::connect("127.0.0.1", port, 5s);
    const StreamPtr stream = *std::move(connected);
    stream->set_deadline(5s);
    net::LineReader reader(*stream);
    try {
        co_await reader.read_line(1000);
        co_await say(*stream, reader, "STARTTLS");
        co_await stream->start_tls(context);
        seen.client = *stream->tls();
        seen.answer = co_await say(*stream, reader, line);
    } catch (const Disconnected& e) {
        seen.failure = e.what();
    }
    co_return seen;
}

std::string fingerprint(const net::CertificatePem& pem)
{
    return (*crypto::describe_certificates(pem.chain)).front().sha256;
}

std::string hexadecimal(std::string_view octets)
{
    std::string out;
    for (const char c : octets) {
        out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
        out += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

std::string plain_hexadecimal(std::string text)
{
    std::erase(text, ':');
    for (char& c : text)
        c = static_cast<char>(std::tolower(c));
    return text;
}

} // namespace

BOOST_AUTO_TEST_CASE(plain_over_tcp)
{
    for (const std::string address : {"127.0.0.1", "::1"}) {
        if (address == "::1" && !net::ListeningSocket::bind(address, 0))
            continue; // no IPv6 on this machine
        Server server(address);
        BOOST_TEST(run(talk(address, server.port, {"one", "two"})).starts_with("hello|one!|two!"));
    }
    Server server;
    BOOST_TEST(run(talk("127.0.0.1", server.port, {"BIG 9000000"})).size() > 9'000'000U);
}

BOOST_AUTO_TEST_CASE(over_a_unix_socket)
{
    const auto folder =
        std::filesystem::temp_directory_path() / ("mailctl" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    const std::string address = "unix:" + (folder / "lmtp").string();
    {
        Server server(address);
        BOOST_TEST(run(talk(address, 0, {"one"})).starts_with("hello|one!"));
        const auto second = net::ListeningSocket::bind(address, 0);
        BOOST_REQUIRE(!second);
        BOOST_TEST((second.error().code() == Errc::Exists));
    }
    BOOST_TEST(!std::filesystem::exists(folder / "lmtp"));
    // A server that died leaves its socket behind.
    {
        auto dead = net::ListeningSocket::bind(address, 0);
        BOOST_REQUIRE(dead.has_value());
        std::filesystem::rename(folder / "lmtp", folder / "kept");
    }
    std::filesystem::rename(folder / "kept", folder / "lmtp");
    BOOST_TEST(net::ListeningSocket::bind(address, 0).has_value());
    BOOST_TEST(!net::ListeningSocket::bind("unix:/" + std::string(120, 'x'), 0).has_value());
    std::filesystem::remove_all(folder);
}

BOOST_AUTO_TEST_CASE(bind_errors)
{
    const auto first = net::ListeningSocket::bind("127.0.0.1", 0);
    BOOST_REQUIRE(first.has_value());
    const auto second = net::ListeningSocket::bind("127.0.0.1", first->local().port);
    BOOST_REQUIRE(!second);
    BOOST_TEST((second.error().code() == Errc::Exists));
    BOOST_TEST((net::ListeningSocket::bind("localhost", 0).error().code() == Errc::Invalid));
    BOOST_TEST((net::ListeningSocket::bind("192.0.2.77", 0).error().code() == Errc::Unavailable));
    // Nobody listens any more on a port that was just closed.
    std::uint16_t port = 0;
    {
        const auto gone = net::ListeningSocket::bind("127.0.0.1", 0);
        port = gone->local().port;
    }
    BOOST_TEST(run(talk("127.0.0.1", port, {})) == "127.0.0.1: Connection refused");
}

BOOST_AUTO_TEST_CASE(a_deadline_ends_a_silent_session)
{
    Server server;
    // The server closes after 30 ms of silence; the client would wait for 5 s.
    BOOST_TEST(run(talk("127.0.0.1", server.port, {"IMPATIENT"}, Then::Wait)) ==
               "hello|IMPATIENT!|closed");
}

BOOST_AUTO_TEST_CASE(tls_picks_the_certificate_by_name)
{
    const auto first = net::certificate_for({"mail.example.org"}, false);
    const auto other = net::certificate_for({"mail.example.com", "*.wild.example"});
    const auto context = net::make_tls_context({first, other}, {});
    BOOST_REQUIRE_MESSAGE(context, context.error().detail());
    Server server("127.0.0.1", *context);
    struct Case {
        std::string_view name;
        const net::CertificatePem* expected;
    };
    const Case cases[] = {{"", &first},
                          {"mail.example.org", &first},
                          {"nobody.example", &first},
                          {"mail.example.com", &other},
                          {"MAIL.example.com", &other},
                          {"a.wild.example", &other},
                          {"a.b.wild.example", &first},
                          {"wild.example", &first}};
    for (const auto& c : cases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            const auto client = net::make_insecure_client_context(std::string(c.name));
            const Seen seen = run(talk_tls(server.port, client, "secret"));
            BOOST_TEST(seen.failure == "");
            BOOST_TEST(seen.answer == "secret!");
            BOOST_TEST(seen.client.version == "TLS1.3");
            BOOST_TEST(seen.client.channel_binding.size() == 32U);
            // RFC 5929 §4.1: an ECDSA-SHA256 certificate is hashed with SHA-256.
            BOOST_TEST(hexadecimal(seen.client.server_end_point) ==
                       plain_hexadecimal(fingerprint(*c.expected)));
        }
    }
}

BOOST_AUTO_TEST_CASE(tls_versions)
{
    const auto pem = net::certificate_for({"mail.example.org"});
    net::TlsOptions options;
    const auto from_12 = net::make_tls_context({pem}, options);
    options.min_version = "1.3";
    const auto only_13 = net::make_tls_context({pem}, options);
    const auto client = net::make_insecure_client_context("", "1.2");
    {
        Server server("127.0.0.1", *from_12);
        const Seen seen = run(talk_tls(server.port, client, "x"));
        BOOST_TEST(seen.client.version == "TLS1.2");
        BOOST_TEST(seen.client.channel_binding == ""); // RFC 9266 §4.2: not under 1.2
        BOOST_TEST(seen.client.server_end_point.size() == 32U);
    }
    Server server("127.0.0.1", *only_13);
    BOOST_TEST(run(talk_tls(server.port, client, "x")).failure != "");
}

BOOST_AUTO_TEST_CASE(tls_bulk)
{
    const auto context = net::make_tls_context({net::certificate_for({"a.example"})}, {});
    Server server("127.0.0.1", *context);
    const auto client = net::make_insecure_client_context();
    BOOST_TEST(run(talk_tls(server.port, client, "BIG 5000000")).answer.size() == 5'000'000U);
}

BOOST_AUTO_TEST_CASE(tls_context_errors)
{
    const auto one = net::certificate_for({"one.example"});
    const auto two = net::certificate_for({"two.example"});
    auto mixed = one;
    mixed.key = two.key;
    const auto error = [](const std::vector<net::CertificatePem>& pems, net::TlsOptions options) {
        const auto made = net::make_tls_context(pems, options);
        return made ? "" : made.error().detail();
    };
    BOOST_TEST(
        error({one, mixed}, {})
            .starts_with("certificate of one.example: the key does not fit the certificate"));
    BOOST_TEST(error({{{}, "rubbish", one.key}}, {}).starts_with("certificate 1: no certificate"));
    BOOST_TEST(
        error({{{}, one.chain, "rubbish"}}, {}).starts_with("certificate 1: no private key"));
    BOOST_TEST(error({}, {}) == "no certificate");
    BOOST_TEST(error({one}, {"1.9", "1.3", ""}) ==
               "certificate of one.example: TLS version \"1.9\" is not 1.0 to 1.3");
    BOOST_TEST(error({one}, {"1.3", "1.2", ""}) != "");
    BOOST_TEST(error({one}, {"1.2", "1.3", "NO-SUCH-CIPHER"}) != "");
    BOOST_TEST(error({one}, {"1.0", "1.3", ""}) == "");
}

namespace {

/// Has the server's sessions cancelled once one of them has greeted.
Awaitable<std::string> greeted_and_cancelled(Server& server)
{
    auto connected = co_await net::connect("127.0.0.1", server.port, 5s);
    const StreamPtr stream = *std::move(connected);
    stream->set_deadline(5s);
    net::LineReader reader(*stream);
    std::string seen;
    try {
        const net::Line greeting = co_await reader.read_line(1000);
        seen = greeting.text;
        server.group.cancel_all();
        co_await reader.read_line(1000);
    } catch (const Disconnected& e) {
        seen += e.why() == Disconnected::Why::Closed ? "|closed" : e.what();
    }
    co_return seen;
}

} // namespace

BOOST_AUTO_TEST_CASE(closing_from_outside)
{
    Server server;
    BOOST_TEST(run(greeted_and_cancelled(server)) == "hello|closed");
    BOOST_TEST(server.group.wait(5s));
}

BOOST_AUTO_TEST_CASE(a_task_can_be_cancelled_by_number)
{
    boost::asio::io_context io;
    net::TaskGroup group;
    bool cancelled = false;
    const auto number = group.spawn(
        io.get_executor(), []() -> Awaitable<> { co_return; }(), [&] { cancelled = true; });
    BOOST_TEST(group.size() == 1U);
    BOOST_TEST(group.cancel(number));
    BOOST_TEST(cancelled);
    BOOST_TEST(!group.cancel(number + 1));
    BOOST_TEST(!group.wait(0ms));
    io.run();
    BOOST_TEST(group.wait(0ms));
    BOOST_TEST(!group.cancel(number));
}

BOOST_AUTO_TEST_CASE(no_descriptors_left)
{
#ifdef __SANITIZE_ADDRESS__
    return; // the preset's check of virtual calls needs descriptors itself
#endif
    Server server;
    // The limit becomes what is in use, the client's own included.
    rlimit before{};
    getrlimit(RLIMIT_NOFILE, &before);
    const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int highest = fcntl(client, F_DUPFD_CLOEXEC, 0);
    close(highest);
    rlimit tight = before;
    tight.rlim_cur = static_cast<rlim_t>(highest);
    setrlimit(RLIMIT_NOFILE, &tight);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(server.port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    BOOST_TEST(connect(client, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
    char c = 0;
    const auto got = read(client, &c, 1); // closed at once, without a greeting
    setrlimit(RLIMIT_NOFILE, &before);
    close(client);
    BOOST_TEST(got <= 0);
    BOOST_TEST(run(talk("127.0.0.1", server.port, {"back"})).starts_with("hello|back!"));
}
