// Streams, prompts and files of one run of one command.
#include "cmd/context.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstring>

#include "core/base/ascii.h"

namespace mailctl::cmd {
namespace {

constexpr int kLookMs = 200; ///< how soon a command inside a server notices that it is cancelled
constexpr std::size_t kBufferOctets = 64 * 1024;

/// Waits until the descriptor can be read or written. False: `cancelled` says to give up; a caller
/// that is gone, or a server that stops, must not leave a command behind.
bool wait_for(int descriptor, short what, const std::function<bool()>& cancelled)
{
    if (!cancelled)
        return true; // a process of its own may block as long as it likes
    pollfd polled{descriptor, what, 0};
    while (::poll(&polled, 1, kLookMs) == 0)
        if (cancelled())
            return false;
    return true;
}

bool write_all(int descriptor, std::string_view octets, const std::function<bool()>& cancelled)
{
    while (!octets.empty()) {
        if (!wait_for(descriptor, POLLOUT, cancelled))
            return false;
        // A pipe that can be written takes this much at least without blocking.
        const std::size_t size = cancelled ? std::min<std::size_t>(octets.size(), PIPE_BUF)
                                           : octets.size();
        const auto written = ::write(descriptor, octets.data(), size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        octets.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

std::int64_t monotonic_ms()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

// The terminal without echo, put back when the scope ends.
class Silence {
public:
    explicit Silence(int terminal) : terminal_(terminal)
    {
        on_ = tcgetattr(terminal_, &before_) == 0;
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (on_)
            tcsetattr(terminal_, TCSAFLUSH, &quiet);
    }
    ~Silence()
    {
        if (on_)
            tcsetattr(terminal_, TCSAFLUSH, &before_);
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

private:
    int terminal_;
    termios before_{};
    bool on_ = false;
};

} // namespace

Context::Context(Streams streams, Backend& backend) : streams_(std::move(streams)), backend_(backend)
{
}

Context::~Context()
{
    flush();
}

void Context::write(std::string_view octets)
{
    out_ += octets;
    if (out_.size() >= kBufferOctets)
        flush();
}

bool Context::flush()
{
    if (!out_.empty() && !out_failed_)
        out_failed_ = !write_all(streams_.out, out_, cancelled_);
    out_.clear();
    return !out_failed_;
}

void Context::note(std::string_view line)
{
    if (!quiet) {
        flush();
        write_all(streams_.err, std::string(line) + "\n", cancelled_);
    }
}

void Context::detail(std::string_view line)
{
    if (verbose)
        note(line);
}

void Context::complain(std::string_view line)
{
    flush();
    end_progress();
    write_all(streams_.err, "mailctl: " + std::string(line) + "\n", cancelled_);
}

int Context::fail(const Error& error)
{
    complain(error.detail().empty() ? std::string(name_of(error.code())) : error.detail());
    return exit_status_for(error.code());
}

int Context::usage(std::string_view what)
{
    complain(what);
    return EX_USAGE;
}

void Context::progress(std::string_view what, std::uint64_t done, std::uint64_t total)
{
    if (!streams_.err_is_terminal || quiet || total == 0)
        return;
    const auto now = monotonic_ms();
    if (last_progress_.empty())
        progress_started_ms_ = now;
    else if (now - progress_shown_ms_ < 100 && done < total)
        return;
    progress_shown_ms_ = now;
    std::string line = "\r" + std::string(what) + ": " + std::to_string(done * 100 / total) +
                       "% (" + std::to_string(done) + " of " + std::to_string(total) + ")";
    if (done > 0 && done < total && now - progress_started_ms_ > 2000) {
        const auto left = (now - progress_started_ms_) * static_cast<std::int64_t>(total - done) /
                          static_cast<std::int64_t>(done) / 1000;
        line += ", " + std::to_string(left) + " s left";
    }
    line += "\x1b[K";
    write_all(streams_.err, line, cancelled_);
    last_progress_ = std::move(line);
}

void Context::end_progress()
{
    if (last_progress_.empty())
        return;
    last_progress_.clear();
    write_all(streams_.err, "\n", cancelled_);
}

std::optional<std::string> Context::read_line()
{
    for (;;) {
        if (const auto end = in_.find('\n'); end != std::string::npos) {
            std::string line = in_.substr(0, end);
            in_.erase(0, end + 1);
            if (!line.empty() && line.back() == '\r')
                line.pop_back();
            return line;
        }
        char piece[4096];
        if (!wait_for(streams_.in, POLLIN, cancelled_))
            return std::nullopt;
        const auto got = ::read(streams_.in, piece, sizeof piece);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            if (in_.empty())
                return std::nullopt;
            return std::exchange(in_, {});
        }
        in_.append(piece, static_cast<std::size_t>(got));
    }
}

std::string Context::read_some()
{
    if (!in_.empty())
        return std::exchange(in_, {});
    std::string piece(64 * 1024, '\0');
    for (;;) {
        if (!wait_for(streams_.in, POLLIN, cancelled_))
            return "";
        const auto got = ::read(streams_.in, piece.data(), piece.size());
        if (got < 0 && errno == EINTR)
            continue;
        piece.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return piece;
    }
}

Result<std::string> Context::ask_secret(std::string_view prompt)
{
    if (!streams_.in_is_terminal)
        return Error(Errc::Invalid, "no terminal to ask at; give the secret on standard input, in "
                                    "a file or on a descriptor");
    flush();
    write_all(streams_.err, std::string(prompt) + ": ", cancelled_);
    std::optional<std::string> line;
    {
        const Silence silence(streams_.in);
        line = read_line();
    }
    write_all(streams_.err, "\n", cancelled_);
    if (!line)
        return Error(Errc::Invalid, "nothing was entered");
    return *line;
}

Result<bool> Context::confirm(std::string_view question)
{
    if (yes)
        return true;
    if (!streams_.in_is_terminal)
        return Error(Errc::Denied, "needs --yes where there is no terminal to ask at");
    flush();
    write_all(streams_.err, std::string(question) + " [y/N] ", cancelled_);
    const auto answer = read_line();
    return answer && (ascii::equals_ignoring_case(*answer, "y") ||
                      ascii::equals_ignoring_case(*answer, "yes"));
}

Result<int> Context::open_input(const std::string& path)
{
    if (path == "-")
        return streams_.in;
    for (const auto& file : files)
        if (!file.output && file.path == path && file.descriptor >= 0)
            return ::dup(file.descriptor);
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return Error(errno == EACCES ? Errc::Denied : Errc::NotFound,
                     path + ": " + std::strerror(errno));
    return descriptor;
}

Result<int> Context::open_output(const std::string& path)
{
    if (path == "-")
        return streams_.out;
    for (const auto& file : files)
        if (file.output && file.path == path && file.descriptor >= 0)
            return ::dup(file.descriptor);
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return Error(Errc::Unavailable, path + ": " + std::strerror(errno));
    return descriptor;
}

CLI::Option* add_input_file(CLI::App& app, Context& ctx, const std::string& name,
                            std::string& path, const std::string& help)
{
    return app
        .add_option_function<std::string>(
            name,
            [&ctx, &path](const std::string& value) {
                path = value;
                if (value != "-")
                    ctx.files.push_back({value, false, -1});
            },
            help)
        ->type_name("FILE");
}

CLI::Option* add_output_file(CLI::App& app, Context& ctx, const std::string& name,
                             std::string& path, const std::string& help)
{
    return app
        .add_option_function<std::string>(
            name,
            [&ctx, &path](const std::string& value) {
                path = value;
                if (value != "-")
                    ctx.files.push_back({value, true, -1});
            },
            help)
        ->type_name("FILE");
}

void add_change_options(CLI::App& app, Context& ctx)
{
    app.add_flag("--dry-run", ctx.dry_run, "Show what would change, change nothing");
    app.add_flag("--yes", ctx.yes, "Do not ask for confirmation");
}

} // namespace mailctl::cmd
