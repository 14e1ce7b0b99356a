// Commands from another machine: streams of any size, slow ones, lost peers, limits, who may.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <future>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "core/control/channel.h"
#include "core/control/relay.h"
#include "core/control/remote_client.h"

#include "core/control/remote_server.h"
#include "core/control/tcp.h"
#include "core/net/tls_session.h"
#include "tests/core/net/certificates.h"

using namespace mailctl;
using namespace mailctl::control;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kToken = "the token of the test";

/// As in mailctl itself.
struct IgnoresSigpipe {
    IgnoresSigpipe() { std::signal(SIGPIPE, SIG_IGN); }
};
BOOST_TEST_GLOBAL_FIXTURE(IgnoresSigpipe);

struct Pipe {
    Pipe()
    {
        int ends[2];
        BOOST_REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
        read_end = Descriptor(ends[0]);
        write_end = Descriptor(ends[1]);
    }
    Descriptor read_end, write_end;
};

std::string read_all(const Descriptor& from)
{
    std::string all;
    char some[65536];
    for (ssize_t got = 0; (got = ::read(from.get(), some, sizeof some)) > 0;)
        all.append(some, static_cast<std::size_t>(got));
    return all;
}

void write_all(const Descriptor& to, std::string_view octets)
{
    while (!octets.empty()) {
        const auto put = ::write(to.get(), octets.data(), octets.size());
        if (put < 0)
            return;
        octets.remove_prefix(static_cast<std::size_t>(put));
    }
}

std::string many_octets(std::size_t count)
{
    std::string octets(count, '\0');
    for (std::size_t i = 0; i < count; ++i)
        octets[i] = static_cast<char>(i * 31 + i / 977);
    return octets;
}

Answer status(int number)
{
    Answer answer;
    answer.status = number;
    return answer;
}

/// A server on a free loopback port, and how to reach it.
struct Site {
    explicit Site(ControlServer::Run run)
    {
        auto socket = listen_on("127.0.0.1", 0);
        BOOST_REQUIRE_MESSAGE(socket, socket.error().detail());
        sockaddr_storage bound{};
        socklen_t size = sizeof bound;
        getsockname(socket->get(), reinterpret_cast<sockaddr*>(&bound), &size);
        target.host = "localhost";
        target.port = ntohs(reinterpret_cast<const sockaddr_in&>(bound).sin_port);
        target.token = kToken;
        const auto pem = net::certificate_for({"localhost"});
        target.ca = pem.chain;
        net::TlsOptions options;
        client = net::certificate_for({"laptop"});
        options.client_ca = client.chain;
        auto context = net::make_tls_context({pem}, options);
        BOOST_REQUIRE_MESSAGE(context, context.error().detail());
        RemoteRules rules;
        rules.tls = [tls = *context] { return tls; };
        rules.admit = [this](const net::Endpoint&) -> Result<> {
            if (is_banned)
                return Error(Errc::Denied, "banned");
            return ok();
        };
        rules.holder = [](std::string_view token) -> std::optional<std::string> {
            if (token != kToken)
                return std::nullopt;
            return "the test";
        };
        rules.failed = [this](const net::Endpoint&) { ++failures; };
        rules.run = std::move(run);
        std::vector<Descriptor> sockets;
        sockets.push_back(*std::move(socket));
        server = std::make_unique<RemoteServer>(std::move(sockets), std::move(rules));
    }

    /// A connection of which the test writes every frame.
    std::unique_ptr<Channel> connect() const
    {
        auto socket = connect_to_host("127.0.0.1", target.port, 5s);
        BOOST_REQUIRE_MESSAGE(socket, socket.error().detail());
        auto tls = net::TlsSession::make(net::make_insecure_client_context(), socket->get());
        auto channel = std::make_unique<Channel>(*std::move(socket), *std::move(tls), -1);
        BOOST_REQUIRE(channel->handshake(5s));
        return channel;
    }

    RemoteTarget target;
    net::CertificatePem client;
    std::atomic<int> failures = 0;
    std::atomic<bool> is_banned = false;
    std::unique_ptr<RemoteServer> server;
};

