// What one session knows about its selected mailbox: UIDs in order, and little else.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/ids.h"
#include "core/imap/sequence_set.h"
#include "store/account.h"
#include "store/mailbox_rights.h"

namespace mailctl::imap {

class Contexts; // core/imap/server/context/contexts.h

/// The selected mailbox as the client was told it: 4 octets a message. Message number n is
/// uids[n - 1]; an expunged message keeps its place until EXPUNGE may be sent (RFC 3501 §7.4.1).
class View {
public:
    /// `account`: whose mailbox it is, the user's own or another's.
    View(std::shared_ptr<store::Account> account, const store::MailboxInfo& mailbox, bool read_only)
        : account_(std::move(account)),
          mailbox_(mailbox.id),
          uid_validity_(mailbox.uid_validity),
          read_only_(read_only)
    {
    }

    store::Account& account() const { return *account_; }
    const std::shared_ptr<store::Account>& shared_account() const { return account_; }
    MailboxId mailbox() const { return mailbox_; }
    std::uint32_t uid_validity() const { return uid_validity_; }
    bool is_read_only() const { return read_only_; }
    const std::vector<Uid>& uids() const { return uids_; }
    std::uint32_t count() const { return static_cast<std::uint32_t>(uids_.size()); }
    /// 0 where there is no message.
    std::uint32_t largest_uid() const { return uids_.empty() ? 0 : value_of(uids_.back()); }
    /// nullopt: not in the view.
    std::optional<std::uint32_t> number_of(Uid uid) const;
    /// The UIDs of a resolved set, of message numbers or of UIDs; those not in the view are left out.
    std::vector<Uid> pick(std::span<const NumberRange> ranges, bool by_uid) const;
    /// The same for a set as it was sent; "$" is what was saved.
    std::vector<Uid> pick(const SequenceSet& set, bool by_uid) const;

    /// What "$" stands for, ascending: messages expunged since count for nothing. RFC 5182 §2.1
    std::vector<Uid> saved;

    /// The mailbox as the client names it: what stands before the name within the account.
    std::string prefix;
    /// What the user may do here. RFC 4314 §2.1
    store::MailboxRights rights = store::kAllMailboxRights;
    /// \Seen is of this user alone: not a flag that is shared.
    bool own_seen = false;
    /// True where the client opened it to change it, and has the right.
    bool may(store::MailboxRight right) const { return !read_only_ && rights.has(right); }
    /// READ-WRITE. RFC 4314 §5.2
    bool may_change() const
    {
        using enum store::MailboxRight;
        const auto shared = Insert | Expunge | Write | DeleteMessages;
        return !read_only_ && rights.has_any(own_seen ? shared : shared | Seen);
    }
    /// Messages that this client put here since the last sync: RFC 5465 §5.2.
    std::vector<Uid> made;
    /// Messages whose flags changed while the client did not want to know. RFC 5465 §3.1
    std::vector<Uid> untold;
    /// Searches that tell their changes; nullptr: there are none. RFC 5267 §4.3
    std::shared_ptr<Contexts> contexts;
    /// What UIDBATCHES told last, and how much had come and gone by then. RFC 10022 §3.1.1
    struct Batches {
        std::uint32_t size = 0; ///< of a batch; 0: it was never asked
        std::uint32_t last = 0; ///< the highest number of a batch that was told
        std::uint64_t come = 0, gone = 0;
        unsigned resends = 0;
    };
    Batches batches;
    /// Messages that were added to the view, and that were taken out of it.
    std::uint64_t come() const { return come_; }
    std::uint64_t gone() const { return gone_; }
    /// Behind the ids of RFC 8474 where it is another's mailbox.
    std::string id_suffix;

    /// Adds new messages at the end; what is there already is ignored.
    void add(std::span<const Uid> uids);
    void shrink() { uids_.shrink_to_fit(); }

    /// \Recent is told. RFC 9051 has no such flag
    bool knows_recent = true;
    bool is_recent(Uid uid) const;
    std::uint32_t recent_count() const;
    /// Messages from `range` are recent in this session (RFC 3501 §2.3.2).
    void add_recent(store::UidRange range);

    /// Marks messages as expunged, keeping their numbers.
    void lose(std::span<const Uid> uids);
    bool has_lost() const { return !lost_.empty(); }
    bool is_lost(Uid uid) const;
    const std::vector<Uid>& lost() const { return lost_; }
    /// Whatever the client was told while EXPUNGE waits, it may lose none of what is after this.
    /// nullopt: it need not be told so, or no longer. RFC 7162 §3.2
    std::optional<ModSeq> waits_after;
    /// The next sync tells what came before what went, as RFC 8508 §3.2 shows it.
    bool tells_arrivals_first = false;
    /// Takes the lost messages out; gives their numbers in the order in which EXPUNGE tells them:
    /// each counts those before it as gone.
    std::vector<std::uint32_t> take_lost();

    /// Recent messages were told, which is not durable yet. Done after the client has its answer:
    /// it costs a commit.
    bool is_claim_due = false;
    /// The change log is known up to here.
    ModSeq seen{};
    /// Keywords of the account that the last FLAGS response held.
    std::size_t keywords_told = 0;

    /// Flags that the client knows without the change log, until the next sync.
    enum class Exactly : bool { No, Yes };
    /// `Exactly::No`: it was told the flags as of `mod_seq`. `Yes`: it made this change silently
    /// and knows of no other one.
    void told(Uid uid, ModSeq mod_seq, Exactly exactly);
    bool knows(Uid uid, ModSeq mod_seq) const;
    /// The same of a change of several, ascending, where they are what was told of one after the other;
    /// otherwise false, and each has to be asked for.
    bool knows_all(std::span<const Uid> uids, ModSeq mod_seq) const;
    void forget_told() { std::vector<Told>().swap(told_); }

private:
    struct Told {
        Uid uid{};
        ModSeq mod_seq{};
        Exactly exactly = Exactly::No;

        bool covers(ModSeq change) const { return exactly == Exactly::Yes ? mod_seq == change : mod_seq >= change; }
    };
    std::shared_ptr<store::Account> account_;
    MailboxId mailbox_;
    std::uint32_t uid_validity_;
    bool read_only_;
    std::vector<Uid> uids_;
    std::vector<store::UidRange> recent_;
    std::uint64_t come_ = 0, gone_ = 0;
    std::vector<Uid> lost_; // ascending
    std::vector<Told> told_; // by UID
};

} // namespace mailctl::imap
