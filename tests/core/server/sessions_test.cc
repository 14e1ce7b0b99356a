// Sessions and listeners: admission, listing, kicking, and changes of settings with live sessions.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include "conf/config.h"
#include "core/delivery/services.h"
#include "core/net/line_reader.h"
#include "core/net/memory_stream.h"
#include "core/net/socket_stream.h"
#include "core/server/event_loop.h"
#include "core/server/listeners.h"
#include "core/server/sessions.h"
#include "tests/core/server/fakes.h"

using namespace mailctl;
using namespace mailctl::server;
using namespace std::chrono_literals;

namespace {

conf::Listener listener_of(std::string name, conf::Protocol protocol)
{
    conf::Listener listener;
    listener.name = std::move(name);
    listener.protocol = protocol;
    listener.tls = conf::TlsMode::None;
    return listener;
}

/// Greets with the listener's banner; LOGIN name; anything else is echoed.
Awaitable<> toy_session(net::Stream& stream, const conf::Listener& listener,
                        net::SessionInfo& info)
{
    net::LineReader reader(stream);
    co_await stream.write("hello " + listener.banner + "\r\n");
    for (;;) {
        const net::Line line = co_await reader.read_line(100);
        if (line.text.starts_with("LOGIN "))
            info.set_user(line.text.substr(6));
        co_await stream.write(line.text + "\r\n");
    }
}

Awaitable<> serve_toy(std::unique_ptr<net::Stream> stream,
                      std::shared_ptr<const delivery::Services>, conf::Listener listener,
                      std::shared_ptr<net::SessionInfo> info)
{
    std::string goodbye;
    try {
        co_await toy_session(*stream, listener, *info);
    } catch (const net::Disconnected& e) {
        if (e.why() == net::Disconnected::Why::Stopping)
            goodbye = "bye\r\n";
    }
    if (!goodbye.empty())
        co_await stream->write(goodbye);
}

/// Everything the server said so far.
Awaitable<> collect(net::Stream& stream, std::string& said)
{
    try {
        for (;;) {
            char octets[100];
            const std::size_t got = co_await stream.read_some(octets, sizeof octets);
            said.append(octets, got);
        }
    } catch (const net::Disconnected&) {
        said += "(closed)";
    }
}

Awaitable<> send(net::Stream& stream, std::string octets)
{
    co_await stream.write(octets);
}

struct Fixture {
    Fixture()
    {
        auto made = std::make_shared<delivery::Services>();
        made->authenticator = &authenticator;
        made->clock = &clock;
        made->config = std::make_shared<conf::Config>();
        made->hostname = "mx.example.org";
        services = std::move(made);
    }
    ~Fixture() { io.let_go(); } // frames know the sessions, and timers of the streams know `io`

    struct Client {
        std::unique_ptr<net::Stream> stream;
        std::string said;
    };
    Client& connect(const conf::Listener& listener)
    {
        auto [ours, theirs] = net::memory_stream_pair(io.get_executor());
        clients.push_back(std::make_unique<Client>());
        Client& client = *clients.back();
        client.stream = std::move(theirs);
        boost::asio::co_spawn(io, collect(*client.stream, client.said), boost::asio::detached);
        sessions.start(std::move(ours), services, listener);
        settle();
        return client;
    }
    void say(Client& client, const std::string& line)
    {
        boost::asio::co_spawn(io, send(*client.stream, line + "\r\n"), boost::asio::detached);
        settle();
    }
    void settle()
    {
        io.restart();
        while (io.poll() > 0)
            io.restart();
    }

    EventLoop io;
    FakeAuthenticator authenticator;
    ManualClock clock{Time(std::chrono::hours(24))};
    std::shared_ptr<const delivery::Services> services;
    std::vector<std::unique_ptr<Client>> clients;
    Sessions sessions{serve_toy};
};

} // namespace

BOOST_FIXTURE_TEST_CASE(sessions_are_listed_and_kicked, Fixture)
{
    auto& ann = connect(listener_of("imap", conf::Protocol::Imap));
    auto& bob = connect(listener_of("smtp", conf::Protocol::Smtp));
    say(ann, "LOGIN ann@example.org");
    say(bob, "LOGIN bob@example.org");
    BOOST_TEST(ann.said == "hello \r\nLOGIN ann@example.org\r\n");
    const auto list = sessions.list();
    BOOST_REQUIRE(list.size() == 2U);
    BOOST_TEST(list[0].protocol == "imap");
    BOOST_TEST(list[0].user == "ann@example.org");
    BOOST_TEST(list[0].peer.address == "192.0.2.1");
    BOOST_TEST(authenticator.counted == 2);

    BOOST_TEST(sessions.kick_user("ANN@example.org") == 1U);
    settle();
    BOOST_TEST(ann.said.ends_with("bye\r\n(closed)"));
    BOOST_TEST(sessions.size() == 1U);
    BOOST_TEST(authenticator.counted == 1);
    BOOST_TEST(!sessions.kick(list[0].id));
    BOOST_TEST(sessions.kick(list[1].id));
    settle();
    BOOST_TEST(bob.said.ends_with("bye\r\n(closed)"));
    BOOST_TEST(sessions.wait(0ms));
    BOOST_TEST(authenticator.counted == 0);
}

