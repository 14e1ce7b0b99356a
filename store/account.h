// One user's mail: mailboxes, messages and the change log of one partition.
//
// Every change goes through mutate(): it reads the account's cell, runs the change, and commits
// expecting the cell unchanged. Changes that wait together are merged into one commit.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/awaitable.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/mime/card.h"
#include "store/body_ref.h"
#include "store/engine.h"
#include "store/flags.h"

namespace mailctl::store {

/// RFC 6154 §2, as a mailbox's role.
enum class SpecialUse : std::uint8_t { None, Inbox, Archive, Drafts, Junk, Sent, Trash, All, Flagged };

inline constexpr char kHierarchyDelimiter = '/';
inline constexpr std::size_t kMaxMailboxNameOctets = 255;
inline constexpr unsigned kMaxMailboxDepth = 25;
inline constexpr unsigned kMaxMailboxes = 10'000; ///< of one account

/// A mailbox as every reader sees it. Counts are always the sums of its messages.
struct MailboxInfo {
    MailboxId id{};
    std::string name; ///< UTF-8, '/' between levels; "INBOX" for the inbox
    SpecialUse role = SpecialUse::None;
    bool subscribed = true;
    std::uint32_t uid_validity = 0;
    Uid uid_next{1};
    Uid recent_from{1}; ///< messages from here on were never shown to a read-write session
    std::uint32_t messages = 0;
    std::uint32_t unseen = 0;  ///< without \Seen
    std::uint32_t deleted = 0; ///< with \Deleted
    std::uint64_t octets = 0;
    ModSeq highest_mod_seq{1};
};

/// What FETCH FLAGS and friends need: one small row a message.
struct MessageRow {
    Uid uid{};
    ModSeq mod_seq{};
    EmailId email{};
    Flags flags;
    std::uint64_t octets = 0; ///< RFC822.SIZE
    Time internal_date{};
    std::chrono::minutes date_zone{}; ///< east of UTC, as the client gave internal_date
    Time saved{}; ///< when it came into this mailbox (RFC 8514)
};

/// The rest of a message: its card and body.
struct Email {
    EmailId id{};
    ThreadId thread{};
    BodyRef body;
    mime::Card card;
};

/// A message to be added. The body is durable already, or small and inside.
struct NewMessage {
    BodyRef body;
    std::string inline_body; ///< not empty: stored in the account's rows with the commit
    std::shared_ptr<const mime::Card> card;
    Flags flags;
    Time internal_date{};
    std::chrono::minutes date_zone{}; ///< of internal_date; 0: UTC
    /// Makes a second run of the same delivery a no-op; empty: none (APPEND).
    std::string delivery_id;
    bool may_pass_limits = false; ///< full or not: quotas that only warn
};

/// What append and copy tell (UIDPLUS, RFC 4315).
struct Appended {
    std::uint32_t uid_validity = 0;
    Uid uid{};
    ModSeq mod_seq{};
    bool repeated = false; ///< this delivery id was there already
};

/// Source and target UIDs of a copy or move, in the same order.
struct Copied {
    std::uint32_t uid_validity = 0;
    std::vector<Uid> from;
    std::vector<Uid> to;
};

/// Usage and limits; 0 is no limit.
struct Usage {
    std::uint64_t octets = 0;
    std::uint64_t messages = 0;

    /// 0 in `limits`: none.
    bool is_within(const Usage& limits) const
    {
        return (limits.octets == 0 || octets <= limits.octets) &&
               (limits.messages == 0 || messages <= limits.messages);
    }
};

/// What becomes of the recent messages that are asked for.
enum class Recent : std::uint8_t { Look, Show, Keep };

/// One entry of the change log, in mod-sequence order.
struct ChangeEntry {
    /// MailboxChanged: created, renamed, deleted, subscribed, other rights. MetadataChanged: an
    /// annotation of it, or of the server where `mailbox` is 0.
    enum class Kind : std::uint8_t {
        Appeared,
        FlagsChanged,
        Expunged,
        MailboxChanged,
        MetadataChanged,
    } kind{};
    ModSeq mod_seq{};
    MailboxId mailbox{};
    std::vector<Uid> uids; ///< empty for MailboxChanged and MetadataChanged
    std::vector<std::string> names{}; ///< MetadataChanged: the annotations
    AccountId reader{};               ///< MetadataChanged: whose the private ones are
};

/// The changes after a mod-sequence; `truncated` where the log no longer reaches back that far.
struct Changes {
    std::vector<ChangeEntry> entries;
    ModSeq up_to{};
    bool truncated = false;
};

/// A range of UIDs, both ends inside.
struct UidRange {
    Uid first{1};
    Uid last{0xFFFFFFFF};
};

/// STORE: which messages, how, and CONDSTORE's condition.
struct FlagsUpdate {
    std::vector<Uid> uids;
    FlagChange change = FlagChange::Add;
    Flags flags;
    std::optional<ModSeq> unchanged_since; ///< RFC 7162 §3.1.3
};

struct FlagsUpdated {
    std::vector<MessageRow> rows;   ///< as they are now; also those the update left as they were
    std::vector<Uid> modified;      ///< failed unchanged_since
};

class Acls;        // store/acl.h: who else may do what in its mailboxes
class Appending;   // store/appending.h: several messages in one commit, and replacing one
class Change;      // store/account/change.h: what a mutation sees
class DeletedMail; // store/deleted.h: what was expunged and can be brought back
class Metadata;    // store/metadata.h: annotations of its mailboxes
class UrlKeys;     // store/url_keys.h: keys of links to messages

/// Threads: any. One object an account in the process; get it from Store::account.
class Account : public std::enable_shared_from_this<Account> {
public:
    virtual ~Account() = default;
    virtual AccountId id() const = 0;

