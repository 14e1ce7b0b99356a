// Starting the command of ban.exec, and waiting for its end.
#include "core/auth/ban_exec.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/log.h"

namespace mailctl::auth {
namespace {

constexpr milliseconds kFirstLook{2};
constexpr milliseconds kSlowestLook{200};
/// All it has of an environment besides its own three: the server's may hold secrets.
constexpr std::string_view kPath =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The child's standard input and output are nothing, its errors go where the server's do, and no
/// socket or file of the server reaches it. Signals are as at a shell.
class SpawnRules {
public:
    SpawnRules()
    {
        posix_spawn_file_actions_init(&files_);
        posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&files_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
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

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> out;
    for (std::string& text : texts)
        out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

/// The child's number. Errors: Unavailable.
Result<pid_t> start(std::vector<std::string> words, std::vector<std::string> environment)
{
    const SpawnRules rules;
    pid_t pid = 0;
    const int failure = ::posix_spawn(&pid, words.front().c_str(), rules.files(), rules.attributes(),
                                      pointers(words).data(), pointers(environment).data());
    if (failure != 0)
        return Error(Errc::Unavailable, std::strerror(failure));
    return pid;
}

std::string meaning_of(int status)
{
    if (WIFSIGNALED(status))
        return "killed by signal " + std::to_string(WTERMSIG(status));
    return "exit status " + std::to_string(WEXITSTATUS(status));
}

Awaitable<> pause(milliseconds time)
{
    auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer(executor, time);
    co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
}

void log_failure(const std::vector<std::string>& words, std::string_view why)
{
    log::error("auth", "ban.exec failed",
               {{"what", words[words.size() - 2]}, {"network", words.back()}, {"why", why}});
}

} // namespace

bool BanExec::tell(std::vector<std::string> words, What what, const store::Ban& ban)
{
    Job job;
    job.words = std::move(words);
    job.words.emplace_back(what == What::Ban ? "ban" : "lift");
    job.words.push_back(ban.network);
    job.environment = {std::string(kPath), "MAILCTL_BAN_ADDRESS=" + ban.network,
                       "MAILCTL_BAN_REASON=" + ban.reason,
                       "MAILCTL_BAN_UNTIL=" + (ban.end ? to_rfc3339(*ban.end) : std::string())};
    {
        const std::lock_guard lock(mutex_);
        if (is_stopped_ || waiting_.size() >= kMostBansWaiting)
            return false;
        waiting_.push_back(std::move(job));
        if (std::exchange(is_working_, true))
            return true;
    }
    boost::asio::co_spawn(executor_, work(shared_from_this()), boost::asio::detached);
    return true;
}

void BanExec::stop()
{
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
    waiting_.clear();
}

bool BanExec::is_stopped() const
{
    const std::lock_guard lock(mutex_);
    return is_stopped_;
}

bool BanExec::next(Job& job)
{
    const std::lock_guard lock(mutex_);
    is_working_ = !waiting_.empty();
    if (!is_working_)
        return false;
    job = std::move(waiting_.front());
    waiting_.pop_front();
    return true;
}

Awaitable<> BanExec::work(std::shared_ptr<BanExec> self)
{
    for (Job job; self->next(job);)
        co_await self->run(std::move(job));
}

Awaitable<> BanExec::run(Job job)
{
    const auto pid = start(job.words, job.environment);
    if (!pid) {
        log_failure(job.words, pid.error().detail());
        co_return;
    }
    milliseconds waited{0}, look = kFirstLook;
    int status = 0;
    while (::waitpid(*pid, &status, WNOHANG) == 0) {
        if (is_stopped())
            co_return; // it ends by itself, and whoever started the server clears it away
        if (waited >= limit_) {
            ::kill(-*pid, SIGKILL); // and what it has started
            ::waitpid(*pid, &status, 0);
            log_failure(job.words, "took longer than " + to_text(limit_));
            co_return;
        }
        co_await pause(look);
        waited += look;
        look = std::min(look * 2, kSlowestLook);
    }
    if (status != 0)
        log_failure(job.words, meaning_of(status));
}

} // namespace mailctl::auth
