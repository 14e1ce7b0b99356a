// Rows of an account's partition: 'i', milliseconds, four octets that tell records of one
// millisecond apart and keep their order.
// DO NOT CHANGE: on disk since 0.1
#include "store/activity.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "core/base/random.h"
#include "store/engine.h"
#include "store/upkeep/every_partition.h"
#include "store/keys.h"
#include "store/record.h"
#include "store/store.h"

namespace mailctl::store {
namespace {

constexpr char kPrefix = 'i';
constexpr std::uint32_t kRowsAPage = 1000;

constexpr std::pair<ActivityKind, std::string_view> kNames[] = {{ActivityKind::Login, "login"},
                                                                {ActivityKind::Send, "send"},
                                                                {ActivityKind::Receive, "receive"},
                                                                {ActivityKind::Delete, "delete"},
                                                                {ActivityKind::Secret, "secret"},
                                                                {ActivityKind::Refused, "refused"},
                                                                {ActivityKind::Move, "move"},
                                                                {ActivityKind::Delegate, "delegate"}};

enum Tag : unsigned {
    kTime = 1,
    kKind,
    kWhat,
    kService,
    kPeer,
    kMethod,
    kSecret,
    kTls,
    kId,
    kSender,
    kAddress,
    kMailbox,
    kOctets,
    kMessages,
    kLocal,
    kRemote,
    kTarget,
};

std::string start_of(Time time)
{
    const auto since = std::max<std::int64_t>(0, time.time_since_epoch().count());
    return keys::with_number(kPrefix, static_cast<std::uint64_t>(since));
}

/// Ascends. It begins anywhere, as a process that ends in a millisecond may be followed by another.
std::uint32_t next_in_millisecond(Random& random)
{
    static std::atomic<std::uint32_t> last{static_cast<std::uint32_t>(random.next_u64()) >> 1};
    return ++last;
}

std::string_view cut(std::string_view text)
{
    return text.substr(0, kMaxActivityTextOctets);
}

std::string encode(const Activity& one)
{
    RecordWriter out;
    out.time(kTime, one.time).number(kKind, static_cast<std::uint64_t>(one.kind));
    out.text(kWhat, cut(one.what)).text(kService, cut(one.service)).text(kPeer, cut(one.peer));
    out.text(kMethod, cut(one.method)).text(kSecret, cut(one.secret)).flag(kTls, one.tls);
    out.text(kId, cut(one.id)).text(kSender, cut(one.sender)).text(kMailbox, cut(one.mailbox));
    out.text(kTarget, cut(one.target));
    out.number(kOctets, one.octets).number(kMessages, one.messages);
    out.number(kLocal, one.local).number(kRemote, one.remote);
    const auto named = std::min(one.addresses.size(), kMaxActivityAddresses);
    for (std::size_t i = 0; i < named; ++i)
        out.element(kAddress, cut(one.addresses[i]).substr(0, 320));
    return out.take();
}

void take_field(const RecordReader& in, Activity& one)
{
    switch (in.tag()) {
    case kTime: one.time = in.time(); break;
    case kKind: one.kind = static_cast<ActivityKind>(in.number()); break;
    case kWhat: one.what = in.text(); break;
    case kService: one.service = in.text(); break;
    case kPeer: one.peer = in.text(); break;
    case kMethod: one.method = in.text(); break;
    case kSecret: one.secret = in.text(); break;
    case kTls: one.tls = in.flag(); break;
    case kId: one.id = in.text(); break;
    case kSender: one.sender = in.text(); break;
    case kAddress: one.addresses.emplace_back(in.text()); break;
    case kMailbox: one.mailbox = in.text(); break;
    case kTarget: one.target = in.text(); break;
    case kOctets: one.octets = in.number(); break;
    case kMessages: one.messages = in.number(); break;
    case kLocal: one.local = in.number(); break;
    case kRemote: one.remote = in.number(); break;
    default: break;
    }
}

Result<Activity> decode(std::string_view record)
{
    Activity one;
    RecordReader in(record);
    while (in.next())
        take_field(in, one);
    if (in.is_corrupt())
        return RecordReader::error("activity");
    return one;
}

Awaitable<Result<Page>> page_of(Engine& engine, Partition partition, std::string after,
                                std::uint32_t limit)
{
    Query query;
    query.ranges.push_back({std::string(1, kPrefix), std::move(after), limit});
    auto answer = co_await engine.read(std::move(partition), std::move(query));
    if (!answer)
        co_return answer.error();
    co_return std::move(answer->pages[0]);
}

Awaitable<Result<>> erase(Engine& engine, Partition partition, std::vector<std::string> keys)
{
    for (std::size_t at = 0; at < keys.size(); at += kRowsAPage) {
        Batch batch;
        const auto end = std::min<std::size_t>(keys.size(), at + kRowsAPage);
        for (std::size_t i = at; i < end; ++i)
            batch.erase.push_back(std::move(keys[i]));
        batch.may_wait = true;
        auto done = co_await engine.commit(partition, std::move(batch));
        if (!done)
            co_return done;
    }
    co_return ok();
}

Awaitable<Result<std::uint64_t>> end_in(Engine& engine, Partition partition, Time before)
{
    std::vector<std::string> keys;
    std::string after;
    for (bool more = true; more;) {
        auto page = co_await page_of(engine, partition, after, kRowsAPage);
        if (!page)
            co_return page.error();
        for (Row& row : page->rows) {
            after = row.key;
            keys.push_back(std::move(row.key));
        }
        more = page->more && !page->rows.empty();
    }
    const auto old = std::lower_bound(keys.begin(), keys.end(), start_of(before)) - keys.begin();
    const std::size_t surplus = keys.size() > kMaxActivities ? keys.size() - kMaxActivities : 0;
    keys.resize(std::max(static_cast<std::size_t>(old), surplus));
    const std::uint64_t count = keys.size();
    auto erased = co_await erase(engine, std::move(partition), std::move(keys));
    if (!erased)
        co_return erased.error();
    co_return count;
}

} // namespace

std::string_view name_of(ActivityKind kind)
{
    for (const auto& [value, name] : kNames)
        if (value == kind)
            return name;
    return "unknown";
}

std::optional<ActivityKind> parse_activity_kind(std::string_view word)
{
    for (const auto& [value, name] : kNames)
        if (name == word)
            return value;
    return std::nullopt;
}

Awaitable<Result<>> record_activity(Store& store, AccountId account, Activity activity)
{
    activity.time = store.clock().now();
    std::string key = start_of(activity.time);
    keys::append_be(key, next_in_millisecond(store.random()));
    Batch batch;
    batch.put.push_back({std::move(key), encode(activity)});
    batch.may_wait = true;
    co_return co_await store.engine().commit(keys::account(account), std::move(batch));
}

Awaitable<Result<ActivityPage>> read_activities(Store& store, AccountId account, Time since,
                                                std::string from, std::uint32_t limit)
{
    std::string after = from.empty() ? start_of(since) : std::move(from);
    auto page = co_await page_of(store.engine(), keys::account(account), std::move(after), limit);
    if (!page)
        co_return page.error();
    ActivityPage out;
    for (const Row& row : page->rows) {
        CO_TRY(auto one, decode(row.value));
        out.activities.push_back(std::move(one));
    }
    if (page->more && !page->rows.empty())
        out.next = page->rows.back().key;
    co_return out;
}

Awaitable<Result<std::uint64_t>> end_activities(Store& store, AccountId account, Time before)
{
    co_return co_await end_in(store.engine(), keys::account(account), before);
}

Awaitable<Result<std::uint64_t>> end_all_activities(Store& store, Time before)
{
    std::uint64_t count = 0;
    EveryPartition accounts(store.engine(), std::string(1, keys::kAccountKind));
    for (;;) {
        auto partition = co_await accounts.next();
        if (!partition)
            co_return partition.error();
        if (partition->empty())
            co_return count;
        CO_TRY(const auto ended, co_await end_in(store.engine(), *std::move(partition), before));
        count += ended;
    }
}

} // namespace mailctl::store
