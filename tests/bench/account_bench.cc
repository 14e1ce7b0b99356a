// account_bench DIR [SECONDS]: what appending and listing cost in the account layer.
//
// Appends of a 10 KiB message, each acknowledged before the next of its session: one account and
// many, over a memory engine (the layer's own CPU) and over RocksEngine in DIR; then reading
// 10,000 message rows.
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "core/base/random.h"
#include "store/account/mail_account.h"
#include "store/account/new_account.h"
#include "store/engine/memory_engine.h"
#include "store/engine/rocks_engine.h"
#include "store/keys.h"

using namespace mailctl;
using namespace mailctl::store;
namespace asio = boost::asio;

namespace {

using SteadyClock = std::chrono::steady_clock;

double cpu_seconds()
{
    rusage use{};
    ::getrusage(RUSAGE_SELF, &use);
    return static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
           static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

double seconds_since(SteadyClock::time_point start)
{
    return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

struct Load {
    std::vector<std::shared_ptr<MailAccount>> accounts;
    std::string text;
    std::shared_ptr<const mime::Card> card;
    SteadyClock::time_point end;
    std::atomic<std::uint64_t> done{0};
};

Awaitable<> append(std::shared_ptr<Load> load, std::shared_ptr<MailAccount> account)
{
    const auto inbox = co_await account->find_mailbox("INBOX");
    while (SteadyClock::now() < load->end) {
        NewMessage message;
        message.inline_body = load->text;
        message.card = load->card;
        message.internal_date = account->clock().now();
        message.delivery_id = std::to_string(system_random().next_u64());
        const auto appended = co_await account->append(inbox->id, std::move(message));
        if (!appended) {
            std::printf("%s\n", to_string(appended.error()).c_str());
            co_return;
        }
        ++load->done;
    }
}

Awaitable<> open_accounts(Engine& engine, std::size_t count, std::shared_ptr<Load> load)
{
    for (std::size_t i = 0; i < count; ++i) {
        const auto id = new_account_id(system_random());
        auto rows = new_account(system_clock().now(), Usage{});
        co_await engine.commit(keys::account(id), std::move(rows));
        const MailAccount::Environment environment{engine, system_clock(), system_random()};
        auto account = co_await MailAccount::open(environment, id);
        load->accounts.push_back(*account);
    }
}

void run_append(const char* name, Engine& engine, std::size_t accounts, int sessions, int length)
{
    auto load = std::make_shared<Load>();
    load->text =
        "From: ann@example.org\r\nMessage-ID: <bench@example.org>\r\nSubject: bench\r\n\r\n";
    while (load->text.size() < 10'240)
        load->text += "A line of the body of a message, as long as lines of mail mostly are.\r\n";
    load->card = std::make_shared<const mime::Card>(mime::make_card(load->text));
    asio::io_context io;
    asio::co_spawn(io, open_accounts(engine, accounts, load), asio::detached);
    io.run();
    io.restart();
    load->end = SteadyClock::now() + std::chrono::seconds(length);
    const auto start = SteadyClock::now();
    const auto cpu = cpu_seconds();
    for (int i = 0; i < sessions; ++i)
        asio::co_spawn(asio::make_strand(io),
                       append(load, load->accounts[static_cast<std::size_t>(i) % accounts]),
                       asio::detached);
    std::thread second([&] { io.run(); });
    io.run();
    second.join();
    const auto done = static_cast<double>(load->done);
    std::printf("%-8s %4zu accounts %4d sessions: %8.0f appends/s, %6.1f us CPU each\n", name,
                accounts, sessions, done / seconds_since(start),
                (cpu_seconds() - cpu) / done * 1e6);
}

Awaitable<> list(Engine& engine)
{
    auto load = std::make_shared<Load>();
    co_await open_accounts(engine, 1, load);
    const auto account = load->accounts[0];
    const auto inbox = co_await account->find_mailbox("INBOX");
    for (int i = 0; i < 10'000; ++i) {
        NewMessage message;
        message.inline_body = "Subject: x\r\n\r\nx\r\n";
        message.internal_date = account->clock().now();
        co_await account->append(inbox->id, std::move(message));
    }
    const UidRange all;
    for (int round = 0; round < 3; ++round) {
        const auto start = SteadyClock::now();
        const auto rows = co_await account->messages(inbox->id, all, 100'000);
        std::printf("%zu message rows: %.2f ms\n", rows->size(), seconds_since(start) * 1e3);
    }
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2)
        return 64;
    const int length = argc > 2 ? std::stoi(argv[2]) : 3;
    {
        MemoryEngine engine;
        run_append("memory", engine, 1, 1, length);
        run_append("memory", engine, 1, 32, length);
        run_append("memory", engine, 64, 64, length);
        asio::io_context io;
        asio::co_spawn(io, list(engine), asio::detached);
        io.run();
    }
    RocksOptions options;
    options.directory = argv[1];
    auto engine = RocksEngine::open(options);
    if (!engine) {
        std::printf("%s\n", to_string(engine.error()).c_str());
        return 1;
    }
    run_append("rocks", **engine, 1, 1, length);
    run_append("rocks", **engine, 1, 32, length);
    run_append("rocks", **engine, 64, 64, length);
    asio::io_context io;
    asio::co_spawn(io, list(**engine), asio::detached);
    io.run();
    return 0;
}
