// Runs the command of a route: the message goes in by a pipe, its last words come back by another.
#include "core/queue/exec.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "core/base/ascii.h"

namespace mailctl::queue {
namespace {

using boost::asio::as_tuple;
using boost::asio::use_awaitable;
using boost::asio::posix::stream_descriptor;
using State = ExecResult::State;

/// Of what the command prints, the end is kept.
constexpr std::size_t kMaxOutputOctets = 2000;
/// All of an environment it gets: the server's may hold secrets.
constexpr const char* kPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::string_view kSender = "{sender}";
constexpr std::string_view kRecipients = "{recipients}";

class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Descriptor()
    {
        if (fd_ >= 0)
            ::close(fd_);
    }
    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }

private:
    int fd_ = -1;
};

/// A child process. Whatever cuts us off, it is killed first: no half of a message may look like a
/// whole one to the command.
class Process {
public:
    Process() = default;
    explicit Process(pid_t pid) : pid_(pid) {}
    Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
    Process& operator=(Process&& other) noexcept
    {
        std::swap(pid_, other.pid_);
        return *this;
    }
    ~Process()
    {
        kill();
        if (pid_ > 0)
            reap();
    }
    pid_t number() const { return pid_; }
    void kill()
    {
        if (pid_ > 0)
            ::kill(-pid_, SIGKILL); // and what it has started
    }
    /// Waits for its end; the status of waitpid(2).
    int reap()
    {
        int status = 0;
        ::waitpid(std::exchange(pid_, 0), &status, 0);
        return status;
    }

private:
    pid_t pid_ = 0;
};

/// A started command with our ends of its pipes.
struct Started {
    Descriptor in, out, end; ///< end: readable once the process has ended
    Process process;         ///< goes first
    Started() = default;
};

Error failed(std::string_view what)
{
    return Error(Errc::Unavailable, std::string(what) + ": " + std::strerror(errno));
}

/// The child gets its pipes and nothing else of the server's; signals are as at a shell.
class SpawnRules {
public:
    SpawnRules(int in, int out)
    {
        posix_spawn_file_actions_init(&files_);
        posix_spawn_file_actions_adddup2(&files_, in, STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&files_, out, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&files_, out, STDERR_FILENO);
        posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1);
        posix_spawnattr_init(&attributes_);
        sigset_t signals;
        sigemptyset(&signals);
        posix_spawnattr_setsigmask(&attributes_, &signals);
        for (const int signal : {SIGPIPE, SIGHUP, SIGTERM, SIGINT})
            sigaddset(&signals, signal);
        posix_spawnattr_setsigdefault(&attributes_, &signals);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                   POSIX_SPAWN_SETPGROUP);
    }
    ~SpawnRules()
    {
        posix_spawnattr_destroy(&attributes_);
        posix_spawn_file_actions_destroy(&files_);
    }
    SpawnRules(const SpawnRules&) = delete;
    SpawnRules& operator=(const SpawnRules&) = delete;
    const posix_spawn_file_actions_t* files() const { return &files_; }
    const posix_spawnattr_t* attributes() const { return &attributes_; }

private:
    posix_spawn_file_actions_t files_;
    posix_spawnattr_t attributes_;
};

Result<std::pair<Descriptor, Descriptor>> make_pipe()
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return failed("pipe");
    return std::pair(Descriptor(ends[0]), Descriptor(ends[1]));
}

Result<Started> start(std::vector<std::string> words)
{
    Started started;
    TRY(auto in, make_pipe());
    TRY(auto out, make_pipe());
    const SpawnRules rules(in.first.get(), out.second.get());
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::string path = kPath;
    char* environment[] = {path.data(), nullptr};
    pid_t pid = 0;
    const int failure = ::posix_spawn(&pid, arguments.front(), rules.files(), rules.attributes(),
                                      arguments.data(), environment);
    if (failure != 0)
        return Error(Errc::Unavailable, words.front() + ": " + std::strerror(failure));
    started.process = Process(pid);
    started.in = std::move(in.second);
    started.out = std::move(out.first);
    started.end = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (started.end.get() < 0)
        return failed("pidfd_open");
    return started;
}

Awaitable<Result<Started>> start_on_worker(std::vector<std::string> words)
{
    co_return start(std::move(words));
}

