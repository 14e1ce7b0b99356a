// Encodes and decodes the records of an account. Tags: DO NOT CHANGE: on disk since 0.1
#include "store/account/records.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "store/account/message_page.h"
#include "store/engine.h"
#include "store/record.h"

namespace mailctl::store {

Usage Cell::counted_usage() const
{
    auto used = usage;
    if (counts_deleted) {
        used.octets += deleted.octets;
        used.messages += deleted.messages;
    }
    return used;
}

bool Cell::has_room_for(std::uint64_t octets, std::uint64_t messages) const
{
    const auto used = counted_usage();
    const bool octets_fit = limits.octets == 0 || (used.octets <= limits.octets &&
                                                   octets <= limits.octets - used.octets);
    const bool messages_fit =
        limits.messages == 0 ||
        (used.messages <= limits.messages && messages <= limits.messages - used.messages);
    return octets_fit && messages_fit;
}

void Cell::charge(std::uint64_t octets)
{
    usage.octets += octets;
    usage.messages += 1;
}

void Cell::discharge(std::uint64_t octets)
{
    usage.octets -= std::min(usage.octets, octets);
    usage.messages -= std::min<std::uint64_t>(usage.messages, 1);
}

void Cell::charge_deleted(std::uint64_t octets)
{
    deleted.octets += octets;
    deleted.messages += 1;
}

void Cell::discharge_deleted(std::uint64_t octets)
{
    deleted.octets -= std::min(deleted.octets, octets);
    deleted.messages -= std::min<std::uint64_t>(deleted.messages, 1);
}

std::string encode(const Cell& record)
{
    RecordWriter writer;
    writer.id(1, record.mod_seq).id(2, record.log_from).id(3, record.next_email);
    writer.id(4, record.next_mailbox).number(5, record.uid_validity);
    writer.number(6, record.usage.octets).number(7, record.usage.messages);
    writer.number(8, record.limits.octets).number(9, record.limits.messages);
    writer.time(10, record.created).number(11, record.commit).flag(12, record.erased);
    writer.number(13, record.deleted.octets).number(14, record.deleted.messages);
    writer.number(15, record.deleted_mailboxes);
    return writer.take();
}

Result<Cell> decode_cell(std::string_view stored)
{
    Cell cell;
    RecordReader reader(stored);
    while (reader.next()) {
        switch (reader.tag()) {
            case 1:
                cell.mod_seq = reader.id<ModSeq>();
                break;
            case 2:
                cell.log_from = reader.id<ModSeq>();
                break;
            case 3:
                cell.next_email = reader.id<EmailId>();
                break;
            case 4:
                cell.next_mailbox = reader.id<MailboxId>();
                break;
            case 5:
                cell.uid_validity = static_cast<std::uint32_t>(reader.number());
                break;
            case 6:
                cell.usage.octets = reader.number();
                break;
            case 7:
                cell.usage.messages = reader.number();
                break;
            case 8:
                cell.limits.octets = reader.number();
                break;
            case 9:
                cell.limits.messages = reader.number();
                break;
            case 10:
                cell.created = reader.time();
                break;
            case 11:
                cell.commit = reader.number();
                break;
            case 12:
                cell.erased = reader.flag();
                break;
            case 13:
                cell.deleted.octets = reader.number();
                break;
            case 14:
                cell.deleted.messages = reader.number();
                break;
            case 15:
                cell.deleted_mailboxes = reader.number();
                break;
        }
    }
    if (reader.is_corrupt())
        return RecordReader::error("account cell");
    return cell;
}

std::string encode(const MailboxInfo& record)
{
    RecordWriter writer;
    writer.text(1, record.name).number(2, static_cast<std::uint64_t>(record.role));
    writer.number(3, record.uid_validity).id(4, record.uid_next).id(5, record.recent_from);
    writer.number(6, record.messages).number(7, record.unseen).number(8, record.deleted);
    writer.number(9, record.octets).id(10, record.highest_mod_seq);
    return writer.take();
}

Result<MailboxInfo> decode_mailbox(MailboxId id, std::string_view stored)
{
    MailboxInfo box;
    box.id = id;
    box.subscribed = false;
    RecordReader reader(stored);
    while (reader.next()) {
        switch (reader.tag()) {
            case 1:
                box.name = reader.text();
                break;
            case 2:
                box.role = static_cast<SpecialUse>(reader.number());
                break;
            case 3:
                box.uid_validity = static_cast<std::uint32_t>(reader.number());
                break;
            case 4:
                box.uid_next = reader.id<Uid>();
                break;
            case 5:
                box.recent_from = reader.id<Uid>();
                break;
            case 6:
                box.messages = static_cast<std::uint32_t>(reader.number());
                break;
            case 7:
                box.unseen = static_cast<std::uint32_t>(reader.number());
                break;
            case 8:
                box.deleted = static_cast<std::uint32_t>(reader.number());
                break;
            case 9:
                box.octets = reader.number();
                break;
            case 10:
                box.highest_mod_seq = reader.id<ModSeq>();
                break;
        }
    }
    if (reader.is_corrupt() || box.name.empty())
        return RecordReader::error("mailbox");
    return box;
}

std::string encode(const MessageRow& record)
{
    RecordWriter writer;
    writer.id(1, record.mod_seq).id(2, record.email).number(3, record.flags.system);
    writer.number(4, record.flags.keywords[0]).number(5, record.flags.keywords[1]);
    writer.number(6, record.octets).time(7, record.internal_date).time(8, record.saved);
    writer.signed_number(9, record.date_zone.count());
    return writer.take();
}

Result<MessageRow> decode_message(Uid uid, std::string_view stored)
{
    MessageRow row;
    row.uid = uid;
    RecordReader reader(stored);
    while (reader.next()) {
        switch (reader.tag()) {
            case 1:
                row.mod_seq = reader.id<ModSeq>();
                break;
            case 2:
                row.email = reader.id<EmailId>();
                break;
            case 3:
                row.flags.system = static_cast<std::uint8_t>(reader.number());
                break;
            case 4:
                row.flags.keywords[0] = reader.number();
                break;
            case 5:
                row.flags.keywords[1] = reader.number();
                break;
            case 6:
                row.octets = reader.number();
                break;
            case 7:
                row.internal_date = reader.time();
                break;
            case 8:
                row.saved = reader.time();
                break;
            case 9:
                row.date_zone = std::chrono::minutes(reader.signed_number());
                break;
        }
    }
    if (reader.is_corrupt())
        return RecordReader::error("message row");
    return row;
}

namespace {

std::string packed_hashes(const std::vector<std::uint64_t>& hashes)
{
    std::string packed;
    for (const auto hash : hashes)
        for (int shift = 56; shift >= 0; shift -= 8)
            packed.push_back(static_cast<char>(hash >> shift));
    return packed;
}

std::vector<std::uint64_t> unpacked_hashes(std::string_view packed)
{
    std::vector<std::uint64_t> hashes(packed.size() / 8);
    for (std::size_t i = 0; i < hashes.size() * 8; ++i)
        hashes[i / 8] = hashes[i / 8] << 8 | static_cast<unsigned char>(packed[i]);
    return hashes;
}

} // namespace

std::string encode(const EmailRecord& record)
{
    RecordWriter writer;
    writer.id(1, record.thread).text(2, record.body.blob.view()).flag(3, record.body.shared);
    writer.number(4, record.body.octets).text(5, packed_hashes(record.message_ids));
    writer.number(6, record.card_octets).text(7, record.card).flag(8, record.is_inline);
    return writer.take();
}

namespace {

std::size_t pieces_of(std::uint64_t card_octets, std::size_t here)
{
    return card_octets > here ? (card_octets - here + kCardPieceOctets - 1) / kCardPieceOctets : 0;
}

} // namespace

std::size_t EmailRecord::card_pieces() const
{
    return pieces_of(card_octets, card.size());
}

std::size_t EmailHead::card_pieces() const
{
    return pieces_of(card_octets, card.size());
}

namespace {

/// A field that an EmailHead and an EmailRecord have both.
template <typename Email>
Result<> read_field(RecordReader& reader, Email& email)
{
    switch (reader.tag()) {
        case 1:
            email.thread = reader.id<ThreadId>();
            break;
        case 2: {
            TRY(email.body.blob, blob_id_from(reader.text()));
            break;
        }
        case 3:
            email.body.shared = reader.flag();
            break;
        case 4:
            email.body.octets = reader.number();
            break;
        case 6:
            email.card_octets = reader.number();
            break;
        case 7:
            email.card = reader.text();
            break;
    }
    return ok();
}

} // namespace

Result<EmailHead> decode_email_head(std::string_view stored)
{
    EmailHead email;
    RecordReader reader(stored);
    while (reader.next())
        TRY_VOID(read_field(reader, email));
    if (reader.is_corrupt())
        return RecordReader::error("email");
    return email;
}

Result<EmailRecord> decode_email(std::string_view stored)
{
    EmailRecord email;
    RecordReader reader(stored);
    while (reader.next()) {
        switch (reader.tag()) {
            case 5:
                email.message_ids = unpacked_hashes(reader.text());
                break;
            case 8:
                email.is_inline = reader.flag();
                break;
            default:
                TRY_VOID(read_field(reader, email));
        }
    }
    if (reader.is_corrupt())
        return RecordReader::error("email");
    return email;
}

std::string encode(const BodyUse& record)
{
    RecordWriter writer;
    writer.id(1, record.email).number(2, record.uses);
    return writer.take();
}

Result<BodyUse> decode_body_use(std::string_view stored)
{
    BodyUse use{EmailId{}, 0};
    RecordReader reader(stored);
    while (reader.next()) {
        switch (reader.tag()) {
            case 1:
                use.email = reader.id<EmailId>();
                break;
            case 2:
                use.uses = reader.number();
                break;
        }
    }
    if (reader.is_corrupt())
        return RecordReader::error("body use");
    return use;
}

std::string encode(const DeliveryRecord& record)
{
    RecordWriter writer;
    writer.id(1, record.mailbox).number(2, record.appended.uid_validity);
    writer.id(3, record.appended.uid).id(4, record.appended.mod_seq).time(5, record.expires);
    return writer.take();
}

Result<DeliveryRecord> decode_delivery(std::string_view stored)
{
    DeliveryRecord delivery;
    RecordReader reader(stored);
    while (reader.next()) {
        switch (reader.tag()) {
            case 1:
                delivery.mailbox = reader.id<MailboxId>();
                break;
            case 2:
                delivery.appended.uid_validity = static_cast<std::uint32_t>(reader.number());
                break;
            case 3:
                delivery.appended.uid = reader.id<Uid>();
                break;
            case 4:
                delivery.appended.mod_seq = reader.id<ModSeq>();
                break;
            case 5:
                delivery.expires = reader.time();
                break;
        }
    }
    if (reader.is_corrupt())
        return RecordReader::error("delivery id");
    return delivery;
}

std::string encode(const ThreadRecord& record)
{
    RecordWriter writer;
    writer.id(1, record.thread).id(2, record.email);
    return writer.take();
}

Result<ThreadRecord> decode_thread(std::string_view stored)
{
    ThreadRecord thread;
    RecordReader reader(stored);
    while (reader.next()) {
        switch (reader.tag()) {
            case 1:
                thread.thread = reader.id<ThreadId>();
                break;
            case 2:
                thread.email = reader.id<EmailId>();
                break;
        }
    }
    if (reader.is_corrupt())
        return RecordReader::error("thread");
    return thread;
}

namespace {

/// Of one record, so that a few octets of damage do not take all memory: a commit of kMaxBatchRows
/// pages changes fewer.
constexpr std::size_t kMaxLoggedUids = 1'000'000;
static_assert(kMaxLoggedUids >= kMaxBatchRows * kPageUids);

Result<std::vector<Uid>> unpack_at_most(std::size_t limit, std::string_view packed)
{
    constexpr std::uint64_t kEnd = std::uint64_t{1} << 32;
    std::vector<Uid> uids;
    if (packed.empty())
        return uids;
    std::uint64_t next = 0;
    RecordReader reader(packed);
    while (reader.next()) {
        std::uint64_t more = 0;
        if (reader.tag() == 0) {
            if (reader.number() >= kEnd - next)
                return RecordReader::error("UIDs");
            next += reader.number();
            more = 1;
        } else if (reader.tag() == 1 && reader.number() > 0) {
            more = reader.number() - 1;
        }
        if (more > limit - uids.size() || more > kEnd - next)
            return RecordReader::error("UIDs");
        for (; more > 0; --more)
            uids.push_back(Uid{static_cast<std::uint32_t>(next++)});
    }
    if (reader.is_corrupt())
        return RecordReader::error("UIDs");
    return uids;
}

} // namespace

std::string encode(const LogRecord& record)
{
    RecordWriter writer;
    writer.number(4, record.commit);
    for (const auto& entry : record.entries) {
        writer.element(1, static_cast<std::uint64_t>(entry.kind)).id(2, entry.mailbox);
        writer.text(3, pack_uids(entry.uids));
        for (const auto& name : entry.names)
            writer.element(5, name);
        writer.id(6, entry.reader);
    }
    return writer.take();
}

Result<LogRecord> decode_log(std::string_view stored)
{
    LogRecord record;
    std::size_t uids_left = kMaxLoggedUids;
    RecordReader reader(stored);
    while (reader.next()) {
        if (reader.tag() == 1) {
            record.entries.emplace_back().kind = static_cast<ChangeEntry::Kind>(reader.number());
        } else if (reader.tag() == 4) {
            record.commit = reader.number();
        } else if (!record.entries.empty() && reader.tag() == 2) {
            record.entries.back().mailbox = reader.id<MailboxId>();
        } else if (!record.entries.empty() && reader.tag() == 3) {
            TRY(record.entries.back().uids, unpack_at_most(uids_left, reader.text()));
            uids_left -= record.entries.back().uids.size();
        } else if (!record.entries.empty() && reader.tag() == 5) {
            record.entries.back().names.emplace_back(reader.text());
        } else if (!record.entries.empty() && reader.tag() == 6) {
            record.entries.back().reader = reader.id<AccountId>();
        }
    }
    if (reader.is_corrupt())
        return RecordReader::error("log entry");
    return record;
}

std::string encode_text(std::string_view text)
{
    RecordWriter writer;
    writer.text(1, text);
    return writer.take();
}

Result<std::string> decode_text(std::string_view stored)
{
    std::string text;
    RecordReader reader(stored);
    while (reader.next())
        if (reader.tag() == 1)
            text = reader.text();
    if (reader.is_corrupt())
        return RecordReader::error("text");
    return text;
}

std::string encode_release(bool shared)
{
    RecordWriter writer;
    writer.flag(1, shared);
    return writer.take();
}

Result<bool> decode_release(std::string_view stored)
{
    bool shared = false;
    RecordReader reader(stored);
    while (reader.next())
        if (reader.tag() == 1)
            shared = reader.flag();
    if (reader.is_corrupt())
        return RecordReader::error("release");
    return shared;
}

std::string pack_uids(std::vector<Uid> uids)
{
    if (!std::is_sorted(uids.begin(), uids.end()))
        std::sort(uids.begin(), uids.end());
    RecordWriter writer;
    std::uint32_t end = 0; // one past the last run
    for (std::size_t i = 0; i < uids.size();) {
        std::size_t run = 1;
        while (i + run < uids.size() && value_of(uids[i + run]) == value_of(uids[i]) + run)
            ++run;
        // Tag 0: the gap before a run; the run's length follows under tag 1 where it is not 1.
        writer.element(0, std::uint64_t{value_of(uids[i])} - end);
        if (run > 1)
            writer.element(1, std::uint64_t{run});
        end = value_of(uids[i]) + static_cast<std::uint32_t>(run);
        i += run;
    }
    return uids.empty() ? std::string() : writer.take();
}

Result<std::vector<Uid>> unpack_uids(std::string_view packed)
{
    return unpack_at_most(kMaxLoggedUids, packed);
}

std::uint64_t hash_of_message_id(std::string_view message_id)
{
    message_id = ascii::trim(message_id);
    if (!message_id.empty() && message_id.front() == '<')
        message_id.remove_prefix(1);
    if (!message_id.empty() && message_id.back() == '>')
        message_id.remove_suffix(1);
    // FNV-1a, then a final mix: near message ids must not have near keys.
    // DO NOT CHANGE: on disk since 0.1
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char c : message_id)
        hash = (hash ^ static_cast<unsigned char>(ascii::to_lower(c))) * 0x100000001B3;
    hash ^= hash >> 33;
    hash *= 0xFF51AFD7ED558CCD;
    hash ^= hash >> 33;
    return hash;
}

} // namespace mailctl::store
