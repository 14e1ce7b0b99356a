// What becomes of an entry after an attempt: delivered, tried again, given up, and who is told.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/queue/bounce.h"
#include "core/smtp/client/client.h"
#include "store/queue.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}

namespace mailctl::queue {

/// What an attempt came to for one recipient of an entry.
struct RecipientResult {
    std::size_t recipient = 0; ///< its place in the entry
    enum class State : std::uint8_t {
        Delivered,
        Relayed,
        Deferred,
        Failed
    } state = State::Deferred;
    std::string reply;  ///< "550 5.1.1 No such user", or our own words
    std::string status; ///< "5.1.1"
    std::string host;   ///< that replied; empty: we decided
    bool peer_tells = false; ///< the sender, of success: it is not ours to tell
};

/// The status of a reply without an enhanced code: RFC 3463 §2, by its first digit.
std::string status_of(const smtp::PeerReply& reply);

/// Recipients that somebody may want to hear about.
struct News {
    std::vector<NoticeRecipient> failed, delayed, delivered, relayed;
};

/// Changes the entry as the results say: states, replies, next attempts, expiry. Recipients that
/// have come to an end meanwhile stay as they are.
News apply(store::QueueEntry& entry, const std::vector<RecipientResult>& results,
           const conf::Config& config, Time now, Random& random);

/// Tells whoever wants to know, then commits. Threads: any. Borrows: all of them.
class Settler {
public:
    Settler(store::Queue& queue, Notifier* notifier, const Clock& clock, Random& random)
        : queue_(queue), notifier_(notifier), clock_(clock), random_(random)
    {}

    /// Gives the entry as it is now. A notice that cannot be sent leaves its recipients waiting.
    /// Errors: those of the store: the entry is as it was before.
    Awaitable<Result<store::QueueEntry>> settle(std::shared_ptr<const store::QueueEntry> before,
                                                std::vector<RecipientResult> results,
                                                std::vector<store::QueueAttempt> attempts,
                                                std::shared_ptr<const conf::Config> config);

    /// Sends the notice that recipients failed by command still owe their sender (notice_due).
    /// Where it cannot be sent it is tried again after a while.
    Awaitable<Result<store::QueueEntry>> tell_failed(std::shared_ptr<const store::QueueEntry> entry,
                                                     std::vector<std::uint32_t> recipients,
                                                     std::shared_ptr<const conf::Config> config);

private:
    Awaitable<Result<>> tell(const store::QueueEntry& entry, const News& news,
                             const conf::Config& config);
    Awaitable<Result<>> tell_of(const store::QueueEntry& entry, Notice notice,
                                std::vector<NoticeRecipient> recipients,
                                const conf::Config& config);

    store::Queue& queue_;
    Notifier* notifier_;
    const Clock& clock_;
    Random& random_;
};

} // namespace mailctl::queue
