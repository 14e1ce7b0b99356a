// Adds entries: one commit each, rules applied on the way.
#include <algorithm>
#include <utility>

#include "store/body/body_codec.h"
#include "store/keys.h"
#include "store/queue/engine_queue.h"
#include "store/queue/log_records.h"
#include "store/queue/rule.h"

namespace mailctl::store {
namespace {

constexpr int kMaxIdTries = 20;
/// Leaves room in a row of history for the attempts.
constexpr std::size_t kMaxEnvelopeOctets = 40 * 1024;

/// Errors: Invalid.
Result<> check_recipients(const QueueEntry& entry)
{
    if (entry.recipients.empty())
        return Error(Errc::Invalid, "a queue entry without recipients");
    if (entry.recipients.size() > kMaxQueueRecipients)
        return Error(Errc::Invalid, "over " + std::to_string(kMaxQueueRecipients) +
                                        " recipients in one queue entry");
    return ok();
}

/// Errors: Invalid.
Result<> check_fields(const QueueEntry& entry, const std::vector<Row>& rows)
{
    bool fits = entry.prefix.size() <= kMaxPrefixOctets &&
                rows.front().value.size() - entry.prefix.size() <= kMaxEnvelopeOctets;
    for (const Row& row : rows)
        fits = fits && row.key.size() <= kMaxKeyOctets && row.value.size() <= kMaxValueOctets;
    if (!fits)
        return Error(Errc::Invalid, "a field of the queue entry is too long");
    return ok();
}

bool is_open(const QueueEntry& entry)
{
    return std::any_of(entry.recipients.begin(), entry.recipients.end(),
                       [](const QueueRecipient& recipient) { return recipient.is_open(); });
}

} // namespace

EngineQueue::EngineQueue(Engine& engine, QueuedBodies& bodies, const Clock& clock, Random& random)
    : engine_(engine), bodies_(bodies), clock_(clock), random_(random)
{
}

Awaitable<Result<std::optional<QueueId>>>
EngineQueue::known_delivery(std::uint16_t shard, const std::string& delivery_id)
{
    std::optional<QueueId> none;
    if (delivery_id.empty())
        co_return none;
    Query query;
    query.keys.push_back(keys::queue_delivery(delivery_id));
    auto answer = co_await engine_.read(keys::queue(shard), std::move(query));
    if (!answer)
        co_return answer.error();
    if (!answer->values[0])
        co_return none;
    CO_TRY(const QueueId id, keys::queue_id_of(*answer->values[0]));
    co_return std::optional<QueueId>(id);
}

Awaitable<Result<QueueId>> EngineQueue::add(QueueEntry entry)
{
    CO_TRY_VOID(check_recipients(entry));
    const Time now = clock_.now();
    if (entry.next_attempt == Time{})
        entry.next_attempt = now;
    const auto rules = co_await known_rules();
    if (!rules)
        co_return rules.error();
    for (const QueueRule& rule : **rules)
        apply_rule(rule, entry, now);
    settle(entry);
    const bool open = is_open(entry);
    const bool leaves_soon = !entry.held && entry.next_attempt <= now && is_short() &&
                             entry.inline_body.size() <= kMaxUnpackedOctets;
    const bool wants_id = entry.id == QueueId{};
    for (int tries = 0; tries < kMaxIdTries; ++tries) {
        if (wants_id)
            entry.id = new_queue_id(now, random_);
        if (!entry.delivery_id.empty())
            entry.id = keys::placed_by(entry.id, entry.delivery_id);
        if (!entry.body.shared && entry.body.blob == BlobId{})
            entry.body.blob = new_blob_id(now, random_);
        if (!open)
            co_return co_await drop_at_once(std::move(entry));

        Batch batch;
        batch.put = rows_of(entry);
        CO_TRY_VOID(check_fields(entry, batch.put));
        batch.is_brief = leaves_soon;
        if (!entry.inline_body.empty())
            batch.put.push_back({keys::inline_body(entry.body.blob),
                                 encode_inline_body(entry.inline_body,
                                                    leaves_soon ? Packing::Raw : Packing::Packed)});
        batch.expect.push_back({keys::queue_entry(entry.id), std::nullopt});
        if (!entry.delivery_id.empty())
            batch.expect.push_back({keys::queue_delivery(entry.delivery_id), std::nullopt});
        const std::uint16_t shard = keys::queue_shard(entry.id);
        auto done = co_await engine_.commit(keys::queue(shard), std::move(batch));
        lower_floor(entry.id, entry.next_attempt);
        if (done) {
            counted(1);
            const QueueId id = entry.id;
            tell_added(std::move(entry));
            co_return id;
        }
        if (done.error().code() != Errc::Conflict) {
            count_anew();
            co_return done.error();
        }
        auto known = co_await known_delivery(shard, entry.delivery_id);
        if (!known)
            co_return known.error();
        if (*known)
            co_return **known;
        if (!wants_id)
            co_return Error(Errc::Exists, "in the queue already: " + to_string(entry.id));
    }
    co_return Error(Errc::Unavailable, "no free queue id");
}

/// A rule drops it whole: only the history knows of it.
Awaitable<Result<QueueId>> EngineQueue::drop_at_once(QueueEntry entry)
{
    Batch batch;
    batch.put = history_rows(entry, clock_.now(), {});
    if (entry.body.shared)
        batch.put.push_back({keys::queue_release(entry.id), encode_body_ref(entry.body)});
    auto done = co_await engine_.commit(keys::queue(keys::queue_shard(entry.id)), std::move(batch));
    if (!done)
        co_return done.error();
    if (entry.body.shared) {
        auto released = co_await finish_release(entry.id, entry.body);
        if (!released)
            co_return released.error();
    }
    co_return entry.id;
}

void EngineQueue::tell_added(QueueEntry entry)
{
    const std::lock_guard lock(observer_mutex_);
    if (observer_)
        observer_->added(std::make_shared<const QueueEntry>(std::move(entry)));
}

void EngineQueue::observe(QueueObserver* observer)
{
    const std::lock_guard lock(observer_mutex_);
    observer_ = observer;
}

void EngineQueue::wake()
{
    const std::lock_guard lock(observer_mutex_);
    if (observer_)
        observer_->changed();
}

} // namespace mailctl::store