/// A running command. Threads: those of its strand.
class Child {
public:
    Child(const boost::asio::any_io_executor& executor, Started started)
        : in_(executor, started.in.release()), out_(executor, started.out.release()),
          end_(executor, started.end.release()), deadline_(executor),
          process_(std::move(started.process))
    {
        out_.non_blocking(true);
    }
    stream_descriptor& in() { return in_; }
    stream_descriptor& out() { return out_; }
    stream_descriptor& end() { return end_; }
    boost::asio::steady_timer& deadline() { return deadline_; }
    Process& process() { return process_; }

    void time_out()
    {
        is_late_ = true;
        process_.kill();
        in_.close();
    }
    bool is_late() const { return is_late_; }

    /// Takes what it has printed by now. False: there will be no more.
    bool take_output()
    {
        std::array<char, 4096> piece;
        for (;;) {
            boost::system::error_code ec;
            const std::size_t count = out_.read_some(boost::asio::buffer(piece), ec);
            if (ec || count == 0)
                return ec == boost::asio::error::would_block;
            output_.append(piece.data(), count);
            if (output_.size() > kMaxOutputOctets)
                output_.erase(0, output_.size() - kMaxOutputOctets);
        }
    }
    const std::string& output() const { return output_; }

private:
    bool is_late_ = false;
    stream_descriptor in_, out_, end_;
    boost::asio::steady_timer deadline_;
    std::string output_;
    Process process_; ///< goes first: killed before its input ends
};

/// Keeps the command from waiting for somebody to read what it prints.
Awaitable<> listen(std::shared_ptr<Child> child)
{
    for (;;) {
        const auto [ec] = co_await child->out().async_wait(stream_descriptor::wait_read,
                                                           as_tuple(use_awaitable));
        if (ec || !child->take_output())
            co_return;
    }
}

/// Takes the CR of CRLF away, piece by piece: programs of this system end lines with LF.
class UnixLines {
public:
    std::string take(std::string_view piece)
    {
        std::string out;
        out.reserve(piece.size() + 1);
        for (const char c : piece) {
            if (has_cr_ && c != '\n')
                out += '\r';
            has_cr_ = c == '\r';
            if (!has_cr_)
                out += c;
        }
        return out;
    }

private:
    bool has_cr_ = false;
};

/// Gives the whole message to the command, as long as it reads. Errors: the message's own.
Awaitable<Result<>> feed(Child& child, smtp::MessageSource& message)
{
    UnixLines lines;
    for (;;) {
        const auto piece = co_await message.next();
        if (!piece)
            co_return piece.error();
        if (piece->empty())
            break;
        const std::string text = lines.take(*piece);
        const auto [ec, count] = co_await boost::asio::async_write(
            child.in(), boost::asio::buffer(text), as_tuple(use_awaitable));
        if (ec)
            break; // it does not want the rest: its status says what that means
    }
    child.in().close();
    co_return ok();
}

std::string last_line(std::string_view text)
{
    const auto trimmed = ascii::trim(text);
    const auto newline = trimmed.rfind('\n');
    return ascii::printable(
        ascii::trim(newline == std::string_view::npos ? trimmed : trimmed.substr(newline + 1)));
}

ExecResult result_of(State state, std::string enhanced, std::string text)
{
    ExecResult result;
    result.state = state;
    result.reply.code = state == State::Delivered ? 250 : state == State::Deferred ? 451 : 554;
    // RFC 3463 §2: the command may begin with a code of its own.
    const auto space = text.find(' ');
    const auto first = text.substr(0, space);
    const bool is_code = first.size() >= 5 && first.front() == enhanced.front() &&
                         first.find_first_not_of("0123456789.") == std::string::npos &&
                         std::count(first.begin(), first.end(), '.') == 2 && first.back() != '.';
    if (is_code) {
        enhanced = first;
        text = space == std::string::npos ? std::string() : text.substr(space + 1);
    }
    result.reply.enhanced = std::move(enhanced);
    result.reply.text = std::move(text);
    return result;
}

