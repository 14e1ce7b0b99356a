// Checks and repairs the rows of an account.
#include "store/account/check_account.h"

#include <algorithm>
#include <utility>

#include "store/account/account_keys.h"
#include "store/account/deleted/deleted_rows.h"
#include "store/account/mail_account.h"
#include "store/account/mailbox_name.h"
#include "store/account/message.h"
#include "store/body/body_codec.h"

namespace mailctl::store {

namespace {

constexpr std::uint32_t kRowsAPage = 2000;
/// Repairs of one commit: the rows of one more always fit.
constexpr std::size_t kMaxRepairRows = kMaxOverlayRows - 200;
constexpr std::size_t kMaxRepairOctets = kMaxOverlayOctets / 2;
constexpr std::string_view kRecovered = "Recovered";

std::string named(std::string_view what, std::uint64_t number)
{
    return std::string(what) + " " + std::to_string(number);
}

std::string named(MailboxId box, Uid uid)
{
    return named("mailbox", value_of(box)) + ", " + named("message", value_of(uid));
}

} // namespace

bool CheckAccount::mends(Change& change)
{
    if (!repair_)
        return false;
    const auto& overlay = change.overlay();
    const bool fits = overlay.row_count() + change.pending_messages() < kMaxRepairRows &&
                      overlay.octets() < kMaxRepairOctets;
    more |= !fits;
    return fits;
}

Awaitable<Result<>> CheckAccount::walk(Change& change, std::string prefix,
                                       void (CheckAccount::*visit)(Change&, const Row&))
{
    Range range{std::move(prefix), "", kRowsAPage};
    for (;;) {
        const auto page = co_await change.scan(range);
        if (!page)
            co_return page.error();
        for (const auto& row : page->rows)
            (this->*visit)(change, row);
        if (!page->more)
            co_return ok();
        range.after = page->rows.back().key;
    }
}

/// Messages of a page that does not decode leave their emails free: those get one in "Recovered".
void CheckAccount::visit_messages(Change& change, const Row& row)
{
    const auto key = keys::message_page_of(row.key);
    std::vector<MessageRow> messages;
    if (!key || !decode_page(key->page, row.value, messages)) {
        found("a page of message rows does not decode");
        if (mends(change))
            change.erase(row.key);
        return;
    }
    auto& sums = sums_[key->mailbox];
    for (const auto& message : messages) {
        sums.messages += 1;
        sums.unseen += message.flags.has(SystemFlag::Seen) ? 0 : 1;
        sums.deleted += message.flags.has(SystemFlag::Deleted) ? 1 : 0;
        sums.octets += message.octets;
        sums.last_uid = std::max(sums.last_uid, message.uid);
        sums.last_mod_seq = std::max(sums.last_mod_seq, message.mod_seq);
        uses_[message.email] += 1;
    }
}

/// One that does not decode gives its email free: it gets a message in "Recovered".
void CheckAccount::visit_deleted(Change& change, const Row& row)
{
    const auto key = keys::deleted_of(row.key);
    const DeletedId id{{}, key ? key->mailbox : MailboxId{}, key ? key->uid : Uid{}};
    const bool is_mailbox = key && key->uid == Uid{0};
    const auto message = key && !is_mailbox
                             ? decode_deleted_message(id, row.value)
                             : Result<DeletedMessage>(Error(Errc::Corrupt, "key"));
    if (is_mailbox ? !decode_deleted_mailbox(id, row.value) : !message) {
        found("a row of deleted mail does not decode");
        if (mends(change))
            change.erase(row.key);
        return;
    }
    last_deleted_ = std::max(last_deleted_, key->mailbox);
    if (is_mailbox) {
        deleted_mailboxes_ += 1;
        return;
    }
    deleted_.messages += 1;
    deleted_.octets += message->row.octets;
    uses_[message->row.email] += 1;
}

void CheckAccount::visit_email(Change& change, const Row& row)
{
    if (row.key.size() == 10) { // a piece of the card before it
        const auto id = keys::email_of(std::string_view(row.key).substr(0, 9));
        const auto at = id ? emails_.find(*id) : emails_.end();
        if (at != emails_.end() && at->second.pieces > 0) {
            at->second.pieces -= 1;
            return;
        }
        found("a piece of a card belongs to no email");
        if (mends(change))
            change.erase(row.key);
        return;
    }
    const auto id = keys::email_of(row.key);
    const auto email = decode_email(row.value);
    if (!id || !email) {
        found(named("email", id ? value_of(*id) : 0) + " does not decode");
        if (mends(change))
            change.erase(row.key);
        return;
    }
    EmailSeen seen{email->body, email->is_inline, false, false, email->card_pieces()};
    emails_[*id] = seen;
    blobs_[email->body.blob] = *id;
    if (!email->is_inline)
        streamed.push_back(email->body);
    last_email_ = std::max(last_email_, *id);
}

void CheckAccount::visit_body_use(Change& change, const Row& row)
{
    const auto blob = keys::blob_of(row.key);
    const auto use = decode_body_use(row.value);
    const auto owner = blob ? blobs_.find(*blob) : blobs_.end();
    if (owner == blobs_.end()) {
        found("a body use belongs to no email");
        if (mends(change)) {
            change.erase(row.key);
            if (blob)
                change.release({*blob, false, 0});
        }
        return;
    }
    auto& email = emails_[owner->second];
    email.has_use = use && use->email == owner->second && use->uses == uses_[owner->second];
}

void CheckAccount::visit_inline_body(Change&, const Row& row)
{
    const auto blob = keys::blob_of(row.key);
    const auto owner = blob ? blobs_.find(*blob) : blobs_.end();
    if (owner == blobs_.end()) {
        // Kept also by a repair: the message is in it, and salvage can read it out.
        found("inline body " + (blob ? to_string(*blob) : std::string("?")) +
              " belongs to no email");
        return;
    }
    emails_[owner->second].has_body = true;
    if (!decode_inline_body(row.value))
        found(named("email", value_of(owner->second)) + ": the body does not decode");
}

void CheckAccount::visit_message_id(Change& change, const Row& row)
{
    const auto thread = decode_thread(row.value);
    if (thread && emails_.count(thread->email) != 0)
        return;
    found("a message id belongs to no email");
    if (mends(change))
        change.erase(row.key);
}

void CheckAccount::visit_release(Change& change, const Row& row)
{
    const auto blob = keys::blob_of(row.key);
    if (blob && decode_release(row.value) && blobs_.count(*blob) == 0)
        return;
    found("a body that is in use waits to be erased");
    if (mends(change))
        change.erase(row.key);
}

void CheckAccount::visit_log(Change& change, const Row& row)
{
    const auto mod_seq = keys::log_of(row.key);
    const auto& cell = std::as_const(change).cell();
    if (!mod_seq || !decode_log(row.value) || *mod_seq < cell.log_from) {
        found("a log entry does not decode, or is too old");
        if (mends(change))
            change.erase(row.key);
        return;
    }
    if (log_rows_++ == 0)
        log_first_ = *mod_seq;
    log_last_ = *mod_seq;
}

void CheckAccount::visit_delivery(Change& change, const Row& row)
{
    if (decode_delivery(row.value))
        return;
    found("a delivery id does not decode");
    if (mends(change))
        change.erase(row.key);
}

void CheckAccount::visit_missing_email(Change& change, const Row& row)
{
    const auto key = keys::message_page_of(row.key);
    std::vector<MessageRow> messages;
    if (!key || !decode_page(key->page, row.value, messages))
        return;
    for (const auto& message : messages) {
        if (missing_.count(message.email) == 0)
            continue;
        found(named(key->mailbox, message.uid) + " names an email that is not there");
        if (!mends(change))
            continue;
        change.erase_message(key->mailbox, message.uid);
        auto& sums = sums_[key->mailbox];
        sums.messages -= 1;
        sums.unseen -= message.flags.has(SystemFlag::Seen) ? 0 : 1;
        sums.deleted -= message.flags.has(SystemFlag::Deleted) ? 1 : 0;
        sums.octets -= message.octets;
    }
}

void CheckAccount::visit_missing_deleted(Change& change, const Row& row)
{
    const auto key = keys::deleted_of(row.key);
    if (!key || key->uid == Uid{0})
        return;
    const auto message = decode_deleted_message({{}, key->mailbox, key->uid}, row.value);
    if (!message || missing_.count(message->row.email) == 0)
        return;
    found("a deleted message names an email that is not there");
    if (!mends(change))
        return;
    change.erase(row.key);
    deleted_.messages -= 1;
    deleted_.octets -= message->row.octets;
}

void CheckAccount::check_mod_seq(Change& change)
{
    auto last = log_last_;
    for (const auto& [id, sums] : sums_)
        last = std::max(last, sums.last_mod_seq);
    if (last <= std::as_const(change).cell().mod_seq)
        return;
    found("the mod-sequence is wrong");
    if (mends(change))
        change.cell().mod_seq = last;
}

/// A log with a gap is as good as none: readers are told that it was truncated.
void CheckAccount::check_log(Change& change)
{
    const auto& cell = std::as_const(change).cell();
    const auto expected = value_of(cell.mod_seq) + 1 - value_of(cell.log_from);
    const bool right =
        log_rows_ == expected &&
        (expected == 0 || (log_first_ == cell.log_from && log_last_ == cell.mod_seq));
    if (right)
        return;
    found("the change log has gaps");
    if (mends(change)) {
        change.cell().log_from = ModSeq{value_of(cell.mod_seq) + 1};
        more = true; // the next pass erases what is too old now
    }
}

/// Messages of a mailbox that is not there get one.
void CheckAccount::check_lost_mailboxes(Change& change)
{
    for (const auto& [id, sums] : sums_) {
        if (change.find(id) != nullptr || sums.messages == 0)
            continue;
        found(named("mailbox", value_of(id)) + " is not there, but has messages");
        if (!mends(change))
            continue;
        auto& cell = change.cell();
        cell.uid_validity = uid_validity_at(change.now(), cell.uid_validity);
        cell.next_mailbox = std::max(cell.next_mailbox, MailboxId{value_of(id) + 1});
        MailboxInfo box;
        box.id = id;
        box.name = std::string(kRecovered) + "-" + std::to_string(value_of(id));
        box.uid_validity = cell.uid_validity;
        change.log(ChangeEntry::Kind::MailboxChanged, id);
        change.add_mailbox(std::move(box));
    }
}

void CheckAccount::check_emails(Change& change)
{
    for (const auto& [id, email] : emails_) {
        if (email.pieces > 0)
            found(named("email", value_of(id)) + ": a part of the card is missing");
        if (email.is_inline && !email.has_body)
            found(named("email", value_of(id)) + ": the body is missing");
        if (uses_[id] == 0) {
            found(named("email", value_of(id)) + " is in no mailbox");
            if (mends(change))
                recover(change, id, email);
        } else if (!email.has_use) {
            found(named("email", value_of(id)) + ": the body use is wrong");
        }
        if ((!email.has_use || uses_[id] == 0) && mends(change))
            change.put(keys::body_use(email.body.blob),
                       encode(BodyUse{id, std::max<std::uint64_t>(uses_[id], 1)}));
    }
}

void CheckAccount::recover(Change& change, EmailId id, const EmailSeen& email)
{
    const auto* known = change.find(kRecovered);
    if (known == nullptr) {
        auto& cell = change.cell();
        cell.uid_validity = uid_validity_at(change.now(), cell.uid_validity);
        MailboxInfo made;
        made.id = cell.next_mailbox;
        made.name = kRecovered;
        made.uid_validity = cell.uid_validity;
        cell.next_mailbox = MailboxId{value_of(made.id) + 1};
        change.log(ChangeEntry::Kind::MailboxChanged, made.id);
        known = &change.add_mailbox(std::move(made));
    }
    auto& sums = sums_[known->id];
    MessageRow row;
    row.uid = std::max(known->uid_next, Uid{value_of(sums.last_uid) + 1});
    row.mod_seq = change.mod_seq();
    row.email = id;
    row.octets = email.body.octets;
    row.internal_date = row.saved = change.now();
    change.put_message(known->id, row);
    change.log(ChangeEntry::Kind::Appeared, known->id, {row.uid});
    sums.messages += 1;
    sums.unseen += 1;
    sums.octets += row.octets;
    sums.last_uid = row.uid;
    sums.last_mod_seq = row.mod_seq;
    uses_[id] = 1;
}

void CheckAccount::check_mailboxes(Change& change)
{
    std::set<std::string> names;
    for (const auto& box : change.mailboxes()) {
        check_mailbox(change, box, sums_[box.id]);
        if (check_mailbox_name(box.name) && names.insert(box.name).second)
            continue;
        found(named("mailbox", value_of(box.id)) + ": the name is taken or not allowed");
        if (mends(change)) {
            auto& renamed = **change.mailbox(box.id);
            renamed.name = std::string(kRecovered) + "-" + std::to_string(value_of(box.id));
            change.log(ChangeEntry::Kind::MailboxChanged, box.id);
        }
    }
}

void CheckAccount::check_mailbox(Change& change, const MailboxInfo& box, const Sums& sums)
{
    const auto where = named("mailbox", value_of(box.id)) + " (" + box.name + ")";
    const bool sums_right = box.messages == sums.messages && box.unseen == sums.unseen &&
                            box.deleted == sums.deleted && box.octets == sums.octets;
    if (!sums_right)
        found(where + ": the counts are wrong");
    const bool next_right = sums.last_uid < box.uid_next && box.recent_from <= box.uid_next;
    if (!next_right)
        found(where + ": the next UID is wrong");
    const bool mod_seq_right = sums.last_mod_seq <= box.highest_mod_seq &&
                               box.highest_mod_seq <= std::as_const(change).cell().mod_seq;
    if (!mod_seq_right)
        found(where + ": the highest mod-sequence is wrong");
    if ((sums_right && next_right && mod_seq_right) || !mends(change))
        return;
    auto& mended = **change.mailbox(box.id);
    mended.messages = sums.messages;
    mended.unseen = sums.unseen;
    mended.deleted = sums.deleted;
    mended.octets = sums.octets;
    mended.uid_next = std::max(box.uid_next, Uid{value_of(sums.last_uid) + 1});
    mended.recent_from = std::min(box.recent_from, mended.uid_next);
    const auto most = std::max(std::as_const(change).cell().mod_seq, sums.last_mod_seq);
    mended.highest_mod_seq = std::clamp(box.highest_mod_seq, sums.last_mod_seq, most);
}

void CheckAccount::check_deleted(Change& change)
{
    const auto& now = std::as_const(change).cell();
    if (deleted_.messages == now.deleted.messages && deleted_.octets == now.deleted.octets &&
        deleted_mailboxes_ == now.deleted_mailboxes)
        return;
    found("the usage of deleted mail is wrong");
    if (mends(change)) {
        change.cell().deleted = deleted_;
        change.cell().deleted_mailboxes = deleted_mailboxes_;
    }
}

void CheckAccount::check_cell(Change& change)
{
    const auto& now = std::as_const(change).cell();
    Usage usage;
    auto last_box = last_deleted_; // a mailbox's id is not used again
    for (const auto& box : change.mailboxes()) {
        usage.messages += sums_[box.id].messages;
        usage.octets += sums_[box.id].octets;
        last_box = std::max(last_box, box.id);
    }
    if (usage.messages != now.usage.messages || usage.octets != now.usage.octets) {
        found("the usage is wrong");
        if (mends(change))
            change.cell().usage = usage;
    }
    if (last_box >= now.next_mailbox || last_email_ >= now.next_email) {
        found("the next ids are wrong");
        if (mends(change)) {
            auto& cell = change.cell();
            cell.next_mailbox = std::max(cell.next_mailbox, MailboxId{value_of(last_box) + 1});
            cell.next_email = std::max(cell.next_email, EmailId{value_of(last_email_) + 1});
        }
    }
    if (change.find(kInbox) == nullptr)
        found("there is no INBOX");
}

Awaitable<Result<>> CheckAccount::apply(Change& change)
{
    *this = CheckAccount(repair_);
    using Visit = void (CheckAccount::*)(Change&, const Row&);
    const std::pair<std::string, Visit> walks[] = {
        {keys::all_messages(), &CheckAccount::visit_messages},
        {keys::all_deleted(), &CheckAccount::visit_deleted},
        {keys::emails(), &CheckAccount::visit_email},
        {keys::body_uses(), &CheckAccount::visit_body_use},
        {keys::inline_bodies(), &CheckAccount::visit_inline_body},
        {keys::message_ids(), &CheckAccount::visit_message_id},
        {keys::releases(), &CheckAccount::visit_release},
        {keys::log_entries(), &CheckAccount::visit_log},
        {keys::deliveries(), &CheckAccount::visit_delivery},
    };
    for (const auto& [prefix, visit] : walks) {
        const auto walked = co_await walk(change, prefix, visit);
        if (!walked)
            co_return walked.error();
    }
    for (const auto& [id, count] : uses_)
        if (emails_.count(id) == 0)
            missing_.insert(id);
    if (!missing_.empty()) {
        const auto walked =
            co_await walk(change, keys::all_messages(), &CheckAccount::visit_missing_email);
        if (!walked)
            co_return walked.error();
        const auto deleted =
            co_await walk(change, keys::all_deleted(), &CheckAccount::visit_missing_deleted);
        if (!deleted)
            co_return deleted.error();
    }
    check_mod_seq(change);
    check_log(change);
    check_lost_mailboxes(change);
    check_emails(change);
    check_mailboxes(change);
    check_deleted(change);
    check_cell(change);
    co_return ok();
}

/// Bodies outside of the account's rows must be there.
Awaitable<Result<>> MailAccount::check_streamed(std::vector<BodyRef> bodies,
                                                std::vector<std::string>& findings)
{
    for (const auto& body : bodies) {
        const auto read = co_await read_body(body, 0, 1);
        if (read && !read->empty())
            continue;
        if (!read && read.error().code() == Errc::Unavailable)
            co_return read.error();
        findings.push_back("body " + to_string(body.blob) + " is missing or damaged");
    }
    co_return ok();
}

Awaitable<Result<std::vector<std::string>>> MailAccount::check(bool repair)
{
    constexpr unsigned kMaxPasses = 1000;
    std::vector<std::string> findings;
    for (unsigned pass = 0; pass < kMaxPasses; ++pass) {
        auto change = std::make_shared<CheckAccount>(repair);
        auto outcome = co_await mutate(change);
        if (!outcome)
            co_return outcome.error();
        if (pass == 0) {
            findings = std::move(change->findings);
            const auto looked = co_await check_streamed(std::move(change->streamed), findings);
            if (!looked)
                co_return looked.error();
        }
        if (!change->more)
            break;
    }
    co_return findings;
}

Awaitable<Result<std::vector<std::string>>> MailAccount::recount()
{
    co_return co_await check(true);
}

} // namespace mailctl::store
