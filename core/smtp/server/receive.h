// What DATA, BDAT and BURL share.
#pragma once

#include <string_view>

#include "core/base/awaitable.h"
#include "core/smtp/replies.h"

namespace mailctl::smtp {

class Incoming;
class Session;

/// True where the peer goes on and on past the size limit: it is not worth reading to the end.
bool is_hopeless(const Incoming& message);

/// Runs the last steps, says the replies, ends the transaction.
Awaitable<> finish_message(Session& s, Incoming& message);

/// Whether a piece of a message may come now.
Say check_chunk(const Session& s);
/// The message that pieces make, begun where there is none.
Incoming& chunks_of(Session& s);
/// Passes octets on. A CR at their end may be half a line ending: it waits for the next piece.
Awaitable<> take_chunk(Incoming& message, std::string_view octets);
/// Answers for a piece. After the last one, and after a refusal, the transaction is over: further
/// pieces are out of order (RFC 3030 §2).
Awaitable<Reply> end_chunk(Session& s, bool is_last);

} // namespace mailctl::smtp
