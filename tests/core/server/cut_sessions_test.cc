// Sessions that are cut while they wait for a commit: they go, and take nothing with them that stays.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <future>
#include <mutex>

#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include "conf/config.h"
#include "core/delivery/services.h"
#include "core/server/server.h"
#include "store/account/new_account.h"
#include "store/engine/memory_engine.h"
#include "store/finish_writes.h"
#include "store/keys.h"
#include "store/store.h"
#include "tests/store/run.h"

using namespace mailctl;
using namespace mailctl::server;

namespace {

constexpr AccountId kAnn{1};

/// A disk that takes its time.
class SlowEngine final : public store::MemoryEngine, public store::FinishesWrites {
public:
    void finish_writes() override { release(); }
};

/// Sessions that are about to commit.
struct Arrived {
    std::mutex mutex;
    std::condition_variable one_more;
    std::vector<boost::asio::any_io_executor> executors;
    std::vector<std::weak_ptr<net::SessionInfo>> sessions;

    void add(const boost::asio::any_io_executor& executor, std::weak_ptr<net::SessionInfo> session)
    {
        const std::lock_guard lock(mutex);
        executors.push_back(executor);
        sessions.push_back(std::move(session));
        one_more.notify_all();
    }
    void wait_for(std::size_t count)
    {
        std::unique_lock lock(mutex);
        one_more.wait(lock, [&] { return executors.size() == count; });
    }
    /// Returns when all of them have done what they can.
    void let_run()
    {
        for (const auto& executor : executors) {
            std::promise<void> told;
            boost::asio::post(executor, [&told] { told.set_value(); });
            told.get_future().wait();
        }
    }
};

Awaitable<> make_mailbox(std::unique_ptr<net::Stream> stream,
                         std::shared_ptr<const delivery::Services> services,
                         std::shared_ptr<net::SessionInfo> session, Arrived& arrived)
{
    const auto account = co_await services->store->account(kAnn);
    std::string name = "box of " + std::to_string(session->view().id);
    arrived.add(stream->executor(), session);
    if (!account)
        co_return;
    const auto made = co_await (*account)->create_mailbox(std::move(name), store::SpecialUse::None);
    BOOST_ERROR("the session goes on" << made.has_value()); // it is cut
}

struct Fixture {
    Fixture()
    {
        folder = std::filesystem::temp_directory_path() / ("mailctl-cut-" + std::to_string(::getpid()));
        std::filesystem::create_directories(folder);
        config.server.data_dir = (folder / "data").string();
        config.server.hostname = "mx.example.org";
        config.server.threads = 2;
        conf::Listener listener;
        listener.name = "smtp";
        listener.addresses = {"127.0.0.1"};
        config.listeners.push_back(listener);
    }
    ~Fixture()
    {
        for (const int socket : sockets)
            ::close(socket);
        std::filesystem::remove_all(folder);
    }

    void start()
    {
        Parts parts;
        parts.fence = false;
        parts.is_quiet = true;
        parts.stop_limit = std::chrono::milliseconds(1);
        parts.serve = [this](auto stream, auto services, auto, auto session) {
            return make_mailbox(std::move(stream), std::move(services), std::move(session), arrived);
        };
        parts.open_store = [this](const conf::Config&) -> Result<std::unique_ptr<store::Store>> {
            auto made = std::make_unique<SlowEngine>();
            engine = made.get();
            TRY_VOID(tests::run(engine->commit(store::keys::account(kAnn), store::new_account(Time{}, {}))));
            return store::make_store(std::move(made), system_clock(), system_random());
        };
        auto started = Server::start(std::make_shared<const conf::Config>(config), std::move(parts));
        BOOST_REQUIRE_MESSAGE(started, started.error().detail());
        server = *std::move(started);
    }
    void connect()
    {
        sockets.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(server->listeners().front().local.port);
        ::inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
        BOOST_REQUIRE(::connect(sockets.back(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
        arrived.wait_for(sockets.size());
    }

    std::filesystem::path folder;
    conf::Config config;
    Arrived arrived;
    std::vector<int> sockets;
    SlowEngine* engine = nullptr;
    std::unique_ptr<Server> server;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(cut_sessions, Fixture)

BOOST_AUTO_TEST_CASE(a_commit_under_way_ends_before_its_session_goes)
{
    start();
    engine->hold();
    connect(); // commits
    while (engine->waiting() == 0)
        arrived.let_run();
    connect(); // waits for its turn at the same account
    connect();
    arrived.let_run();
    const auto disk = engine->disk();

    server->stop();
    BOOST_TEST(server->sessions().size() == 3U); // cut
    arrived.executors.clear(); // they go before their contexts
    server.reset();
    for (const auto& session : arrived.sessions)
        BOOST_TEST(session.expired());
    const auto& rows = disk->rows[store::keys::account(kAnn)];
    const auto has = [&](std::string_view name) {
        return std::any_of(rows.begin(), rows.end(),
                           [&](const auto& row) { return row.second.find(name) != std::string::npos; });
    };
    BOOST_TEST(has("box of 1"));
    BOOST_TEST(!has("box of 2"));
}

BOOST_AUTO_TEST_SUITE_END()
