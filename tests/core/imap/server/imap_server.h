// The IMAP side of a server in memory: a store, a few users, sessions without ports.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "conf/config.h"
#include "core/auth/authenticator.h"
#include "core/delivery/services.h"
#include "core/fts/indexes.h"
#include "core/net/memory_stream.h"
#include "store/store.h"
#include "tests/store/folder.h"

namespace mailctl::imap::test {

/// Knows the users of the directory; "secret-ann" is the password of Ann.
class Passwords final : public auth::Authenticator {
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

    store::Directory* directory = nullptr;
    int misbehaviours = 0;
};

// ann, bob, cid, public and root, who is an administrator, @example.org; dora@example.net.
// team@example.org is an alias of bob and cid.
inline constexpr AccountId kAnn{1};
inline constexpr AccountId kBob{2};

/// One thread runs `io`.
class ImapServer {
public:
    ImapServer();
    /// The client's end of a new connection.
    std::unique_ptr<net::Stream> connect();
    std::shared_ptr<store::Account> account(AccountId id);
    /// Gives accounts full-text indexes, whatever they hold.
    void make_indexes();
    /// Runs `task` to its end, and what it leaves to be done. Throws what it throws.
    void run(Awaitable<> task);

    boost::asio::io_context io;
    ManualClock clock;
    const Clock* session_clock = &clock; ///< of the sessions that come from here on
    SeededRandom random{7};
    std::unique_ptr<store::Store> store;
    Passwords users;
    conf::Config config;
    conf::Listener listener;

private:
    tests::Folder folder_;
    std::unique_ptr<fts::Indexes> indexes_;
};

} // namespace mailctl::imap::test
