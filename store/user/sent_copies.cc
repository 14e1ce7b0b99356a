// Rows of an account's partition: 'n' and the hash of the Message-ID.
// DO NOT CHANGE: on disk since 0.1
#include "store/sent_copies.h"

#include <functional>
#include <utility>

#include "core/base/clock.h"
#include "store/account/records.h"
#include "store/engine.h"
#include "store/keys.h"
#include "store/record.h"
#include "store/store.h"

namespace mailctl::store {
namespace {

constexpr char kPrefix = 'n';
constexpr unsigned kAttempts = 20;        ///< at a row that others change meanwhile
constexpr std::uint32_t kErasedAtOnce = 100; ///< rows from before the window

enum class State : std::uint8_t { Pending = 1, Saved = 2, Client = 3 };
enum Tag : unsigned { kTime = 1, kState, kMailbox, kUid };

struct Place {
    Time time{};
    State state = State::Pending;
    SentCopy copy;
};

std::string encode(const Place& place)
{
    return RecordWriter()
        .time(kTime, place.time)
        .number(kState, static_cast<std::uint64_t>(place.state))
        .id(kMailbox, place.copy.mailbox)
        .id(kUid, place.copy.uid)
        .take();
}

/// One that cannot be read is from before the window.
Place decode(std::string_view record)
{
    Place place;
    RecordReader in(record);
    while (in.next()) {
        switch (in.tag()) {
        case kTime: place.time = in.time(); break;
        case kState: place.state = static_cast<State>(in.number()); break;
        case kMailbox: place.copy.mailbox = in.id<MailboxId>(); break;
        case kUid: place.copy.uid = in.id<Uid>(); break;
        default: break;
        }
    }
    return place;
}

bool holds(const Place& place, Time now)
{
    const auto age = now - place.time;
    return age < kSentWindow && (place.state != State::Pending || age < kSentPending);
}

/// What becomes of a row; nullopt: it stays.
using Edit = std::function<std::optional<Place>(const std::optional<Place>&)>;

struct Seen {
    std::optional<std::string> value;
    std::vector<std::string> old; ///< rows from before the window
};

Awaitable<Result<Seen>> look(Engine& engine, Partition partition, std::string key, Time now)
{
    Query query;
    query.keys.push_back(key);
    query.ranges.push_back({std::string(1, kPrefix), "", kErasedAtOnce});
    auto answer = co_await engine.read(std::move(partition), std::move(query));
    if (!answer)
        co_return answer.error();
    Seen seen;
    seen.value = std::move(answer->values[0]);
    for (const Row& row : answer->pages[0].rows)
        if (row.key != key && now - decode(row.value).time >= kSentWindow)
            seen.old.push_back(row.key);
    co_return seen;
}

/// Changes one row, and erases some that count no more. Gives the row as it was before.
Awaitable<Result<std::optional<Place>>> change_place(Store& store, AccountId account,
                                                     std::string message_id, Edit edit)
{
    const Time now = store.clock().now();
    const std::string key = keys::with_number(kPrefix, hash_of_message_id(message_id));
    for (unsigned attempt = 0; attempt < kAttempts; ++attempt) {
        auto seen = co_await look(store.engine(), keys::account(account), key, now);
        if (!seen)
            co_return seen.error();
        std::optional<Place> before;
        if (seen->value)
            before = decode(*seen->value);
        if (before && !holds(*before, now))
            before.reset();
        auto after = edit(before);
        if (!after)
            co_return before;
        after->time = now;
        Batch batch;
        batch.expect.push_back({key, seen->value});
        batch.erase = std::move(seen->old);
        batch.put.push_back({key, encode(*after)});
        batch.may_wait = true;
        auto done = co_await store.engine().commit(keys::account(account), std::move(batch));
        if (done)
            co_return before;
        if (done.error().code() != Errc::Conflict && done.error().code() != Errc::InDoubt)
            co_return done.error();
    }
    co_return Error(Errc::Busy, "others change the same row");
}

} // namespace

Awaitable<Result<bool>> begin_sent_copy(Store& store, AccountId account, std::string message_id)
{
    Edit edit = [](const std::optional<Place>& before) -> std::optional<Place> {
        return before ? std::nullopt : std::optional(Place{});
    };
    CO_TRY(const auto before,
           co_await change_place(store, account, std::move(message_id), std::move(edit)));
    co_return !before.has_value();
}

Awaitable<Result<bool>> end_sent_copy(Store& store, AccountId account, std::string message_id,
                                      SentCopy copy)
{
    Edit edit = [copy](const std::optional<Place>& before) -> std::optional<Place> {
        if (before && before->state == State::Client)
            return std::nullopt;
        return Place{{}, State::Saved, copy};
    };
    CO_TRY(const auto before,
           co_await change_place(store, account, std::move(message_id), std::move(edit)));
    co_return !before || before->state != State::Client;
}

Awaitable<Result<std::optional<SentCopy>>> take_sent_place(Store& store, AccountId account,
                                                           std::string message_id)
{
    Edit edit = [](const std::optional<Place>&) -> std::optional<Place> {
        return Place{{}, State::Client, {}};
    };
    CO_TRY(const auto before,
           co_await change_place(store, account, std::move(message_id), std::move(edit)));
    std::optional<SentCopy> copy;
    if (before && before->state == State::Saved)
        copy = before->copy;
    co_return copy;
}

} // namespace mailctl::store
