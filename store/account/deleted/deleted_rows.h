// Rows of what was deleted: how they are written, with the commit that deletes.
#pragma once

#include <string>
#include <string_view>

#include "store/account/change.h"
#include "store/deleted.h"

namespace mailctl::store {

/// A deleted message without its id, which is its key: `mailbox` and `row`. DO NOT CHANGE: on disk
/// since 0.1
std::string encode(const DeletedMessage& record);
std::string encode(const DeletedMailbox& record);
/// Errors: Corrupt.
Result<DeletedMessage> decode_deleted_message(const DeletedId& id, std::string_view stored);
Result<DeletedMailbox> decode_deleted_mailbox(const DeletedId& id, std::string_view stored);

/// Makes a deleted message of one whose row the change erases: its email keeps its use.
void keep_deleted(Change& change, const MailboxInfo& box, const MessageRow& row);
/// The same for a mailbox without messages.
void keep_deleted_mailbox(Change& change, const MailboxInfo& box);

} // namespace mailctl::store
