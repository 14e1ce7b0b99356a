// Commands that take messages: input, output, statuses, addresses, limits.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include <csignal>

#include "core/queue/exec.h"

using namespace mailctl;
using namespace mailctl::queue;
using State = ExecResult::State;

namespace {

class Pieces : public smtp::MessageSource {
public:
    explicit Pieces(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
    bool breaks = false; ///< after the last piece, instead of an end

    Awaitable<Result<std::string_view>> next() override
    {
        if (at_ < pieces_.size())
            co_return std::string_view(pieces_[at_++]);
        if (breaks)
            co_return Error(Errc::Unavailable, "the store is away");
        co_return std::string_view();
    }
    void rewind() override { at_ = 0; }

private:
    std::vector<std::string> pieces_;
    std::size_t at_ = 0;
};

ExecResult run(std::vector<std::string> command, Pieces message = Pieces({}),
               std::vector<std::string> recipients = {"ann@example.org"},
               std::string sender = "bob@example.net",
               milliseconds limit = std::chrono::minutes(1))
{
    std::signal(SIGPIPE, SIG_IGN); // as main does
    boost::asio::io_context io;
    boost::asio::thread_pool workers(1);
    ExecJob job;
    job.command = std::move(command);
    job.sender = std::move(sender);
    job.recipients = std::move(recipients);
    job.limit = limit;
    auto result = boost::asio::co_spawn(io, run_exec(job, message, workers.get_executor()),
                                        boost::asio::use_future);
    io.run();
    workers.join();
    return result.get();
}

ExecResult shell(const std::string& script, Pieces message = Pieces({}))
{
    return run({"/bin/sh", "-c", script}, std::move(message));
}

} // namespace

BOOST_AUTO_TEST_CASE(the_message_comes_with_unix_line_ends)
{
    // A bare CR stays, and CRLF is found across pieces.
    const auto result = shell(R"(od -An -c | tr -d ' \n')", Pieces({"a\r", "\nb\rc", "\r\n"}));
    BOOST_TEST((result.state == State::Delivered));
    BOOST_TEST(result.reply.text == R"(a\nb\rc\n)");
}

BOOST_AUTO_TEST_CASE(statuses)
{
    struct Case {
        std::string_view script;
        State state;
        std::string_view line;
    };
    constexpr Case kCases[] = {
        {"exit 0", State::Delivered, "250 2.0.0 taken by the command"},
        {"echo first; echo done", State::Delivered, "250 2.0.0 done"},
        {"exit 75", State::Deferred, "451 4.3.0 the command ended with 75"},
        {"echo full >&2; exit 71", State::Deferred, "451 4.3.0 full"},
        {"exit 78", State::Deferred, "451 4.3.5 the command ended with 78"},
        {"/nonexistent/x", State::Deferred, "451 4.3.5 "},
        {"exit 67", State::Failed, "554 5.1.1 no such user"},
        {"echo 5.2.2 Mailbox full; exit 1", State::Failed, "554 5.2.2 Mailbox full"},
        {"echo 4.2.2 Mailbox full; exit 1", State::Failed, "554 5.3.0 4.2.2 Mailbox full"},
        {"printf 'a\\033b\\n'; exit 1", State::Failed, "554 5.3.0 a\\x1bb"},
        {"kill -9 $$", State::Deferred, "451 4.3.0 the command was ended by signal 9"},
    };
    for (const auto& c : kCases) {
        BOOST_TEST_CONTEXT(c.script)
        {
            const auto result = shell(std::string(c.script));
            BOOST_TEST((result.state == c.state));
            const auto& reply = result.reply;
            const auto line =
                std::to_string(reply.code) + " " + reply.enhanced + " " + reply.text;
            BOOST_TEST(line.substr(0, c.line.size()) == c.line);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_command_that_is_not_there_is_tried_again)
{
    const auto result = run({"/nonexistent/command"});
    BOOST_TEST((result.state == State::Deferred));
    BOOST_TEST(result.reply.enhanced == "4.3.5");
}

BOOST_AUTO_TEST_CASE(addresses_in_words)
{
    const std::vector<std::string> show{"/bin/sh", "-c", R"(printf '<%s>' "$@")", "sh"};
    const auto with = [&](std::vector<std::string> words) {
        auto command = show;
        command.insert(command.end(), words.begin(), words.end());
        return run(command, Pieces({}), {"ann@example.org", "{sender}@example.org"}).reply.text;
    };
    BOOST_TEST(with({"-f", "{sender}"}) == "<-f><bob@example.net>");
    BOOST_TEST(with({"{recipients}"}) == "<ann@example.org><{sender}@example.org>");
    BOOST_TEST(with({"to={recipients};{sender}"}) ==
               "<to=ann@example.org,{sender}@example.org;bob@example.net>");
    BOOST_TEST(with({"$(id)"}) == "<$(id)>");
}

BOOST_AUTO_TEST_CASE(an_address_is_no_option)
{
    const auto to = run({"/bin/echo", "{recipients}"}, Pieces({}), {"ann@example.org", "-x@b.example"});
    BOOST_TEST((to.state == State::Failed));
    BOOST_TEST(to.reply.enhanced == "5.1.3");
    const auto from = run({"/bin/echo", "{sender}"}, Pieces({}), {"ann@example.org"}, "-x@b.example");
    BOOST_TEST((from.state == State::Failed));
    const auto inside = run({"/bin/echo", "--from={sender}"}, Pieces({}), {"ann@example.org"},
                            "-x@b.example");
    BOOST_TEST(inside.reply.text == "--from=-x@b.example");
}

BOOST_AUTO_TEST_CASE(large_messages_go_both_ways)
{
    std::vector<std::string> pieces(200, std::string(65'536, 'x'));
    // More than a pipe holds comes back while more than a pipe holds goes in.
    BOOST_TEST((shell("cat; echo; echo all", Pieces(pieces)).reply.text == "all"));
    // Who does not read it all decides by its status.
    BOOST_TEST((shell("exit 0", Pieces(pieces)).state == State::Delivered));
    BOOST_TEST((shell("exit 75", Pieces(pieces)).state == State::Deferred));
}

BOOST_AUTO_TEST_CASE(a_late_command_is_killed_with_what_it_started)
{
    const auto result = run({"/bin/sh", "-c", "sleep 1000 & sleep 1000"}, Pieces({}), {"a@b.example"},
                            "", milliseconds(50));
    BOOST_TEST((result.state == State::Deferred));
    BOOST_TEST(result.reply.text == "the command took longer than 50ms");
}

BOOST_AUTO_TEST_CASE(what_it_leaves_behind_is_not_waited_for)
{
    const auto result = shell("sleep 20 & echo done");
    BOOST_TEST((result.state == State::Delivered));
    BOOST_TEST(result.reply.text == "done");
}

BOOST_AUTO_TEST_CASE(half_a_message_is_not_delivered)
{
    Pieces half({"Subject: half\r\n"});
    half.breaks = true;
    const auto result = shell("cat > /dev/null; echo taken", std::move(half));
    BOOST_TEST((result.state == State::Deferred));
    BOOST_TEST(result.reply.text == "the store is away");
}

BOOST_AUTO_TEST_CASE(the_environment_is_bare)
{
    ::setenv("MAILCTL_TEST_SECRET", "hush", 1);
    BOOST_TEST(shell("env | grep -c SECRET").reply.text == "0");
}
