// The IMAP side of a server in memory: a store, two users, sessions without ports.
#pragma once

#include <map>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "conf/config.h"
#include "core/auth/authenticator.h"
#include "core/delivery/services.h"
#include "core/net/memory_stream.h"
#include "store/engine/memory_engine.h"
#include "store/store.h"

namespace mailctl::imap::test {

/// Accounts over a MemoryEngine, and nothing else that a store has.
class AccountStore final : public store::Store {
public:
    AccountStore(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

    store::Engine& engine() override { return engine_; }
    store::Directory& directory() override;
    store::Queue& queue() override;
    const Clock& clock() const override { return clock_; }
    Random& random() override { return random_; }
    /// Makes the account with its usual mailboxes where it is not there yet.
    Awaitable<Result<std::shared_ptr<store::Account>>> account(AccountId id) override;
    std::unique_ptr<store::Spool> spool(store::BodyOwners owners) override;
    Awaitable<Result<std::vector<store::Ban>>> bans() override;
    Awaitable<Result<>> put_ban(store::Ban ban) override;
    Awaitable<Result<>> remove_ban(std::string network) override;
    Awaitable<Result<store::StoreStats>> stats() override;
    Awaitable<Result<std::vector<store::Finding>>> check(bool repair) override;
    Awaitable<Result<std::vector<store::Finding>>> scrub() override;
    Awaitable<Result<>> compact() override;
    Awaitable<Result<std::uint64_t>> sweep() override;

private:
    store::MemoryEngine engine_;
    const Clock& clock_;
    Random& random_;
    std::map<AccountId, std::shared_ptr<store::Account>> accounts_;
};

/// Knows ann@example.org ("secret-ann") and bob@example.org ("secret-bob").
class TwoUsers final : public auth::Authenticator {
public:
    Awaitable<Result<auth::Login>> check_password(auth::Attempt attempt, std::string name,
                                                  std::string password) override;
    Awaitable<Result<ScramKeys>> scram_keys(auth::Attempt attempt, std::string name) override;
    Awaitable<Result<auth::Login>> scram_done(auth::Attempt attempt, ScramKeys keys,
                                              bool proof_ok) override;
    Result<std::unique_ptr<Guard>> admit(const net::Endpoint& peer,
                                         const conf::Listener& listener) override;
    bool is_loaded(conf::Protocol) const override { return false; }
    Result<> check_ban(const net::Endpoint&) override { return ok(); }
    void misbehaved(const net::Endpoint&, std::string_view) override { ++misbehaviours; }
    std::vector<Lock> locks() const override { return {}; }
    Result<> unlock(std::string_view) override { return Error(Errc::NotFound, "not locked"); }
    void configure(std::shared_ptr<const conf::Config>) override {}
    void happened(const net::Endpoint&, conf::BanTrigger) override {}
    void keep_bans() override {}
    void stop() override {}

    int misbehaviours = 0;
};

inline constexpr AccountId kAnn{1};
inline constexpr AccountId kBob{2};

/// One thread runs `io`.
class ImapServer {
public:
    ImapServer();
    /// The client's end of a new connection.
    std::unique_ptr<net::Stream> connect();
    std::shared_ptr<store::Account> account(AccountId id);
    /// Runs `task` to its end, and what it leaves to be done. Throws what it throws.
    void run(Awaitable<> task);

    boost::asio::io_context io;
    ManualClock clock;
    SeededRandom random{7};
    AccountStore store{clock, random};
    TwoUsers users;
    conf::Config config;
    conf::Listener listener;
};

} // namespace mailctl::imap::test