Request request_of(std::vector<std::string> arguments)
{
    Request request;
    request.version = MAILCTL_VERSION;
    request.arguments = std::move(arguments);
    for (Descriptor* one : {&request.in, &request.out, &request.err})
        *one = Descriptor(::open("/dev/null", O_RDWR | O_CLOEXEC));
    return request;
}

std::string hello(std::string_view token)
{
    return std::string(kMagic, sizeof kMagic) + encode_number(kProtocol) + std::string(token);
}

/// What the server says in the end.
Result<Answer> last_word(Channel& channel)
{
    for (;;) {
        TRY(const auto frame, channel.receive(kMaxFrameOctets, 5s));
        if (frame.kind == FrameKind::Answer)
            return decode_answer(frame.body);
    }
}

/// What the server says to a hello with these octets behind the version.
Result<Answer> answer_to_hello(const Site& site, const std::string& body)
{
    const auto channel = site.connect();
    channel->put(FrameKind::Hello, 0, body);
    channel->put(FrameKind::Request, 0, encode(request_of({"status"})));
    return last_word(*channel);
}

} // namespace

BOOST_AUTO_TEST_CASE(streams_and_files_pass_whole)
{
    const std::string octets = many_octets(3'000'000);
    const Site site([](Command& command) {
        BOOST_TEST(command.remote.starts_with("the test at 127.0.0.1:"));
        BOOST_TEST(command.request.arguments.at(0) == "copy");
        Request& r = command.request;
        const std::string in = read_all(r.in);
        const std::string file = read_all(r.files.at(0).descriptor);
        write_all(r.files.at(1).descriptor, file);
        write_all(r.err, "done");
        write_all(r.out, in);
        return status(3);
    });
    Pipe in, out, err, file, copy;
    Request request = request_of({"copy"});
    request.in = std::move(in.read_end);
    request.out = std::move(out.write_end);
    request.err = std::move(err.write_end);
    request.files.resize(2);
    request.files[0].path = "from";
    request.files[0].descriptor = std::move(file.read_end);
    request.files[1].path = "to";
    request.files[1].output = true;
    request.files[1].descriptor = std::move(copy.write_end);
    std::thread writes_in([&] { write_all(in.write_end, octets), in.write_end = Descriptor(); });
    std::thread writes_file([&] { write_all(file.write_end, octets), file.write_end = Descriptor(); });
    auto read_out = std::async(std::launch::async, [&] { return read_all(out.read_end); });
    auto read_copy = std::async(std::launch::async, [&] { return read_all(copy.read_end); });
    const auto answer = run_on_host(site.target, std::move(request));
    BOOST_REQUIRE_MESSAGE(answer, answer.error().detail());
    BOOST_TEST(answer->status == 3);
    writes_in.join();
    writes_file.join();
    BOOST_TEST((read_out.get() == octets));
    BOOST_TEST((read_copy.get() == octets));
    BOOST_TEST(read_all(err.read_end) == "done");
}

BOOST_AUTO_TEST_CASE(an_input_that_nobody_reads_holds_up_nothing)
{
    const Site site([](Command& command) {
        write_all(command.request.out, "answer");
        return status(0);
    });
    Pipe in, out;
    Request request = request_of({"status"});
    request.in = std::move(in.read_end);
    request.out = std::move(out.write_end);
    std::thread writes([&] { write_all(in.write_end, many_octets(3 * kStreamRoom)); });
    const auto answer = run_on_host(site.target, std::move(request));
    BOOST_REQUIRE_MESSAGE(answer, answer.error().detail());
    BOOST_TEST(answer->status == 0);
    BOOST_TEST(read_all(out.read_end) == "answer");
    writes.join(); // its reader is closed
}

BOOST_AUTO_TEST_CASE(an_output_that_nobody_reads_ends_the_command)
{
    const Site site([](Command& command) {
        const std::string some(65536, 'x');
        for (int i = 0; i < 1000; ++i)
            if (::write(command.request.out.get(), some.data(), some.size()) < 0)
                return status(errno == EPIPE ? 74 : 1);
        return status(0);
    });
    Pipe out;
    Request request = request_of({"export"});
    request.out = std::move(out.write_end);
    out.read_end = Descriptor();
    const auto answer = run_on_host(site.target, std::move(request));
    BOOST_REQUIRE_MESSAGE(answer, answer.error().detail());
    BOOST_TEST(answer->status == 74);
}

