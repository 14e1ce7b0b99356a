// The queue over an engine: entries in shards by id, with an index row for every way to look.
//
// An entry comes and goes in one commit with all its rows. Its body is its own row where it is
// small; a larger one is shared, and given up after the entry is gone: the commit that removes the
// entry leaves a row that says so, and finish_releases() ends what a crash cut short.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "store/engine.h"
#include "store/queue.h"

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

class EngineQueue : public Queue {
public:
    /// Borrows: all of them.
    EngineQueue(Engine& engine, QueuedBodies& bodies, const Clock& clock, Random& random);

    Awaitable<Result<QueueId>> add(QueueEntry entry) override;
    Awaitable<Result<QueueEntry>> find(QueueId id) override;
    Awaitable<Result<std::vector<QueueEntry>>> list(QueueFilter filter) override;
    Awaitable<Result<>> remove(QueueId id) override;
    Awaitable<Result<std::string>> read_body(const QueueEntry& entry, std::uint64_t offset,
                                             std::uint64_t length) override;
    Awaitable<Result<std::uint64_t>> count() override;
    Awaitable<Result<std::vector<QueueEntry>>> find_all(std::vector<QueueId> ids) override;
    Awaitable<Result<QueueEntry>> update(QueueId id, std::function<Result<>(QueueEntry&)> change,
                                         std::vector<QueueAttempt> attempts) override;
    Awaitable<Result<>> replace(const QueueEntry& before, QueueEntry after,
                                std::vector<QueueAttempt> attempts) override;
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
                                                     std::vector<milliseconds> bounds) override;
    Awaitable<Result<std::vector<QueueRule>>> rules() override;
    Awaitable<Result<std::uint64_t>> add_rule(QueueRule rule) override;
    Awaitable<Result<>> remove_rule(std::uint64_t number) override;
    Awaitable<Result<bool>> paused() override;
    Awaitable<Result<>> set_paused(bool paused) override;
    void observe(QueueObserver* observer) override;
    void wake() override;

    /// Ends removals that a crash cut short; gives how many. For start and sweeps.
    Awaitable<Result<std::uint64_t>> finish_releases();
    /// Index rows without their entry and entries that do not decode. `repair`: the rows go.
    Awaitable<Result<std::vector<std::string>>> check(bool repair);

private:
    Awaitable<Result<std::optional<QueueId>>> known_delivery(std::uint16_t shard,
                                                             const std::string& delivery_id);
    Awaitable<Result<std::vector<QueueEntry>>> load(std::uint16_t shard, std::vector<QueueId> ids);
    /// The least ids after `after` under an index prefix, over all shards.
    Awaitable<Result<std::vector<QueueId>>> next_ids(std::string prefix, QueueId after,
                                                     std::uint32_t limit);
    Awaitable<Result<>> finish_release(QueueId id, BodyRef body);
    Awaitable<Result<>> check_rows(std::uint16_t shard, std::string prefix, bool repair,
                                   std::vector<std::string>& findings);
    Awaitable<Result<std::string>> belongs_to_entry(const Row& row, std::string prefix);
    void counted(std::int64_t change);

    Engine& engine_;
    QueuedBodies& bodies_;
    const Clock& clock_;
    Random& random_;
    std::mutex mutex_; ///< of the members below
    std::optional<std::uint64_t> count_; ///< once counted, kept by every change
    std::uint64_t changes_ = 0;
    QueueObserver* observer_ = nullptr;
};

} // namespace mailctl::store
