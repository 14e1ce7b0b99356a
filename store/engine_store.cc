// The store over an engine: which accounts are in use, and what the directory and queue ask.
#include "store/engine_store.h"

#include <utility>

#include "store/account/account_keys.h"
#include "store/account/new_account.h"
#include "store/account/records.h"
#include "store/ban_list.h"
#include "store/engine/rocks_engine.h"
#include "store/keys.h"
#include "store/body/shared_body.h"
#include "store/body/spool.h"

namespace mailctl::store {

namespace {

/// Accounts kept open though nobody uses them: a login or delivery finds them without reading.
constexpr std::size_t kRecentAccounts = 2000;

} // namespace

EngineStore::EngineStore(std::unique_ptr<Engine> engine, const Clock& clock, Random& random,
                         std::size_t cache_entries)
    : engine_(std::move(engine)),
      clock_(clock),
      random_(random),
      directory_(*engine_, *this, clock, random, cache_entries),
      queue_(*engine_, *this, clock, random),
      keeping_(*this)
{}

Awaitable<Result<std::shared_ptr<Account>>> EngineStore::account(AccountId id)
{
    auto account = co_await mail_account(id);
    if (!account)
        co_return account.error();
    co_return std::shared_ptr<Account>(std::move(*account));
}

Awaitable<Result<std::shared_ptr<MailAccount>>> EngineStore::mail_account(AccountId id)
{
    if (auto known = cached(id)) {
        const auto open = co_await is_open(id);
        if (!open)
            co_return open.error();
        if (*open)
            co_return known;
        forget(id);
        co_return Error(Errc::NotFound, "no such account");
    }
    const MailAccount::Environment environment{*engine_, clock_, random_, &keeping_};
    auto opened = co_await MailAccount::open(environment, id);
    if (!opened)
        co_return opened.error();
    co_return remember(std::move(*opened));
}

/// False where the account is being erased, or gone.
Awaitable<Result<bool>> EngineStore::is_open(AccountId id)
{
    Query query;
    query.keys.push_back(keys::cell());
    const auto answer = co_await engine_->read(keys::account(id), std::move(query));
    if (!answer)
        co_return answer.error();
    if (!answer->values[0])
        co_return false;
    const auto cell = decode_cell(*answer->values[0]);
    co_return cell && !cell->erased;
}

std::shared_ptr<MailAccount> EngineStore::cached(AccountId id)
{
    const std::lock_guard lock(mutex_);
    const auto at = accounts_.find(id);
    if (at == accounts_.end())
        return nullptr;
    return at->second.lock();
}

/// One object an account: where two opened it at once, the first stays.
std::shared_ptr<MailAccount> EngineStore::remember(std::shared_ptr<MailAccount> account)
{
    std::vector<std::shared_ptr<MailAccount>> dropped; // outside of the mutex
    const std::lock_guard lock(mutex_);
    auto& known = accounts_[account->id()];
    if (auto first = known.lock())
        return first;
    known = account;
    recent_.push_front(account);
    if (recent_.size() <= kRecentAccounts)
        return account;
    dropped.push_back(std::move(recent_.back()));
    recent_.pop_back();
    // Names of objects that nobody holds go with it, some at a time.
    if (++drops_ % kRecentAccounts == 0)
        std::erase_if(accounts_, [](const auto& each) { return each.second.expired(); });
    return account;
}

void EngineStore::forget(AccountId id)
{
    const std::lock_guard lock(mutex_);
    accounts_.erase(id);
    recent_.remove_if([id](const auto& account) { return account->id() == id; });
}

std::unique_ptr<Spool> EngineStore::spool(BodyOwners owners)
{
    return make_spool(*engine_, clock_, random_, std::move(owners));
}

Awaitable<Result<std::vector<Ban>>> EngineStore::bans()
{
    co_return co_await read_bans(*engine_);
}

Awaitable<Result<>> EngineStore::put_ban(Ban ban)
{
    co_return co_await write_ban(*engine_, std::move(ban));
}

Awaitable<Result<>> EngineStore::remove_ban(std::string network)
{
    co_return co_await erase_ban(*engine_, std::move(network));
}

void EngineStore::use_first_mailboxes(std::vector<std::string> names)
{
    const std::lock_guard lock(mutex_);
    first_mailboxes_ = std::move(names);
}

std::vector<std::string> EngineStore::first_mailboxes()
{
    const std::lock_guard lock(mutex_);
    return first_mailboxes_;
}

void use_first_mailboxes(Store& store, std::vector<std::string> names)
{
    if (auto* engine_store = dynamic_cast<EngineStore*>(&store))
        engine_store->use_first_mailboxes(std::move(names));
}

Awaitable<Result<>> EngineStore::create_account(AccountId id, Usage limits)
{
    auto rows = new_account(clock_.now(), limits, first_mailboxes());
    auto created = co_await engine_->commit(keys::account(id), std::move(rows));
    if (created || created.error().code() != Errc::InDoubt)
        co_return created;
    const auto open = co_await is_open(id);
    co_return open&&* open ? ok() : created;
}

Awaitable<Result<>> EngineStore::erase_account(AccountId id)
{
    auto erased = co_await store::erase_account(*engine_, id);
    forget(id);
    co_return erased;
}

Awaitable<Result<>> EngineStore::set_account_limits(AccountId id, Usage limits)
{
    const auto account = co_await mail_account(id);
    if (!account)
        co_return account.error();
    co_return co_await (*account)->set_limits(limits);
}

Awaitable<Result<std::string>> EngineStore::read_shared(BodyRef body, std::uint64_t offset,
                                                        std::uint64_t length)
{
    co_return co_await read_shared_body(*engine_, body, offset, length);
}

Awaitable<Result<>> EngineStore::release_shared(BodyRef body)
{
    co_return co_await release_shared_body(*engine_, body.blob, kQueueOwner);
}

Result<std::unique_ptr<Store>> open_store(const StoreOptions& options, const Clock& clock,
                                          Random& random)
{
    RocksOptions rocks;
    rocks.directory = options.directory;
    rocks.read_only = options.mode == StoreOptions::Mode::ReadOnly;
    rocks.cache_octets = options.cache_octets;
    rocks.write_buffer_octets = options.write_buffer_octets;
    TRY(auto engine, RocksEngine::open(rocks));
    return std::unique_ptr<Store>(std::make_unique<EngineStore>(std::move(engine), clock, random,
                                                                options.domain_cache_entries));
}

std::unique_ptr<Store> make_store(std::unique_ptr<Engine> engine, const Clock& clock,
                                  Random& random)
{
    const StoreOptions options;
    return std::make_unique<EngineStore>(std::move(engine), clock, random,
                                         options.domain_cache_entries);
}

} // namespace mailctl::store
