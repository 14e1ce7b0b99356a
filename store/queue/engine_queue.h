// The queue over an engine: entries in shards by id, with an index row for every way to look.
//
// An entry comes and goes in one commit with all its rows. Its body is its own row where it is
// small; a larger one is shared, and given up after the entry is gone: the commit that removes the
// entry leaves a row that says so, and finish_releases() ends what a crash cut short.
//
// A change expects the entry's row as it was read, or as the caller's knowledge of it would be
// written: nothing is read on the way of a message that is delivered at once.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "store/engine.h"
#include "store/queue.h"
#include "store/queue/queue_keys.h"
#include "store/queue/queue_records.h"

namespace mailctl::store {

/// What the queue asks about bodies that others may share. Implemented by the store.
class QueuedBodies {
public:
    virtual ~QueuedBodies() = default;
    virtual Awaitable<Result<std::string>> read_shared(BodyRef body, std::uint64_t offset,
                                                       std::uint64_t length) = 0;
    /// Takes the queue's reference away. No error where it is gone: it may be a re-run.
    virtual Awaitable<Result<>> release_shared(BodyRef body) = 0;
};

/// While no more have come and not gone again, entries leave soon, and the room that packing their bodies
/// saves is worth less than the time that it takes.
inline constexpr std::int64_t kShortQueue = 500;
/// Longer bodies are packed all the same.
inline constexpr std::size_t kMaxUnpackedOctets = 32 * 1024;

class EngineQueue : public Queue {
public:
    /// Borrows: all of them.
    EngineQueue(Engine& engine, QueuedBodies& bodies, const Clock& clock, Random& random);

    Awaitable<Result<QueueId>> add(QueueEntry entry) override;
    Awaitable<Result<QueueEntry>> find(QueueId id) override;
    Awaitable<Result<std::vector<QueueEntry>>> find_all(std::vector<QueueId> ids) override;
    Awaitable<Result<std::vector<QueueEntry>>> list(QueueFilter filter) override;
    Awaitable<Result<>> remove(QueueId id) override;
    Awaitable<Result<std::string>> read_body(const QueueEntry& entry, std::uint64_t offset,
                                             std::uint64_t length) override;
    Awaitable<Result<std::uint64_t>> count() override;
    Awaitable<Result<QueueEntry>> update(QueueId id, std::function<Result<>(QueueEntry&)> change,
                                         std::vector<QueueAttempt> attempts = {}) override;
    Awaitable<Result<>> replace(const QueueEntry& before, QueueEntry after,
                                std::vector<QueueAttempt> attempts = {}) override;
    Awaitable<Result<std::uint64_t>> update_all(std::vector<QueueId> ids,
                                                std::function<bool(QueueEntry&)> change) override;
    Awaitable<Result<>> postpone(std::vector<QueueId> ids, std::string domain, Time until,
                                 std::string reply) override;
    std::uint16_t shards() const override;
    Awaitable<Result<std::vector<Due>>> due(std::uint16_t shard, Time until,
                                            std::optional<Due> after,
                                            std::uint32_t limit) override;
    Awaitable<Result<std::optional<Time>>> next_due(Time now) override;
    Awaitable<Result<std::vector<QueueAttempt>>> attempts(QueueId id) override;
    Awaitable<Result<std::vector<QueueHistory>>> history(QueueFilter filter) override;
    Awaitable<Result<std::uint64_t>> expire_history(Time before) override;
    Awaitable<Result<std::vector<QueueShape>>> shape(QueueFilter filter,
                                                     std::vector<milliseconds> bounds,
                                                     ShapeBy by = ShapeBy::Domain) override;
    Awaitable<Result<std::vector<QueueRule>>> rules() override;
    Awaitable<Result<std::uint64_t>> add_rule(QueueRule rule) override;
    Awaitable<Result<>> remove_rule(std::uint64_t number) override;
    Awaitable<Result<bool>> paused() override;
    Awaitable<Result<>> set_paused(bool paused) override;
    void observe(QueueObserver* observer) override;
    void wake() override;

    /// Ends removals that a crash cut short; gives how many. For start and sweeps.
    Awaitable<Result<std::uint64_t>> finish_releases();
    /// Index rows without their entry, entries without their index rows and those that do not
    /// decode. `repair`: stray rows go, missing ones come back.
    Awaitable<Result<std::vector<std::string>>> check(bool repair);

private:
    using Rules = std::shared_ptr<const std::vector<QueueRule>>;
    using Findings = std::vector<std::string>;
    /// What is to become of an entry. Borrows: before.
    struct Change {
        const QueueEntry* before = nullptr;
        std::vector<Row> rows; ///< as they are on disk, its own first
        bool expect_recipients = false; ///< their rows must be as read
        QueueEntry after;
        std::vector<QueueAttempt> attempts;
        bool may_wait = false; ///< Batch::may_wait
    };
    static Change change_of(const StoredEntry& stored, QueueEntry after);

