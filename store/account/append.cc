// Adds one message to a mailbox.
#include <algorithm>
#include <chrono>
#include <memory>

#include "store/account/account_keys.h"
#include "store/account/mail_account.h"
#include "store/account/message.h"
#include "store/body_codec.h"

namespace mailctl::store {

namespace {

/// How long a repeated delivery is recognized.
constexpr auto kDeliveryIdsKept = std::chrono::days(7);
constexpr std::size_t kMaxDeliveryIdOctets = 300;
/// Every so many emails, so many delivery ids are looked at and forgotten where they are too old:
/// the whole of them comes round long before it can have doubled.
constexpr std::uint64_t kTrimEvery = 64;
constexpr std::uint32_t kTrimRows = 200;
/// A card over this loses its parts: no message needs that much, and every row of a batch counts.
constexpr std::size_t kMaxCardOctets = 512 * 1024;
/// Message ids asked for a thread: the first of the references and the last.
constexpr std::size_t kFirstReferences = 4;
constexpr std::size_t kLastReferences = 8;

/// Everything that needs no look at the account, done before the committer runs.
struct Prepared {
    NewMessage message;
    std::string body_row; ///< the inline body as it is stored
    std::string card;
    std::uint64_t own_id = 0;              ///< hash of Message-ID; 0: none
    std::vector<std::uint64_t> references; ///< hashes
};

std::vector<std::uint64_t> reference_hashes(const mime::Card& card)
{
    std::vector<std::uint64_t> hashes;
    const auto& ids = card.references;
    for (std::size_t i = 0; i < ids.size(); ++i)
        if (i < kFirstReferences || i + kLastReferences >= ids.size())
            hashes.push_back(hash_of_message_id(ids[i]));
    return hashes;
}

/// Keeps, at every instant any reader can see:
///   - UIDs ascend and are never reused                  (RFC 9051 §2.3.1.1)
///   - every change raises the account's mod-sequence     (RFC 7162 §3.1)
///   - the mailbox's counts and octets are the sums of its messages
///   - usage passes its limit only where it may           (RFC 9208)
class Append final : public Mutation {
public:
    /// `trimmed_to`: the delivery id after which to trim next; the committer's alone.
    Append(MailboxId box, Prepared prepared, std::shared_ptr<std::string> trimmed_to)
        : box_(box), new_(std::move(prepared)), trimmed_to_(std::move(trimmed_to))
    {}

    Appended appended;

    Awaitable<Result<>> apply(Change& change) override
    {
        auto found = co_await change.get(keys_to_read());
        if (!found)
            co_return found.error();
        auto values = std::move(*found);
        const auto& use = values[0];
        if (const auto& delivery = values[1])
            co_return repeat(change, *delivery, use.has_value());

        CO_TRY(auto* box, change.mailbox(box_));
        if (!new_.message.may_pass_limits &&
            !change.cell().has_room_for(new_.message.body.octets))
            co_return Error(Errc::OverQuota, "the account is full");
        if (value_of(box->uid_next) == 0xFFFFFFFF)
            co_return Error(Errc::OverQuota, "the mailbox has no UID left");
        CO_TRY(const auto email, use ? share(change, *use) : add_email(change, values));
        add_message(change, *box, email);
        if (new_.message.delivery_id.empty() || value_of(email) % kTrimEvery != 0)
            co_return ok();
        co_return co_await trim_deliveries(change);
    }

private:
    Awaitable<Result<>> trim_deliveries(Change& change)
    {
        const Range range{keys::deliveries(), *trimmed_to_, kTrimRows};
        const auto page = co_await change.scan(range);
        if (!page)
            co_return page.error();
        for (const auto& row : page->rows) {
            const auto delivery = decode_delivery(row.value);
            if (delivery && delivery->expires <= change.now())
                change.erase(row.key);
        }
        *trimmed_to_ = page->more ? page->rows.back().key : "";
        co_return ok();
    }

    /// The body's use, the delivery id, this message's id, its references.
    std::vector<std::string> keys_to_read() const
    {
        std::vector<std::string> keys;
        keys.push_back(keys::body_use(new_.message.body.blob));
        // Without an id: the key of none, which is never written.
        keys.push_back(keys::delivery(new_.message.delivery_id));
        keys.push_back(keys::message_id(new_.own_id));
        for (const auto hash : new_.references)
            keys.push_back(keys::message_id(hash));
        return keys;
    }

    Result<> repeat(Change& change, const std::string& stored, bool body_in_use)
    {
        TRY(const auto delivery, decode_delivery(stored));
        appended = delivery.appended;
        appended.repeated = true;
        if (!body_in_use && new_.message.inline_body.empty())
            change.release(new_.message.body); // this run's body came for nothing
        return ok();
    }

