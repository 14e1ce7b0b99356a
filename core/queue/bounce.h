// Delivery status notifications about queued mail: failure, delay, success. RFC 3464
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "store/queue.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}

namespace mailctl::queue {

/// The kinds of news of RFC 3464 §2.3.3 that a notice carries.
enum class Notice : std::uint8_t { Failure, Delay, Success, Relayed };

/// One recipient's part of a notice.
struct NoticeRecipient {
    store::QueueRecipient recipient;
    std::string status;      ///< "5.1.1"
    std::string diagnostic;  ///< "smtp; 550 5.1.1 No such user"; "x-mailctl; ..." of our own words
    std::string remote_host; ///< "mx.example.org"; empty: we decided
    std::optional<Time> will_retry_until;
};

/// Coarse reasons of failures, for counters, reports and list software.
enum class BounceClass : std::uint8_t {
    BadMailbox,
    BadDomain,
    MailboxFull,
    TooLarge,
    Policy,
    Spam,
    Authentication,
    Reputation,
    RateLimited,
    Content,
    Protocol,
    TlsPolicy,
    Network,
    Dns,
    Expired,
    Loop,
    Relaying,
    Other
};
std::string_view name_of(BounceClass kind);
/// From a reply's code, enhanced code and text.
BounceClass classify(int code, std::string_view enhanced, std::string_view text);

/// Whether anybody is told, by RFC 3461 §4.1, RFC 3464 §2, bounce.to and the message: never about
/// null senders, bounces and auto-replies.
bool is_wanted(const conf::Config& config, const store::QueueEntry& entry,
               const store::QueueRecipient& recipient, Notice notice);

/// The notice as a whole message (RFC 3462 multipart/report), ready to be sent to the entry's
/// sender.
struct NoticeMessage {
    std::string to;      ///< the recipient of the notice
    std::string message; ///< with CRLF line ends
    bool smtp_utf8 = false;
};
/// `header`: of the returned message; `body`: the whole of it where it is returned in full.
NoticeMessage make_notice(const conf::Config& config, const std::string& hostname, Time now,
                          const store::QueueEntry& entry, Notice notice,
                          const std::vector<NoticeRecipient>& recipients, std::string_view header,
                          std::optional<std::string_view> body, Random& random);

/// Makes the notices that are wanted for these recipients and delivers them: into local mailboxes
/// or the queue, durable before it returns. `delivery_id` makes a re-run a no-op. Errors:
/// Unavailable: nothing may be forgotten yet.
class Notifier {
public:
    virtual ~Notifier() = default;
    virtual Awaitable<Result<>> notify(store::QueueEntry entry, Notice notice,
                                       std::vector<NoticeRecipient> recipients) = 0;
};

} // namespace mailctl::queue
