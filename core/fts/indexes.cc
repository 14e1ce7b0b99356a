// Asks and keeps up the indexes of accounts.
#include "core/fts/indexes.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/log.h"
#include "core/fts/index_reader.h"
#include "store/emails.h"

namespace mailctl::fts {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// An index that nobody searches is left behind; the next search scans what is missing.
constexpr std::chrono::hours kKeptUpAfterSearch{24};

/// Tells tools that make backups to pass over the folder, as they have agreed to.
void put_cache_tag(const std::filesystem::path& folder)
{
    const auto file = folder / "CACHEDIR.TAG";
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    if (failure || std::filesystem::exists(file, failure))
        return;
    std::ofstream(file) << "Signature: 8a477f597d28d172789f06886806bc55\n"
                           "# Full-text indexes of mailctl: made anew from the store where they are missing.\n";
}

std::uint64_t octets_in(const std::filesystem::path& folder)
{
    std::uint64_t sum = 0;
    std::error_code failure;
    for (std::filesystem::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) {
        std::error_code gone;
        const auto size = at->file_size(gone);
        sum += gone ? 0 : size;
    }
    return sum;
}

} // namespace

struct Indexes::Entry {
    explicit Entry(const boost::asio::any_io_executor& worker) : done(worker) {}

    std::mutex mutex; ///< of the reader
    std::unique_ptr<IndexReader> reader;
    std::atomic<SteadyTime> used{SteadyTime{}};
    std::weak_ptr<store::Account> account; ///< under Indexes::mutex_
    std::atomic<bool> is_scheduled = false;
    std::atomic<std::uint64_t> up_to = 0; ///< at the last search or update
    // The worker's alone:
    bool is_updating = false;
    boost::asio::steady_timer done; ///< cancelled when an update ends
};

Indexes::Indexes(IndexesParts parts) : parts_(std::move(parts)), timer_(parts_.worker) {}
Indexes::~Indexes() = default;

void Indexes::start()
{
    timer_.expires_after(std::max<std::chrono::milliseconds>(parts_.settings().update, std::chrono::seconds(1)));
    timer_.async_wait([this](const boost::system::error_code& ec) {
        if (ec || stopping_)
            return;
        tick();
        start();
    });
}

void Indexes::stop()
{
    stopping_ = true;
    boost::asio::post(parts_.worker, [this] { timer_.cancel(); });
}

void Indexes::tick()
{
    if (!is_enabled())
        return;
    std::vector<std::shared_ptr<store::Account>> behind;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, entry] : entries_) {
            auto account = entry->account.lock();
            const bool is_searched = entry->used.load() + kKeptUpAfterSearch > std::chrono::steady_clock::now();
            if (account && is_searched && value_of(store::last_email(*account)) > entry->up_to)
                behind.push_back(std::move(account));
        }
    }
    for (const auto& account : behind)
        schedule(*account);
}

std::shared_ptr<Indexes::Entry> Indexes::entry_of(store::Account& account)
{
    const std::lock_guard lock(mutex_);
    auto& entry = entries_[account.id()];
    if (!entry)
        entry = std::make_shared<Entry>(parts_.worker);
    entry->account = account.weak_from_this();
    auto found = entry;
    if (entries_.size() > kOpenIndexes) {
        auto oldest = entries_.end();
        for (auto at = entries_.begin(); at != entries_.end(); ++at)
            if (at->second != found && !at->second->is_scheduled &&
                (oldest == entries_.end() || at->second->used.load() < oldest->second->used.load()))
                oldest = at;
        if (oldest != entries_.end())
            entries_.erase(oldest);
    }
    return found;
}

Result<std::vector<Answer>> Indexes::ask_entry(Entry& entry, AccountId id, const Anchor& anchor,
                                               const std::vector<Sought>& sought) const
{
    const std::lock_guard lock(entry.mutex);
    entry.used = std::chrono::steady_clock::now();
    auto& reader = entry.reader;
    if (reader && !reader->refresh())
        reader.reset();
    if (reader && reader->instance() != anchor.instance)
        reader.reset(); // it was made anew
    if (!reader) {
        TRY(reader, IndexReader::open(folder_of(id)));
    }
    if (reader->instance() != anchor.instance)
        return Error(Errc::Corrupt, "the index is of other mail");
    const auto trusted = std::min(anchor.up_to, reader->up_to());
    entry.up_to = trusted;
    std::vector<Answer> answers;
    for (const auto& one : sought) {
        TRY(auto answer, reader->find(one, trusted));
        answers.push_back(std::move(answer));
    }
    return answers;
}

Awaitable<Result<std::shared_ptr<store::Account>>> Indexes::account_behind(store::Account& account)
{
    if (parts_.store == nullptr)
        co_return account.shared_from_this();
    co_return co_await parts_.store->account(account.id());
}

