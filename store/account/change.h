// What a mutation of an account sees: the account as it will be after all that goes before it in
// the same commit, and its own changes on top.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/awaitable.h"
#include "store/account.h"
#include "store/account/message_page.h"
#include "store/account/records.h"
#include "store/engine.h"

namespace mailctl::store {

/// The small rows of an account that are kept in memory: the expectation on the cell makes sure
/// that no commit rests on old ones.
struct AccountState {
    Cell cell;
    std::string cell_stored; ///< exactly as it is in its row
    std::map<MailboxId, MailboxInfo> mailboxes;
    std::map<std::string, MailboxId, std::less<>> names;
    std::vector<std::string> keywords;
    std::set<std::string, std::less<>> subscriptions;
    bool has_releases = false; ///< when it was loaded
};

/// Reads the whole state. Errors: NotFound (no such account), Corrupt, Unavailable.
Awaitable<Result<AccountState>> load_state(Engine& engine, Partition partition);

/// Changes not yet committed: one mutation's, or all that go into one commit.
struct Overlay {
    Cell cell;
    bool cell_changed = false;
    std::map<MailboxId, std::optional<MailboxInfo>> mailboxes; ///< nullopt: deleted
    std::map<std::string, std::optional<std::string>> rows;    ///< nullopt: erased
    std::vector<std::string> keywords;                         ///< new ones, in order
    std::map<std::string, bool> subscriptions;
    std::size_t row_octets = 0; ///< of rows; never less than what the batch takes
    bool releases = false;

    bool is_empty() const
    {
        return !cell_changed && mailboxes.empty() && rows.empty() && keywords.empty() &&
               subscriptions.empty();
    }
    std::size_t row_count() const { return rows.size() + mailboxes.size() + 1; }
    std::size_t octets() const { return row_octets + mailboxes.size() * 400 + 1000; }
};

/// A log longer than this loses its oldest entries, in passing.
inline constexpr std::uint64_t kMaxLogEntries = 10'000;
/// What one commit erases of them: rows kept free in every batch.
inline constexpr std::size_t kLogTrimRows = 500;
/// What the mutations of one commit may take.
inline constexpr std::size_t kMaxOverlayRows = kMaxBatchRows - kLogTrimRows;
inline constexpr std::size_t kMaxOverlayOctets = kMaxBatchOctets - 64 * 1024;

/// The view and the changes of one mutation. Borrows everything it is made of.
/// Threads: one at a time, and only inside Mutation::apply.
class Change {
public:
    Change(Engine& engine, const Partition& partition, const AccountState& state,
           const Overlay& before, Time now, std::uint64_t commit);

    Time now() const { return now_; }
    /// Marks the cell as changed.
    Cell& cell();
    const Cell& cell() const { return mine_.cell; }
    /// This mutation's mod-sequence, taken when it is first asked for; log() must follow.
    ModSeq mod_seq();
    void log(ChangeEntry::Kind kind, MailboxId box, std::vector<Uid> uids = {});
    void log_metadata(MailboxId box, AccountId reader, std::vector<std::string> names);

    const MailboxInfo* find(MailboxId id) const;
    const MailboxInfo* find(std::string_view name) const;
    const MailboxInfo* find(SpecialUse role) const;
    /// To change it. Errors: NotFound.
    Result<MailboxInfo*> mailbox(MailboxId id);
    MailboxInfo& add_mailbox(MailboxInfo box);
    void erase_mailbox(MailboxId id);
    /// By name.
    std::vector<MailboxInfo> mailboxes() const;
    std::size_t mailbox_count() const;

    std::vector<std::string> keywords() const;
    void add_keyword(std::string name);
    bool is_subscribed(std::string_view name) const;
    void subscribe(const std::string& name, bool on);

    /// The values in the order of the keys.
    Awaitable<Result<std::vector<std::optional<std::string>>>> get(std::vector<std::string> keys);
    Awaitable<Result<Page>> scan(Range range);
    void put(std::string key, std::string value);
    void erase(std::string key);
    /// The rows of those UIDs that exist, as they were before this mutation but for edits. Order: ascending, both.
    /// Errors: Corrupt, Unavailable.
    Awaitable<Result<std::vector<MessageRow>>> messages(MailboxId box, const std::vector<Uid>& uids);
    /// Has `edit` look at the rows of those UIDs that exist, ascending, and change them in their place;
    /// it tells whether it did. Order: ascending. Errors: Corrupt, Unavailable.
    Awaitable<Result<>> edit_messages(MailboxId box, const std::vector<Uid>& uids,
                                      const std::function<bool(MessageRow&)>& edit);
    /// Adds or changes a message. finish() brings these into their pages, all of a page at once.
    void put_message(MailboxId box, const MessageRow& row);
    void erase_message(MailboxId box, Uid uid);
    /// Changes of messages that are in no page yet: at most so many rows more.
    std::size_t pending_messages() const { return messages_.size(); }
    /// Gives a body up once this change is durable.
    void release(const BodyRef& body);

    const Overlay& overlay() const { return mine_; }
    /// All that was changed, with its log row. Errors: Corrupt (a page of messages), Unavailable.
    Awaitable<Result<Overlay>> finish();

private:
    const std::optional<std::string>* overlaid(const std::string& key) const;
    void overlay_page(const Range& range, Page& page) const;
    using PageKey = std::pair<MailboxId, std::uint32_t>;
    struct LoadedPage {
        std::vector<MessageRow> rows; ///< as they were, but for edits
        bool is_edited = false;
    };
    static std::vector<PageKey> pages_of(MailboxId box, const std::vector<Uid>& uids);
    Awaitable<Result<>> load_pages(std::vector<PageKey> wanted);
    Awaitable<Result<>> load_run(MailboxId box, std::uint32_t first, std::uint32_t last);
    Result<> load_page(const PageKey& key, std::string_view stored);
    void put_page(const PageKey& key, std::span<const MessageRow> rows);
    void sort_messages();
    Awaitable<Result<>> put_pages();

    Engine& engine_;
    const Partition& partition_;
    const AccountState& state_;
    const Overlay& before_;
    Overlay mine_;
    Time now_;
    LogRecord log_;
    bool has_mod_seq_ = false;
    std::vector<MessageChange> messages_;
    std::map<PageKey, LoadedPage> pages_;
};

/// One change to an account. `apply` may run several times: each run starts from nothing and
/// reads and writes only through the change it is given.
class Mutation {
public:
    virtual ~Mutation() = default;
    virtual Awaitable<Result<>> apply(Change& change) = 0;
};

/// Puts `top`, made over `below`, into `below`.
void merge(Overlay& below, Overlay top);
/// The batch that makes `overlay` durable over `state`, and trims the log; the rows move into it.
/// `commit`: random.
Batch batch_for(const AccountState& state, Overlay& overlay, std::uint64_t commit);
/// The state after that batch was applied.
void apply(AccountState& state, Overlay overlay, std::string cell_stored);

} // namespace mailctl::store
