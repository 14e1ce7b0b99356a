// The message that a URL names, and its octets.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/base/awaitable.h"
#include "core/base/result.h"
#include "core/imap/message_url.h"
#include "core/imap/section.h"
#include "core/sharing/place.h"
#include "store/account.h"

namespace mailctl::urls {

/// A message, and where in it.
struct NamedMessage {
    std::shared_ptr<store::Account> account;
    store::Email email;
    imap::Section section;
};

/// A part of a message: a range of its body, or header fields that were chosen from it.
struct MessagePart {
    std::shared_ptr<store::Account> account;
    store::BodyRef body;
    imap::OctetRange range;
    std::optional<std::string> fields; ///< set: these, and not the range

    std::uint64_t octets() const { return fields ? fields->size() : range.octets; }
};

/// The message of a URL that has a mailbox, where the viewer may read it. The URL's host and user
/// are the caller's to look at. Errors: NotFound (no such message, or he may not know of its
/// mailbox), Denied, those of the store.
Awaitable<Result<NamedMessage>> find_named_message(sharing::Viewer viewer, imap::MessageUrl url);

/// The same in a mailbox that is known. Errors: NotFound, those of the store.
Awaitable<Result<NamedMessage>> find_named_message(std::shared_ptr<store::Account> account,
                                                   MailboxId mailbox, std::uint32_t uid_validity,
                                                   imap::MessageUrl url);

/// The octets that the URL names of its message. Errors: NotFound (no such part), those of the store.
Awaitable<Result<MessagePart>> part_of(const NamedMessage& message, imap::MessageUrl url);

/// At most kBlobChunkOctets from `offset` within the part. Errors: those of Account::read_body.
Awaitable<Result<std::string>> read_part(const MessagePart& part, std::uint64_t offset);

} // namespace mailctl::urls
