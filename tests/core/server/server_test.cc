// A whole server in this process: it starts, serves every protocol, reloads, takes commands, stops.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>

#include <boost/test/unit_test.hpp>

#include "conf/config.h"
#include "core/control/client.h"
#include "core/control/socket.h"
#include "core/server/server.h"
#include "tests/core/net/certificates.h"

using namespace mailctl;
using namespace mailctl::server;
using namespace std::chrono_literals;

namespace {

/// A blocking client that gives up after ten seconds.
class Client {
public:
    Client(const std::string& address, std::uint16_t port)
    {
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval limit{10, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        ::inet_pton(AF_INET, address.c_str(), &to.sin_addr);
        connected = ::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    }
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    std::string line()
    {
        std::string text;
        for (char c = 0; ::recv(socket_, &c, 1, 0) == 1;) {
            if (c == '\n')
                return text;
            if (c != '\r')
                text += c;
        }
        return text + "(closed)";
    }
    std::string say(const std::string& text)
    {
        const std::string octets = text + "\r\n";
        if (::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL) < 0)
            return "(cannot send)";
        return line();
    }
    /// Everything until the server closes.
    std::string rest()
    {
        std::string text;
        char some[512];
        for (ssize_t got = 0; (got = ::recv(socket_, some, sizeof some, 0)) > 0;)
            text.append(some, static_cast<std::size_t>(got));
        return text;
    }
    bool connected = false;

private:
    int socket_ = -1;
};

void write_file(const std::filesystem::path& path, std::string_view text)
{
    std::ofstream(path) << text;
}

struct Fixture {
    Fixture()
    {
        folder = std::filesystem::temp_directory_path() /
                 ("mailctl-server-" + std::to_string(::getpid()));
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
        write_certificate("mail.example.org");
        config.server.data_dir = (folder / "data").string();
        config.server.hostname = "mx.example.org";
        config.server.threads = 2;
        config.tls.certificates.push_back(
            {{}, (folder / "cert.pem").string(), "file:" + (folder / "key.pem").string()});
        add("smtp", conf::Protocol::Smtp, "127.0.0.1");
        add("imap", conf::Protocol::Imap, "127.0.0.2");
        add("pop3", conf::Protocol::Pop3, "127.0.0.3");
        add("imaps", conf::Protocol::Imap, "127.0.0.4");
        config.listeners.back().tls = conf::TlsMode::Implicit;
    }
    ~Fixture() { std::filesystem::remove_all(folder); }

    void add(const std::string& name, conf::Protocol protocol, const std::string& address)
    {
        conf::Listener listener;
        listener.name = name;
        listener.protocol = protocol;
        listener.addresses = {address};
        config.listeners.push_back(listener);
    }
    void write_certificate(const std::string& name) const
    {
        const auto pem = net::certificate_for({name});
        write_file(folder / "cert.pem", pem.chain);
        write_file(folder / "key.pem", pem.key);
    }
    std::shared_ptr<const conf::Config> settings() const
    {
        return std::make_shared<const conf::Config>(config);
    }
    std::unique_ptr<Server> start(Parts parts = {}) const
    {
        parts.fence = false; // it would stay for the other tests
        parts.is_quiet = true;
        auto server = Server::start(settings(), std::move(parts));
        BOOST_REQUIRE_MESSAGE(server, server.error().detail());
        return *std::move(server);
    }
    static std::uint16_t port(const Server& server, const std::string& name)
    {
        for (const auto& view : server.listeners())
            if (view.listener.name == name)
                return view.local.port;
        return 0;
    }

