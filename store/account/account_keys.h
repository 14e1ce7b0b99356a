// The keys of an account's rows. Integers are big-endian: keys ascend as numbers do.
// DO NOT CHANGE: on disk since 0.1
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/ids.h"
#include "store/keys.h"

namespace mailctl::store::keys {

inline std::string cell()
{
    return "c";
}
inline std::string mailboxes()
{
    return "b";
}
inline std::string mailbox(MailboxId id)
{
    return with_number('b', value_of(id));
}
inline std::string all_messages()
{
    return "m";
}
inline std::string messages(MailboxId box)
{
    return with_number('m', value_of(box));
}
/// Rows of messages lie together, a page of UIDs each: store/account/message_page.h
inline std::string message_page(MailboxId box, std::uint32_t page)
{
    auto key = messages(box);
    append_be(key, page);
    return key;
}
inline std::string emails()
{
    return "e";
}
/// The head row; a piece of a large card has its number behind.
inline std::string email(EmailId id)
{
    return with_number('e', value_of(id));
}
inline std::string email_piece(EmailId id, std::uint8_t piece)
{
    auto key = email(id);
    key.push_back(static_cast<char>(piece));
    return key;
}
inline std::string log_entries()
{
    return "l";
}
inline std::string log(ModSeq mod_seq)
{
    return with_number('l', value_of(mod_seq));
}
inline std::string deliveries()
{
    return "d";
}
inline std::string delivery(std::string_view id)
{
    return "d" + std::string(id);
}
inline std::string keywords()
{
    return "k";
}
inline std::string keyword(unsigned index)
{
    return with_number('k', static_cast<std::uint8_t>(index));
}
inline std::string subscriptions()
{
    return "s";
}
inline std::string subscription(std::string_view name)
{
    return "s" + std::string(name);
}
inline std::string note(std::string_view name)
{
    return "o" + std::string(name);
}
inline std::string acls()
{
    return "a";
}
inline std::string acl(MailboxId box)
{
    return with_number('a', value_of(box));
}
/// Annotations of a mailbox; mailbox 0: of the server.
inline std::string metadata(MailboxId box)
{
    return with_number('t', value_of(box));
}
/// Those of one reader; 0: shared ones.
inline std::string metadata(MailboxId box, AccountId reader)
{
    auto key = metadata(box);
    append_be(key, value_of(reader));
    return key;
}
inline std::string metadata(MailboxId box, AccountId reader, std::string_view name)
{
    return metadata(box, reader).append(name);
}
/// What readers other than the owner have seen, a bitmap for each page of UIDs.
inline std::string seen_marks(MailboxId box)
{
    return with_number('v', value_of(box));
}
inline std::string seen_marks(MailboxId box, AccountId reader)
{
    auto key = seen_marks(box);
    append_be(key, value_of(reader));
    return key;
}
inline std::string seen_marks(MailboxId box, AccountId reader, std::uint32_t page)
{
    auto key = seen_marks(box, reader);
    append_be(key, page);
    return key;
}
/// Of links to messages.
inline std::string url_keys()
{
    return "u";
}
inline std::string url_key(MailboxId box)
{
    return with_number('u', value_of(box));
}
inline std::string message_ids()
{
    return "h";
}
inline std::string message_id(std::uint64_t hash)
{
    return with_number('h', hash);
}
inline std::string body_uses()
{
    return "r";
}
inline std::string body_use(const BlobId& blob)
{
    return "r" + std::string(blob.view());
}
inline std::string inline_bodies()
{
    return "y";
}
inline std::string releases()
{
    return "g";
}
inline std::string release(const BlobId& blob)
{
    return "g" + std::string(blob.view());
}
/// Deleted messages by time; a mailbox's own row has UID 0, which no message has.
inline std::string all_deleted()
{
    return "x";
}
inline std::string deleted(std::uint64_t milliseconds, MailboxId box, Uid uid)
{
    auto key = with_number('x', milliseconds);
    append_be(key, value_of(box));
    append_be(key, value_of(uid));
    return key;
}

// The inverse of the above; nullopt: another kind of key.
inline std::optional<MailboxId> mailbox_of(std::string_view key)
{
    if (key.size() != 5 || key[0] != 'b')
        return std::nullopt;
    return MailboxId{*read_be<std::uint32_t>(key, 1)};
}
inline std::optional<MailboxId> acl_of(std::string_view key)
{
    if (key.size() != 5 || key[0] != 'a')
        return std::nullopt;
    return MailboxId{*read_be<std::uint32_t>(key, 1)};
}
/// The name of an annotation.
inline std::optional<std::string_view> metadata_name_of(std::string_view key)
{
    if (key.size() < 14 || key[0] != 't')
        return std::nullopt;
    return key.substr(13);
}
inline std::optional<unsigned> keyword_of(std::string_view key)
{
    if (key.size() != 2 || key[0] != 'k')
        return std::nullopt;
    return static_cast<unsigned char>(key[1]);
}
inline std::optional<std::string_view> subscription_of(std::string_view key)
{
    if (key.empty() || key[0] != 's')
        return std::nullopt;
    return key.substr(1);
}
struct MessagePageKey {
    MailboxId mailbox{};
    std::uint32_t page = 0;
};
inline std::optional<MessagePageKey> message_page_of(std::string_view key)
{
    if (key.size() != 9 || key[0] != 'm')
        return std::nullopt;
    return MessagePageKey{MailboxId{*read_be<std::uint32_t>(key, 1)}, *read_be<std::uint32_t>(key, 5)};
}
/// Head rows only.
inline std::optional<EmailId> email_of(std::string_view key)
{
    if (key.size() != 9 || key[0] != 'e')
        return std::nullopt;
    return EmailId{*read_be<std::uint64_t>(key, 1)};
}
inline std::optional<ModSeq> log_of(std::string_view key)
{
    if (key.size() != 9 || key[0] != 'l')
        return std::nullopt;
    return ModSeq{*read_be<std::uint64_t>(key, 1)};
}
struct DeletedKey {
    std::uint64_t milliseconds = 0;
    MailboxId mailbox{};
    Uid uid{};
};
inline std::optional<DeletedKey> deleted_of(std::string_view key)
{
    if (key.size() != 17 || key[0] != 'x')
        return std::nullopt;
    return DeletedKey{*read_be<std::uint64_t>(key, 1), MailboxId{*read_be<std::uint32_t>(key, 9)},
                      Uid{*read_be<std::uint32_t>(key, 13)}};
}
/// Of a body use, an inline body or a release.
inline std::optional<BlobId> blob_of(std::string_view key)
{
    if (key.size() != 17)
        return std::nullopt;
    BlobId blob;
    std::copy(key.begin() + 1, key.end(), blob.octets.begin());
    return blob;
}

} // namespace mailctl::store::keys
