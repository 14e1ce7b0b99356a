// Makes a message's rows: its email, its thread, its place in the mailbox.
#include "store/account/new_message.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "store/account/account_keys.h"
#include "store/account/message.h"
#include "store/body/body_codec.h"

namespace mailctl::store {

namespace {

/// A card over this loses its parts: no message needs that much, and every row of a batch counts.
constexpr std::size_t kMaxCardOctets = 512 * 1024;
/// Message ids asked for a thread: the first of the references and the last.
constexpr std::size_t kFirstReferences = 4;
constexpr std::size_t kLastReferences = 8;

std::vector<std::uint64_t> reference_hashes(const mime::Card& card)
{
    std::vector<std::uint64_t> hashes;
    const auto& ids = card.references;
    for (std::size_t i = 0; i < ids.size(); ++i)
        if (i < kFirstReferences || i + kLastReferences >= ids.size())
            hashes.push_back(hash_of_message_id(ids[i]));
    return hashes;
}

/// The encoded card, without its parts where it is too large.
std::string encode_bounded(const mime::Card& card)
{
    auto stored = mime::encode(card);
    if (stored.size() <= kMaxCardOctets)
        return stored;
    mime::Card small;
    small.references = card.references;
    small.date = card.date;
    small.octets = card.octets;
    small.lines = card.lines;
    small.has_8bit = card.has_8bit;
    small.has_nul = card.has_nul;
    small.received_count = card.received_count;
    small.has_date = card.has_date;
    small.has_message_id = card.has_message_id;
    small.has_from = card.has_from;
    small.envelope.date = card.envelope.date;
    small.envelope.subject = card.envelope.subject;
    small.envelope.from = card.envelope.from;
    small.envelope.message_id = card.envelope.message_id;
    small.root.header_octets = card.root.header_octets;
    small.root.body_octets = card.root.body_octets;
    small.root.body_lines = card.root.body_lines;
    return mime::encode(small);
}

/// The same body once more in this account: one email in two mailboxes.
Result<EmailId> share(Change& change, const BodyRef& body, const std::string& stored)
{
    TRY(auto use, decode_body_use(stored));
    ++use.uses;
    change.put(keys::body_use(body.blob), encode(use));
    return use.email;
}

/// The oldest thread that any of the message's ids belongs to, or a new one.
Result<ThreadId> thread_of(const FilingRows& rows, EmailId id)
{
    auto thread = ThreadId{value_of(id)};
    for (std::size_t i = 2; i < rows.size(); ++i) {
        if (!rows[i])
            continue;
        TRY(const auto known, decode_thread(*rows[i]));
        thread = std::min(thread, known.thread);
    }
    return thread;
}

/// Files the ids that nobody filed before: a later message that names one joins the thread.
void claim_message_ids(Change& change, const Prepared& prepared, const FilingRows& rows,
                       EmailRecord& email, EmailId id)
{
    const auto claim = [&](std::uint64_t hash, const std::optional<std::string>& row) {
        const auto& mine = email.message_ids;
        if (row || hash == 0 || std::find(mine.begin(), mine.end(), hash) != mine.end())
            return;
        change.put(keys::message_id(hash), encode(ThreadRecord{email.thread, id}));
        email.message_ids.push_back(hash);
    };
    claim(prepared.own_id, rows[2]);
    for (std::size_t i = 0; i < prepared.references.size(); ++i)
        claim(prepared.references[i], rows[3 + i]);
}

Result<EmailId> add_email(Change& change, const Prepared& prepared, const FilingRows& rows)
{
    auto& cell = change.cell();
    const auto id = cell.next_email;
    cell.next_email = EmailId{value_of(id) + 1};

    EmailRecord email;
    email.body = prepared.message.body;
    email.is_inline = !prepared.body_row.empty();
    TRY(email.thread, thread_of(rows, id));
    claim_message_ids(change, prepared, rows, email, id);
    email.card_octets = prepared.card.size();
    email.card = prepared.card.substr(0, kCardPieceOctets);
    change.put(keys::email(id), encode(email));
    std::uint8_t piece = 1;
    for (std::size_t at = kCardPieceOctets; at < prepared.card.size(); at += kCardPieceOctets)
        change.put(keys::email_piece(id, piece++), prepared.card.substr(at, kCardPieceOctets));
    change.put(keys::body_use(email.body.blob), encode(BodyUse{id, 1}));
    if (email.is_inline)
        change.put(keys::inline_body(email.body.blob), prepared.body_row);
    return id;
}

Appended add_message(Change& change, MailboxInfo& box, const NewMessage& message, EmailId email)
{
    MessageRow row;
    row.uid = box.uid_next;
    row.mod_seq = change.mod_seq();
    row.email = email;
    row.flags = message.flags;
    row.octets = message.body.octets;
    row.internal_date = message.internal_date;
    row.date_zone = message.date_zone;
    row.saved = change.now();
    count_in(box, row);
    change.cell().charge(row.octets);
    change.put_message(box.id, row);
    return Appended{box.uid_validity, row.uid, row.mod_seq, false};
}

} // namespace

Result<Prepared> prepare(NewMessage message, Time now, Random& random)
{
    Prepared prepared;
    if (!message.inline_body.empty()) {
        if (message.body.blob == BlobId{})
            message.body.blob = new_blob_id(now, random);
        message.body.octets = message.inline_body.size();
        prepared.body_row = encode_inline_body(message.inline_body);
        if (prepared.body_row.size() > kMaxValueOctets)
            return Error(Errc::Invalid, "the body is too large to be stored inline");
    }
    if (!message.card && message.inline_body.empty())
        return Error(Errc::Invalid, "a message needs its card");
    if (!message.card)
        message.card = std::make_shared<const mime::Card>(mime::make_card(message.inline_body));
    prepared.card = encode_bounded(*message.card);
    if (const auto& id = message.card->envelope.message_id; !id.empty())
        prepared.own_id = hash_of_message_id(id);
    prepared.references = reference_hashes(*message.card);
    prepared.message = std::move(message);
    return prepared;
}

std::vector<std::string> keys_of(const Prepared& prepared)
{
    std::vector<std::string> keys;
    keys.push_back(keys::body_use(prepared.message.body.blob));
    // Without an id: the key of none, which is never written.
    keys.push_back(keys::delivery(prepared.message.delivery_id));
    keys.push_back(keys::message_id(prepared.own_id));
    for (const auto hash : prepared.references)
        keys.push_back(keys::message_id(hash));
    return keys;
}

Result<Filed> file(Change& change, MailboxId id, const Prepared& prepared, const FilingRows& rows)
{
    const auto& message = prepared.message;
    TRY(auto* box, change.mailbox(id));
    if (!message.may_pass_limits && !change.cell().has_room_for(message.body.octets))
        return Error(Errc::OverQuota, "the account is full");
    if (value_of(box->uid_next) == 0xFFFFFFFF)
        return Error(Errc::OverQuota, "the mailbox has no UID left");
    TRY(const auto email,
        rows[0] ? share(change, message.body, *rows[0]) : add_email(change, prepared, rows));
    return Filed{add_message(change, *box, message, email), email};
}

} // namespace mailctl::store
