// Looks at every row of an account, and mends what does not fit together.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "store/account/change.h"

namespace mailctl::store {

/// Runs as a mutation, so that nothing changes while it looks. Every row must fit the others:
///   - a mailbox's counts and octets are the sums of its messages, the usage is the sum of both
///   - UIDs, email ids and mailbox ids are below the next ones, mod-sequences not above the cell's
///   - every message names an email, every email is named, as often as its body use tells
///   - deleted messages name emails too, and the cell's sums are theirs
///   - inline bodies, message ids and body uses belong to an email
///   - the log has no gaps
/// A repair never drops an email that can be read: one that no message names gets a message in
/// the mailbox "Recovered". `more`: the repairs did not fit into one commit; run it again.
class CheckAccount final : public Mutation {
public:
    explicit CheckAccount(bool repair) : repair_(repair) {}

    std::vector<std::string> findings;
    bool more = false;
    std::vector<BodyRef> streamed; ///< bodies that are in no row of the account

    Awaitable<Result<>> apply(Change& change) override;

private:
    struct Sums {
        std::uint32_t messages = 0, unseen = 0, deleted = 0;
        std::uint64_t octets = 0;
        Uid last_uid{0};
        ModSeq last_mod_seq{0};
    };
    struct EmailSeen {
        BodyRef body;
        bool is_inline = false;
        bool has_use = false;
        bool has_body = false;
        std::size_t pieces = 0; ///< rows of its card still to come
    };
    void found(std::string what) { findings.push_back(std::move(what)); }
    /// True where a repair may still be written.
    bool mends(Change& change);

    Awaitable<Result<>> walk(Change& change, std::string prefix,
                             void (CheckAccount::*visit)(Change&, const Row&));
    void visit_messages(Change& change, const Row& row);
    void visit_deleted(Change& change, const Row& row);
    void visit_email(Change& change, const Row& row);
    void visit_body_use(Change& change, const Row& row);
    void visit_inline_body(Change& change, const Row& row);
    void visit_message_id(Change& change, const Row& row);
    void visit_release(Change& change, const Row& row);
    void visit_log(Change& change, const Row& row);
    void visit_delivery(Change& change, const Row& row);
    void visit_missing_email(Change& change, const Row& row);
    void visit_missing_deleted(Change& change, const Row& row);

    void check_mod_seq(Change& change);
    void check_log(Change& change);
    void check_lost_mailboxes(Change& change);
    void check_emails(Change& change);
    void recover(Change& change, EmailId id, const EmailSeen& email);
    void check_mailboxes(Change& change);
    void check_mailbox(Change& change, const MailboxInfo& box, const Sums& sums);
    void check_deleted(Change& change);
    void check_cell(Change& change);

    bool repair_;
    std::map<MailboxId, Sums> sums_;
    std::map<EmailId, std::uint64_t> uses_;
    std::map<EmailId, EmailSeen> emails_;
    std::map<BlobId, EmailId> blobs_;
    std::set<EmailId> missing_; ///< named by messages, but not there
    Usage deleted_;             ///< sums of deleted messages
    std::uint64_t deleted_mailboxes_ = 0;
    MailboxId last_deleted_{0};
    EmailId last_email_{0};
    std::uint64_t log_rows_ = 0;
    ModSeq log_first_{0}, log_last_{0};
};

} // namespace mailctl::store
