// Jobs in order, and what a destination has had this hour.
#include "core/queue/destination.h"

#include <algorithm>

namespace mailctl::queue {

void JobQueue::push(Job job)
{
    jobs_[std::clamp<std::size_t>(job.priority, 1, kPriorities - 1)].push_back(std::move(job));
    ++size_;
}

void JobQueue::push_front(Job job)
{
    jobs_[std::clamp<std::size_t>(job.priority, 1, kPriorities - 1)].push_front(std::move(job));
    ++size_;
}

std::optional<Job> JobQueue::pop()
{
    for (std::size_t priority = kPriorities; priority-- > 0;) {
        auto& jobs = jobs_[priority];
        if (jobs.empty())
            continue;
        std::optional<Job> first(std::move(jobs.front()));
        jobs.pop_front();
        --size_;
        return first;
    }
    return std::nullopt;
}

std::vector<Job> JobQueue::take_all()
{
    std::vector<Job> all;
    all.reserve(size_);
    while (auto job = pop())
        all.push_back(std::move(*job));
    return all;
}

void Destination::count_message(Time now)
{
    if (now >= hour + std::chrono::hours(1)) {
        hour = now;
        this_hour = 0;
    }
    ++this_hour;
}

bool Destination::is_parked() const
{
    return std::any_of(parked.begin(), parked.end(), [](const auto& at) { return at.has_value(); });
}

bool Destination::is_forgettable(Time now) const
{
    return workers == 0 && ready.empty() && under_way == 0 && !backs_off(now) && !is_parked() &&
           !rests(now);
}

} // namespace mailctl::queue