    // add.cc
    Awaitable<Result<std::optional<QueueId>>> known_delivery(std::uint16_t shard,
                                                             const std::string& delivery_id);
    Awaitable<Result<QueueId>> drop_at_once(QueueEntry entry);

    // find.cc
    Awaitable<Result<std::vector<StoredEntry>>> load(std::uint16_t shard, std::vector<QueueId> ids);
    Awaitable<Result<StoredEntry>> load_one(QueueId id);
    Awaitable<Result<std::vector<StoredEntry>>> load_all(std::vector<QueueId> ids);
    Awaitable<Result<>> add_bodies(std::uint16_t shard, std::vector<StoredEntry>& entries);
    Awaitable<Result<std::vector<QueueEntry>>> entries_of(std::vector<Row> rows, bool whole);

    // change.cc
    Awaitable<Result<Batch>> batch_for(Change change);
    Awaitable<Result<>> commit_change(Change change);
    Awaitable<Result<std::vector<QueueId>>> commit_together(std::uint16_t shard,
                                                            std::vector<Change>& changes);
    Awaitable<Result<std::uint64_t>> change_page(std::uint16_t shard, std::vector<QueueId> ids,
                                                 const std::function<bool(QueueEntry&)>& change);
    Awaitable<void> after_change(QueueId id, Time next_attempt, std::optional<BodyRef> given_up);
    Awaitable<Result<>> finish_release(QueueId id, BodyRef body);

    // attempts.cc
    Awaitable<Result<std::vector<Row>>> attempt_rows(QueueId id);
    Awaitable<Result<>> log_attempts(Batch& batch, QueueId id, bool is_logged,
                                     std::vector<QueueAttempt> attempts);
    Awaitable<Result<std::optional<std::string>>> history_key(QueueId id);
    Awaitable<Result<std::vector<QueueHistory>>> histories(std::vector<Row> rows);

    // rules.cc
    Awaitable<Result<Rules>> known_rules();
    Awaitable<Result<>> apply_to_waiting(QueueRule rule);

    // check.cc
    Awaitable<Result<>> check_entries(std::uint16_t shard, bool repair, Findings& findings);
    Awaitable<Result<>> check_entry(std::uint16_t shard, const Row& row, bool repair,
                                    Findings& findings);
    Awaitable<Result<>> check_rows(std::uint16_t shard, std::string prefix, bool repair,
                                   Findings& findings);
    Awaitable<Result<>> check_bodies(std::uint16_t shard, bool repair, Findings& findings);
    Awaitable<Result<>> set_aside(std::uint16_t shard, const Row& row);
    Awaitable<Result<>> erase_stray(std::uint16_t shard, std::string key);
    Awaitable<Result<std::string>> is_stray(const Row& row, std::string prefix);

    // due.cc
    Awaitable<Result<>> shape_due(const QueueFilter& filter, class ShapeCount& count);
    Awaitable<Result<>> shape_entries(const QueueFilter& filter, class ShapeCount& count);
    void lower_floor(QueueId id, Time at);

    void counted(std::int64_t change);
    bool is_short();
    /// A commit failed in a way that may have done its work.
    void count_anew();
    void tell_added(QueueEntry entry);

    /// No due row of the shard is before `at`: what came and went there need not be passed again.
    struct Floor {
        Time at{};
        std::uint64_t lowered = 0; ///< how often
    };

    Engine& engine_;
    QueuedBodies& bodies_;
    const Clock& clock_;
    Random& random_;
    std::atomic<std::uint16_t> attempt_number_{0};

    std::mutex mutex_; ///< of the members below
    std::int64_t came_ = 0; ///< since the start, less those that went
    std::optional<std::uint64_t> count_; ///< once counted, kept by every change
    Time counted_at_{};
    bool count_is_near_ = false; ///< something came or went meanwhile
    std::uint64_t changes_ = 0;
    std::array<Floor, keys::kQueueShards> floors_;
    Rules rules_; ///< nullptr: not read yet

    std::mutex observer_mutex_; ///< of the member below; held while it is told
    QueueObserver* observer_ = nullptr;
};

} // namespace mailctl::store
