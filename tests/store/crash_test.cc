// Crashes: a process killed at any point, and power cuts that take what was not synced, lose
// nothing that was acknowledged and leave nothing half there.
//
// MAILCTL_CRASH_ROUNDS asks for more rounds than the few seconds of every run.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <sstream>
#include <thread>

#include "core/base/log.h"
#include "core/base/random.h"
#include "store/engine/rocks_engine.h"
#include "tests/store/folder.h"
#include "tests/store/lossy_disk.h"
#include "tests/store/workload.h"

using namespace mailctl;

extern char** environ;

namespace {

int rounds(int in_every_run)
{
    const char* wanted = std::getenv("MAILCTL_CRASH_ROUNDS");
    return wanted ? std::atoi(wanted) : in_every_run;
}

/// Log lines about disks that fail on purpose help nobody.
struct QuietLog {
    QuietLog() { log::set_level("store", log::Level::Off); }
    ~QuietLog() { log::set_level("store", log::Level::Info); }
};

/// A store/crash/writer process and what it told.
class Writer {
public:
    explicit Writer(const std::string& directory)
    {
        int ends[2];
        BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        std::string program = STORE_CRASH_WRITER;
        std::string argument = directory;
        char* arguments[] = {program.data(), argument.data(), nullptr};
        BOOST_REQUIRE(::posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments,
                                    environ) == 0);
        posix_spawn_file_actions_destroy(&actions);
        ::close(ends[1]);
        out_ = ends[0];
    }
    ~Writer() { ::close(out_); }

    /// Kills it once it has told `lines` commits and `extra` more has passed; gives all it told.
    std::string kill_after(int lines, std::chrono::microseconds extra)
    {
        std::string told;
        bool killed = false;
        char buffer[4096];
        for (;;) {
            const auto got = ::read(out_, buffer, sizeof buffer);
            if (got <= 0)
                break;
            told.append(buffer, static_cast<std::size_t>(got));
            if (killed || std::count(told.begin(), told.end(), '\n') < lines)
                continue;
            std::this_thread::sleep_for(extra);
            ::kill(pid_, SIGKILL);
            killed = true;
        }
        int status = 0;
        ::waitpid(pid_, &status, 0);
        BOOST_TEST(WIFSIGNALED(status), "the writer ended by itself with " << WEXITSTATUS(status));
        return told;
    }

private:
    pid_t pid_ = 0;
    int out_ = -1;
};

void note_acknowledged(const std::string& told, tests::Acknowledged& acknowledged)
{
    std::istringstream lines(told.substr(0, told.rfind('\n') + 1));
    std::uint64_t account = 0;
    std::uint64_t n = 0;
    while (lines >> account >> n)
        acknowledged[AccountId{account}] = n;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_killed_process_loses_nothing_acknowledged)
{
    const QuietLog quiet;
    const tests::Folder folder;
    SeededRandom random(7);
    tests::Acknowledged acknowledged;
    for (int round = 0; round < rounds(6); ++round) {
        BOOST_TEST_CONTEXT("round " << round)
        {
            Writer writer((folder.path() / "store").string());
            const auto told = writer.kill_after(static_cast<int>(20 + random.next_u64() % 200),
                                                std::chrono::microseconds(random.next_u64() % 3000));
            note_acknowledged(told, acknowledged);
            store::RocksOptions options;
            options.directory = folder.path() / "store";
            options.collect_in_background = false;
            const auto engine = store::RocksEngine::open(options);
            BOOST_REQUIRE_MESSAGE(engine.has_value(), to_string(engine.error()));
            tests::Acknowledged counters;
            BOOST_TEST(tests::check_load(**engine, acknowledged, counters) == "");
            acknowledged = counters;
        }
    }
}

BOOST_AUTO_TEST_CASE(a_power_cut_takes_only_what_was_not_acknowledged)
{
    const QuietLog quiet;
    const tests::Folder folder;
    SeededRandom random(11);
    tests::Power power;
    const auto env = tests::lossy_env(power);
    const auto disk = tests::lossy_disk(power);
    store::RocksOptions options;
    options.directory = folder.path() / "store";
    options.segment_octets = 2 << 20;
    options.write_buffer_octets = 1 << 20;
    options.env = env.get();
    options.disk = disk.get();
    tests::Acknowledged acknowledged;
    for (int round = 0; round < rounds(6); ++round) {
        BOOST_TEST_CONTEXT("round " << round)
        {
            std::mutex mutex;
            auto left = static_cast<int>(20 + random.next_u64() % 200);
            {
                auto engine = store::RocksEngine::open(options);
                BOOST_REQUIRE_MESSAGE(engine.has_value(), to_string(engine.error()));
                const std::atomic<bool> stop = false;
                tests::run_load(**engine, 3, stop, [&](AccountId account, std::uint64_t n) {
                    const std::lock_guard lock(mutex);
                    acknowledged[account] = n;
                    if (--left == 0)
                        power.cut();
                    if (left == 10)
                        BOOST_TEST((*engine)->collect().has_value());
                });
            }
            power.lose_unsynced(random);
            const auto engine = store::RocksEngine::open(options);
            BOOST_REQUIRE_MESSAGE(engine.has_value(), to_string(engine.error()));
            tests::Acknowledged counters;
            BOOST_TEST(tests::check_load(**engine, acknowledged, counters) == "");
            acknowledged = counters;
        }
    }
}
