// Applies the results of an attempt to an entry.
#include "core/queue/settle.h"

#include <algorithm>

#include "conf/config.h"
#include "conf/priority.h"
#include "core/base/ascii.h"
#include "core/base/log.h"
#include "core/queue/schedule.h"
#include "core/route/route.h"

namespace mailctl::queue {
namespace {

using store::QueueEntry;
using store::QueueRecipient;
using State = QueueRecipient::State;

constexpr milliseconds kUntoldRetry = std::chrono::minutes(1);

Result<route::Choice> choice_of(const conf::Config& config, const QueueEntry& entry,
                                const QueueRecipient& recipient)
{
    route::Question question;
    question.sender = entry.sender;
    question.recipient = recipient.address;
    question.account = entry.account;
    question.priority = entry.priority;
    question.override_route = recipient.route.empty() ? entry.route : recipient.route;
    return route::choose(config, question);
}

/// Only what another server replied is of the type "smtp": RFC 3464 §2.3.6. Empty: none.
std::string diagnostic_of(const std::string& reply)
{
    if (reply.empty())
        return {};
    const auto digits = reply.substr(0, 3);
    const bool is_reply = digits.size() == 3 && digits.find_first_not_of("0123456789") == std::string::npos;
    return (is_reply ? "smtp; " : "x-mailctl; ") + reply;
}

NoticeRecipient news_of(const QueueRecipient& recipient, const RecipientResult& result)
{
    NoticeRecipient out;
    out.recipient = recipient;
    out.status = result.status;
    out.remote_host = result.host;
    out.diagnostic = diagnostic_of(result.reply);
    return out;
}

/// Tried again later, or given up.
void defer(QueueEntry& entry, QueueRecipient& recipient, const RecipientResult& result,
           const conf::Config& config, Time now, Random& random, News& news)
{
    const auto choice = choice_of(config, entry, recipient);
    if (!choice) { // settings that name nothing any more: they can be mended
        recipient.next_attempt = now + std::chrono::minutes(5);
        recipient.last_reply = choice.error().detail();
        return;
    }
    const Time expiry = expiry_of(entry, *choice);
    const unsigned most = route::attempts_of(*choice);
    if (now >= expiry || (most > 0 && recipient.attempts >= most)) {
        recipient.state = State::Expired;
        NoticeRecipient given_up = news_of(recipient, result);
        given_up.status = "4.4.7"; // RFC 3463 §3.5
        news.failed.push_back(std::move(given_up));
        return;
    }
    const Time due = recipient.next_attempt;
    const milliseconds wait =
        retry_wait(choice->retry, recipient.attempts, config.queue.jitter_percent, random);
    recipient.next_attempt = choice->hold_for_etrn
                                 ? expiry
                                 : std::min(now + std::max(wait, milliseconds(1)), expiry);
    if (is_delay_told(entry, recipient, *choice, now)) {
        recipient.delay_told = true;
        NoticeRecipient late = news_of(recipient, result);
        late.recipient.next_attempt = due; // tells this attempt from others: a re-run has it too
        late.will_retry_until = expiry;
        news.delayed.push_back(std::move(late));
    }
}

/// RFC 3461 §4.1, RFC 3464 §2.3.3. RFC 3461 §5.2.1: where the request was passed on, no word of ours.
void finish(QueueRecipient& recipient, const RecipientResult& result, News& news)
{
    switch (result.state) {
        case RecipientResult::State::Delivered:
            recipient.state = State::Delivered;
            if (!result.peer_tells)
                news.delivered.push_back(news_of(recipient, result));
            break;
        case RecipientResult::State::Relayed:
            recipient.state = State::Relayed;
            news.relayed.push_back(news_of(recipient, result));
            break;
        case RecipientResult::State::Failed:
            recipient.state = State::Failed;
            news.failed.push_back(news_of(recipient, result));
            break;
        case RecipientResult::State::Deferred:
            break;
    }
}

void slow_down(QueueEntry& entry, const QueueRecipient& recipient, const conf::Config& config)
{
    if (config.queue.slow_after > 0 && recipient.attempts >= config.queue.slow_after)
        entry.priority = 1; // OUT-20
    for (const auto& [name, text] : config.queue.priority) {
        const auto after = conf::attempts_of_priority(name);
        const auto priority = ascii::parse_number<std::uint8_t>(text);
        if (after && priority && recipient.attempts >= *after)
            entry.priority = std::min(entry.priority, *priority);
    }
}

/// The failed ones wait on, so that their sender is told later.
void take_back_failures(QueueEntry& entry, const News& news, Time now)
{
    for (const auto& untold : news.failed) {
        for (auto& recipient : entry.recipients) {
            if (recipient.address == untold.recipient.address && !recipient.is_waiting() &&
                (recipient.state == State::Failed || recipient.state == State::Expired)) {
                recipient.state = State::Waiting;
                recipient.next_attempt = now + kUntoldRetry;
            }
        }
    }
}

/// "5.7.1" of "550 5.7.1 Refused"; RFC 3463 §2: 5.0.0 where it has none.
std::string status_in(const std::string& reply)
{
    for (const auto word : ascii::split(reply, ' '))
        if (word.size() >= 5 && word.starts_with("5.") &&
            word.find_first_not_of("0123456789.") == std::string_view::npos)
            return std::string(word);
    return "5.0.0";
}

} // namespace

std::string status_of(const smtp::PeerReply& reply)
{
    if (!reply.enhanced.empty())
        return reply.enhanced;
    return reply.is_permanent() ? "5.0.0" : reply.is_positive() ? "2.0.0" : "4.0.0";
}

News apply(QueueEntry& entry, const std::vector<RecipientResult>& results,
           const conf::Config& config, Time now, Random& random)
{
    News news;
    for (const auto& result : results) {
        if (result.recipient >= entry.recipients.size())
            continue;
        QueueRecipient& recipient = entry.recipients[result.recipient];
        const bool is_open = recipient.is_waiting() || recipient.state == State::Held;
        if (!is_open)
            continue;
        ++recipient.attempts;
        recipient.last_reply = result.reply;
        recipient.last_host = result.host;
        slow_down(entry, recipient, config);
        if (result.state != RecipientResult::State::Deferred)
            finish(recipient, result, news);
        else if (recipient.is_waiting())
            defer(entry, recipient, result, config, now, random, news);
    }
    return news;
}

Awaitable<Result<>> Settler::tell_of(const QueueEntry& entry, Notice notice,
                                     std::vector<NoticeRecipient> recipients,
                                     const conf::Config& config)
{
    std::erase_if(recipients, [&](const NoticeRecipient& one) {
        return !is_wanted(config, entry, one.recipient, notice);
    });
    if (recipients.empty())
        co_return ok();
    if (!notifier_) {
        log::warn("queue", "nobody can be told", {{"id", to_string(entry.id)}});
        co_return ok();
    }
    QueueEntry about = entry;
    co_return co_await notifier_->notify(std::move(about), notice, std::move(recipients));
}

/// Failures first: they must not be forgotten. The others are news only.
Awaitable<Result<>> Settler::tell(const QueueEntry& entry, const News& news,
                                  const conf::Config& config)
{
    if (!news.failed.empty()) {
        const auto told = co_await tell_of(entry, Notice::Failure, news.failed, config);
        if (!told)
            co_return told;
    }
    for (const auto& [notice, recipients] :
         {std::pair{Notice::Delay, &news.delayed}, std::pair{Notice::Success, &news.delivered},
          std::pair{Notice::Relayed, &news.relayed}}) {
        if (recipients->empty())
            continue;
        const auto told = co_await tell_of(entry, notice, *recipients, config);
        if (!told)
            log::warn("queue", "a notice could not be sent",
                      {{"id", to_string(entry.id)}, {"why", told.error().detail()}});
    }
    co_return ok();
}

Awaitable<Result<QueueEntry>> Settler::tell_failed(std::shared_ptr<const QueueEntry> entry,
                                                   std::vector<std::uint32_t> recipients,
                                                   std::shared_ptr<const conf::Config> config)
{
    std::vector<NoticeRecipient> failed;
    for (const auto index : recipients) {
        const QueueRecipient& recipient = entry->recipients[index];
        NoticeRecipient one;
        one.recipient = recipient;
        one.status = status_in(recipient.last_reply);
        one.diagnostic = diagnostic_of(recipient.last_reply);
        failed.push_back(std::move(one));
    }
    const auto told = co_await tell_of(*entry, Notice::Failure, std::move(failed), *config);
    const bool is_told = told.has_value();
    const Time again = clock_.now() + kUntoldRetry;
    const std::function<Result<>(QueueEntry&)> change = [&](QueueEntry& now) -> Result<> {
        for (const auto index : recipients) {
            if (index >= now.recipients.size())
                continue;
            now.recipients[index].notice_due = now.recipients[index].notice_due && !is_told;
            now.recipients[index].next_attempt = again;
        }
        return ok();
    };
    auto changed = co_await queue_.update(entry->id, change);
    if (!is_told)
        co_return told.error();
    co_return changed;
}

Awaitable<Result<QueueEntry>> Settler::settle(std::shared_ptr<const QueueEntry> before,
                                              std::vector<RecipientResult> results,
                                              std::vector<store::QueueAttempt> attempts,
                                              std::shared_ptr<const conf::Config> config)
{
    const Time now = clock_.now();
    QueueEntry after = *before;
    const News news = apply(after, results, *config, now, random_);
    const auto told = co_await tell(after, news, *config);
    if (!told) {
        log::error("queue", "a bounce could not be sent; trying again",
                   {{"id", to_string(before->id)}, {"why", told.error().detail()}});
        take_back_failures(after, news, now);
    }
    auto log = attempts;
    auto replaced = co_await queue_.replace(*before, after, std::move(log));
    if (replaced)
        co_return after;
    if (replaced.error().code() != Errc::Conflict)
        co_return replaced.error();
    // A command or another destination changed it meanwhile: the results hold all the same.
    const bool is_told = told.has_value();
    const std::function<Result<>(QueueEntry&)> change = [&](QueueEntry& entry) -> Result<> {
        const News again = apply(entry, results, *config, now, random_);
        if (!is_told)
            take_back_failures(entry, again, now);
        return ok();
    };
    co_return co_await queue_.update(before->id, change, std::move(attempts));
}

} // namespace mailctl::queue