    std::filesystem::path folder;
    conf::Config config;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(every_protocol_greets, Fixture)
{
    const auto server = start();
    Client smtp("127.0.0.1", port(*server, "smtp"));
    Client imap("127.0.0.2", port(*server, "imap"));
    Client pop3("127.0.0.3", port(*server, "pop3"));
    BOOST_TEST(smtp.line().starts_with("220 mx.example.org "));
    BOOST_TEST(imap.line().starts_with("* OK "));
    BOOST_TEST(pop3.line().starts_with("+OK"));
    BOOST_TEST(smtp.say("NOOP").starts_with("250 "));
    const auto sessions = server->sessions();
    BOOST_REQUIRE(sessions.size() == 3U);
    // Which of the three the server took first is anybody's guess.
    const auto of_smtp =
        std::find_if(sessions.begin(), sessions.end(),
                     [](const auto& session) { return session.protocol == "smtp"; });
    BOOST_REQUIRE((of_smtp != sessions.end()));
    BOOST_TEST(server->kick(of_smtp->id));
    BOOST_TEST(smtp.rest().find("250") == std::string::npos);
    BOOST_TEST(imap.say("a NOOP").starts_with("a OK"));
}

BOOST_FIXTURE_TEST_CASE(a_connection_counts_once, Fixture)
{
    config.limits.smtp.connections = 3;
    config.limits.pop3.connections = 2;
    const auto server = start();
    for (const auto& [name, address, limit] :
         {std::tuple("smtp", "127.0.0.1", 3), std::tuple("pop3", "127.0.0.3", 2)}) {
        std::vector<std::unique_ptr<Client>> held;
        for (int n = 0; n < limit; ++n) {
            held.push_back(std::make_unique<Client>(address, port(*server, name)));
            const std::string greeting = held.back()->line();
            BOOST_TEST((greeting.starts_with("220 ") || greeting.starts_with("+OK")), greeting);
        }
        const std::string past = Client(address, port(*server, name)).line();
        BOOST_TEST((past.starts_with("421 ") || past.starts_with("-ERR [SYS/TEMP]")), past);
    }
}

BOOST_FIXTURE_TEST_CASE(starts_in_time, Fixture)
{
    start()->stop(); // makes the store
    // Of the processor's time: how long a loaded machine lets it wait is not the server's doing.
    const std::clock_t begin = std::clock();
    const auto server = start();
    const double took = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    BOOST_TEST_MESSAGE("started in " << took << " s of the processor's time");
    BOOST_TEST(took < 2.0); // about 0.1
}

BOOST_FIXTURE_TEST_CASE(stopping_lets_sessions_end, Fixture)
{
    const auto server = start();
    Client smtp("127.0.0.1", port(*server, "smtp"));
    const auto smtp_port = port(*server, "smtp");
    smtp.line();
    server->stop();
    const std::string last = smtp.rest();
    BOOST_TEST((last.empty() || last.starts_with("421 ")), last); // RFC 5321 §3.8
    BOOST_TEST(!Client("127.0.0.1", smtp_port).connected);
    BOOST_TEST(!std::filesystem::exists(folder / "data" / "control.sock"));
    server->stop(); // again: nothing to do
}

BOOST_FIXTURE_TEST_CASE(reload_changes_what_changed, Fixture)
{
    const auto server = start();
    const auto smtp_port = port(*server, "smtp");
    Client early("127.0.0.1", smtp_port);
    BOOST_TEST(early.line().starts_with("220 "));

    // Bad settings change nothing: an address of another machine, a key of another certificate.
    const conf::Config good = config;
    config.listeners[0].banner = "never";
    config.listeners[1].addresses = {"192.0.2.9"};
    BOOST_TEST(!server->reload(settings()));
    config = good;
    config.listeners[0].banner = "never";
    write_file(folder / "key.pem", net::certificate_for({"other.example"}).key);
    BOOST_TEST(!server->reload(settings()));
    BOOST_TEST(server->generation() == 1U);
    BOOST_TEST(Client("127.0.0.1", smtp_port).line().starts_with("220 mx.example.org"));

    // Good ones: a banner, a renewed certificate, a listener less and one more.
    write_certificate("renewed.example.org");
    config = good;
    config.listeners[0].banner = "Hello there";
    config.listeners[2].enabled = false;
    config.server.threads = 7;
    add("pop3b", conf::Protocol::Pop3, "127.0.0.5");
    const auto pop3_port = port(*server, "pop3");
    const auto reloaded = server->reload(settings());
    BOOST_REQUIRE_MESSAGE(reloaded, reloaded.error().detail());
    BOOST_TEST(reloaded->restart == std::vector<std::string>{"server.threads"});
    BOOST_TEST(server->generation() == 2U);
    BOOST_TEST(Client("127.0.0.1", smtp_port).line().starts_with("220 Hello there"));
    BOOST_TEST(!Client("127.0.0.3", pop3_port).connected);
    BOOST_TEST(Client("127.0.0.5", port(*server, "pop3b")).line().starts_with("+OK"));
    BOOST_TEST(early.say("NOOP").starts_with("250 ")); // it was there all along
}

BOOST_FIXTURE_TEST_CASE(start_names_what_is_wrong, Fixture)
{
    const conf::Config good = config;
    const auto why = [this] {
        Parts parts;
        parts.fence = false;
        parts.is_quiet = true;
        const auto server = Server::start(settings(), std::move(parts));
        return server ? std::string("it started") : server.error().detail();
    };
    config.listeners[0].addresses = {"192.0.2.9"};
    BOOST_TEST(why().starts_with("listener \"smtp\": 192.0.2.9:0: "));
    config = good;
    config.tls.certificates[0].certificate = "/nonexistent.pem";
    BOOST_TEST(why().starts_with("/nonexistent.pem: "));
    config = good;
    config.server.user = "no-such-user";
    BOOST_TEST(why() == "server.user: no user \"no-such-user\" on this system");
    config = good;
    const auto running = start();
    BOOST_TEST(why().ends_with("a server is running already"));
}

BOOST_FIXTURE_TEST_CASE(commands_reach_the_server, Fixture)
{
    Parts parts;
    parts.run_command = [](Server& server, control::Command& command) {
        control::Answer answer;
        answer.status = static_cast<int>(command.request.arguments.size());
        answer.message = server.config()->server.hostname;
        return answer;
    };
    const auto server = start(std::move(parts));
    control::Request request;
    request.version = MAILCTL_VERSION;
    request.arguments = {"one", "two"};
    for (auto* descriptor : {&request.in, &request.out, &request.err})
        *descriptor = control::Descriptor(::dup(2));
    const auto answer =
        control::run_in_server(control::socket_path(config.server.data_dir), request);
    BOOST_REQUIRE(answer.has_value());
    BOOST_REQUIRE(answer->has_value());
    BOOST_TEST((*answer)->status == 2);
    BOOST_TEST((*answer)->message == "mx.example.org");
}
