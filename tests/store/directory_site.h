// A directory on a memory engine, with accounts that are only noted.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "store/directory/engine_directory.h"
#include "store/engine/memory_engine.h"
#include "tests/store/run.h"

namespace mailctl::tests {

using namespace mailctl::store;


/// Accounts as the directory sees them.
class KnownAccounts : public AccountKeeper {
public:
    Awaitable<Result<>> create_account(AccountId id, Usage limits) override
    {
        created[id] = limits;
        co_return ok();
    }
    Awaitable<Result<>> erase_account(AccountId id) override
    {
        if (fail_erase)
            co_return Error(Errc::Unavailable, "disk");
        created.erase(id);
        co_return ok();
    }
    Awaitable<Result<>> set_account_limits(AccountId id, Usage limits) override
    {
        created[id] = limits;
        co_return ok();
    }

    std::map<AccountId, Usage> created;
    bool fail_erase = false;
};

/// A directory on a memory engine.
struct Site {
    explicit Site(std::shared_ptr<MemoryDisk> disk = std::make_shared<MemoryDisk>())
        : engine(std::move(disk)), directory(engine, accounts, clock, random, 1000)
    {
    }
    MemoryEngine engine;
    KnownAccounts accounts;
    ManualClock clock{Time(milliseconds(1'800'000'000'000))};
    SeededRandom random{7};
    EngineDirectory directory;

    void domain(const std::string& name)
    {
        Domain domain;
        domain.name = name;
        must(directory.add_domain(std::move(domain)));
    }
    AccountId user(const std::string& address)
    {
        return must(directory.add_user(user_at(address)));
    }
    static User user_at(const std::string& address)
    {
        User user;
        user.address = *address::parse(address);
        user.credentials.hash = "{ARGON2ID}x";
        return user;
    }
    Result<> alias(const std::string& address, std::vector<std::string> targets)
    {
        Alias alias;
        alias.address = *address::parse(address);
        alias.targets = std::move(targets);
        return run(directory.add_alias(std::move(alias)));
    }
    Result<Entry> find(const std::string& address)
    {
        return run(directory.find(*address::parse(address)));
    }
    Domain domain_of(const std::string& name) { return must(directory.find_domain(name)); }
    std::vector<std::string> problems() { return must(directory.check(false)); }
};

inline Errc code_of(const Result<>& result)
{
    BOOST_REQUIRE(!result);
    return result.error().code();
}

inline std::vector<std::string> names(const std::vector<Entry>& entries)
{
    std::vector<std::string> all;
    for (const auto& entry : entries)
        all.push_back(std::visit([](const auto& e) { return to_string(e.address); }, entry));
    return all;
}

} // namespace mailctl::tests
