// POP3 sessions against a server in memory: the transcripts, and what they cannot say.
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "core/net/line_reader.h"
#include "core/pop3/server/lock.h"
#include "core/pop3/server/serve.h"
#include "store/account.h"
#include "tests/fixture/server_fixture.h"
#include "tests/wire/player.h"

using namespace mailctl;
using fixture::Server;

namespace {

void add_messages(Server& server)
{
    server.append("ann@example.org", "INBOX", "From: bob@example.org\r\nSubject: one\r\n\r\nfirst\r\n");
    server.append("ann@example.org", "INBOX",
                  "From: bob@example.org\r\nSubject: dots\r\n\r\n.one\r\n.\r\n..\r\nend\r\n");
    server.append("ann@example.org", "INBOX", "From: bob@example.org\n\nunix\n.\nno end");
}

/// In the clear, so that a transcript is about what it is about.
conf::Listener plain_listener()
{
    conf::Listener listener = Server::listener(conf::Protocol::Pop3);
    listener.plaintext_auth = conf::PlaintextAuth::Always;
    return listener;
}

/// One connection, one line at a time.
class Client {
public:
    Client(Server& server, const conf::Listener& listener, net::MemoryStreamOptions options = {})
        : server_(server), stream_(server.connect(pop3::serve, listener, options)(1)), reader_(*stream_)
    {
        stream_->set_deadline(seconds(5));
        greeting = line();
    }
    void send(std::string text) { server_.run(write(*stream_, std::move(text))); }
    std::string line() { return server_.run(read(reader_)); }
    std::string ask(const std::string& command)
    {
        send(command + "\r\n");
        return line();
    }
    std::string log_in(const std::string& user = "ann@example.org", const std::string& password = "ann-secret")
    {
        ask("USER " + user);
        return ask("PASS " + password);
    }
    std::string greeting;

private:
    static Awaitable<int> write(net::Stream& stream, std::string text)
    {
        co_await stream.write(text);
        co_return 0;
    }
    static Awaitable<std::string> read(net::LineReader& reader)
    {
        try {
            auto line = co_await reader.read_line(1000);
            co_return line.text;
        } catch (const net::Disconnected&) {
            co_return "(closed)";
        }
    }

    Server& server_;
    std::unique_ptr<net::Stream> stream_;
    net::LineReader reader_;
};

} // namespace

BOOST_AUTO_TEST_CASE(transcripts)
{
    for (const std::string& file : wire::transcripts("core/pop3/wire")) {
        BOOST_TEST_CONTEXT(file)
        {
            const std::string name = std::filesystem::path(file).stem();
            Server server([&](conf::Config& config) {
                if (name == "limits") {
                    config.limits.pop3.bad_commands = 3;
                    config.limits.pop3.session = std::chrono::minutes(30);
                }
                if (name == "order_newest")
                    config.pop3.order = conf::Pop3Order::Newest;
                config.pop3.delete_retrieved = name == "delete_retrieved";
            });
            add_messages(server);
            conf::Listener listener = plain_listener();
            if (name.starts_with("tls_"))
                listener.plaintext_auth = conf::PlaintextAuth::OverTls;
            if (name == "tls_required")
                listener.tls = conf::TlsMode::RequireStartTls;
            wire::play(file, server.connect(pop3::serve, listener), server.io, server.options());
        }
    }
}

// RFC 2449 §6.5
BOOST_AUTO_TEST_CASE(login_delay_is_offered_and_kept)
{
    Server server([](conf::Config& config) { config.pop3.login_delay = seconds(90); });
    {
        Client first(server, plain_listener());
        BOOST_TEST(first.log_in() == "+OK 0 messages");
        BOOST_TEST(first.ask("QUIT") == "+OK Goodbye");
    }
    Client second(server, plain_listener());
    BOOST_TEST(second.log_in() == "-ERR [LOGIN-DELAY] Wait before you log in again");
    BOOST_TEST(second.ask("CAPA") == "+OK Capabilities follow");
    bool is_told = false;
    for (std::string line = second.line(); line != "."; line = second.line())
        is_told = is_told || line == "LOGIN-DELAY 90";
    BOOST_TEST(is_told);
    server.clock.advance(seconds(90));
    BOOST_TEST(second.log_in() == "+OK 0 messages");
}

// POP-02: what was fetched goes at QUIT, by setting: at once, or when it is old enough.
BOOST_AUTO_TEST_CASE(fetched_mail_goes_by_setting)
{
    const auto fetch_first = [](Server& server, unsigned left) {
        Client client(server, plain_listener());
        BOOST_TEST(client.log_in() == "+OK " + std::to_string(left) + " messages");
        BOOST_TEST(client.ask("RETR 1").starts_with("+OK"));
        while (client.line() != ".") {
        }
        BOOST_TEST(client.ask("QUIT") == "+OK Goodbye");
    };
    Server at_once([](conf::Config& config) { config.pop3.delete_retrieved = true; });
    add_messages(at_once);
    fetch_first(at_once, 3);
    fetch_first(at_once, 2);

    Server later([](conf::Config& config) { config.pop3.keep_retrieved = std::chrono::hours(48); });
    add_messages(later);
    fetch_first(later, 3);
    later.clock.advance(std::chrono::hours(48));
    fetch_first(later, 3); // not older than that yet
    later.clock.advance(std::chrono::seconds(1));
    fetch_first(later, 3); // goes at this QUIT; the others were never fetched
    Client client(later, plain_listener());
    BOOST_TEST(client.log_in() == "+OK 2 messages");
    BOOST_TEST(client.ask("CAPA") == "+OK Capabilities follow");
    bool is_told = false;
    for (std::string line = client.line(); line != "."; line = client.line())
        is_told = is_told || line == "EXPIRE 2";
    BOOST_TEST(is_told);
}

