// engine_bench DIR [SECONDS]: what durable commits and bodies cost on this machine's disk.
//
// Rates, CPU and octets written (write_bytes of /proc/self/io: pages handed to the disk) of
// RocksEngine alone, for the shapes of mail: five rows and a 10 KiB body.
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/base/random.h"
#include "store/body/body_codec.h"
#include "store/engine/rocks_engine.h"
#include "store/keys.h"

using namespace mailctl;
namespace asio = boost::asio;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kBodyOctets = 10'240;

enum class Shape { Rows, InlineNoise, InlineBase64, InlineText, Blob };

struct Run {
    store::Engine* engine = nullptr;
    Shape shape = Shape::Rows;
    std::string body;
    Clock::time_point end;
    std::atomic<std::uint64_t> done{0};
};

double cpu_seconds()
{
    rusage use{};
    ::getrusage(RUSAGE_SELF, &use);
    return static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

double written_octets()
{
    std::ifstream io("/proc/self/io");
    for (std::string name, value; io >> name >> value;)
        if (name == "write_bytes:")
            return std::stod(value);
    return 0;
}

std::string body_of(Shape shape)
{
    SeededRandom random(1);
    std::string body;
    while (body.size() < kBodyOctets) {
        std::uint8_t octet = 0;
        random.fill({&octet, 1});
        if (shape == Shape::InlineText)
            body += "The quick brown fox jumps over the lazy dog " + std::to_string(octet) + ".\r\n";
        else if (shape == Shape::InlineBase64)
            body += "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[octet % 64];
        else
            body += static_cast<char>(octet);
    }
    return body;
}

/// The rows of one delivery, about 700 octets.
store::Batch delivery(const Run& run, std::uint64_t n, const BlobId& id, std::string& cell)
{
    store::Batch batch;
    batch.expect.push_back({"c", cell.empty() ? std::nullopt : std::optional(cell)});
    cell = "cell " + std::to_string(n);
    batch.put.push_back({"c", cell});
    batch.put.push_back({store::keys::with_number('m', n), std::string(40, 'm')});
    batch.put.push_back({store::keys::with_number('e', n), std::string(400, 'e')});
    batch.put.push_back({store::keys::with_number('l', n), std::string(24, 'l')});
    batch.put.push_back({"b1", std::string(80, 'b')});
    const bool in_row = run.shape != Shape::Rows && run.shape != Shape::Blob;
    if (in_row)
        batch.put.push_back({store::keys::inline_body(id), store::encode_inline_body(run.body)});
    return batch;
}

Awaitable<void> deliver(Run& run, AccountId account)
{
    const auto partition = store::keys::account(account);
    std::string cell;
    SeededRandom random(value_of(account));
    for (std::uint64_t n = 1; Clock::now() < run.end; ++n) {
        const auto id = new_blob_id(Time{}, random);
        if (run.shape == Shape::Blob) {
            const auto writer = run.engine->blob_writer(partition, id);
            co_await writer->write(run.body);
            co_await writer->finish();
        }
        auto batch = delivery(run, n, id, cell);
        const auto done = co_await run.engine->commit(partition, std::move(batch));
        if (!done) {
            std::fprintf(stderr, "%s\n", to_string(done.error()).c_str());
            co_return;
        }
        ++run.done;
    }
}

void measure(const std::filesystem::path& folder, std::string_view name, Shape shape, int sessions,
             double seconds)
{
    std::filesystem::remove_all(folder);
    store::RocksOptions options;
    options.directory = folder;
    auto engine = store::RocksEngine::open(options);
    if (!engine) {
        std::fprintf(stderr, "%s\n", to_string(engine.error()).c_str());
        std::exit(1);
    }
    Run run;
    run.engine = engine->get();
    run.shape = shape;
    run.body = body_of(shape);
    const auto start = Clock::now();
    run.end = start + std::chrono::milliseconds(static_cast<int>(seconds * 1000));
    const double cpu = cpu_seconds();
    const double written = written_octets();
    asio::io_context io;
    for (int i = 1; i <= sessions; ++i)
        asio::co_spawn(asio::make_strand(io),
                       deliver(run, AccountId{static_cast<std::uint64_t>(i)}), asio::detached);
    std::thread second([&] { io.run(); });
    io.run();
    second.join();
    const double wall = std::chrono::duration<double>(Clock::now() - start).count();
    const auto done = static_cast<double>(run.done.load());
    const double busy = cpu_seconds() - cpu;
    const double during = written_octets() - written;
    // What background work still owes is charged too.
    (void)(*engine)->compact();
    std::printf("%-14s %8d %10.0f %9.4f %9.4f %11.0f %11.0f\n", std::string(name).c_str(), sessions,
                done / wall, busy / done * 1e3, (cpu_seconds() - cpu) / done * 1e3, during / done,
                (written_octets() - written) / done);
    std::fflush(stdout);
}

double open_ms(const std::filesystem::path& folder)
{
    store::RocksOptions options;
    options.directory = folder;
    const auto start = Clock::now();
    const auto engine = store::RocksEngine::open(options);
    const auto opened = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    return engine ? opened : -1;
}

} // namespace

int main(int count, char** arguments)
{
    if (count < 2) {
        std::fprintf(stderr, "usage: engine_bench DIR [SECONDS]\n");
        return 64;
    }
    const std::filesystem::path folder = std::filesystem::path(arguments[1]) / "engine_bench";
    const double seconds = count > 2 ? std::atof(arguments[2]) : 3;
    std::filesystem::remove_all(folder);
    std::printf("open: new store %.1f ms", open_ms(folder));
    std::printf(", empty store %.1f ms\n", open_ms(folder));
    std::printf("%-14s %8s %10s %9s %9s %11s %11s\n", "shape", "sessions", "commits/s", "cpu_ms",
                "+compact", "octets", "+compact");
    struct Row {
        std::string_view name;
        Shape shape;
    };
    constexpr Row kRows[] = {{"rows", Shape::Rows},
                             {"10K noise", Shape::InlineNoise},
                             {"10K base64", Shape::InlineBase64},
                             {"10K text", Shape::InlineText},
                             {"10K blob", Shape::Blob}};
    for (const auto& row : kRows)
        for (const int sessions : {1, 10, 100})
            measure(folder, row.name, row.shape, sessions, seconds);
    std::filesystem::remove_all(folder);
}
