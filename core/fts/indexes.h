// The full-text indexes of all accounts: asked by searches, kept up in the background.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "conf/fts.h"
#include "core/base/awaitable.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/fts/answer.h"
#include "core/fts/field.h"
#include "core/fts/update.h"
#include "store/store.h"

namespace mailctl::fts {

inline constexpr std::size_t kOpenIndexes = 64; ///< kept open for the next search
/// FUZZY waits until so many new messages are taken in; of more it searches what there is.
inline constexpr std::uint64_t kFuzzyWaitsFor = 1000;

/// An index as administrators see it.
struct Status {
    bool exists = false;
    std::uint64_t messages = 0;
    std::uint64_t waiting = 0; ///< ids of emails not taken in yet, at most
    std::uint64_t octets = 0;  ///< on the disk
};

struct IndexesParts {
    store::Store* store = nullptr; ///< nullptr: every account that is handed in is itself
    Random* random = nullptr;
    std::filesystem::path folder;
    std::function<conf::FtsSettings()> settings; ///< those in force
    boost::asio::any_io_executor worker;         ///< one thread, where indexes are made
};

/// An account gets its index when it is first searched for text and has enough messages; from then on
/// new mail is taken in at searches and every fts.update. Delivery never waits for it.
/// Borrows: the store. Threads: any.
class Indexes {
public:
    explicit Indexes(IndexesParts parts);
    /// Call stop() first, and end the worker.
    ~Indexes();
    Indexes(const Indexes&) = delete;
    Indexes& operator=(const Indexes&) = delete;

    bool is_enabled() const { return parts_.settings().enabled; }
    /// Begins to keep up indexes that are searched.
    void start();
    /// What is being made ends soon.
    void stop();

    /// What the account's index knows, an answer for each; empty ones where there is none or it fails.
    /// Starts to bring it up to date where it is not.
    Awaitable<std::vector<Answer>> ask(store::Account& account, std::vector<Sought> sought);

    /// Errors: those of bring_up_to_date.
    Awaitable<Result<>> update(std::shared_ptr<store::Account> account, bool from_nothing);
    Awaitable<Result<Status>> status(std::shared_ptr<store::Account> account);
    Awaitable<Result<>> erase(std::shared_ptr<store::Account> account);
    /// Erases the indexes of accounts that are gone; gives how many.
    Awaitable<Result<std::size_t>> sweep();

    std::filesystem::path folder_of(AccountId id) const { return parts_.folder / to_string(id); }

private:
    struct Entry;
    std::shared_ptr<Entry> entry_of(store::Account& account);
    Result<std::vector<Answer>> ask_entry(Entry& entry, AccountId id, const Anchor& anchor,
                                          const std::vector<Sought>& sought) const;
    /// The account itself, not a view of it that somebody else has.
    Awaitable<Result<std::shared_ptr<store::Account>>> account_behind(store::Account& account);
    void schedule(store::Account& account);
    void tick();
    enum class Work { Update, Remake, Erase };
    /// On the worker; one at a time for an account.
    static Awaitable<Result<>> run(Indexes* self, std::shared_ptr<store::Account> account, Work work);
    Awaitable<Result<>> on_worker(std::shared_ptr<store::Account> account, Work work);
    Awaitable<Result<>> work_on(std::shared_ptr<store::Account> account, std::shared_ptr<Entry> entry, Work work);
    Awaitable<> wait_while_updating(std::shared_ptr<Entry> entry);

    IndexesParts parts_;
    boost::asio::steady_timer timer_;
    std::atomic<bool> stopping_ = false;
    mutable std::mutex mutex_; ///< of the entries
    std::map<AccountId, std::shared_ptr<Entry>> entries_;
};

} // namespace mailctl::fts
