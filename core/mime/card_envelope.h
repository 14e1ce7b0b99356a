// Cards read in part: for what goes through all messages of a mailbox.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/mime/card.h"

namespace mailctl::mime {

/// The card without its parts, which are most of it: `root` is as of an empty message.
/// Errors: Corrupt (in what is read).
Result<Card> decode_card_envelope(std::string_view stored);

/// The first of a list's addresses, as HeaderAddress tells of it; all empty: there is none.
struct FirstAddress {
    std::string_view name, mailbox, host;
};

/// What of a card messages are sorted by. Borrows: the stored form or the card.
struct CardSummary {
    std::optional<Time> date;
    std::string_view subject;
    FirstAddress from, to, cc;
};

/// Reads no more than that, without a copy of anything. Errors: Corrupt (in what is read).
Result<CardSummary> decode_card_summary(std::string_view stored);
CardSummary summary_of(const Card& card);

} // namespace mailctl::mime
