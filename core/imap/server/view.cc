// The selected mailbox as the client was told it.
#include "core/imap/server/view.h"

#include <algorithm>
#include <iterator>

namespace mailctl::imap {

/// Where UIDs have no gaps, the place is the difference to the first; it is never behind that.
std::optional<std::uint32_t> View::number_of(Uid uid) const
{
    if (uids_.empty() || uid < uids_.front())
        return std::nullopt;
    const auto guess = std::min<std::size_t>(value_of(uid) - value_of(uids_.front()), uids_.size() - 1);
    const auto last = uids_.begin() + static_cast<std::ptrdiff_t>(guess);
    const auto at = *last == uid ? last : std::lower_bound(uids_.begin(), last, uid);
    if (*at != uid)
        return std::nullopt;
    return static_cast<std::uint32_t>(at - uids_.begin()) + 1;
}

std::vector<Uid> View::pick(std::span<const NumberRange> ranges, bool by_uid) const
{
    std::vector<Uid> picked;
    for (const auto& range : ranges) {
        auto from = uids_.begin(), to = uids_.end();
        if (by_uid) {
            from = std::lower_bound(from, to, Uid(range.first));
            to = std::upper_bound(from, to, Uid(range.last));
        } else {
            to = from + std::min(range.last, count());
            from += std::min(range.first - 1, count());
        }
        picked.insert(picked.end(), from, to);
    }
    return picked;
}

void View::add(std::span<const Uid> uids)
{
    const auto before = uids_.size();
    for (const auto uid : uids)
        if (uids_.empty() || uid > uids_.back())
            uids_.push_back(uid);
    come_ += uids_.size() - before;
}

bool View::is_recent(Uid uid) const
{
    return knows_recent && std::any_of(recent_.begin(), recent_.end(), [uid](const auto& range) {
        return range.first <= uid && uid <= range.last;
    });
}

std::uint32_t View::recent_count() const
{
    std::uint32_t count = 0;
    for (const auto& range : recent_) {
        const auto from = std::lower_bound(uids_.begin(), uids_.end(), range.first);
        const auto to = std::upper_bound(from, uids_.end(), range.last);
        count += static_cast<std::uint32_t>(to - from);
    }
    return count;
}

void View::add_recent(store::UidRange range)
{
    if (range.first > range.last)
        return;
    if (!recent_.empty() && value_of(range.first) <= value_of(recent_.back().last) + 1ULL) {
        recent_.back().last = std::max(recent_.back().last, range.last);
        return;
    }
    recent_.push_back(range);
}

void View::lose(std::span<const Uid> uids)
{
    for (const auto uid : uids)
        if (number_of(uid))
            lost_.push_back(uid);
    std::sort(lost_.begin(), lost_.end());
    lost_.erase(std::unique(lost_.begin(), lost_.end()), lost_.end());
}

bool View::is_lost(Uid uid) const
{
    return std::binary_search(lost_.begin(), lost_.end(), uid);
}

std::vector<std::uint32_t> View::take_lost()
{
    std::vector<std::uint32_t> numbers;
    numbers.reserve(lost_.size());
    for (const auto uid : lost_)
        numbers.push_back(*number_of(uid) - static_cast<std::uint32_t>(numbers.size()));
    std::vector<Uid> kept;
    kept.reserve(uids_.size() - lost_.size());
    std::set_difference(uids_.begin(), uids_.end(), lost_.begin(), lost_.end(),
                        std::back_inserter(kept));
    uids_.swap(kept);
    gone_ += lost_.size();
    std::vector<Uid>().swap(lost_);
    return numbers;
}

void View::told(Uid uid, ModSeq mod_seq, Exactly exactly)
{
    if (mod_seq <= seen)
        return;
    if (told_.empty() || told_.back().uid <= uid) { // most often they come in order
        told_.push_back({uid, mod_seq, exactly});
        return;
    }
    const auto after = std::upper_bound(told_.begin(), told_.end(), uid,
                                        [](Uid u, const Told& told) { return u < told.uid; });
    told_.insert(after, {uid, mod_seq, exactly});
}

bool View::knows(Uid uid, ModSeq mod_seq) const
{
    if (told_.empty() || uid < told_.front().uid)
        return false;
    // Most often a command was about messages without gaps, each once.
    const std::size_t guess = value_of(uid) - value_of(told_.front().uid);
    const bool is_there = guess < told_.size() && told_[guess].uid == uid &&
                          (guess == 0 || told_[guess - 1].uid < uid);
    auto at = is_there ? told_.begin() + static_cast<std::ptrdiff_t>(guess)
                       : std::lower_bound(told_.begin(), told_.end(), uid,
                                          [](const Told& told, Uid u) { return told.uid < u; });
    for (; at != told_.end() && at->uid == uid; ++at)
        if (at->covers(mod_seq))
            return true;
    return false;
}

bool View::knows_all(std::span<const Uid> uids, ModSeq mod_seq) const
{
    if (uids.empty() || uids.size() > told_.size())
        return false;
    const auto from = std::lower_bound(told_.begin(), told_.end(), uids.front(),
                                       [](const Told& told, Uid u) { return told.uid < u; });
    if (uids.size() > static_cast<std::size_t>(told_.end() - from))
        return false;
    return std::equal(uids.begin(), uids.end(), from, [mod_seq](Uid uid, const Told& told) {
        return told.uid == uid && told.covers(mod_seq);
    });
}

std::vector<Uid> View::pick(const SequenceSet& set, bool by_uid) const
{
    if (!set.is_saved())
        return pick(set.resolve(by_uid ? largest_uid() : count()), by_uid);
    std::vector<Uid> present;
    std::copy_if(saved.begin(), saved.end(), std::back_inserter(present),
                 [this](Uid uid) { return number_of(uid).has_value(); });
    return present;
}

} // namespace mailctl::imap
