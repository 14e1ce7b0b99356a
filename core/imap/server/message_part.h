// The octets that a URL names.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/message_url.h"
#include "core/imap/section.h"
#include "core/imap/server/session.h"
#include "store/account.h"

namespace mailctl::imap {

/// A part of a message: a range of its body, or header fields that were chosen from it.
struct MessagePart {
    std::shared_ptr<store::Account> account;
    store::BodyRef body;
    OctetRange range;
    std::optional<std::string> fields; ///< set: these, and not the range

    std::uint64_t octets() const { return fields ? fields->size() : range.octets; }
};

/// Errors: NotFound (no such message or part here, or the user may not read it), those of the store.
Awaitable<Result<MessagePart>> find_message_part(Session& session, MessageUrl url);

/// At most kBlobChunkOctets from `offset` within the part. Errors: those of Account::read_body.
Awaitable<Result<std::string>> read_part(const MessagePart& part, std::uint64_t offset);

} // namespace mailctl::imap