Awaitable<std::vector<Answer>> Indexes::ask(store::Account& seen, std::vector<Sought> sought)
{
    std::vector<Answer> nothing(sought.size());
    const auto settings = parts_.settings();
    if (!settings.enabled || sought.empty())
        co_return nothing;
    const auto behind_it = co_await account_behind(seen);
    if (!behind_it)
        co_return nothing;
    auto& account = **behind_it;
    const bool is_fuzzy = std::any_of(sought.begin(), sought.end(), [](const auto& one) { return one.is_fuzzy; });
    auto anchor = co_await read_anchor(account);
    if (!anchor)
        co_return nothing;
    const auto usage = co_await account.usage();
    const bool is_large = usage && usage->messages >= settings.least_messages;
    const auto behind = value_of(store::last_email(account)) - (*anchor ? (*anchor)->up_to : 0);
    if (is_fuzzy && behind > 0 && behind <= kFuzzyWaitsFor) {
        const auto updated = co_await update(account.shared_from_this(), false);
        if (updated)
            anchor = co_await read_anchor(account);
        if (!anchor)
            co_return nothing;
    }
    if (!*anchor) {
        if (is_large)
            schedule(account);
        co_return nothing;
    }
    const auto entry = entry_of(account);
    auto answers = ask_entry(*entry, account.id(), **anchor, sought);
    if (!answers)
        log::warn("store", "a full-text index does not answer",
                  {{"account", to_string(account.id())}, {"why", to_string(answers.error())}});
    if (!answers || value_of(store::last_email(account)) > entry->up_to)
        schedule(account);
    co_return answers ? *std::move(answers) : std::move(nothing);
}

void Indexes::schedule(store::Account& account)
{
    const auto entry = entry_of(account);
    if (stopping_ || entry->is_scheduled.exchange(true))
        return;
    const auto told = [entry, id = account.id()](std::exception_ptr, Result<> done) {
        entry->is_scheduled = false;
        if (!done)
            log::warn("store", "a full-text index was not brought up to date",
                      {{"account", to_string(id)}, {"why", to_string(done.error())}});
    };
    boost::asio::co_spawn(parts_.worker, run(this, account.shared_from_this(), Work::Update), told);
}

Awaitable<> Indexes::wait_while_updating(std::shared_ptr<Entry> entry)
{
    while (entry->is_updating) {
        entry->done.expires_at(SteadyTime::max());
        boost::system::error_code ended;
        co_await entry->done.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ended));
    }
}

Awaitable<Result<>> Indexes::run(Indexes* self, std::shared_ptr<store::Account> account, Work work)
{
    const auto entry = self->entry_of(*account);
    co_await self->wait_while_updating(entry);
    if (self->stopping_)
        co_return Error(Errc::Unavailable, "the server stops");
    entry->is_updating = true;
    auto done = co_await self->work_on(std::move(account), entry, work);
    entry->is_updating = false;
    entry->done.cancel();
    co_return done;
}

Awaitable<Result<>> Indexes::work_on(std::shared_ptr<store::Account> account, std::shared_ptr<Entry> entry, Work work)
{
    const auto folder = folder_of(account->id());
    if (work == Work::Erase) {
        Anchor none;
        CO_TRY_VOID(co_await write_anchor(*account, std::move(none)));
        const std::lock_guard lock(entry->mutex);
        entry->reader.reset();
        entry->up_to = 0;
        entry->used = SteadyTime{}; // or the next look after what is behind would make it anew
        co_return drop_folder(folder);
    }
    put_cache_tag(parts_.folder);
    Update update;
    update.folder = folder;
    update.message_octets = parts_.settings().message_octets;
    update.from_nothing = work == Work::Remake;
    const auto last = store::last_email(*account);
    CO_TRY_VOID(co_await bring_up_to_date(*account, std::move(update), *parts_.random, stopping_));
    entry->up_to = value_of(last);
    co_return ok();
}

Awaitable<Result<>> Indexes::on_worker(std::shared_ptr<store::Account> account, Work work)
{
    auto spawned = boost::asio::co_spawn(parts_.worker, run(this, std::move(account), work), boost::asio::use_awaitable);
    co_return co_await std::move(spawned);
}

Awaitable<Result<>> Indexes::update(std::shared_ptr<store::Account> account, bool from_nothing)
{
    const auto work = from_nothing ? Work::Remake : Work::Update;
    co_return co_await on_worker(std::move(account), work);
}

Awaitable<Result<>> Indexes::erase(std::shared_ptr<store::Account> account)
{
    co_return co_await on_worker(std::move(account), Work::Erase);
}

Awaitable<Result<Status>> Indexes::status(std::shared_ptr<store::Account> account)
{
    Status status;
    const auto folder = folder_of(account->id());
    CO_TRY(const auto anchor, co_await read_anchor(*account));
    const auto last = value_of(store::last_email(*account));
    status.waiting = last;
    const auto reader = IndexReader::open(folder);
    if (!reader && reader.error().code() != Errc::NotFound)
        co_return reader.error();
    if (!reader || !anchor || (*reader)->instance() != anchor->instance)
        co_return status;
    status.exists = true;
    status.messages = (*reader)->documents();
    status.waiting = last - std::min({last, anchor->up_to, (*reader)->up_to()});
    status.octets = octets_in(folder);
    co_return status;
}

Awaitable<Result<std::size_t>> Indexes::sweep()
{
    std::vector<AccountId> there;
    std::error_code failure;
    for (std::filesystem::directory_iterator at(parts_.folder, failure), end; !failure && at != end;
         at.increment(failure))
        if (const auto id = parse_account_id(at->path().filename().string()))
            there.push_back(*id);
    std::size_t erased = 0;
    for (const auto id : there) {
        const auto account = co_await parts_.store->account(id);
        if (account || account.error().code() != Errc::NotFound)
            continue;
        std::filesystem::remove_all(folder_of(id), failure);
        erased += failure ? 0 : 1;
    }
    co_return erased;
}

} // namespace mailctl::fts
