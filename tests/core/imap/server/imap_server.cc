// The IMAP side of a server in memory.
#include "tests/core/imap/server/imap_server.h"

#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_future.hpp>

#include "core/imap/server/serve.h"
#include "core/net/tls.h"
#include "store/account/mail_account.h"
#include "store/account/new_account.h"
#include "store/keys.h"
#include "store/spool.h"

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

auth::Login login_of(std::string name)
{
    auth::Login login;
    login.user.account = name.starts_with("ann") ? kAnn : kBob;
    login.name = std::move(name);
    return login;
}

} // namespace

store::Directory& AccountStore::directory()
{
    throw std::logic_error("no directory");
}

store::Queue& AccountStore::queue()
{
    throw std::logic_error("no queue");
}

Awaitable<Result<std::shared_ptr<store::Account>>> AccountStore::account(AccountId id)
{
    if (const auto found = accounts_.find(id); found != accounts_.end())
        co_return found->second;
    auto batch = store::new_account(clock_.now(), store::Usage());
    auto partition = store::keys::account(id);
    CO_TRY_VOID(co_await engine_.commit(std::move(partition), std::move(batch)));
    const store::MailAccount::Environment environment{engine_, clock_, random_};
    CO_TRY(auto opened, co_await store::MailAccount::open(environment, id));
    accounts_[id] = opened;
    co_return std::shared_ptr<store::Account>(std::move(opened));
}

std::unique_ptr<store::Spool> AccountStore::spool(store::BodyOwners owners)
{
    return store::make_spool(engine_, clock_, random_, std::move(owners));
}

Awaitable<Result<std::vector<store::Ban>>> AccountStore::bans()
{
    co_return std::vector<store::Ban>();
}

Awaitable<Result<>> AccountStore::put_ban(store::Ban)
{
    co_return absent();
}

Awaitable<Result<>> AccountStore::remove_ban(std::string)
{
    co_return absent();
}

Awaitable<Result<store::StoreStats>> AccountStore::stats()
{
    co_return absent();
}

Awaitable<Result<std::vector<store::Finding>>> AccountStore::check(bool)
{
    co_return absent();
}

Awaitable<Result<std::vector<store::Finding>>> AccountStore::scrub()
{
    co_return absent();
}

Awaitable<Result<>> AccountStore::compact()
{
    co_return absent();
}

Awaitable<Result<std::uint64_t>> AccountStore::sweep()
{
    co_return absent();
}

Awaitable<Result<auth::Login>> TwoUsers::check_password(auth::Attempt, std::string name,
                                                        std::string password)
{
    if ((name == "ann@example.org" && password == "secret-ann") ||
        (name == "bob@example.org" && password == "secret-bob"))
        co_return login_of(std::move(name));
    co_return Error(Errc::Denied, "wrong password");
}

Awaitable<Result<auth::Authenticator::ScramKeys>> TwoUsers::scram_keys(auth::Attempt, std::string)
{
    co_return absent();
}

Awaitable<Result<auth::Login>> TwoUsers::scram_done(auth::Attempt, ScramKeys, bool)
{
    co_return absent();
}

Result<std::unique_ptr<auth::Authenticator::Guard>> TwoUsers::admit(const net::Endpoint&,
                                                                    const conf::Listener&)
{
    return std::unique_ptr<Guard>();
}

ImapServer::ImapServer() : clock(*parse_rfc3339("2026-11-21T02:03:04Z"))
{
    config.auth.mechanisms = {"PLAIN", "LOGIN"};
    listener.name = "imap";
    listener.protocol = conf::Protocol::Imap;
    listener.tls = conf::TlsMode::StartTls;
    listener.plaintext_auth = conf::PlaintextAuth::Always;
}

std::unique_ptr<net::Stream> ImapServer::connect()
{
    auto services = std::make_shared<delivery::Services>();
    services->config = std::make_shared<const conf::Config>(config);
    services->tls = std::make_shared<PretendedTls>();
    services->store = &store;
    services->authenticator = &users;
    services->clock = &clock;
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
    auto opened = boost::asio::co_spawn(io, store.account(id), boost::asio::use_future);
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