    // Mailboxes -------------------------------------------------------------------------------
    /// All of them, INBOX first, then by name.
    virtual Awaitable<Result<std::vector<MailboxInfo>>> mailboxes() = 0;
    /// Errors: NotFound. "INBOX" in any case names the inbox.
    virtual Awaitable<Result<MailboxInfo>> find_mailbox(std::string name) = 0;
    virtual Awaitable<Result<MailboxInfo>> mailbox(MailboxId id) = 0;
    virtual Awaitable<Result<MailboxInfo>> mailbox_by_role(SpecialUse role) = 0;
    /// Creates missing parents too. Errors: Exists, Invalid (name), OverQuota (kMaxMailboxes).
    virtual Awaitable<Result<MailboxInfo>> create_mailbox(std::string name, SpecialUse role) = 0;
    /// With its messages; children stay. Errors: NotFound, Denied (INBOX).
    virtual Awaitable<Result<>> delete_mailbox(std::string name) = 0;
    /// With its children; renaming INBOX moves its messages (RFC 9051 §6.3.6).
    /// Errors: NotFound, Exists, Invalid.
    virtual Awaitable<Result<>> rename_mailbox(std::string from, std::string to) = 0;
    /// Subscriptions outlive mailboxes (RFC 9051 §6.3.7).
    virtual Awaitable<Result<>> subscribe(std::string name, bool on) = 0;
    virtual Awaitable<Result<std::vector<std::string>>> subscriptions() = 0;

    // Messages --------------------------------------------------------------------------------
    /// Errors: NotFound (mailbox), OverQuota.
    virtual Awaitable<Result<Appended>> append(MailboxId box, NewMessage message) = 0;
    /// Rows with UIDs in the range, ascending, at most `limit`.
    virtual Awaitable<Result<std::vector<MessageRow>>> messages(MailboxId box, UidRange range,
                                                                std::uint32_t limit) = 0;
    /// Errors: NotFound (expunged), Corrupt.
    virtual Awaitable<Result<Email>> email(EmailId id) = 0;
    virtual Awaitable<Result<std::string>> read_body(BodyRef body, std::uint64_t offset,
                                                     std::uint64_t length) = 0;
    virtual Awaitable<Result<FlagsUpdated>> update_flags(MailboxId box, FlagsUpdate update) = 0;
    /// Removes the messages among `uids` that exist and, where `only_deleted`, carry \Deleted.
    /// Gives what went, ascending.
    virtual Awaitable<Result<std::vector<Uid>>> expunge(MailboxId box, std::vector<Uid> uids,
                                                        bool only_deleted) = 0;
    /// Missing UIDs are skipped. Errors: NotFound (target), OverQuota (copy).
    virtual Awaitable<Result<Copied>> copy(MailboxId from, std::vector<Uid> uids, MailboxId to) = 0;
    virtual Awaitable<Result<Copied>> move(MailboxId from, std::vector<Uid> uids, MailboxId to) = 0;
    /// Gives the messages that no session was shown as recent (RFC 3501 §2.3.2). `Show`: they are
    /// now, to the caller alone. `Keep`: what was shown stays so after a restart; it gives the rest.
    virtual Awaitable<Result<UidRange>> take_recent(MailboxId box, Recent how) = 0;

    // Keywords --------------------------------------------------------------------------------
    /// Names by index; the index is the bit in Flags::keywords.
    virtual Awaitable<Result<std::vector<std::string>>> keywords() = 0;
    /// The index of each name, made where new. Case-insensitive, the first spelling stays.
    /// Errors: OverQuota (kMaxKeywords).
    virtual Awaitable<Result<std::vector<unsigned>>> intern_keywords(std::vector<std::string> names) = 0;

    // Changes ---------------------------------------------------------------------------------
    virtual ModSeq highest_mod_seq() const = 0; ///< of the last commit this process saw
    virtual Awaitable<Result<Changes>> changes_since(ModSeq after) = 0;
    /// A hint after commits; any thread, must not block. See Engine::watch.
    virtual std::unique_ptr<Watch> watch(std::function<void()> changed) = 0;

    // Quota -----------------------------------------------------------------------------------
    virtual Awaitable<Result<Usage>> usage() = 0;
    /// Limits checked by append and copy from now on; 0: none. Kept with the account.
    virtual Awaitable<Result<>> set_limits(Usage limits) = 0;
    virtual Awaitable<Result<Usage>> limits() = 0;
    /// Counts everything again and repairs the sums; gives what was wrong, empty: nothing.
    virtual Awaitable<Result<std::vector<std::string>>> recount() = 0;

    // Capabilities with a header of their own --------------------------------------------------
    virtual Acls& acls() = 0;
    virtual Appending& appending() = 0;
    virtual DeletedMail& deleted() = 0;
    virtual Metadata& metadata() = 0;
    virtual UrlKeys& url_keys() = 0;

    // POP3 and small state --------------------------------------------------------------------
    /// A free-form small value of the account ("last_login.imap"); nullopt: absent.
    virtual Awaitable<Result<std::optional<std::string>>> note(std::string name) = 0;
    virtual Awaitable<Result<>> set_note(std::string name, std::string value) = 0;
};

} // namespace mailctl::store
