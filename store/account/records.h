// The records of an account's rows, and their stored forms.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "store/account.h"

namespace mailctl::store {

/// The one compare-and-set row of an account: every change expects it and writes it anew.
struct Cell {
    ModSeq mod_seq{1};  ///< of the last change that the log tells
    ModSeq log_from{2}; ///< the oldest entry the log still has; entries are without gaps
    EmailId next_email{1};
    MailboxId next_mailbox{1};
    std::uint32_t uid_validity = 0; ///< the last one given out: later ones are greater
    Usage usage;
    Usage limits;
    Usage deleted;                       ///< messages that can still be brought back
    std::uint64_t deleted_mailboxes = 0; ///< rows of them
    bool counts_deleted = false;         ///< `deleted` counts against `limits`; not stored
    Time created{};
    std::uint64_t commit = 0; ///< random: tells two commits with the same outcome apart
    bool erased = false;      ///< the account is being erased: nothing may change any more

    /// What is held against the limits.
    Usage counted_usage() const;
    bool has_room_for(std::uint64_t octets, std::uint64_t messages = 1) const;
    void charge(std::uint64_t octets);
    void discharge(std::uint64_t octets);
    void charge_deleted(std::uint64_t octets);
    void discharge_deleted(std::uint64_t octets);
};

/// The head row of an email. The card follows in it, and goes on in rows of its own where it is
/// large.
struct EmailRecord {
    ThreadId thread{};
    BodyRef body;
    bool is_inline = false;                 ///< the body is in a row of this account
    std::vector<std::uint64_t> message_ids; ///< hashes whose rows this email owns
    std::uint64_t card_octets = 0;          ///< of the whole encoded card
    std::string card;                       ///< its start

    /// How many rows the card takes apart from this one.
    std::size_t card_pieces() const;
};
/// Of the card, in the head row and in each row after it.
inline constexpr std::size_t kCardPieceOctets = 60'000;

/// What readers of many emails need of the head row. Borrows: the row.
struct EmailHead {
    ThreadId thread{};
    BodyRef body;
    std::uint64_t card_octets = 0;
    std::string_view card;

    std::size_t card_pieces() const;
};

/// Which email a body belongs to, and how many messages name that email.
struct BodyUse {
    EmailId email{};
    std::uint64_t uses = 1;
};

/// A delivery that was made: what append told, and until when a repetition is recognized.
struct DeliveryRecord {
    MailboxId mailbox{};
    Appended appended;
    Time expires{};
};

/// A message id's thread, and the email that brought it.
struct ThreadRecord {
    ThreadId thread{};
    EmailId email{};
};

/// All that one change did, under its mod-sequence.
struct LogRecord {
    std::vector<ChangeEntry> entries; ///< mod_seq not set: it is the row's key
    std::uint64_t commit = 0;
};

std::string encode(const Cell& record);
std::string encode(const MailboxInfo& record); ///< without id and `subscribed`
std::string encode(const MessageRow& record);  ///< without the UID
std::string encode(const EmailRecord& record);
std::string encode(const BodyUse& record);
std::string encode(const DeliveryRecord& record);
std::string encode(const ThreadRecord& record);
std::string encode(const LogRecord& record);
std::string encode_text(std::string_view text);
std::string encode_release(bool shared);

/// Errors of all: Corrupt.
Result<Cell> decode_cell(std::string_view stored);
Result<MailboxInfo> decode_mailbox(MailboxId id, std::string_view stored);
Result<MessageRow> decode_message(Uid uid, std::string_view stored);
Result<EmailRecord> decode_email(std::string_view stored);
Result<EmailHead> decode_email_head(std::string_view stored);
Result<BodyUse> decode_body_use(std::string_view stored);
Result<DeliveryRecord> decode_delivery(std::string_view stored);
Result<ThreadRecord> decode_thread(std::string_view stored);
Result<LogRecord> decode_log(std::string_view stored);
Result<std::string> decode_text(std::string_view stored);
/// True: the body belongs to the shared partition.
Result<bool> decode_release(std::string_view stored);

/// UIDs as runs; the order is lost. Errors of the inverse: Corrupt.
std::string pack_uids(std::vector<Uid> uids);
Result<std::vector<Uid>> unpack_uids(std::string_view packed);

/// A message id's key in the thread rows: stable for ever, apart from case and angle brackets.
std::uint64_t hash_of_message_id(std::string_view message_id);

} // namespace mailctl::store
