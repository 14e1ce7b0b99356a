// Mail for other servers, kept until it is delivered or given up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "store/account.h"

namespace mailctl::store {

/// RFC 3461 §4.1
enum class DsnNotify : std::uint8_t { Default = 0, Never = 1, Success = 2, Failure = 4, Delay = 8 };

struct QueueRecipient {
    enum class State : std::uint8_t { Waiting, Delivered, Failed, Held } state = State::Waiting;
    std::string address;
    std::uint8_t notify = 0;        ///< DsnNotify bits
    std::string original_recipient; ///< ORCPT, xtext decoded ("rfc822;ann@example.org")
    std::string last_reply;
    unsigned attempts = 0;
};

/// One message in the queue: one entry, a state a recipient.
struct QueueEntry {
    QueueId id{};
    std::string sender; ///< reverse-path; empty: null
    std::string account;   ///< the login that submitted it; empty: none
    std::string peer;      ///< where it came from
    std::string envelope_id; ///< ENVID
    bool return_full = false; ///< RET=FULL
    bool smtp_utf8 = false;
    bool body_8bit = false, body_binary = false;
    std::vector<QueueRecipient> recipients;
    /// May start with a Return-Path field (some of its recipients are local): the sender leaves it
    /// out. RFC 5321 §4.4
    BodyRef body;
    std::string inline_body; ///< small bodies live in the row
    Time arrived{};
    Time next_attempt{};
    bool held = false;
    std::uint8_t priority = 5;
    /// Makes a second add of the same delivery a no-op while the first is in the queue; empty: none.
    std::string delivery_id;
};

/// Recipients of one entry.
inline constexpr std::size_t kMaxQueueRecipients = 3000;

struct QueueFilter {
    std::optional<QueueId> id;
    /// Wildcards allowed; empty: any. `from` "<>": the null sender; `domain`: of a recipient.
    std::string from, to, domain, account;
    std::uint32_t limit = 1000;
    std::optional<QueueId> after;
};

/// Threads: any.
class Queue {
public:
    virtual ~Queue() = default;
    /// Durable when it returns. The body is durable already, or inline. Gives the id (made where it
    /// is 0), of the first entry where the delivery id is known.
    /// Errors: Invalid (no recipient or too many, a field too long), Unavailable.
    virtual Awaitable<Result<QueueId>> add(QueueEntry entry) = 0;
    virtual Awaitable<Result<QueueEntry>> find(QueueId id) = 0;
    /// Oldest first.
    virtual Awaitable<Result<std::vector<QueueEntry>>> list(QueueFilter filter) = 0;
    /// Errors: NotFound. With its body.
    virtual Awaitable<Result<>> remove(QueueId id) = 0;
    virtual Awaitable<Result<std::string>> read_body(const QueueEntry& entry, std::uint64_t offset,
                                                     std::uint64_t length) = 0;
    virtual Awaitable<Result<std::uint64_t>> count() = 0;
};

} // namespace mailctl::store
