// Accepts a message: into mailboxes and the queue, durable before it returns.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/mime/card.h"
#include "core/delivery/router.h"
#include "store/queue.h"
#include "store/store.h"

namespace mailctl::conf {
struct Config; // conf/config.h
}

namespace mailctl::delivery {

/// A message on its way to everyone it is for.
struct Acceptance {
    std::string sender; ///< reverse-path; empty: null
    std::string account; ///< login; empty: none
    std::string peer;
    std::string spf; ///< as QueueEntry::spf
    store::Spool::Stored stored;
    std::shared_ptr<const mime::Card> card;
    std::vector<LocalTarget> local;                  ///< each once
    std::vector<store::QueueRecipient> remote;
    std::string prefix;      ///< goes before it where it leaves this server: DKIM-Signature
    std::string delivery_id; ///< unique to this transaction
    std::string envelope_id;
    bool return_given = false, require_tls = false, tls_optional = false;
    store::MailClass mail_class = store::MailClass::Normal;
    std::uint8_t priority = 5;
    milliseconds delay{0};   ///< before the first attempt for remote recipients: OUT-21
    std::optional<Time> not_before; ///< remote recipients wait until then
    std::string hold_reason; ///< not empty: remote recipients are held for it
    bool return_full = false, smtp_utf8 = false, body_8bit = false, body_binary = false;
};

/// What became of each local target, for LMTP's reply a recipient (RFC 2033 §4.2).
struct LocalOutcome {
    LocalTarget target;
    Result<> result;
    LocalOutcome() = default;
    LocalOutcome(LocalTarget t, Result<> r) : target(std::move(t)), result(std::move(r)) {}
};

struct Accepted {
    std::vector<LocalOutcome> local;
    std::optional<QueueId> queued;
};

/// Commits to all accounts at once and to the queue. Errors: Unavailable where the queue or every
/// mailbox failed (their common error, where it is the same for all); the sender keeps the message.
/// A re-run with the same delivery id adds nothing.
Awaitable<Result<Accepted>> accept(store::Store& store, Acceptance message);

} // namespace mailctl::delivery
