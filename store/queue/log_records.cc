// Encodes and decodes delivery attempts, history and standing rules.
#include "store/queue/log_records.h"

#include <utility>

#include "store/queue/queue_keys.h"
#include "store/queue/queue_records.h"
#include "store/record.h"

namespace mailctl::store {
namespace {

// DO NOT CHANGE: on disk since 0.1
enum AttemptTag : unsigned {
    kStart = 1,
    kTook,
    kDestination,
    kHost,
    kAddress,
    kTls,
    kReply,
    kDelivered,
    kDeferred,
    kFailed,
};

// DO NOT CHANGE: on disk since 0.1
enum HistoryTag : unsigned {
    kEntry = 1, ///< as its row was
    kAttempt,   ///< one an attempt
};

// DO NOT CHANGE: on disk since 0.1
enum RuleTag : unsigned {
    kFrom = 1,
    kTo,
    kDomain,
    kAccount,
    kError,
    kLarger,
    kSmaller,
    kHasLarger, ///< zero is a number too
    kHasSmaller,
    kAction,
    kRoute,
    kReason,
    kOwner,
    kCreated,
    kExpires,
};

/// What the attempts in a row of history may take.
constexpr std::size_t kAttemptsOctets = 16 * 1024;

/// The first and the latest ones, as many as fit.
std::vector<std::string> bounded(const std::vector<QueueAttempt>& attempts)
{
    std::vector<std::string> first, latest;
    std::size_t octets = 0;
    for (std::size_t i = 0, j = attempts.size(); i < j && octets < kAttemptsOctets;) {
        const bool front = first.size() < latest.size();
        std::string record = encode_attempt(attempts[front ? i : j - 1]);
        octets += record.size();
        if (octets > kAttemptsOctets)
            break;
        (front ? first : latest).push_back(std::move(record));
        front ? ++i : --j;
    }
    first.insert(first.end(), std::make_move_iterator(latest.rbegin()),
                 std::make_move_iterator(latest.rend()));
    return first;
}

} // namespace

std::string encode_attempt(const QueueAttempt& attempt)
{
    return RecordWriter()
        .time(kStart, attempt.start)
        .number(kTook, static_cast<std::uint64_t>(attempt.took.count()))
        .text(kDestination, attempt.destination)
        .text(kHost, attempt.host)
        .text(kAddress, attempt.address)
        .text(kTls, attempt.tls)
        .text(kReply, std::string_view(attempt.reply).substr(0, kMaxReplyOctets))
        .number(kDelivered, attempt.delivered)
        .number(kDeferred, attempt.deferred)
        .number(kFailed, attempt.failed)
        .take();
}

Result<QueueAttempt> decode_attempt(std::string_view record)
{
    QueueAttempt attempt;
    RecordReader in(record);
    while (in.next()) {
        switch (in.tag()) {
        case kStart: attempt.start = in.time(); break;
        case kTook: attempt.took = milliseconds(static_cast<std::int64_t>(in.number())); break;
        case kDestination: attempt.destination = in.text(); break;
        case kHost: attempt.host = in.text(); break;
        case kAddress: attempt.address = in.text(); break;
        case kTls: attempt.tls = in.text(); break;
        case kReply: attempt.reply = in.text(); break;
        case kDelivered: attempt.delivered = static_cast<std::uint32_t>(in.number()); break;
        case kDeferred: attempt.deferred = static_cast<std::uint32_t>(in.number()); break;
        case kFailed: attempt.failed = static_cast<std::uint32_t>(in.number()); break;
        default: break;
        }
    }
    if (in.is_corrupt())
        return RecordReader::error("delivery attempt");
    return attempt;
}

std::vector<Row> history_rows(const QueueEntry& entry, Time finished,
                              std::vector<QueueAttempt> attempts)
{
    std::vector<Row> rows;
    std::vector<Row> parts;
    if (entry.prefix.empty()) {
        parts = entry_rows(entry);
    } else {
        QueueEntry bare = entry;
        bare.prefix.clear();
        parts = entry_rows(bare);
    }
    const std::string key = keys::queue_history(finished, entry.id);
    RecordWriter record;
    record.text(kEntry, parts.front().value);
    for (const auto& attempt : bounded(attempts))
        record.element(kAttempt, attempt);
    rows.push_back({key, record.take()});
    for (std::size_t i = 1; i < parts.size(); ++i)
        rows.push_back({keys::queue_history(key, static_cast<std::uint16_t>(i)),
                        std::move(parts[i].value)});
    std::string place = key.substr(keys::kQueueHistoryPrefix.size());
    rows.push_back({keys::queue_history_place(entry.id), std::move(place)});
    return rows;
}

Result<QueueHistory> decode_history(const Row& row)
{
    QueueHistory history;
    TRY(history.finished, keys::queue_finished(row.key));
    TRY(const QueueId id, keys::queue_id_of(row.key));
    RecordReader in(row.value);
    while (in.next()) {
        if (in.tag() == kEntry) {
            TRY(StoredEntry stored, decode_entry(id, in.text()));
            history.entry = std::move(stored.entry);
        } else if (in.tag() == kAttempt) {
            TRY(QueueAttempt attempt, decode_attempt(in.text()));
            history.attempts.push_back(std::move(attempt));
        }
    }
    if (in.is_corrupt())
        return RecordReader::error("queue history");
    return history;
}

std::string encode_rule(const QueueRule& rule)
{
    return RecordWriter()
        .text(kFrom, rule.match.from)
        .text(kTo, rule.match.to)
        .text(kDomain, rule.match.domain)
        .text(kAccount, rule.match.account)
        .text(kError, rule.match.error)
        .number(kLarger, rule.match.larger.value_or(0))
        .number(kSmaller, rule.match.smaller.value_or(0))
        .flag(kHasLarger, rule.match.larger.has_value())
        .flag(kHasSmaller, rule.match.smaller.has_value())
        .number(kAction, static_cast<std::uint64_t>(rule.action))
        .text(kRoute, rule.route)
        .text(kReason, rule.reason)
        .text(kOwner, rule.owner)
        .time(kCreated, rule.created)
        .time(kExpires, rule.expires.value_or(Time{}))
        .take();
}

Result<QueueRule> decode_rule(std::uint64_t number, std::string_view record)
{
    QueueRule rule;
    rule.number = number;
    std::uint64_t larger = 0, smaller = 0;
    RecordReader in(record);
    while (in.next()) {
        switch (in.tag()) {
        case kFrom: rule.match.from = in.text(); break;
        case kTo: rule.match.to = in.text(); break;
        case kDomain: rule.match.domain = in.text(); break;
        case kAccount: rule.match.account = in.text(); break;
        case kError: rule.match.error = in.text(); break;
        case kLarger: larger = in.number(); break;
        case kSmaller: smaller = in.number(); break;
        case kHasLarger: rule.match.larger = larger; break;
        case kHasSmaller: rule.match.smaller = smaller; break;
        case kAction: rule.action = static_cast<QueueRule::Action>(in.number()); break;
        case kRoute: rule.route = in.text(); break;
        case kReason: rule.reason = in.text(); break;
        case kOwner: rule.owner = in.text(); break;
        case kCreated: rule.created = in.time(); break;
        case kExpires: rule.expires = in.time(); break;
        default: break;
        }
    }
    if (in.is_corrupt())
        return RecordReader::error("queue rule");
    return rule;
}

} // namespace mailctl::store