BOOST_AUTO_TEST_CASE(a_lost_client_cancels_its_command)
{
    std::promise<void> began, ended;
    Site site([&](Command& command) {
        began.set_value();
        while (!*command.cancelled)
            std::this_thread::sleep_for(1ms);
        ended.set_value();
        return status(0);
    });
    {
        const auto channel = site.connect();
        channel->put(FrameKind::Hello, 0, hello(kToken));
        channel->put(FrameKind::Request, 0, encode(request_of({"watch"})));
        BOOST_REQUIRE(channel->flush(5s));
        began.get_future().wait();
    }
    BOOST_TEST((ended.get_future().wait_for(10s) == std::future_status::ready));
}

BOOST_AUTO_TEST_CASE(a_stop_cancels_and_waits)
{
    std::promise<void> began;
    std::atomic<bool> ended = false;
    Site site([&](Command& command) {
        began.set_value();
        while (!*command.cancelled)
            std::this_thread::sleep_for(1ms);
        ended = true;
        return status(0);
    });
    auto answer = std::async(std::launch::async,
                             [&] { return run_on_host(site.target, request_of({"watch"})); });
    began.get_future().wait();
    site.server->stop();
    BOOST_TEST(ended.load());
    const auto given = answer.get();
    BOOST_REQUIRE_MESSAGE(given, given.error().detail());
    BOOST_TEST(given->status == kStatusUnavailable);
}

BOOST_AUTO_TEST_CASE(a_bug_ends_the_command_and_not_the_server)
{
    const Site site([](Command& command) -> Answer {
        if (command.request.arguments.at(0) == "bad")
            throw std::runtime_error("a bug");
        return status(0);
    });
    BOOST_TEST(run_on_host(site.target, request_of({"bad"}))->status == 70);
    BOOST_TEST(run_on_host(site.target, request_of({"good"}))->status == 0);
}

BOOST_AUTO_TEST_CASE(only_the_known_may_command)
{
    std::string remote;
    Site site([&](Command& command) {
        remote = command.remote;
        return status(0);
    });
    RemoteTarget with_certificate = site.target;
    with_certificate.token.clear();
    with_certificate.certificate = site.client.chain;
    with_certificate.key = site.client.key;
    BOOST_TEST(run_on_host(with_certificate, request_of({"status"}))->status == 0);
    BOOST_TEST(remote.starts_with("laptop at 127.0.0.1:"));
    BOOST_TEST(site.failures == 0);

    for (const std::string token : {"", "guess"}) {
        RemoteTarget unknown = site.target;
        unknown.token = token;
        BOOST_TEST(run_on_host(unknown, request_of({"status"}))->status == 77);
    }
    BOOST_TEST(site.failures == 2);

    const auto stranger = net::certificate_for({"laptop"});
    RemoteTarget strange = with_certificate;
    strange.certificate = stranger.chain;
    strange.key = stranger.key;
    const auto answer = run_on_host(strange, request_of({"status"}));
    BOOST_TEST((!answer || answer->status == kStatusUnavailable));

    site.is_banned = true;
    const auto banned = run_on_host(site.target, request_of({"status"}));
    BOOST_TEST((!banned || banned->status == kStatusUnavailable));
}

BOOST_AUTO_TEST_CASE(another_version_is_told_so)
{
    const Site site([](Command&) { return status(0); });
    Request other = request_of({"status"});
    other.version = "0.0.1";
    const auto answer = run_on_host(site.target, std::move(other));
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->status == kStatusProtocol);
    BOOST_TEST(answer->message.find("0.0.1") != std::string::npos);

    std::string protocol = std::string(kMagic, sizeof kMagic) + encode_number(kProtocol + 1);
    BOOST_TEST(answer_to_hello(site, protocol)->status == kStatusProtocol);
    BOOST_TEST(answer_to_hello(site, "GET / HTTP/1.1").has_error());
}

