// Plays wire transcripts: one coroutine walks the steps over the clients' ends.
#include "tests/wire/player.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

#include "core/base/ascii.h"
#include "core/net/deflate_stream.h"
#include "core/net/line_reader.h"
#include "core/net/memory_stream.h"

namespace mailctl::wire {
namespace {

constexpr std::size_t kMaxLineOctets = 64ULL << 20;

struct Connection {
    explicit Connection(std::unique_ptr<net::Stream> s) : stream(std::move(s)), reader(*stream) {}
    void compress()
    {
        stream = net::make_deflate_stream(std::move(stream));
        reader.read_from(*stream);
    }
    std::unique_ptr<net::Stream> stream;
    net::LineReader reader;
};

struct Failure : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Play {
    std::string file;
    const std::vector<Step>* steps = nullptr;
    const Connect* connect = nullptr;
    const Options* options = nullptr;
    boost::asio::io_context* io = nullptr;
    Names names;
    std::map<int, Connection> connections;
    const Step* at = nullptr; ///< the step under way
    bool done = false;
    bool overdue = false;
    std::string failure;

    Connection& connection(int number)
    {
        const auto found = connections.find(number);
        if (found != connections.end())
            return found->second;
        return connections.try_emplace(number, (*connect)(number)).first->second;
    }
    [[noreturn]] void fail(const Step& step, const std::string& expected,
                           const std::string& said) const
    {
        throw Failure(file + ":" + std::to_string(step.line) + ": " + expected +
                      "\n  server said: " + said);
    }
};

std::string label(const Step& step)
{
    const char* side = step.kind == Step::Kind::Untagged ? "S: ~"
                       : step.kind == Step::Kind::Never  ? "! "
                       : step.kind == Step::Kind::Close  ? "CLOSE"
                       : step.kind == Step::Kind::Send   ? "C: "
                                                         : "S: ";
    return side + ascii::printable(step.text);
}

bool is_match(Play& play, const Step& step, const std::string& line)
{
    return step.exact ? step.text == line : matches(step.text, line, play.names);
}

Awaitable<std::string> next_line(Play& play, const Step& step)
{
    net::Line line;
    std::string gone;
    try {
        line = co_await play.connection(step.connection).reader.read_line(kMaxLineOctets);
    } catch (const net::Disconnected& e) {
        gone = play.overdue ? "(nothing in time)" : std::string("(") + e.what() + ")";
    }
    if (!gone.empty())
        play.fail(step, label(step), gone);
    if (line.end != net::Line::End::CrLf)
        play.fail(step, label(step), ascii::printable(line.text) + " (without CRLF)");
    co_return std::move(line.text);
}

/// The steps from `first` up to and with the plain line of the same connection that ends the group.
struct Group {
    std::vector<const Step*> untagged, never;
    const Step* last = nullptr;
    std::size_t size = 0;
};

Group group_at(const std::vector<Step>& steps, std::size_t first)
{
    Group group;
    for (std::size_t i = first; i < steps.size(); ++i) {
        const Step& step = steps[i];
        if (step.connection != steps[first].connection)
            break;
        if (step.kind == Step::Kind::Untagged)
            group.untagged.push_back(&step);
        else if (step.kind == Step::Kind::Never)
            group.never.push_back(&step);
        else if (step.kind == Step::Kind::Expect)
            group.last = &step;
        else
            break;
        ++group.size;
        if (group.last)
            break;
    }
    return group;
}

/// Whether one of the group's ~ lines is this one; it is crossed off.
bool cross_off(Play& play, Group& group, const std::string& line)
{
    for (auto it = group.untagged.begin(); it != group.untagged.end(); ++it) {
        if (is_match(play, **it, line)) {
            group.untagged.erase(it);
            return true;
        }
    }
    return false;
}

/// Lines in any order up to the plain one; without a plain one, until every ~ line was seen.
Awaitable<> expect_group(Play& play, Group group)
{
    while (group.last || !group.untagged.empty()) {
        const Step& expected = group.untagged.empty() ? *group.last : *group.untagged.front();
        std::string line = co_await next_line(play, expected);
        for (const Step* never : group.never)
            if (is_match(play, *never, line))
                play.fail(*never, label(*never), ascii::printable(line));
        if (cross_off(play, group, line))
            continue;
        if (group.last && is_match(play, *group.last, line)) {
            if (!group.untagged.empty())
                play.fail(*group.untagged.front(), label(*group.untagged.front()),
                          ascii::printable(line));
            co_return;
        }
        const bool may_pass = !group.never.empty() && line.starts_with("* ");
        if (!may_pass)
            play.fail(expected, label(expected), ascii::printable(line));
    }
}

Awaitable<> expect_close(Play& play, const Step& step)
{
    std::string said;
    try {
        const net::Line line =
            co_await play.connection(step.connection).reader.read_line(kMaxLineOctets);
        said = ascii::printable(line.text);
    } catch (const net::Disconnected&) {
        if (play.overdue)
            said = "(nothing, and kept the connection)";
    }
    if (!said.empty())
        play.fail(step, "CLOSE", said);
}

Awaitable<> send(Play& play, const Step& step)
{
    std::string why;
    try {
        const std::string octets = step.exact ? step.text : substitute(step.text, play.names);
        co_await play.connection(step.connection).stream->write(octets);
    } catch (const std::exception& e) { // not bound, or the server is gone
        why = e.what();
    }
    if (!why.empty())
        play.fail(step, label(step), "(" + why + ")");
}

/// Lets what the server has begun go on until it waits: before time passes.
Awaitable<> settle(Play& play)
{
    for (int i = 0; i < 50; ++i)
        co_await boost::asio::post(*play.io, boost::asio::use_awaitable);
}

Awaitable<> wait(Play& play, const Step& step)
{
    co_await settle(play);
    if (play.options->advance)
        play.options->advance(step.time);
    for (auto& [number, connection] : play.connections)
        net::elapse(*connection.stream, step.time);
    co_await settle(play);
}

Awaitable<> walk(Play& play)
{
    const auto& steps = *play.steps;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const Step& step = steps[i];
        play.at = &step;
        play.connection(step.connection);
        switch (step.kind) {
            case Step::Kind::Send:
                co_await send(play, step);
                break;
            case Step::Kind::Close:
                co_await expect_close(play, step);
                break;
            case Step::Kind::Wait:
                co_await wait(play, step);
                break;
            case Step::Kind::Drop:
                play.connections.erase(step.connection);
                break;
            case Step::Kind::Deflate:
                play.connection(step.connection).compress();
                break;
            case Step::Kind::Tls:
                co_await play.connection(step.connection).stream->start_tls(play.options->tls);
                break;
            default: {
                Group group = group_at(steps, i);
                i += group.size - 1;
                co_await expect_group(play, std::move(group));
            }
        }
    }
}

Awaitable<> walk_all(std::shared_ptr<Play> play)
{
    try {
        co_await walk(*play);
    } catch (const std::exception& e) { // a Failure, or what the fixture throws
        const bool named = dynamic_cast<const Failure*>(&e) != nullptr;
        const std::string where =
            play->file + ":" + std::to_string(play->at ? play->at->line : 0) + ": ";
        play->failure = named ? e.what() : where + e.what();
    }
    play->done = true;
}

void run_until_done(Play& play)
{
    boost::asio::io_context& io = *play.io;
    const auto end = std::chrono::steady_clock::now() + play.options->guard;
    io.restart();
    while (!play.done) {
        io.run_one_until(end);
        if (!play.done && std::chrono::steady_clock::now() >= end && !play.overdue) {
            play.overdue = true;
            for (auto& [number, connection] : play.connections)
                connection.stream->close();
            io.restart();
            io.run_for(std::chrono::seconds(1));
            break;
        }
    }
    if (!play.done)
        play.failure = play.file + ":" + std::to_string(play.at ? play.at->line : 0) +
                       ": hangs, and not in a read";
    play.connections.clear();
    io.restart();
    while (io.poll() > 0)
        io.restart();
}

} // namespace

std::string failure_of(const std::vector<Step>& steps, const std::string& file,
                       const Connect& connect, boost::asio::io_context& io, const Options& options)
{
    auto play = std::make_shared<Play>();
    play->file = file;
    play->steps = &steps;
    play->connect = &connect;
    play->options = &options;
    play->io = &io;
    play->names = options.names;
    boost::asio::co_spawn(io, walk_all(play), boost::asio::detached);
    run_until_done(*play);
    return play->failure;
}

void play(const std::string& file, const Connect& connect, boost::asio::io_context& io,
          const Options& options)
{
    std::string failure;
    try {
        failure = failure_of(read_transcript(file), file, connect, io, options);
    } catch (const std::runtime_error& e) { // the transcript cannot be read
        failure = e.what();
    }
    BOOST_TEST(failure.empty(), failure);
}

std::vector<std::string> transcripts(const std::string& folder)
{
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(MAILCTL_TESTS "/" + folder))
        if (entry.path().extension() == ".wire")
            found.push_back(entry.path().string());
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace mailctl::wire
