// Encodes and decodes queue entries, and tells which rows an entry has.
#include "store/queue/queue_records.h"

#include <algorithm>
#include <utility>

#include "core/base/ascii.h"
#include "store/directory/directory_keys.h"
#include "store/queue/queue_keys.h"
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
    kReturnGiven,
    kRequireTls,
    kPrefix,
    kHoldReason,
    kMailClass,
    kExpires,
    kRoute,
    kRecipientHere,    ///< a record of RecipientTag, one a recipient
    kRecipientsDigest, ///< of the rows that hold them, where they are apart
    kLogged,
    kTlsOptional,
    kNotBefore,
    kSpf,
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
    kRecipientNextAttempt, ///< where it is not the entry's
    kRecipientHost,
    kRecipientDelayTold,
    kRecipientNoticeDue,
    kRecipientRoute,
    kRecipientSender,
};

// DO NOT CHANGE: on disk since 0.1
enum DueTag : unsigned {
    kDueDomain = 1,
    kDueRecipients, ///< of the domain before, where there are several
};

constexpr std::size_t kRecipientRowOctets = 48 * 1024;
/// More than this goes into rows of its own, so that a change of few does not write all.
constexpr std::size_t kRecipientsHereOctets = 4 * 1024;
constexpr std::size_t kDueOctets = 1000;
constexpr std::string_view kMark = "1";

std::string encode_recipient(const QueueRecipient& recipient, Time entry_next_attempt)
{
    const bool own_time = recipient.is_pending() && recipient.next_attempt != entry_next_attempt;
    return RecordWriter()
        .id(kRecipientState, recipient.state)
        .text(kRecipientAddress, recipient.address)
        .number(kRecipientNotify, recipient.notify)
        .text(kRecipientOriginal, recipient.original_recipient)
        .text(kRecipientReply, std::string_view(recipient.last_reply).substr(0, kMaxReplyOctets))
        .number(kRecipientAttempts, recipient.attempts)
        .time(kRecipientNextAttempt, own_time ? recipient.next_attempt : Time{})
        .text(kRecipientHost, recipient.last_host)
        .flag(kRecipientDelayTold, recipient.delay_told)
        .flag(kRecipientNoticeDue, recipient.notice_due)
        .text(kRecipientRoute, recipient.route)
        .text(kRecipientSender, recipient.sender)
        .take();
}

Result<QueueRecipient> decode_recipient(std::string_view record, Time entry_next_attempt)
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
        case kRecipientNextAttempt: recipient.next_attempt = in.time(); break;
        case kRecipientHost: recipient.last_host = in.text(); break;
        case kRecipientDelayTold: recipient.delay_told = in.flag(); break;
        case kRecipientNoticeDue: recipient.notice_due = in.flag(); break;
        case kRecipientRoute: recipient.route = in.text(); break;
        case kRecipientSender: recipient.sender = in.text(); break;
        default: break;
        }
    }
    if (in.is_corrupt())
        return RecordReader::error("queue recipient");
    if (recipient.is_pending() && recipient.next_attempt == Time{})
        recipient.next_attempt = entry_next_attempt;
    return recipient;
}

/// Everything but the recipients.
RecordWriter envelope(const QueueEntry& entry)
{
    RecordWriter record;
    record.text(kSender, entry.sender)
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
        .flag(kReturnGiven, entry.return_given)
        .flag(kRequireTls, entry.require_tls)
        .text(kPrefix, entry.prefix)
        .text(kHoldReason, entry.hold_reason)
        .number(kMailClass, static_cast<std::uint64_t>(entry.mail_class))
        .time(kExpires, entry.expires.value_or(Time{}))
        .text(kRoute, entry.route)
        .flag(kLogged, entry.logged)
        .flag(kTlsOptional, entry.tls_optional)
        .time(kNotBefore, entry.not_before.value_or(Time{}))
        .text(kSpf, entry.spf);
    return record;
}

/// One domain of open recipients.
struct DomainCounts {
    std::string domain;
    std::uint32_t pending = 0;
};

std::vector<DomainCounts> open_domains(const QueueEntry& entry)
{
    std::vector<DomainCounts> all;
    for (const auto& recipient : entry.recipients) {
        if (recipient.is_open())
            all.push_back({domain_of_recipient(recipient.address),
                           static_cast<std::uint32_t>(recipient.is_pending())});
    }
    if (all.size() < 2)
        return all;
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.domain < b.domain; });
    std::vector<DomainCounts> once;
    for (auto& each : all) {
        if (!once.empty() && once.back().domain == each.domain)
            once.back().pending += each.pending;
        else
            once.push_back(std::move(each));
    }
    return once;
}

} // namespace

std::string domain_of_recipient(std::string_view address)
{
    const auto at = address.rfind('@');
    return at == std::string_view::npos ? std::string() : ascii::lower(address.substr(at + 1));
}

void settle(QueueEntry& entry)
{
    std::optional<Time> first;
    for (auto& recipient : entry.recipients) {
        if (!recipient.is_pending())
            continue;
        if (recipient.next_attempt == Time{})
            recipient.next_attempt = entry.next_attempt;
        if (!first || recipient.next_attempt < *first)
            first = recipient.next_attempt;
    }
    if (first)
        entry.next_attempt = *first;
}

