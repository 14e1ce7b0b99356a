// Mail for other servers, kept until it is delivered or given up.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "store/body_ref.h"

namespace mailctl::store {

/// RFC 3461 §4.1
enum class DsnNotify : std::uint8_t { Default = 0, Never = 1, Success = 2, Failure = 4, Delay = 8 };

struct QueueRecipient {
    /// Waiting goes on; the others are ends. Relayed: delivered to a host that does not tell
    /// further (RFC 3461 §5.2.2). DO NOT CHANGE: on disk since 0.1
    enum class State : std::uint8_t { Waiting, Delivered, Failed, Held, Relayed, Expired, Dropped };
    State state = State::Waiting;
    std::string address;
    std::uint8_t notify = 0;        ///< DsnNotify bits
    std::string original_recipient; ///< ORCPT, xtext decoded ("rfc822;ann@example.org")
    std::string last_reply; ///< kept up to kMaxReplyOctets
    unsigned attempts = 0;
    Time next_attempt{};     ///< while Waiting
    std::string last_host;   ///< that said last_reply; empty: ourselves
    bool delay_told = false; ///< RFC 3464 §2.3.3 "delayed" was sent
    /// Failed by a command or a rule, and nobody was told yet: whoever works the queue off tells the
    /// sender and clears it. Due at next_attempt, as if it waited.
    bool notice_due = false;
    std::string route; ///< as QueueEntry::route, for this one; empty: the entry's
    /// The reverse-path it goes out with, where that is not the entry's: of a forward, or one that
    /// tells its recipient (VERP). Notices go to the entry's sender all the same.
    std::string sender;

    bool is_waiting() const { return state == State::Waiting; }
    /// Something is to be done about it at next_attempt.
    bool is_pending() const { return is_waiting() || notice_due; }
    /// It keeps its entry in the queue.
    bool is_open() const { return is_pending() || state == State::Held; }
};

/// What kind of message it is, for priority and bounces. DO NOT CHANGE: on disk since 0.1
enum class MailClass : std::uint8_t { Normal, List, Large, Bounce, AutoReply, Report, Event };

/// One message in the queue: one entry, a state a recipient.
struct QueueEntry {
    QueueId id{};
    std::string sender;        ///< reverse-path; empty: null
    std::string account;       ///< the login that submitted it; empty: none
    std::string peer;          ///< where it came from
    /// What SPF said of the sender when it came, in the word of RFC 7208 §2.6; empty: nobody asked.
    std::string spf;
    std::string envelope_id;   ///< ENVID
    bool return_full = false;  ///< RET=FULL
    bool return_given = false; ///< RET= was said at all
    bool smtp_utf8 = false;
    bool require_tls = false; ///< RFC 8689
    bool tls_optional = false; ///< "TLS-Required: No", RFC 8689 §5: policies of domains do not count
    bool body_8bit = false, body_binary = false;
    std::vector<QueueRecipient> recipients;
    /// Goes before the body when it is sent: DKIM-Signature and the like. At most kMaxPrefixOctets.
    std::string prefix;
    /// May start with a Return-Path field (some of its recipients are local): the sender leaves it
    /// out. RFC 5321 §4.4
    BodyRef body;
    std::string inline_body; ///< small bodies live in the row
    Time arrived{};
    std::optional<Time> not_before; ///< it was to wait until then: RFC 4865
    Time next_attempt{}; ///< the least of the pending recipients'; kept by the store
    bool held = false;
    std::string hold_reason;   ///< why, and by whom
    std::uint8_t priority = 5; ///< 1 (last) to 10 (first)
    MailClass mail_class = MailClass::Normal;
    std::optional<Time> expires; ///< set by command; else the settings' lifetime from `arrived`
    std::string route;           ///< by "queue reroute": "smart_host:NAME", "mx", "here" or "host[:port]"
    /// Makes a second add of the same delivery a no-op while the first is in the queue; empty:
    /// none.
    std::string delivery_id;
    /// Its log has attempts though no recipient shows one; kept by the store.
    bool logged = false;

