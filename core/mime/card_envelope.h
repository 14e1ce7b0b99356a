// Cards read in part: for what goes through all messages of a mailbox.
#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/mime/card.h"

namespace mailctl::mime {

/// The card without its parts, which are most of it: `root` is as of an empty message.
/// Errors: Corrupt (in what is read).
Result<Card> decode_card_envelope(std::string_view stored);

} // namespace mailctl::mime