std::vector<std::string> encode_recipients(const QueueEntry& entry)
{
    std::vector<std::string> rows;
    RecordWriter row;
    for (const auto& recipient : entry.recipients) {
        const std::string record = encode_recipient(recipient, entry.next_attempt);
        if (row.octets() > 1 && row.octets() + record.size() > kRecipientRowOctets) {
            rows.push_back(row.take());
            row = RecordWriter();
        }
        row.element(kRecipient, record);
    }
    rows.push_back(row.take());
    return rows;
}

std::vector<Row> entry_rows(const QueueEntry& entry)
{
    RecordWriter record = envelope(entry);
    std::vector<std::string> here;
    std::size_t octets = 0;
    for (const auto& recipient : entry.recipients) {
        here.push_back(encode_recipient(recipient, entry.next_attempt));
        octets += here.back().size();
        if (octets > kRecipientsHereOctets)
            break;
    }
    std::vector<Row> rows;
    if (octets <= kRecipientsHereOctets) {
        for (const auto& recipient : here)
            record.element(kRecipientHere, recipient);
        rows.push_back({keys::queue_entry(entry.id), record.take()});
        return rows;
    }
    rows.emplace_back();
    std::uint16_t number = 0;
    std::uint64_t digest = 1; // never zero: that is left out
    for (auto& value : encode_recipients(entry)) {
        digest = digest * 31 + keys::stable_hash(value);
        rows.push_back({keys::queue_recipients(entry.id, number++), std::move(value)});
    }
    record.number(kRecipientsDigest, digest);
    rows.front() = {keys::queue_entry(entry.id), record.take()};
    return rows;
}

std::vector<Row> rows_of(const QueueEntry& entry)
{
    std::vector<Row> rows = entry_rows(entry);
    const auto add = [&](std::string key, std::string_view value) {
        rows.push_back({std::move(key), std::string(value)});
    };
    const auto with_id = [&](const std::string& prefix) {
        return keys::with_queue_id(prefix, entry.id);
    };
    bool held = entry.held;
    for (const auto& recipient : entry.recipients)
        held = held || recipient.state == QueueRecipient::State::Held;
    std::vector<DueDomain> due;
    for (auto& [domain, pending] : open_domains(entry)) {
        add(with_id(keys::queue_by_domain(domain)), kMark);
        if (pending > 0)
            due.push_back({std::move(domain), pending});
    }
    const bool is_due = !entry.held && !due.empty();
    if (is_due)
        add(keys::queue_due(entry.next_attempt, entry.id), encode_due(due));
    if (held)
        add(keys::queue_held(entry.id), is_due ? kHeldInPart : kMark);
    add(with_id(keys::queue_by_sender(entry.sender)), kMark);
    if (!entry.account.empty())
        add(with_id(keys::queue_by_account(entry.account)), kMark);
    if (!entry.delivery_id.empty())
        add(keys::queue_delivery(entry.delivery_id), with_id(std::string()));
    return rows;
}

Result<StoredEntry> decode_entry(QueueId id, std::string_view record)
{
    StoredEntry stored;
    stored.record = record;
    QueueEntry& entry = stored.entry;
    entry.id = id;
    entry.priority = 0; // absent means 0
    std::vector<std::string_view> recipients;
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
        case kReturnGiven: entry.return_given = in.flag(); break;
        case kRequireTls: entry.require_tls = in.flag(); break;
        case kPrefix: entry.prefix = in.text(); break;
        case kHoldReason: entry.hold_reason = in.text(); break;
        case kMailClass: entry.mail_class = static_cast<MailClass>(in.number()); break;
        case kExpires: entry.expires = in.time(); break;
        case kNotBefore: entry.not_before = in.time(); break;
        case kSpf: entry.spf = in.text(); break;
        case kRoute: entry.route = in.text(); break;
        case kLogged: entry.logged = in.flag(); break;
        case kTlsOptional: entry.tls_optional = in.flag(); break;
        case kRecipientHere: recipients.push_back(in.text()); break;
        default: break;
        }
    }
    if (in.is_corrupt())
        return RecordReader::error("queue entry");
    for (const auto text : recipients) {
        TRY(QueueRecipient recipient, decode_recipient(text, entry.next_attempt));
        entry.recipients.push_back(std::move(recipient));
    }
    stored.recipients_apart = entry.recipients.empty();
    return stored;
}

Result<> decode_recipients(std::string_view record, QueueEntry& entry)
{
    RecordReader in(record);
    while (in.next()) {
        if (in.tag() != kRecipient)
            continue;
        TRY(QueueRecipient recipient, decode_recipient(in.text(), entry.next_attempt));
        entry.recipients.push_back(std::move(recipient));
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

std::string encode_due(const std::vector<DueDomain>& domains)
{
    RecordWriter record;
    for (const auto& [domain, recipients] : domains) {
        record.element(kDueDomain, domain);
        if (recipients > 1)
            record.number(kDueRecipients, recipients);
        if (record.octets() > kDueOctets)
            return RecordWriter().take();
    }
    return record.take();
}

Result<std::vector<DueDomain>> decode_due(std::string_view value)
{
    std::vector<DueDomain> domains;
    if (value == kMark) // before there were domains in it
        return domains;
    RecordReader in(value);
    while (in.next()) {
        if (in.tag() == kDueDomain)
            domains.push_back({std::string(in.text()), 1});
        else if (in.tag() == kDueRecipients && !domains.empty())
            domains.back().recipients = static_cast<std::uint32_t>(in.number());
    }
    if (in.is_corrupt())
        return RecordReader::error("queue index");
    return domains;
}

} // namespace mailctl::store