BOOST_AUTO_TEST_CASE(a_hello_has_a_limit)
{
    const Site site([](Command&) { return status(0); });
    BOOST_TEST(answer_to_hello(site, hello(kToken))->status == 0);
    const std::size_t room = kMaxHelloOctets - hello("").size();
    BOOST_TEST(answer_to_hello(site, hello(std::string(room, 'x')))->status == 77);
    BOOST_TEST(answer_to_hello(site, hello(std::string(room + 1, 'x'))).has_error());
}

BOOST_AUTO_TEST_CASE(a_peer_that_sends_more_than_there_is_room_for_is_cut)
{
    std::promise<void> go;
    const auto going = go.get_future().share();
    const Site site([going](Command& command) {
        while (!*command.cancelled && going.wait_for(1ms) != std::future_status::ready) {}
        return status(0);
    });
    for (const std::size_t excess : {0, 1}) {
        const auto channel = site.connect();
        channel->put(FrameKind::Hello, 0, hello(kToken));
        channel->put(FrameKind::Request, 0, encode(request_of({"status"})));
        // A pipe takes 64 KiB that the command never reads; the rest waits in the server.
        for (std::size_t sent = 0; sent < 16; ++sent)
            channel->put(FrameKind::Data, 0, std::string(16 * 1024, 'x'));
        BOOST_REQUIRE(channel->flush(5s));
        const auto room = channel->receive(kMaxFrameOctets, 5s);
        BOOST_REQUIRE(room);
        BOOST_REQUIRE(room->kind == FrameKind::Room);
        const auto more = *decode_number(room->body);
        for (std::uint32_t sent = 0; sent < more; sent += 16 * 1024)
            channel->put(FrameKind::Data, 0, std::string(16 * 1024, 'x'));
        channel->put(FrameKind::Data, 0, std::string(excess, 'x'));
        if (excess > 0) {
            const auto cut = channel->receive(kMaxFrameOctets, 5s);
            BOOST_TEST(cut.has_error());
            continue;
        }
        BOOST_REQUIRE(channel->flush(5s));
        const auto quiet = channel->receive(kMaxFrameOctets, 300ms);
        BOOST_REQUIRE(quiet.has_error());
        BOOST_TEST(quiet.error().detail() == "the peer is too slow");
    }
    go.set_value();
}

BOOST_AUTO_TEST_CASE(no_more_clients_than_the_limit)
{
    const Site site([](Command&) { return status(0); });
    std::vector<std::unique_ptr<Channel>> all;
    for (unsigned i = 0; i < kMaxRemoteClients; ++i)
        all.push_back(site.connect());
    auto socket = connect_to_host("127.0.0.1", site.target.port, 5s);
    BOOST_REQUIRE(socket);
    auto tls = net::TlsSession::make(net::make_insecure_client_context(), socket->get());
    Channel one_more(*std::move(socket), *std::move(tls), -1);
    BOOST_TEST(one_more.handshake(5s).has_error());
    all.front()->put(FrameKind::Hello, 0, hello(kToken));
    all.front()->put(FrameKind::Request, 0, encode(request_of({"status"})));
    const auto answer = last_word(*all.front());
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->status == 0);
}

BOOST_AUTO_TEST_CASE(targets)
{
    const auto parsed = [](const std::string& text) {
        const auto target = parse_target(text);
        return target ? target->host + " " + std::to_string(target->port) : "bad";
    };
    BOOST_TEST(parsed("mail.example.org") == "mail.example.org 4225");
    BOOST_TEST(parsed("192.0.2.1:1") == "192.0.2.1 1");
    BOOST_TEST(parsed("mail:65535") == "mail 65535");
    BOOST_TEST(parsed("2001:db8::1") == "2001:db8::1 4225");
    BOOST_TEST(parsed("[2001:db8::1]") == "2001:db8::1 4225");
    BOOST_TEST(parsed("[2001:db8::1]:25") == "2001:db8::1 25");
    for (const char* bad : {"", ":", "mail:", "mail:0", "mail:65536", "mail:x", "[::1", "[::1]x",
                            "[::1]:", "[]:25"})
        BOOST_TEST_CONTEXT(bad)
            BOOST_TEST(parsed(bad) == "bad");
}
