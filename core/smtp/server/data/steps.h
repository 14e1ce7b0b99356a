// The steps after DATA, in their order.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/base/awaitable.h"
#include "core/mime/card.h"

namespace mailctl::smtp {

class Incoming;

/// One step: plain, or one that may wait. It may refuse the message; then no later one runs.
struct Step {
    std::string_view name;
    void (*plain)(Incoming&) = nullptr;
    Awaitable<> (*waiting)(Incoming&) = nullptr;
};

std::span<const Step> reading_steps(); ///< on every piece, before it is kept
std::span<const Step> header_steps();  ///< once, when the header is whole
std::span<const Step> final_steps();   ///< once, after the last octet

/// Runs them until one refuses.
Awaitable<> run_steps(std::span<const Step> steps, Incoming& message);

// Each in the file of its name; mark_bulk in bulk.cc, start_signing in sign.cc.
void check_size(Incoming& message);
void check_line_endings(Incoming& message);
void check_line_length(Incoming& message);
void check_hops(Incoming& message);
Awaitable<> check_sender_match(Incoming& message);
void check_forwards(Incoming& message);
void note_kind(Incoming& message);
void mark_bulk(Incoming& message);
void rewrite(Incoming& message);
void complete_header(Incoming& message);
void add_identity(Incoming& message);
void add_received(Incoming& message);
void add_delivered_to(Incoming& message);
void add_return_path(Incoming& message);
Awaitable<> start_signing(Incoming& message);
void sign(Incoming& message);
Awaitable<> deliver(Incoming& message);

/// What the sender's user keeps of it, after it was delivered: each where that is wanted.
void start_sent_copy(Incoming& message);
Awaitable<> keep_sent_copy(Incoming& message, std::shared_ptr<const mime::Card> card);
Awaitable<> record_sending(Incoming& message);

/// The field that tells how often forwards sent it on, for what this server forwards; empty: none.
std::string forward_count(Incoming& message);

} // namespace mailctl::smtp
