// The directory on disk: an import is fast, and all of it is there after a restart.
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include "store/account/new_account.h"
#include "store/directory/engine_directory.h"
#include "store/engine/rocks_engine.h"
#include "store/keys.h"
#include "tests/store/run.h"

using namespace mailctl;
using namespace mailctl::store;
using mailctl::tests::must;
using mailctl::tests::run;

namespace {

/// As the store makes accounts.
class RealAccounts : public AccountKeeper {
public:
    explicit RealAccounts(Engine& engine) : engine_(engine) {}
    Awaitable<Result<>> create_account(AccountId id, Usage limits) override
    {
        co_return co_await engine_.commit(keys::account(id),
                                          new_account(system_clock().now(), limits));
    }
    Awaitable<Result<>> erase_account(AccountId id) override
    {
        co_return co_await store::erase_account(engine_, id);
    }
    Awaitable<Result<>> set_account_limits(AccountId, Usage) override { co_return ok(); }

private:
    Engine& engine_;
};

struct Folder {
    std::filesystem::path path = std::filesystem::temp_directory_path() /
                                 ("mailctl-directory-" + std::to_string(::getpid()));
    Folder() { std::filesystem::remove_all(path); }
    ~Folder() { std::filesystem::remove_all(path); }
};

struct Site {
    explicit Site(const std::filesystem::path& folder)
    {
        RocksOptions options;
        options.directory = folder;
        auto opened = RocksEngine::open(options);
        if (!opened)
            throw std::runtime_error(to_string(opened.error()));
        engine = std::move(*opened);
        accounts = std::make_unique<RealAccounts>(*engine);
        directory = std::make_unique<EngineDirectory>(*engine, *accounts, system_clock(),
                                                      system_random(), 100'000);
    }
    std::unique_ptr<RocksEngine> engine;
    std::unique_ptr<RealAccounts> accounts;
    std::unique_ptr<EngineDirectory> directory;
};

address::Address numbered(std::size_t i)
{
    return {"user" + std::to_string(i), "example.org"};
}

std::size_t users_wanted()
{
    const char* wanted = std::getenv("MAILCTL_TEST_USERS");
    return wanted ? std::strtoul(wanted, nullptr, 10) : 3000;
}

} // namespace

BOOST_AUTO_TEST_CASE(an_import_survives_a_restart)
{
    const Folder folder;
    const std::size_t total = users_wanted();
    {
        Site site(folder.path);
        Domain domain;
        domain.name = "example.org";
        must(site.directory->add_domain(domain));
        boost::asio::thread_pool pool(2);
        const auto start = std::chrono::steady_clock::now();
        for (std::size_t first = 0; first < total; first += 1000) {
            std::vector<User> users;
            for (std::size_t i = first; i < std::min(first + 1000, total); ++i) {
                User user;
                user.address = numbered(i);
                user.credentials.hash = "{ARGON2ID}" + std::string(90, 'x');
                user.full_name = "User " + std::to_string(i);
                users.push_back(std::move(user));
            }
            auto added = boost::asio::co_spawn(pool, site.directory->add_users(std::move(users)),
                                               boost::asio::use_future);
            for (const auto& result : added.get())
                BOOST_REQUIRE(result.has_value());
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        BOOST_TEST_MESSAGE(total << " users in " << took.count() << " s");
    }
    Site again(folder.path);
    BOOST_TEST(must(again.directory->find_domain("example.org")).users == total);
    for (std::size_t i = 0; i < total; i += 97) {
        const auto user = std::get<User>(must(again.directory->find(numbered(i))));
        BOOST_TEST(must(again.directory->find_account(user.account)).full_name ==
                   "User " + std::to_string(i));
    }
    BOOST_TEST((run(again.directory->find({"nobody", "example.org"})).error().code() ==
                Errc::NotFound));
    const auto start = std::chrono::steady_clock::now();
    constexpr int kLookups = 20'000;
    for (int i = 0; i < kLookups; ++i)
        must(again.directory->find(numbered(97)));
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
    BOOST_TEST_MESSAGE("a warm lookup takes " << took.count() / kLookups << " us");
}
