// Message rows in memory: of mailboxes that were lately read whole.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/ids.h"
#include "store/account.h"

namespace mailctl::store {

class CachedRows;

inline constexpr std::size_t kRowCacheOctets = 64 << 20;

/// Memory for the rows of all accounts; who was asked last is kept. Threads: any.
class RowBudget {
public:
    explicit RowBudget(std::size_t octets) : most_(octets) {}

    /// Counts what a mailbox's rows take now, 0: nothing any more; drops others where it is too much.
    void count(const std::weak_ptr<CachedRows>& owner, const CachedRows* key, MailboxId box, std::size_t octets);
    void touch(const CachedRows* key, MailboxId box);
    std::size_t used() const;
    /// No mailbox may take more than a quarter.
    bool fits(std::size_t octets) const { return octets <= most_ / 4; }

private:
    struct Item {
        std::weak_ptr<CachedRows> owner;
        const CachedRows* key = nullptr;
        MailboxId box{};
        std::size_t octets = 0;
    };
    using Items = std::list<Item>;
    const std::size_t most_;
    mutable std::mutex mutex_;
    std::size_t used_ = 0;
    Items items_; ///< asked last first
    std::map<std::pair<const CachedRows*, MailboxId>, Items::iterator> places_;
};

/// One account's. A commit announces itself before anybody can see it in the engine: until its rows
/// are here too, nothing is answered. Threads: any.
class CachedRows : public std::enable_shared_from_this<CachedRows> {
public:
    /// `budget` nullptr: nothing is kept.
    explicit CachedRows(std::shared_ptr<RowBudget> budget) : budget_(std::move(budget)) {}
    ~CachedRows();

    /// nullopt: they are to be read from the engine.
    std::optional<std::vector<MessageRow>> find(MailboxId box, UidRange range, std::uint32_t limit);

    bool may_keep(std::uint64_t rows) const;
    /// For keep(): what is read from now on.
    std::uint64_t begin_read() const;
    /// Keeps all rows of a mailbox, ascending, unless something was committed since begin_read().
    void keep(std::uint64_t begun, MailboxId box, std::vector<MessageRow> rows);

    struct Change {
        MailboxId box{};
        Uid uid{};
        std::optional<MessageRow> row; ///< nullopt: it is gone
    };
    /// What a commit will do to messages; end_commit follows.
    void begin_commit();
    void end_commit(const std::vector<Change>& changes, const std::vector<MailboxId>& deleted);
    /// Nobody knows what it did.
    void end_commit_in_doubt();
    void drop(MailboxId box);

private:
    using Rows = std::vector<MessageRow>;
    void apply(const Change& change);
    void count(MailboxId box, std::size_t rows);

    const std::shared_ptr<RowBudget> budget_; ///< an account may outlive its store
    mutable std::mutex mutex_;
    std::uint64_t commits_ = 0;
    bool is_committing_ = false;
    std::map<MailboxId, Rows> boxes_;
};

} // namespace mailctl::store