    /// Where its lifetime begins.
    Time start() const { return not_before && *not_before > arrived ? *not_before : arrived; }
};

/// Recipients of one entry.
inline constexpr std::size_t kMaxQueueRecipients = 3000;
inline constexpr std::size_t kMaxPrefixOctets = 32 * 1024;
inline constexpr std::size_t kMaxReplyOctets = 1000;
/// Attempts kept of one entry: the first and the latest ones.
inline constexpr std::size_t kMaxQueueAttempts = 100;

/// One try at delivering an entry to one host, for "queue show" and the history.
struct QueueAttempt {
    Time start{};
    milliseconds took{0};
    std::string destination; ///< "example.org", "smart_host:out"
    std::string host;        ///< "mx.example.org"; empty: none was reached
    std::string address;     ///< "192.0.2.1:25"
    std::string tls;         ///< "TLS1.3 TLS_AES_256_GCM_SHA384 dane"; empty: in the clear
    std::string reply;       ///< the last one, or what went wrong
    std::uint32_t delivered = 0, deferred = 0, failed = 0; ///< recipients
};

/// A message that left the queue.
struct QueueHistory {
    QueueEntry entry; ///< with the final state of each recipient, without its body
    Time finished{};
    std::vector<QueueAttempt> attempts;
};

/// One grammar for all that is chosen in the queue, its history and its rules. All that is given
/// must hold; wildcards ("*") are allowed in texts.
struct QueueFilter {
    std::optional<QueueId> id;
    /// `from` "<>": the null sender; `domain`: of a recipient; `error`: a part of a last reply.
    /// In the queue only recipients count that are not done with.
    std::string from, to, domain, account, error;
    enum class State : std::uint8_t { Any, Waiting, Retry, Held, Due } state = State::Any;
    std::optional<milliseconds> older, younger;
    std::optional<std::uint64_t> larger, smaller;       ///< octets, either inclusive
    std::optional<unsigned> min_attempts, max_attempts; ///< inclusive
    std::uint32_t limit = 1000;                         ///< 0: all
    std::optional<QueueId> after;
};

/// A standing rule: what comes into the queue or is in it and matches is held, or the like.
struct QueueRule {
    std::uint64_t number = 0;
    QueueFilter match; ///< id, state, age and attempts are not used
    enum class Action : std::uint8_t { Hold, Fail, Drop, Route } action = Action::Hold;
    std::string route; ///< of Route, as QueueEntry::route
    std::string reason, owner;
    Time created{};
    std::optional<Time> expires;
};
inline constexpr std::size_t kMaxQueueRules = 1000;

/// What "queue shape" counts: recipients that wait, by domain (or what was asked for) and age.
enum class ShapeBy : std::uint8_t { Domain, Sender, Account, Error };
struct QueueShape {
    std::string domain; ///< or sender, account, last reply
    std::uint64_t total = 0;
    std::vector<std::uint64_t> buckets; ///< by age: one more than the bounds asked for
};

/// Told of what comes in and what commands change, at once and in this process. Calls come from any
/// thread and must not block.
class QueueObserver {
public:
    virtual ~QueueObserver() = default;
    /// Durable by now. The entry has its inline body, so that it need not be read again.
    virtual void added(std::shared_ptr<const QueueEntry> entry) = 0;
    /// Something outside of the observer's own doing may have made entries due, or taken them away:
    /// wake, set_paused and add_rule tell; update, replace, postpone and remove do not by
    /// themselves.
    virtual void changed() = 0;
};

/// Threads: any.
class Queue {
public:
    virtual ~Queue() = default;
    /// Durable when it returns. The body is durable already, or inline. Gives the id (made where it
    /// is 0), of the first entry where the delivery id is known. Rules that match are applied.
    /// Errors: Invalid (no recipient or too many, a field too long), Unavailable.
    virtual Awaitable<Result<QueueId>> add(QueueEntry entry) = 0;
    virtual Awaitable<Result<QueueEntry>> find(QueueId id) = 0;
    /// Those that are still there, in the order of `ids`; with their inline bodies.
    virtual Awaitable<Result<std::vector<QueueEntry>>> find_all(std::vector<QueueId> ids) = 0;
    /// Oldest first.
    virtual Awaitable<Result<std::vector<QueueEntry>>> list(QueueFilter filter) = 0;
    /// Errors: NotFound. With its body and without a trace in the history.
    virtual Awaitable<Result<>> remove(QueueId id) = 0;
    virtual Awaitable<Result<std::string>> read_body(const QueueEntry& entry, std::uint64_t offset,
                                                     std::uint64_t length) = 0;
    /// Of entries. Exact while nothing comes or goes during the first call, near otherwise.
    virtual Awaitable<Result<std::uint64_t>> count() = 0;

