// The ban list in memory, kept like the store's: asked at every connection, changed by commands.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include <boost/asio/any_io_executor.hpp>

#include "core/auth/ban_exec.h"
#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/result.h"

namespace mailctl::store {
class Store; // store/store.h
}

namespace mailctl::auth {

/// How old the list in memory may get while connections come: "ban add" counts by then.
inline constexpr milliseconds kBanListAge = std::chrono::seconds(2);
/// How often hits are written back and ended bans removed.
inline constexpr milliseconds kBanListUpkeep = std::chrono::minutes(1);

/// Threads: any. Borrows: the store, which must outlive the work on `workers`.
class BanList : public std::enable_shared_from_this<BanList> {
public:
    BanList(store::Store& store, boost::asio::any_io_executor workers)
        : store_(store), workers_(workers), exec_(std::make_shared<BanExec>(std::move(workers)))
    {
    }

    /// The command that hears of bans from now on, first of those in force; empty: none.
    void set_exec(std::vector<std::string> words);
    /// Reads the list again where it is old, so that what began or ended is told without any
    /// connection. Call it now and then.
    void keep(Time now);
    /// Tells nothing more.
    void stop() { exec_->stop(); }

    /// The ban that holds this address now; counts the hit. An old list is read again meanwhile.
    std::optional<store::Ban> find(std::string_view address, Time now);
    /// Counts at once, and in the store soon after: until then it would not outlive a crash.
    void add(store::Ban ban);
    /// Reads the list again. Errors: Unavailable.
    Awaitable<Result<>> refresh(Time now);

private:
    void refresh_if_old(Time now);
    void take(std::vector<store::Ban> bans, std::uint64_t reading, Time now);
    Awaitable<> upkeep(Time now);
    void tell_changes(Time now);

    store::Store& store_;
    boost::asio::any_io_executor workers_;
    std::mutex mutex_;
    std::unordered_map<std::string, store::Ban> bans_; ///< by network
    std::set<unsigned> prefixes_v4_, prefixes_v6_;     ///< lengths that occur
    std::unordered_map<std::string, std::uint64_t> hits_; ///< not written back yet
    std::unordered_map<std::string, Time> unsaved_;    ///< added here, not in the store yet
    std::vector<std::string> exec_words_;
    std::unordered_map<std::string, store::Ban> told_; ///< in force, as exec_ has heard it
    std::shared_ptr<BanExec> exec_;
    std::uint64_t asked_ = 0, taken_ = 0; ///< readings begun; the latest of them that is in force
    Time read_{};
    Time kept_{};
    std::atomic<bool> is_refreshing_ = false;
};

} // namespace mailctl::auth
