// The command of ban.exec: its words and environment, its order, its time limit. ABU-04
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include "core/auth/authenticator.h"
#include "core/auth/ban_exec.h"
#include "tests/fixture/server_fixture.h"

using namespace mailctl;
using auth::BanExec;

namespace {

/// A folder for what the command writes.
struct Folder {
    std::string path;
    Folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "mailctl-ban-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string read(const std::string& name) const
    {
        std::ifstream in(path + "/" + name);
        std::stringstream text;
        text << in.rdbuf();
        return text.str();
    }
    /// A command that runs this script; $1 and $2 are what the server adds.
    std::vector<std::string> script(const std::string& text) const
    {
        return {"/bin/sh", "-c", "cd '" + path + "' && " + text, "script"};
    }
};

store::Ban ban_of(const std::string& network, std::optional<Time> end = std::nullopt)
{
    store::Ban ban;
    ban.network = network;
    ban.reason = "failed logins";
    ban.end = end;
    return ban;
}

const std::string kTellAll = "echo \"$1 $2 $MAILCTL_BAN_ADDRESS $MAILCTL_BAN_UNTIL "
                             "$MAILCTL_BAN_REASON\" >> told";

} // namespace

BOOST_AUTO_TEST_CASE(words_and_environment_in_order)
{
    const Folder folder;
    ::setenv("MAILCTL_TEST_SECRET", "secret", 1);
    boost::asio::io_context io;
    const auto exec = std::make_shared<BanExec>(io.get_executor());
    const auto words = folder.script(kTellAll + "; env | grep -c MAILCTL_TEST >> told || :");
    const Time end = *parse_rfc3339("2026-11-21T03:00:00Z");
    exec->tell(words, BanExec::What::Ban, ban_of("192.0.2.1", end));
    exec->tell(words, BanExec::What::Ban, ban_of("2001:db8::/64"));
    exec->tell(words, BanExec::What::Lift, ban_of("192.0.2.1", end));
    io.run();
    BOOST_TEST(folder.read("told") ==
               "ban 192.0.2.1 192.0.2.1 2026-11-21T03:00:00Z failed logins\n0\n"
               "ban 2001:db8::/64 2001:db8::/64  failed logins\n0\n"
               "lift 192.0.2.1 192.0.2.1 2026-11-21T03:00:00Z failed logins\n0\n");
}

BOOST_AUTO_TEST_CASE(failures_hold_nothing_up)
{
    const Folder folder;
    boost::asio::io_context io;
    const auto exec = std::make_shared<BanExec>(io.get_executor());
    exec->tell({"/nonexistent/command"}, BanExec::What::Ban, ban_of("192.0.2.1"));
    exec->tell(folder.script("exit 3"), BanExec::What::Ban, ban_of("192.0.2.2"));
    exec->tell(folder.script("kill -9 $$"), BanExec::What::Ban, ban_of("192.0.2.3"));
    exec->tell(folder.script("echo $2 > told"), BanExec::What::Ban, ban_of("192.0.2.4"));
    io.run();
    BOOST_TEST(folder.read("told") == "192.0.2.4\n");
}

BOOST_AUTO_TEST_CASE(what_takes_too_long_is_killed_with_its_children)
{
    const Folder folder;
    boost::asio::io_context io;
    // Long enough for the second command, on any machine.
    const auto exec = std::make_shared<BanExec>(io.get_executor(), seconds(3));
    // The inner shell and its child hold the fifo open for as long as they live.
    exec->tell(folder.script("mkfifo end && sh -c 'exec 3<>end; echo $$ > child; sleep 600 & wait'"),
               BanExec::What::Ban, ban_of("192.0.2.1"));
    exec->tell(folder.script("echo $2 > told"), BanExec::What::Ban, ban_of("192.0.2.2"));
    io.run();
    BOOST_TEST(folder.read("told") == "192.0.2.2\n");
    const std::string fifo = folder.path + "/end";
    int writer = -1;
    for (int look = 0; look < 500; ++look) { // the kernel may need a moment
        writer = ::open(fifo.c_str(), O_WRONLY | O_NONBLOCK);
        if (writer < 0)
            break;
        ::close(writer);
        std::this_thread::sleep_for(milliseconds(10));
    }
    BOOST_TEST(writer < 0); // nobody reads: all are gone
}

BOOST_AUTO_TEST_CASE(no_more_than_the_limit_wait)
{
    boost::asio::io_context io;
    const auto exec = std::make_shared<BanExec>(io.get_executor());
    const auto tell = [&] {
        return exec->tell({"/nonexistent/command"}, BanExec::What::Ban, ban_of("192.0.2.1"));
    };
    for (std::size_t i = 0; i < auth::kMostBansWaiting; ++i)
        BOOST_REQUIRE(tell());
    BOOST_TEST(!tell());
    exec->stop(); // drops them
    BOOST_TEST(!tell());
    io.run();
}

// Bans that start by failures or by command, end by time or by command; a reload; a restart.
BOOST_AUTO_TEST_CASE(the_list_tells_what_begins_and_ends)
{
    const Folder folder;
    fixture::Server server([&](conf::Config& config) {
        config.ban.failures = 1;
        config.ban.exec = folder.script("echo $1 $2 >> told");
    });
    const auto settle = [&] {
        server.io.restart();
        server.io.run();
    };
    const auto told = [&] {
        settle();
        auto text = folder.read("told");
        std::filesystem::remove(folder.path + "/told");
        return text;
    };
    BOOST_TEST(told() == "");
    server.authenticator->misbehaved(net::Endpoint{"192.0.2.1", 1}, "bad commands");
    BOOST_TEST(told() == "ban 192.0.2.1\n");
    server.clock.advance(seconds(3));
    server.authenticator->keep_bans();
    BOOST_TEST(told() == "");

    auto by_hand = ban_of("198.51.100.0/24");
    BOOST_REQUIRE(server.run(server.store->put_ban(by_hand)).has_value());
    server.clock.advance(seconds(3));
    server.authenticator->keep_bans();
    BOOST_TEST(told() == "ban 198.51.100.0/24\n");

    by_hand.end = server.clock.now() + std::chrono::hours(2);
    BOOST_REQUIRE(server.run(server.store->put_ban(by_hand)).has_value());
    server.clock.advance(seconds(3));
    server.authenticator->keep_bans();
    BOOST_TEST(told() == "ban 198.51.100.0/24\n"); // another end

    server.clock.advance(std::chrono::hours(1) - seconds(9) - milliseconds(1));
    server.authenticator->keep_bans();
    BOOST_TEST(told() == "");
    server.clock.advance(seconds(3)); // ban.duration has passed
    server.authenticator->keep_bans();
    BOOST_TEST(told() == "lift 192.0.2.1\n");

    // A server that starts tells of all in force.
    const auto again = auth::make_authenticator(*server.store, server.services->config,
                                                server.io.get_executor());
    BOOST_TEST(told() == "ban 198.51.100.0/24\n");
    BOOST_REQUIRE(server.run(server.store->remove_ban("198.51.100.0/24")).has_value());
    server.clock.advance(seconds(3));
    server.authenticator->keep_bans();
    BOOST_TEST(told() == "lift 198.51.100.0/24\n");
    again->stop();
    server.clock.advance(seconds(3));
    again->keep_bans();
    BOOST_TEST(told() == "");
}