    /// Reads, changes and commits in one step; `change` may run several times and may not touch id,
    /// body, arrived and delivery_id. Appends `attempts` to the entry's log. Where no recipient
    /// is open any more, the entry goes: body released, history written, one commit.
    /// Gives the new state. Errors: NotFound, those of `change`, Unavailable.
    virtual Awaitable<Result<QueueEntry>> update(QueueId id,
                                                 std::function<Result<>(QueueEntry&)> change,
                                                 std::vector<QueueAttempt> attempts = {}) = 0;
    /// The same for an entry whose state the caller knows, without reading it first: `before` as it
    /// was read or added, `after` as it shall be. What is kept of deliveries is many a second: it may
    /// share a sync that others need (Batch::may_wait). Errors: Conflict (it is another by now:
    /// update).
    virtual Awaitable<Result<>> replace(const QueueEntry& before, QueueEntry after,
                                        std::vector<QueueAttempt> attempts = {}) = 0;
    /// The same for many entries, in few commits: entries that are gone and those for which `change`
    /// gives false stay as they are. Gives how many changed.
    virtual Awaitable<Result<std::uint64_t>>
    update_all(std::vector<QueueId> ids, std::function<bool(QueueEntry&)> change) = 0;
    /// Puts the waiting recipients of one domain (empty: all) off until `until` without an attempt;
    /// few commits for many entries. `reply`: for last_reply.
    virtual Awaitable<Result<>> postpone(std::vector<QueueId> ids, std::string domain, Time until,
                                         std::string reply) = 0;

    /// Entries not held whose next attempt is due by `until`, by time and id, strictly after
    /// `after`, of one shard (0 to shards() - 1). `domains`: of their pending recipients; empty:
    /// many, look at the entry.
    struct Due {
        Time at{};
        QueueId id{};
        std::vector<std::string> domains;
    };
    virtual std::uint16_t shards() const = 0;
    virtual Awaitable<Result<std::vector<Due>>> due(std::uint16_t shard, Time until,
                                                    std::optional<Due> after,
                                                    std::uint32_t limit) = 0;
    /// The time of the first attempt after `now`, over all shards; nullopt: nothing waits.
    virtual Awaitable<Result<std::optional<Time>>> next_due(Time now) = 0;

    virtual Awaitable<Result<std::vector<QueueAttempt>>> attempts(QueueId id) = 0;
    /// The latest ones, most recently finished last. The filter's state is not used; age: since it
    /// arrived; `after`: those that finished before that one.
    virtual Awaitable<Result<std::vector<QueueHistory>>> history(QueueFilter filter) = 0;
    /// Erases history finished before `before`; gives how many.
    virtual Awaitable<Result<std::uint64_t>> expire_history(Time before) = 0;
    /// Counts open recipients by domain and age; `bounds` ascend. Largest total first.
    virtual Awaitable<Result<std::vector<QueueShape>>> shape(QueueFilter filter,
                                                             std::vector<milliseconds> bounds,
                                                             ShapeBy by = ShapeBy::Domain) = 0;

    virtual Awaitable<Result<std::vector<QueueRule>>> rules() = 0;
    /// Gives its number. Errors: Invalid, OverQuota (kMaxQueueRules).
    virtual Awaitable<Result<std::uint64_t>> add_rule(QueueRule rule) = 0;
    /// Errors: NotFound.
    virtual Awaitable<Result<>> remove_rule(std::uint64_t number) = 0;
    /// Nothing is delivered while it is paused; mail is still accepted. Survives a restart. OUT-18
    virtual Awaitable<Result<bool>> paused() = 0;
    virtual Awaitable<Result<>> set_paused(bool paused) = 0;

    /// One observer; nullptr: none. It must outlive its being set.
    virtual void observe(QueueObserver* observer) = 0;
    /// Tells the observer that entries were changed from outside.
    virtual void wake() = 0;
};

} // namespace mailctl::store
