// Which messages were put into Sent lately, and by whom: so that a message that a client sends and
// stores too is there once. IMA-06
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/base/awaitable.h"
#include "core/base/ids.h"
#include "core/base/result.h"

namespace mailctl::store {

class Store; // store/store.h

/// How long two messages of the same Message-ID are taken for one.
inline constexpr std::chrono::hours kSentWindow{1};
/// How long the server may take to store its copy: one that it began longer ago counts for nothing.
inline constexpr std::chrono::minutes kSentPending{5};

/// Where the server put its copy.
struct SentCopy {
    MailboxId mailbox{};
    Uid uid{};
};

// Server and client may come at the same moment:
//
//   server: begin_sent_copy                  client: APPEND
//   server: append
//   server: end_sent_copy -> false           client: take_sent_place -> nothing is there yet
//   server: expunges its copy
//
// and one that is complete goes when the client's comes: take_sent_place gives it. Whatever the
// order, the client's copy stays.

/// Whether the server may store a copy now. False: a client did, or the server did for the same
/// message. Errors: Unavailable, Busy (others change the same row again and again).
Awaitable<Result<bool>> begin_sent_copy(Store& store, AccountId account, std::string message_id);
/// The server's copy is stored. False: a client stored its own meanwhile, and this one has to go.
Awaitable<Result<bool>> end_sent_copy(Store& store, AccountId account, std::string message_id,
                                      SentCopy copy);
/// A client stored the message. Gives the server's copy, which has to go.
Awaitable<Result<std::optional<SentCopy>>> take_sent_place(Store& store, AccountId account,
                                                           std::string message_id);

} // namespace mailctl::store
