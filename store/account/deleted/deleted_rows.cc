// Writes and reads rows of what was deleted.
#include "store/account/deleted/deleted_rows.h"

#include "store/account/account_keys.h"
#include "store/record.h"

namespace mailctl::store {

namespace {

// DO NOT CHANGE: on disk since 0.1
enum Tag : unsigned {
    kMailbox = 1,
    kMessage, ///< a message row, as store/account/records.h encodes it
    kRole,
    kSubscribed,
};

std::uint64_t milliseconds_of(Time time)
{
    return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

} // namespace

std::string encode(const DeletedMessage& record)
{
    RecordWriter writer;
    writer.text(kMailbox, record.mailbox).text(kMessage, encode(record.row));
    return writer.take();
}

std::string encode(const DeletedMailbox& record)
{
    RecordWriter writer;
    writer.text(kMailbox, record.name).number(kRole, static_cast<std::uint64_t>(record.role));
    writer.flag(kSubscribed, record.subscribed);
    return writer.take();
}

Result<DeletedMessage> decode_deleted_message(const DeletedId& id, std::string_view stored)
{
    DeletedMessage message;
    message.id = id;
    std::string_view row;
    RecordReader reader(stored);
    while (reader.next()) {
        if (reader.tag() == kMailbox)
            message.mailbox = reader.text();
        else if (reader.tag() == kMessage)
            row = reader.text();
    }
    if (reader.is_corrupt() || row.empty() || message.mailbox.empty())
        return RecordReader::error("deleted message");
    TRY(message.row, decode_message(id.uid, row));
    return message;
}

Result<DeletedMailbox> decode_deleted_mailbox(const DeletedId& id, std::string_view stored)
{
    DeletedMailbox box;
    box.deleted = id.deleted;
    box.id = id.mailbox;
    RecordReader reader(stored);
    while (reader.next()) {
        if (reader.tag() == kMailbox)
            box.name = reader.text();
        else if (reader.tag() == kRole)
            box.role = static_cast<SpecialUse>(reader.number());
        else if (reader.tag() == kSubscribed)
            box.subscribed = reader.flag();
    }
    if (reader.is_corrupt() || box.name.empty())
        return RecordReader::error("deleted mailbox");
    return box;
}

void keep_deleted(Change& change, const MailboxInfo& box, const MessageRow& row)
{
    DeletedMessage message;
    message.mailbox = box.name;
    message.row = row;
    change.put(keys::deleted(milliseconds_of(change.now()), box.id, row.uid), encode(message));
    change.cell().charge_deleted(row.octets);
}

void keep_deleted_mailbox(Change& change, const MailboxInfo& box)
{
    DeletedMailbox deleted;
    deleted.name = box.name;
    deleted.role = box.role;
    deleted.subscribed = change.is_subscribed(box.name);
    change.put(keys::deleted(milliseconds_of(change.now()), box.id, Uid{0}), encode(deleted));
    change.cell().deleted_mailboxes += 1;
}

} // namespace mailctl::store
