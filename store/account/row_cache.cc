// Keeps message rows in memory.
#include "store/account/row_cache.h"

#include <algorithm>
#include <set>

namespace mailctl::store {
namespace {

bool is_before(const MessageRow& row, Uid uid)
{
    return row.uid < uid;
}

} // namespace

void RowBudget::count(const std::weak_ptr<CachedRows>& owner, const CachedRows* key, MailboxId box, std::size_t octets)
{
    std::vector<Item> dropped;
    {
        const std::lock_guard lock(mutex_);
        const auto at = places_.find({key, box});
        if (at != places_.end()) {
            used_ -= at->second->octets;
            items_.erase(at->second);
            places_.erase(at);
        }
        if (octets > 0) {
            items_.push_front({owner, key, box, octets});
            places_[{key, box}] = items_.begin();
            used_ += octets;
        }
        while (used_ > most_) {
            auto& last = items_.back();
            used_ -= last.octets;
            places_.erase({last.key, last.box});
            dropped.push_back(std::move(last));
            items_.pop_back();
        }
    }
    for (const auto& item : dropped) // each takes its own lock
        if (const auto rows = item.owner.lock())
            rows->drop(item.box);
}

void RowBudget::touch(const CachedRows* key, MailboxId box)
{
    const std::lock_guard lock(mutex_);
    if (const auto at = places_.find({key, box}); at != places_.end())
        items_.splice(items_.begin(), items_, at->second);
}

std::size_t RowBudget::used() const
{
    const std::lock_guard lock(mutex_);
    return used_;
}

CachedRows::~CachedRows()
{
    for (const auto& [box, rows] : boxes_)
        budget_->count({}, this, box, 0);
}

std::optional<std::vector<MessageRow>> CachedRows::find(MailboxId box, UidRange range, std::uint32_t limit)
{
    std::vector<MessageRow> found;
    {
        const std::lock_guard lock(mutex_);
        const auto at = boxes_.find(box);
        if (is_committing_ || at == boxes_.end())
            return std::nullopt;
        const auto& rows = at->second;
        const auto from = std::lower_bound(rows.begin(), rows.end(), range.first, is_before);
        auto to = from + std::min<std::ptrdiff_t>(limit, rows.end() - from);
        if (to != from && (to - 1)->uid > range.last)
            to = std::upper_bound(from, to, range.last, [](Uid uid, const auto& row) { return uid < row.uid; });
        found.assign(from, to);
    }
    budget_->touch(this, box);
    return found;
}

std::uint64_t CachedRows::begin_read() const
{
    const std::lock_guard lock(mutex_);
    return commits_;
}

bool CachedRows::may_keep(std::uint64_t rows) const
{
    return budget_ != nullptr && budget_->fits((rows + 1) * sizeof(MessageRow));
}

void CachedRows::keep(std::uint64_t begun, MailboxId box, std::vector<MessageRow> rows)
{
    if (budget_ == nullptr)
        return;
    const auto count_kept = rows.size();
    {
        const std::lock_guard lock(mutex_);
        if (begun != commits_ || is_committing_)
            return;
        boxes_[box] = std::move(rows);
    }
    count(box, count_kept);
}

void CachedRows::count(MailboxId box, std::size_t rows)
{
    budget_->count(weak_from_this(), this, box, (rows + 1) * sizeof(MessageRow));
}

void CachedRows::begin_commit()
{
    const std::lock_guard lock(mutex_);
    ++commits_;
    is_committing_ = true;
}

void CachedRows::apply(const Change& change)
{
    const auto box = boxes_.find(change.box);
    if (box == boxes_.end())
        return;
    auto& rows = box->second;
    const auto at = std::lower_bound(rows.begin(), rows.end(), change.uid, is_before);
    const bool is_there = at != rows.end() && at->uid == change.uid;
    if (change.row && is_there)
        *at = *change.row;
    else if (change.row)
        rows.insert(at, *change.row);
    else if (is_there)
        at->email = EmailId{}; // taken out by end_commit, all together
}

void CachedRows::end_commit(const std::vector<Change>& changes, const std::vector<MailboxId>& deleted)
{
    std::vector<std::pair<MailboxId, std::size_t>> sizes;
    {
        const std::lock_guard lock(mutex_);
        std::set<MailboxId> shrunk, grown;
        for (const auto& change : changes) {
            (change.row ? grown : shrunk).insert(change.box);
            apply(change);
        }
        ++commits_; // what was read while it went on may be from before it
        for (auto& [box, rows] : boxes_) {
            if (shrunk.contains(box))
                std::erase_if(rows, [](const auto& row) { return row.email == EmailId{}; });
            if (shrunk.contains(box) || grown.contains(box))
                sizes.emplace_back(box, rows.size());
        }
        is_committing_ = false;
    }
    for (const auto& [box, rows] : sizes)
        count(box, rows);
    for (const auto box : deleted)
        drop(box);
}

void CachedRows::end_commit_in_doubt()
{
    std::vector<MailboxId> boxes;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [box, rows] : boxes_)
            boxes.push_back(box);
        boxes_.clear();
        ++commits_;
        is_committing_ = false;
    }
    for (const auto box : boxes)
        budget_->count({}, this, box, 0);
}

void CachedRows::drop(MailboxId box)
{
    {
        const std::lock_guard lock(mutex_);
        if (boxes_.erase(box) == 0)
            return;
    }
    budget_->count({}, this, box, 0);
}

} // namespace mailctl::store
