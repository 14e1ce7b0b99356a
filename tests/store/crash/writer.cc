// The process that crash tests kill: loads a store and tells every acknowledged commit.
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <string>
#include <thread>

#include "core/base/log.h"
#include "store/engine/rocks_engine.h"
#include "tests/store/workload.h"

using namespace mailctl;

#if defined(__SANITIZE_THREAD__)
/// As in tests/main.cc.
extern "C" const char* __tsan_default_suppressions()
{
    return "race:librocksdb.so\n";
}
#endif

namespace {

/// One line in one write: a pipe never mixes short ones.
void tell(AccountId account, std::uint64_t n)
{
    const auto line = std::to_string(value_of(account)) + " " + std::to_string(n) + "\n";
    if (::write(STDOUT_FILENO, line.data(), line.size()) < 0)
        _exit(2);
}

} // namespace

int main(int, char** argv)
{
    log::set_level("", log::Level::Off);
    store::RocksOptions options;
    options.directory = argv[1];
    options.segment_octets = 2 << 20; // many rolls and rewrites
    options.write_buffer_octets = 1 << 20;
    auto engine = store::RocksEngine::open(options);
    if (!engine) {
        std::fprintf(stderr, "%s\n", to_string(engine.error()).c_str());
        return 1;
    }
    std::thread collector([&engine] {
        while (true)
            if (!(*engine)->collect())
                _exit(3);
    });
    const std::atomic<bool> stop = false;
    tests::run_load(**engine, 3, stop, tell);
    std::fprintf(stderr, "a commit failed\n");
    _exit(4);
}
