// Builds and takes apart the queue's keys.
#include "store/queue/queue_keys.h"

#include "core/base/ascii.h"
#include "store/directory/directory_keys.h"
#include "store/keys.h"

namespace mailctl::store::keys {
namespace {

std::string named(char prefix, std::string_view name)
{
    std::string key(1, prefix);
    key += ascii::lower(name);
    key.push_back('\0');
    return key;
}

std::uint64_t number_of(Time time)
{
    return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

Result<std::uint64_t> number_at(std::string_view key, std::size_t offset)
{
    const auto number = read_be<std::uint64_t>(key, offset);
    if (!number)
        return Error(Errc::Corrupt, "a queue key that is too short");
    return *number;
}

constexpr std::size_t kFirstHistoryOctets = 1 + 8 + 8;

} // namespace

std::uint16_t queue_shard(QueueId id)
{
    return static_cast<std::uint16_t>(value_of(id) % kQueueShards);
}

QueueId placed_by(QueueId id, std::string_view delivery_id)
{
    return QueueId{value_of(id) / kQueueShards * kQueueShards +
                   stable_hash(delivery_id) % kQueueShards};
}

std::string with_queue_id(std::string_view prefix, QueueId id)
{
    std::string key(prefix);
    append_be(key, value_of(id));
    return key;
}

Result<QueueId> queue_id_of(std::string_view key)
{
    const auto id = key.size() < 8 ? std::nullopt : read_be<std::uint64_t>(key, key.size() - 8);
    if (!id)
        return Error(Errc::Corrupt, "a queue key without an id");
    return QueueId{*id};
}

Result<QueueId> queue_id_at(std::string_view key, std::size_t offset)
{
    TRY(const std::uint64_t id, number_at(key, offset));
    return QueueId{id};
}

std::string queue_entry(QueueId id)
{
    return with_queue_id(kQueueEntryPrefix, id);
}

std::string queue_recipients(QueueId id)
{
    return with_queue_id("r", id);
}

std::string queue_recipients(QueueId id, std::uint16_t number)
{
    std::string key = queue_recipients(id);
    append_be(key, number);
    return key;
}

std::string queue_due(Time next_attempt, QueueId id)
{
    std::string key(kQueueDuePrefix);
    append_be(key, number_of(next_attempt));
    return with_queue_id(key, id);
}

Result<Time> queue_due_time(std::string_view key)
{
    TRY(const std::uint64_t time, number_at(key, 1));
    return Time(milliseconds(static_cast<std::int64_t>(time)));
}

std::string queue_held(QueueId id)
{
    return with_queue_id(kQueueHeldPrefix, id);
}

std::string queue_by_domain(std::string_view domain)
{
    return named('d', domain);
}

std::string queue_by_sender(std::string_view sender)
{
    return named('s', sender);
}

std::string queue_by_account(std::string_view account)
{
    return named('a', account);
}

std::string queue_delivery(std::string_view delivery_id)
{
    return std::string("i").append(delivery_id);
}

std::string queue_attempts(QueueId id)
{
    return with_queue_id(kQueueAttemptPrefix, id);
}

std::string queue_attempt(QueueId id, Time start, std::uint16_t number)
{
    std::string key = queue_attempts(id);
    append_be(key, number_of(start));
    append_be(key, number);
    return key;
}

std::string queue_release(QueueId id)
{
    return with_queue_id(kQueueReleasePrefix, id);
}

std::string queue_history(Time finished, QueueId id)
{
    std::string key(kQueueHistoryPrefix);
    append_be(key, ~number_of(finished));
    return with_queue_id(key, id);
}

std::string queue_history(std::string_view first, std::uint16_t number)
{
    std::string key(first);
    append_be(key, number);
    return key;
}

bool is_first_history(std::string_view key)
{
    return key.size() == kFirstHistoryOctets;
}

Result<Time> queue_finished(std::string_view history_key)
{
    TRY(const std::uint64_t inverted, number_at(history_key, 1));
    return Time(milliseconds(static_cast<std::int64_t>(~inverted)));
}

std::string queue_history_place(QueueId id)
{
    return with_queue_id(kQueueHistoryPlacePrefix, id);
}

std::string queue_rule(std::uint64_t number)
{
    std::string key(kQueueRulePrefix);
    append_be(key, number);
    return key;
}

Result<std::uint64_t> queue_rule_number(std::string_view key)
{
    return number_at(key, kQueueRulePrefix.size());
}

} // namespace mailctl::store::keys