BOOST_AUTO_TEST_CASE(fetched_mail_is_marked_seen_by_setting)
{
    for (const bool is_on : {true, false}) {
        Server server([&](conf::Config& config) { config.pop3.mark_seen = is_on; });
        add_messages(server);
        {
            Client client(server, plain_listener());
            BOOST_TEST(client.log_in() == "+OK 3 messages");
            BOOST_TEST(client.ask("RETR 1") == "+OK 46 octets");
            while (client.line() != ".") {
            }
            BOOST_TEST(client.ask("TOP 2 0").starts_with("+OK"));
            while (client.line() != ".") {
            }
            BOOST_TEST(client.ask("QUIT") == "+OK Goodbye");
            BOOST_TEST(client.line() == "(closed)");
        }
        const auto account = server.account("ann@example.org");
        const auto inbox = server.run(account->find_mailbox("INBOX"));
        BOOST_TEST(inbox->unseen == (is_on ? 2u : 3u));
    }
}

// POP-03
BOOST_AUTO_TEST_CASE(several_sessions_by_setting_and_locks_cleared)
{
    Server server;
    add_messages(server);
    Client holder(server, plain_listener());
    BOOST_TEST(holder.log_in() == "+OK 3 messages");
    BOOST_TEST(holder.ask("DELE 1").starts_with("+OK"));
    const auto account = server.account("ann@example.org")->id();
    BOOST_TEST(pop3::locks()->clear(account));
    Client fresh(server, plain_listener());
    BOOST_TEST(fresh.log_in() == "+OK 3 messages");
    BOOST_TEST(holder.ask("QUIT") == "-ERR [IN-USE] The mailbox was unlocked by the operator");
    BOOST_TEST(fresh.ask("STAT").starts_with("+OK 3 "));

    // Who has the answer to QUIT may come again, and nothing of the session is left.
    BOOST_TEST(fresh.ask("QUIT") == "+OK Goodbye");
    BOOST_TEST(pop3::locks()->list().empty());

    Server shared([](conf::Config& config) { config.pop3.concurrent = true; });
    Client one(shared, plain_listener());
    Client two(shared, plain_listener());
    BOOST_TEST(one.log_in() == "+OK 0 messages");
    BOOST_TEST(two.log_in() == "+OK 0 messages");
}

BOOST_AUTO_TEST_CASE(failures_of_the_store_are_temporary)
{
    Server server;
    add_messages(server);
    Client client(server, plain_listener());
    BOOST_TEST(client.log_in() == "+OK 3 messages");
    BOOST_TEST(client.ask("DELE 1").starts_with("+OK"));
    server.engine->fail_write(1, Errc::Unavailable);
    BOOST_TEST(client.ask("QUIT") == "-ERR [SYS/TEMP] The deleted messages were not removed");
    BOOST_TEST(server.messages("ann@example.org").size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_message_larger_than_any_buffer)
{
    Server server;
    std::string message = "From: bob@example.org\r\n\r\n";
    std::string line(76, 'x');
    line += "\r\n";
    while (message.size() < 3'000'000)
        message += line;
    server.append("ann@example.org", "INBOX", message);
    Client client(server, plain_listener());
    BOOST_TEST(client.log_in() == "+OK 1 messages");
    BOOST_TEST(client.ask("RETR 1") == "+OK " + std::to_string(message.size()) + " octets");
    std::size_t octets = 0;
    for (std::string text = client.line(); text != "."; text = client.line())
        octets += text.size() + 2;
    BOOST_TEST(octets == message.size());
}

BOOST_AUTO_TEST_CASE(the_greeting_is_the_listeners)
{
    Server server;
    conf::Listener listener = plain_listener();
    listener.banner = "{domain} mail for {peer}";
    BOOST_TEST(Client(server, listener).greeting == "+OK example.org mail for 192.0.2.1");
}

// AUTH-03 and user rights
BOOST_AUTO_TEST_CASE(users_without_the_right_cannot_log_in)
{
    Server server;
    server.add_user("carl@example.org", "carl-secret", [](store::User& user) {
        user.rights &= ~static_cast<std::uint32_t>(store::Right::Pop3);
    });
    Client client(server, plain_listener());
    BOOST_TEST(client.log_in("carl@example.org", "carl-secret") == "-ERR [AUTH] Authentication failed");
}