BOOST_FIXTURE_TEST_CASE(stopping_answers_first, Fixture)
{
    auto& client = connect(listener_of("imap", conf::Protocol::Imap));
    boost::asio::co_spawn(io, send(*client.stream, "under way\r\n"), boost::asio::detached);
    settle();
    sessions.kick_all();
    settle();
    BOOST_TEST(client.said == "hello \r\nunder way\r\nbye\r\n(closed)");
    BOOST_TEST(sessions.wait(0ms));
    // What still comes is ended too.
    BOOST_TEST(connect(listener_of("imap", conf::Protocol::Imap)).said.ends_with("(closed)"));
}

BOOST_FIXTURE_TEST_CASE(who_may_not_connect_hears_why, Fixture)
{
    struct Case {
        conf::Protocol protocol;
        Errc why;
        std::string_view said;
    };
    constexpr Case kCases[] = {
        {conf::Protocol::Smtp, Errc::Denied, "421 4.7.0 mx.example.org Access denied\r\n"},
        {conf::Protocol::Submission, Errc::Busy,
         "421 4.7.0 mx.example.org Too many connections, try again later\r\n"},
        {conf::Protocol::Imap, Errc::Denied, "* BYE Access denied\r\n"},
        {conf::Protocol::Imap, Errc::Busy,
         "* BYE [UNAVAILABLE] Too many connections, try again later\r\n"},
        {conf::Protocol::Pop3, Errc::Denied, "-ERR [SYS/PERM] Access denied\r\n"},
        {conf::Protocol::Pop3, Errc::Busy,
         "-ERR [SYS/TEMP] Too many connections, try again later\r\n"},
    };
    for (const auto& c : kCases) {
        authenticator.refusal = c.why;
        BOOST_TEST(connect(listener_of("x", c.protocol)).said == std::string(c.said) + "(closed)");
    }
    // Under implicit TLS nothing may be said in the clear.
    auto implicit = listener_of("imaps", conf::Protocol::Imap);
    implicit.tls = conf::TlsMode::Implicit;
    BOOST_TEST(connect(implicit).said == "(closed)");
    BOOST_TEST(sessions.size() == 0U);
}

namespace {

Awaitable<> dial(std::uint16_t port, std::unique_ptr<net::Stream>& into, std::string& said)
{
    auto connected = co_await net::connect("127.0.0.1", port, 5s);
    if (!connected) {
        said = "(refused)";
        co_return;
    }
    into = *std::move(connected);
    co_await collect(*into, said);
}

/// A client on loopback, run together with the listeners' io_context.
struct Dialled {
    Dialled(boost::asio::io_context& context, std::uint16_t port) : io(context)
    {
        boost::asio::co_spawn(io, dial(port, stream, said), boost::asio::detached);
    }
    void until(std::string_view text)
    {
        io.restart();
        const auto end = std::chrono::steady_clock::now() + 10s;
        while (said.find(text) == std::string::npos && std::chrono::steady_clock::now() < end)
            io.run_one_until(end);
        BOOST_TEST(said.find(text) != std::string::npos);
    }
    boost::asio::io_context& io;
    std::unique_ptr<net::Stream> stream;
    std::string said;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(listeners_change_while_sessions_stay, Fixture)
{
    Listeners listeners(io, [this](std::unique_ptr<net::Stream> stream, conf::Listener listener) {
        sessions.start(std::move(stream), services, std::move(listener));
    });
    auto first = listener_of("smtp", conf::Protocol::Smtp);
    first.addresses = {"127.0.0.1"};
    first.banner = "one";
    listeners.commit(*listeners.prepare({first}));
    BOOST_REQUIRE(listeners.list().size() == 1U);
    const std::uint16_t port = listeners.list()[0].local.port;
    Dialled early(io, port);
    early.until("hello one");

    // The same address with another banner keeps its socket; a new one joins; one cannot be bound.
    auto changed = first;
    changed.banner = "two";
    auto bad = listener_of("imap", conf::Protocol::Imap);
    bad.addresses = {"127.0.0.2", "192.0.2.7"};
    const auto failed = listeners.prepare({changed, bad});
    BOOST_REQUIRE(!failed);
    BOOST_TEST(failed.error().detail().starts_with("listener \"imap\": 192.0.2.7:0: "));
    BOOST_TEST(listeners.list()[0].listener.banner == "one");
    bad.addresses = {"127.0.0.2"};
    listeners.commit(*listeners.prepare({changed, bad}));
    BOOST_TEST(listeners.list().size() == 2U);
    Dialled late(io, port);
    late.until("hello two");
    boost::asio::co_spawn(io, send(*early.stream, "still here\r\n"), boost::asio::detached);
    early.until("still here");

    changed.enabled = false;
    listeners.commit(*listeners.prepare({changed, bad}));
    BOOST_TEST(listeners.list().size() == 1U);
    Dialled refused(io, port);
    refused.until("(refused)");
    BOOST_TEST(sessions.size() == 2U); // those that were there stay
    listeners.close();
    sessions.kick_all();
    early.until("(closed)");
    late.until("(closed)");
    settle();
    BOOST_TEST(sessions.wait(0ms));
}
