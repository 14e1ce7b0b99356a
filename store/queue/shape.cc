// Counts what waits, by domain and age: from the index of what is to be tried where it can.
#include <algorithm>
#include <map>
#include <utility>

#include "core/address/address.h"
#include "store/keys.h"
#include "store/queue/engine_queue.h"
#include "store/queue/matching.h"
#include "store/queue/row_walk.h"
#include "store/queue/turn.h"

namespace mailctl::store {

class ShapeCount {
public:
    ShapeCount(std::vector<milliseconds> bounds, ShapeBy by, Time now)
        : bounds_(std::move(bounds)), by_(by), now_(now)
    {}

    /// `arrived` and the recipients of one name.
    void add(const std::string& name, Time arrived, std::uint64_t recipients)
    {
        auto& row = rows_[name];
        row.buckets.resize(bounds_.size() + 1);
        const auto age = now_ - arrived;
        const auto bucket = std::upper_bound(bounds_.begin(), bounds_.end(), age) - bounds_.begin();
        row.buckets[static_cast<std::size_t>(bucket)] += recipients;
        row.total += recipients;
    }
    void add(const QueueFilter& filter, const QueueEntry& entry, bool only_held)
    {
        for (const auto& recipient : entry.recipients) {
            const bool held = recipient.state == QueueRecipient::State::Held;
            if (recipient.is_open() && (held || !only_held) && matches_recipient(filter, recipient))
                add(name_of(entry, recipient), entry.arrived, 1);
        }
    }
    std::vector<QueueShape> take()
    {
        std::vector<QueueShape> all;
        for (auto& [name, row] : rows_) {
            row.domain = name;
            all.push_back(std::move(row));
        }
        std::stable_sort(all.begin(), all.end(), [](const QueueShape& a, const QueueShape& b) {
            return a.total > b.total;
        });
        return all;
    }
    ShapeBy by() const { return by_; }
    Time now() const { return now_; }

private:
    std::string name_of(const QueueEntry& entry, const QueueRecipient& recipient) const
    {
        switch (by_) {
        case ShapeBy::Domain: return domain_of_recipient(recipient.address);
        case ShapeBy::Sender: return entry.sender.empty() ? "<>" : entry.sender;
        case ShapeBy::Account: return entry.account;
        case ShapeBy::Error: return recipient.last_reply;
        }
        return {};
    }

    std::vector<milliseconds> bounds_;
    ShapeBy by_;
    Time now_;
    std::map<std::string, QueueShape> rows_;
};

namespace {

constexpr std::size_t kPageRows = 2000;
constexpr std::uint32_t kPageEntries = 500;

/// Whether domains and ages are all that is asked about.
bool is_in_due_index(const QueueFilter& filter, ShapeBy by)
{
    const bool one_domain =
        !filter.domain.empty() && filter.domain.find('*') == std::string::npos;
    return by == ShapeBy::Domain && !one_domain && !filter.id && filter.from.empty() &&
           filter.to.empty() && filter.account.empty() && filter.error.empty() &&
           filter.state == QueueFilter::State::Any && !filter.larger && !filter.smaller &&
           !filter.min_attempts && !filter.max_attempts;
}

/// When it came, to a second or so: ids are made then.
Time arrival(QueueId id)
{
    return Time(milliseconds(static_cast<std::int64_t>(value_of(id) >> 20)));
}

bool fits(const QueueFilter& filter, const std::string& domain)
{
    return filter.domain.empty() || address::matches_wildcard(filter.domain, domain);
}

} // namespace

/// Domains and ages of what is not held; entries are read only where they have too many domains.
Awaitable<Result<>> EngineQueue::shape_due(const QueueFilter& filter, ShapeCount& count)
{
    RowWalk walk(engine_, std::string(keys::kQueueDuePrefix), {}, 0);
    for (bool more = true; more;) {
        auto rows = co_await walk.next(kPageRows);
        if (!rows)
            co_return rows.error();
        more = rows->size() == kPageRows;
        std::vector<Row> many;
        for (Row& row : *rows) {
            CO_TRY(const QueueId id, keys::queue_id_of(row.key));
            CO_TRY(const auto domains, decode_due(row.value));
            const auto age = count.now() - arrival(id);
            if ((filter.older && age < *filter.older) || (filter.younger && age > *filter.younger))
                continue;
            if (domains.empty())
                many.push_back(std::move(row));
            for (const DueDomain& one : domains) {
                if (fits(filter, one.domain))
                    count.add(one.domain, arrival(id), one.recipients);
            }
        }
        auto entries = co_await entries_of(std::move(many), false);
        if (!entries)
            co_return entries.error();
        for (QueueEntry& entry : *entries) {
            for (QueueRecipient& recipient : entry.recipients) {
                if (!recipient.is_pending())
                    recipient.state = QueueRecipient::State::Delivered; // not of this index
            }
            count.add(filter, entry, false);
        }
        co_await next_turn();
    }
    co_return ok();
}

/// What is held, and everything where the filter asks for more than domains and ages.
Awaitable<Result<>> EngineQueue::shape_entries(const QueueFilter& filter, ShapeCount& count)
{
    QueueFilter page = filter;
    if (is_in_due_index(filter, count.by()))
        page.state = QueueFilter::State::Held;
    const bool only_held = page.state == QueueFilter::State::Held;
    page.limit = kPageEntries;
    for (bool more = true; more;) {
        auto entries = co_await list(page);
        if (!entries)
            co_return entries.error();
        more = entries->size() == page.limit;
        for (const QueueEntry& entry : *entries)
            count.add(filter, entry, only_held && !entry.held);
        if (more)
            page.after = entries->back().id;
    }
    co_return ok();
}

Awaitable<Result<std::vector<QueueShape>>>
EngineQueue::shape(QueueFilter filter, std::vector<milliseconds> bounds, ShapeBy by)
{
    ShapeCount count(std::move(bounds), by, clock_.now());
    if (is_in_due_index(filter, by)) {
        auto counted = co_await shape_due(filter, count);
        if (!counted)
            co_return counted.error();
    }
    auto rest = co_await shape_entries(filter, count);
    if (!rest)
        co_return rest.error();
    co_return count.take();
}

} // namespace mailctl::store
