// Builds the queue's keys, encodes and decodes its records.
#include "store/queue/queue_records.h"

#include <set>

#include "core/base/ascii.h"
#include "store/directory/directory_keys.h"
#include "store/keys.h"
#include "store/record.h"

namespace mailctl::store {
namespace {

// DO NOT CHANGE: on disk since 0.1
enum QueueTag : unsigned {
    kSender = 1,
    kAccount,
    kPeer,
    kEnvelopeId,
    kReturnFull,
    kSmtpUtf8,
    kBody8bit,
    kBodyBinary,
    kBlob,
    kBodyShared,
    kBodyOctets,
    kArrived,
    kNextAttempt,
    kHeld,
    kPriority,
    kDeliveryId,
};

// DO NOT CHANGE: on disk since 0.1
constexpr unsigned kRecipient = 1; ///< a record of RecipientTag
enum RecipientTag : unsigned {
    kRecipientState = 1,
    kRecipientAddress,
    kRecipientNotify,
    kRecipientOriginal,
    kRecipientReply,
    kRecipientAttempts,
};

constexpr std::size_t kRecipientRowOctets = 48 * 1024;

std::string encode_recipient(const QueueRecipient& recipient)
{
    return RecordWriter()
        .id(kRecipientState, recipient.state)
        .text(kRecipientAddress, recipient.address)
        .number(kRecipientNotify, recipient.notify)
        .text(kRecipientOriginal, recipient.original_recipient)
        .text(kRecipientReply, recipient.last_reply)
        .number(kRecipientAttempts, recipient.attempts)
        .take();
}

Result<QueueRecipient> decode_recipient(std::string_view record)
{
    QueueRecipient recipient;
    RecordReader in(record);
    while (in.next()) {
        switch (in.tag()) {
        case kRecipientState: recipient.state = in.id<QueueRecipient::State>(); break;
        case kRecipientAddress: recipient.address = in.text(); break;
        case kRecipientNotify: recipient.notify = static_cast<std::uint8_t>(in.number()); break;
        case kRecipientOriginal: recipient.original_recipient = in.text(); break;
        case kRecipientReply: recipient.last_reply = in.text(); break;
        case kRecipientAttempts: recipient.attempts = static_cast<unsigned>(in.number()); break;
        default: break;
        }
    }
    if (in.is_corrupt())
        return RecordReader::error("queue recipient");
    return recipient;
}

std::string named(char prefix, std::string_view name)
{
    std::string key(1, prefix);
    key += ascii::lower(name);
    key.push_back('\0');
    return key;
}

/// What follows the last "@", without brackets lost; empty where there is none.
std::string_view domain_in(std::string_view address)
{
    const auto at = address.rfind('@');
    return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

} // namespace

namespace keys {

std::uint16_t queue_shard(QueueId id)
{
    return static_cast<std::uint16_t>(value_of(id) % kQueueShards);
}

QueueId placed_by(QueueId id, std::string_view delivery_id)
{
    return QueueId{value_of(id) / kQueueShards * kQueueShards +
                   stable_hash(delivery_id) % kQueueShards};
}

std::string with_queue_id(std::string_view prefix, QueueId id)
{
    std::string key(prefix);
    append_be(key, value_of(id));
    return key;
}

Result<QueueId> queue_id_of(std::string_view key)
{
    const auto id = key.size() < 8 ? std::nullopt : read_be<std::uint64_t>(key, key.size() - 8);
    if (!id)
        return Error(Errc::Corrupt, "a queue key without an id");
    return QueueId{*id};
}

std::string queue_entry(QueueId id)
{
    return with_queue_id(kQueueEntryPrefix, id);
}

std::string queue_recipients(QueueId id)
{
    return with_queue_id("r", id);
}

std::string queue_recipients(QueueId id, std::uint16_t number)
{
    std::string key = queue_recipients(id);
    append_be(key, number);
    return key;
}

std::string queue_due(Time next_attempt, QueueId id)
{
    std::string key(kQueueDuePrefix);
    append_be(key, static_cast<std::uint64_t>(next_attempt.time_since_epoch().count()));
    return with_queue_id(key, id);
}

std::string queue_by_domain(std::string_view domain)
{
    return named('d', domain);
}

std::string queue_by_sender(std::string_view sender)
{
    return named('s', sender);
}

std::string queue_by_account(std::string_view account)
{
    return named('a', account);
}

std::string queue_delivery(std::string_view delivery_id)
{
    return std::string("i").append(delivery_id);
}

std::string queue_release(QueueId id)
{
    return with_queue_id(kQueueReleasePrefix, id);
}

} // namespace keys

std::string encode(const QueueEntry& entry)
{
    return RecordWriter()
        .text(kSender, entry.sender)
        .text(kAccount, entry.account)
        .text(kPeer, entry.peer)
        .text(kEnvelopeId, entry.envelope_id)
        .flag(kReturnFull, entry.return_full)
        .flag(kSmtpUtf8, entry.smtp_utf8)
        .flag(kBody8bit, entry.body_8bit)
        .flag(kBodyBinary, entry.body_binary)
        .text(kBlob, entry.body.blob.view())
        .flag(kBodyShared, entry.body.shared)
        .number(kBodyOctets, entry.body.octets)
        .time(kArrived, entry.arrived)
        .time(kNextAttempt, entry.next_attempt)
        .flag(kHeld, entry.held)
        .number(kPriority, entry.priority)
        .text(kDeliveryId, entry.delivery_id)
        .take();
}

Result<QueueEntry> decode_queue_entry(QueueId id, std::string_view record)
{
    QueueEntry entry;
    entry.id = id;
    entry.priority = 0; // absent means 0
    RecordReader in(record);
    while (in.next()) {
        switch (in.tag()) {
        case kSender: entry.sender = in.text(); break;
        case kAccount: entry.account = in.text(); break;
        case kPeer: entry.peer = in.text(); break;
        case kEnvelopeId: entry.envelope_id = in.text(); break;
        case kReturnFull: entry.return_full = in.flag(); break;
        case kSmtpUtf8: entry.smtp_utf8 = in.flag(); break;
        case kBody8bit: entry.body_8bit = in.flag(); break;
        case kBodyBinary: entry.body_binary = in.flag(); break;
        case kBlob: {
            TRY(entry.body.blob, blob_id_from(in.text()));
            break;
        }
        case kBodyShared: entry.body.shared = in.flag(); break;
        case kBodyOctets: entry.body.octets = in.number(); break;
        case kArrived: entry.arrived = in.time(); break;
        case kNextAttempt: entry.next_attempt = in.time(); break;
        case kHeld: entry.held = in.flag(); break;
        case kPriority: entry.priority = static_cast<std::uint8_t>(in.number()); break;
        case kDeliveryId: entry.delivery_id = in.text(); break;
        default: break;
        }
    }
    if (in.is_corrupt())
        return RecordReader::error("queue entry");
    return entry;
}

std::vector<std::string> encode_recipients(const std::vector<QueueRecipient>& recipients)
{
    std::vector<std::string> rows;
    RecordWriter row;
    for (const auto& recipient : recipients) {
        const std::string record = encode_recipient(recipient);
        if (row.octets() > 1 && row.octets() + record.size() > kRecipientRowOctets) {
            rows.push_back(row.take());
            row = RecordWriter();
        }
        row.element(kRecipient, record);
    }
    rows.push_back(row.take());
    return rows;
}

Result<> decode_recipients(std::string_view record, std::vector<QueueRecipient>& out)
{
    RecordReader in(record);
    while (in.next()) {
        if (in.tag() != kRecipient)
            continue;
        TRY(QueueRecipient recipient, decode_recipient(in.text()));
        out.push_back(std::move(recipient));
    }
    if (in.is_corrupt())
        return RecordReader::error("queue recipients");
    return ok();
}

std::string encode_body_ref(const BodyRef& body)
{
    return RecordWriter()
        .text(kBlob, body.blob.view())
        .flag(kBodyShared, body.shared)
        .number(kBodyOctets, body.octets)
        .take();
}

Result<BodyRef> decode_body_ref(std::string_view record)
{
    BodyRef body;
    RecordReader in(record);
    while (in.next()) {
        switch (in.tag()) {
        case kBlob: {
            TRY(body.blob, blob_id_from(in.text()));
            break;
        }
        case kBodyShared: body.shared = in.flag(); break;
        case kBodyOctets: body.octets = in.number(); break;
        default: break;
        }
    }
    if (in.is_corrupt())
        return RecordReader::error("body reference");
    return body;
}

std::vector<Row> rows_of(const QueueEntry& entry)
{
    std::vector<Row> rows{{keys::queue_entry(entry.id), encode(entry)}};
    std::uint16_t number = 0;
    for (auto& value : encode_recipients(entry.recipients))
        rows.push_back({keys::queue_recipients(entry.id, number++), std::move(value)});
    const std::string mark = "1";
    if (!entry.held)
        rows.push_back({keys::queue_due(entry.next_attempt, entry.id), mark});
    rows.push_back({keys::with_queue_id(keys::queue_by_sender(entry.sender), entry.id), mark});
    if (!entry.account.empty())
        rows.push_back(
            {keys::with_queue_id(keys::queue_by_account(entry.account), entry.id), mark});
    std::set<std::string> domains;
    for (const auto& recipient : entry.recipients)
        domains.insert(keys::queue_by_domain(domain_in(recipient.address)));
    for (const auto& domain : domains)
        rows.push_back({keys::with_queue_id(domain, entry.id), mark});
    if (!entry.delivery_id.empty())
        rows.push_back({keys::queue_delivery(entry.delivery_id),
                        keys::with_queue_id(std::string_view(), entry.id)});
    return rows;
}

} // namespace mailctl::store