    /// The same body once more in this account: one email in two mailboxes.
    Result<EmailId> share(Change& change, const std::string& stored)
    {
        TRY(auto use, decode_body_use(stored));
        ++use.uses;
        change.put(keys::body_use(new_.message.body.blob), encode(use));
        return use.email;
    }

    Result<EmailId> add_email(Change& change, const std::vector<std::optional<std::string>>& values)
    {
        auto& cell = change.cell();
        const auto id = cell.next_email;
        cell.next_email = EmailId{value_of(id) + 1};

        EmailRecord email;
        email.body = new_.message.body;
        email.is_inline = !new_.body_row.empty();
        TRY(email.thread, thread_of(values, id));
        claim_message_ids(change, values, email, id);
        email.card_octets = new_.card.size();
        email.card = new_.card.substr(0, kCardPieceOctets);
        change.put(keys::email(id), encode(email));
        std::uint8_t piece = 1;
        for (std::size_t at = kCardPieceOctets; at < new_.card.size(); at += kCardPieceOctets)
            change.put(keys::email_piece(id, piece++), new_.card.substr(at, kCardPieceOctets));
        change.put(keys::body_use(email.body.blob), encode(BodyUse{id, 1}));
        if (email.is_inline)
            change.put(keys::inline_body(email.body.blob), new_.body_row);
        return id;
    }

    /// The oldest thread that any of the message's ids belongs to, or a new one.
    static Result<ThreadId> thread_of(const std::vector<std::optional<std::string>>& values,
                                      EmailId id)
    {
        auto thread = ThreadId{value_of(id)};
        for (std::size_t i = 2; i < values.size(); ++i) {
            if (!values[i])
                continue;
            TRY(const auto known, decode_thread(*values[i]));
            thread = std::min(thread, known.thread);
        }
        return thread;
    }

    /// Files the ids that nobody filed before: a later message that names one joins the thread.
    void claim_message_ids(Change& change, const std::vector<std::optional<std::string>>& values,
                           EmailRecord& email, EmailId id) const
    {
        const auto claim = [&](std::uint64_t hash, const std::optional<std::string>& value) {
            const auto& mine = email.message_ids;
            if (value || hash == 0 || std::find(mine.begin(), mine.end(), hash) != mine.end())
                return;
            change.put(keys::message_id(hash), encode(ThreadRecord{email.thread, id}));
            email.message_ids.push_back(hash);
        };
        claim(new_.own_id, values[2]);
        for (std::size_t i = 0; i < new_.references.size(); ++i)
            claim(new_.references[i], values[3 + i]);
    }

    void add_message(Change& change, MailboxInfo& box, EmailId email)
    {
        const auto& message = new_.message;
        MessageRow row;
        row.uid = box.uid_next;
        row.mod_seq = change.mod_seq();
        row.email = email;
        row.flags = message.flags;
        row.octets = message.body.octets;
        row.internal_date = message.internal_date;
        row.saved = change.now();
        count_in(box, row);
        change.cell().charge(row.octets);
        change.put(keys::message(box_, row.uid), encode(row));
        change.log(ChangeEntry::Kind::Appeared, box_, {row.uid});

        appended = Appended{box.uid_validity, row.uid, row.mod_seq, false};
        if (!message.delivery_id.empty())
            change.put(keys::delivery(message.delivery_id),
                       encode(DeliveryRecord{box_, appended, change.now() + kDeliveryIdsKept}));
    }

    MailboxId box_;
    Prepared new_;
    std::shared_ptr<std::string> trimmed_to_;
};

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

} // namespace

Awaitable<Result<Appended>> MailAccount::append(MailboxId box, NewMessage message)
{
    if (message.delivery_id.size() > kMaxDeliveryIdOctets)
        co_return Error(Errc::Invalid, "the delivery id is too long");
    Prepared prepared;
    if (!message.inline_body.empty()) {
        if (message.body.blob == BlobId{})
            message.body.blob = new_blob_id(clock().now(), environment_.random);
        message.body.octets = message.inline_body.size();
        prepared.body_row = encode_inline_body(message.inline_body);
        if (prepared.body_row.size() > kMaxValueOctets)
            co_return Error(Errc::Invalid, "the body is too large to be stored inline");
    }
    if (!message.card && message.inline_body.empty())
        co_return Error(Errc::Invalid, "a message needs its card");
    if (!message.card)
        message.card = std::make_shared<const mime::Card>(mime::make_card(message.inline_body));
    prepared.card = encode_bounded(*message.card);
    if (const auto& id = message.card->envelope.message_id; !id.empty())
        prepared.own_id = hash_of_message_id(id);
    prepared.references = reference_hashes(*message.card);
    prepared.message = std::move(message);

    auto change = std::make_shared<Append>(box, std::move(prepared), trimmed_to_);
    auto outcome = co_await mutate(change);
    if (!outcome)
        co_return outcome.error();
    co_return change->appended;
}

} // namespace mailctl::store
