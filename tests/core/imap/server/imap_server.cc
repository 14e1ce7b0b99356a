// The IMAP side of a server in memory.
#include "tests/core/imap/server/imap_server.h"

#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_future.hpp>

#include "core/imap/server/serve.h"
#include "core/net/tls.h"
#include "store/directory.h"
#include "store/engine/memory_engine.h"

namespace mailctl::imap::test {
namespace {

Error absent()
{
    return Error(Errc::NotFound, "not in this store");
}

/// Memory streams only pretend to use it.
class PretendedTls final : public net::TlsContext {
public:
    void* native() const override { return nullptr; }
    bool is_client() const override { return false; }
    const std::string& server_name() const override { return name_; }

private:
    std::string name_;
};

struct Person {
    const char* name;
    const char* domain;
    std::uint64_t account;
    store::Role role = store::Role::User;
};
constexpr Person kPeople[] = {{"ann", "example.org", 1},    {"bob", "example.org", 2},
                              {"cid", "example.org", 3},    {"public", "example.org", 4},
                              {"root", "example.org", 5, store::Role::Admin},
                              {"dora", "example.net", 6}};

Awaitable<> fill(store::Directory& directory)
{
    store::Domain org, net;
    org.name = "example.org";
    net.name = "example.net";
    co_await directory.add_domain(std::move(org));
    co_await directory.add_domain(std::move(net));
    for (const auto& person : kPeople) {
        store::User user;
        user.account = AccountId{person.account};
        user.address = {person.name, person.domain};
        user.role = person.role;
        const auto added = co_await directory.add_user(std::move(user));
        if (!added)
            throw std::logic_error("a user cannot be added: " + to_string(added.error()));
    }
    store::Alias team;
    team.address = {"team", "example.org"};
    team.targets = {"bob@example.org", "cid@example.org"};
    co_await directory.add_alias(std::move(team));
}

} // namespace

Awaitable<Result<auth::Login>> Passwords::check_password(auth::Attempt, std::string name,
                                                         std::string password)
{
    const auto parsed = address::parse(name);
    if (!parsed || password != "secret-" + parsed->local_part)
        co_return Error(Errc::Denied, "wrong password");
    auto entry = co_await directory->find(*parsed);
    if (!entry || !std::holds_alternative<store::User>(*entry))
        co_return Error(Errc::Denied, "unknown user");
    auth::Login login;
    login.user = std::get<store::User>(*entry);
    login.name = std::move(name);
    co_return login;
}

Awaitable<Result<auth::Authenticator::ScramKeys>> Passwords::scram_keys(auth::Attempt, std::string)
{
    co_return absent();
}

Awaitable<Result<auth::Login>> Passwords::scram_done(auth::Attempt, ScramKeys, bool)
{
    co_return absent();
}

Result<std::unique_ptr<auth::Authenticator::Guard>> Passwords::admit(const net::Endpoint&,
                                                                    const conf::Listener&)
{
    return std::unique_ptr<Guard>();
}

ImapServer::ImapServer()
    : clock(*parse_rfc3339("2026-11-21T02:03:04Z")),
      store(store::make_store(std::make_unique<store::MemoryEngine>(), clock, random))
{
    users.directory = &store->directory();
    run(fill(store->directory()));
    config.auth.mechanisms = {"PLAIN", "LOGIN"};
    listener.name = "imap";
    listener.protocol = conf::Protocol::Imap;
    listener.tls = conf::TlsMode::StartTls;
    listener.plaintext_auth = conf::PlaintextAuth::Always;
}

void ImapServer::make_indexes()
{
    config.fts.least_messages = 0;
    fts::IndexesParts parts;
    parts.store = store.get();
    parts.random = &random;
    parts.folder = folder_.path();
    parts.settings = [this] { return config.fts; };
    parts.worker = io.get_executor();
    indexes_ = std::make_unique<fts::Indexes>(std::move(parts));
}

std::unique_ptr<net::Stream> ImapServer::connect()
{
    auto services = std::make_shared<delivery::Services>();
    services->config = std::make_shared<const conf::Config>(config);
    services->tls = std::make_shared<PretendedTls>();
    services->store = store.get();
    services->fts = indexes_.get();
    services->authenticator = &users;
    services->clock = session_clock;
    services->random = &random;
    services->hostname = "mx.example.org";
    auto [server, client] = net::memory_stream_pair(io.get_executor());
    auto info = std::make_shared<net::SessionInfo>(net::SessionInfo::View{});
    boost::asio::co_spawn(io, serve(std::move(server), std::move(services), listener, std::move(info)),
                          boost::asio::detached);
    return std::move(client);
}

std::shared_ptr<store::Account> ImapServer::account(AccountId id)
{
    auto opened = boost::asio::co_spawn(io, store->account(id), boost::asio::use_future);
    io.restart();
    io.run();
    return *opened.get();
}

void ImapServer::run(Awaitable<> task)
{
    std::exception_ptr failure;
    bool is_done = false;
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr error) {
        failure = error;
        is_done = true;
    });
    io.restart();
    while (!is_done && io.run_one() != 0)
        ;
    if (failure)
        std::rethrow_exception(failure);
    if (!is_done)
        throw std::logic_error("the task waits for nothing");
}

} // namespace mailctl::imap::test