/// sysexits.h: what time or an administrator can mend is tried again.
ExecResult result_of_status(int status, const std::string& output)
{
    const auto or_else = [said = last_line(output)](std::string words) {
        return said.empty() ? std::move(words) : said;
    };
    if (!WIFEXITED(status))
        return result_of(State::Deferred, "4.3.0",
                         "the command was ended by signal " + std::to_string(WTERMSIG(status)));
    const int code = WEXITSTATUS(status);
    const std::string words = "the command ended with " + std::to_string(code);
    switch (code) {
        case EX_OK: return result_of(State::Delivered, "2.0.0", or_else("taken by the command"));
        case EX_NOUSER: return result_of(State::Failed, "5.1.1", or_else("no such user"));
        case EX_NOHOST: return result_of(State::Failed, "5.1.2", or_else("no such host"));
        case EX_DATAERR: return result_of(State::Failed, "5.6.0", or_else("data format error"));
        case EX_NOPERM: return result_of(State::Failed, "5.7.1", or_else("permission denied"));
        case EX_CONFIG:
        case 126: // as shells say: cannot be run, is not there
        case 127: return result_of(State::Deferred, "4.3.5", or_else(words));
        case EX_OSERR:
        case EX_IOERR:
        case EX_TEMPFAIL: return result_of(State::Deferred, "4.3.0", or_else(words));
        default: return result_of(State::Failed, "5.3.0", or_else(words));
    }
}

/// One pass: what came in for one part is not looked at again.
std::string filled(std::string_view word, std::string_view sender, std::string_view recipients)
{
    std::string out;
    while (!word.empty()) {
        if (word.starts_with(kSender)) {
            out += sender;
            word.remove_prefix(kSender.size());
        } else if (word.starts_with(kRecipients)) {
            out += recipients;
            word.remove_prefix(kRecipients.size());
        } else {
            out += word.front();
            word.remove_prefix(1);
        }
    }
    return out;
}

/// The command with its addresses. Errors: Invalid (one that begins with "-" where a word begins:
/// it would be an option).
Result<std::vector<std::string>> words_of(const ExecJob& job)
{
    std::string all;
    for (const auto& recipient : job.recipients)
        all += (all.empty() ? "" : ",") + recipient;
    const auto is_option = [](const std::string& address) { return address.starts_with('-'); };
    std::vector<std::string> words;
    for (const auto& word : job.command) {
        const bool unsafe_sender = word.starts_with(kSender) && is_option(job.sender);
        const bool unsafe_recipient =
            word.starts_with(kRecipients) &&
            std::any_of(job.recipients.begin(), job.recipients.end(), is_option);
        if (unsafe_sender || unsafe_recipient)
            return Error(Errc::Invalid, "an address begins with \"-\"");
        if (word == kRecipients) {
            words.insert(words.end(), job.recipients.begin(), job.recipients.end());
            continue;
        }
        words.push_back(filled(word, job.sender, all));
    }
    if (words.empty())
        return Error(Errc::Invalid, "no command is set");
    return words;
}

/// On a strand of its own: the message goes in while the output comes back.
Awaitable<ExecResult> converse(std::shared_ptr<Child> child, milliseconds limit,
                               smtp::MessageSource& message)
{
    const auto strand = co_await boost::asio::this_coro::executor;
    child->deadline().expires_after(limit);
    child->deadline().async_wait([watch = std::weak_ptr(child)](boost::system::error_code ec) {
        if (const auto late = watch.lock(); late && !ec)
            late->time_out();
    });
    boost::asio::co_spawn(strand, listen(child), boost::asio::detached);
    const auto fed = co_await feed(*child, message);
    if (!fed)
        child->process().kill(); // before its input ends
    co_await child->end().async_wait(stream_descriptor::wait_read, as_tuple(use_awaitable));
    child->deadline().cancel();
    const int status = child->process().reap();
    child->take_output(); // what it left behind may hold the pipe open for ever
    child->out().close();
    if (!fed)
        co_return result_of(State::Deferred, "4.3.0", fed.error().detail());
    if (child->is_late())
        co_return result_of(State::Deferred, "4.3.0",
                            "the command took longer than " + to_text(limit));
    co_return result_of_status(status, child->output());
}

} // namespace

Awaitable<ExecResult> run_exec(ExecJob job, smtp::MessageSource& message,
                               boost::asio::any_io_executor workers)
{
    auto words = words_of(job);
    if (!words)
        co_return result_of(State::Failed, "5.1.3", words.error().detail());
    auto starting =
        boost::asio::co_spawn(workers, start_on_worker(std::move(*words)), use_awaitable);
    auto started = co_await std::move(starting);
    if (!started)
        co_return result_of(State::Deferred, "4.3.5", started.error().detail());
    const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
    const boost::asio::any_io_executor strand = boost::asio::make_strand(executor);
    const auto child = std::make_shared<Child>(strand, std::move(*started));
    auto conversation =
        boost::asio::co_spawn(strand, converse(child, job.limit, message), use_awaitable);
    co_return co_await std::move(conversation);
}

} // namespace mailctl::queue
