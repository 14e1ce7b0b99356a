// The account over an engine: state in memory, one committer, an operation a file.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "store/account.h"
#include "store/account/account_host.h"
#include "store/account/change.h"
#include "store/account/deleted/deleted_mail.h"
#include "store/acl.h"
#include "store/appending.h"
#include "store/engine.h"
#include "store/engine/watchers.h"
#include "store/metadata.h"
#include "store/url_keys.h"

namespace mailctl::store {

/// One user's mail. Made by open(), shared by all who use the account in this process.
/// Borrows: engine, clock, random.
class MailAccount final : public Account, public Acls, public Appending, public Metadata, public UrlKeys {
public:
    struct Environment {
        Engine& engine;
        const Clock& clock;
        Random& random;
        AccountHost* host = nullptr; ///< nullptr: what is expunged is gone, usage is told to nobody
    };

    /// Errors: NotFound (never created, or erased), Corrupt, Unavailable.
    static Awaitable<Result<std::shared_ptr<MailAccount>>> open(Environment environment,
                                                                AccountId id);
    MailAccount(Environment environment, AccountId id, AccountState state);

    AccountId id() const override { return id_; }

    Awaitable<Result<std::vector<MailboxInfo>>> mailboxes() override;
    Awaitable<Result<MailboxInfo>> find_mailbox(std::string name) override;
    Awaitable<Result<MailboxInfo>> mailbox(MailboxId id) override;
    Awaitable<Result<MailboxInfo>> mailbox_by_role(SpecialUse role) override;
    Awaitable<Result<MailboxInfo>> create_mailbox(std::string name, SpecialUse role) override;
    Awaitable<Result<>> delete_mailbox(std::string name) override;
    Awaitable<Result<>> rename_mailbox(std::string from, std::string to) override;
    Awaitable<Result<>> subscribe(std::string name, bool on) override;
    Awaitable<Result<std::vector<std::string>>> subscriptions() override;

    Awaitable<Result<Appended>> append(MailboxId box, NewMessage message) override;
    Awaitable<Result<std::vector<MessageRow>>> messages(MailboxId box, UidRange range,
                                                        std::uint32_t limit) override;
    Awaitable<Result<Email>> email(EmailId id) override;
    Awaitable<Result<std::string>> read_body(BodyRef body, std::uint64_t offset,
                                             std::uint64_t length) override;
    Awaitable<Result<FlagsUpdated>> update_flags(MailboxId box, FlagsUpdate update) override;
    Awaitable<Result<std::vector<Uid>>> expunge(MailboxId box, std::vector<Uid> uids,
                                                bool only_deleted) override;
    Awaitable<Result<Copied>> copy(MailboxId from, std::vector<Uid> uids, MailboxId to) override;
    Awaitable<Result<Copied>> move(MailboxId from, std::vector<Uid> uids, MailboxId to) override;
    Awaitable<Result<UidRange>> take_recent(MailboxId box, Recent how) override;

    Awaitable<Result<std::vector<std::string>>> keywords() override;
    Awaitable<Result<std::vector<unsigned>>> intern_keywords(
        std::vector<std::string> names) override;

    ModSeq highest_mod_seq() const override;
    Awaitable<Result<Changes>> changes_since(ModSeq after) override;
    std::unique_ptr<Watch> watch(std::function<void()> changed) override;

    Awaitable<Result<Usage>> usage() override;
    Awaitable<Result<>> set_limits(Usage limits) override;
    Awaitable<Result<Usage>> limits() override;
    Awaitable<Result<std::vector<std::string>>> recount() override;

    Acls& acls() override { return *this; }
    Awaitable<Result<Acl>> acl(MailboxId box) override;
    Awaitable<Result<std::map<MailboxId, Acl>>> acls_by_mailbox() override;
    Awaitable<Result<>> change_acl(MailboxId box, AclSubject who, AclChange how,
                                   MailboxRights rights) override;
    Awaitable<Result<>> set_own_seen(MailboxId box, bool on) override;

    Metadata& metadata() override { return *this; }
    Awaitable<Result<std::vector<MetadataEntry>>> entries(MailboxId box, AccountId reader) override;
    Awaitable<Result<>> set_entries(MailboxId box, AccountId reader,
                                    std::vector<MetadataEntry> entries,
                                    std::optional<SpecialUse> role = std::nullopt) override;
    DeletedMail& deleted() override { return deleted_; }

    Awaitable<Result<std::optional<std::string>>> note(std::string name) override;
    Awaitable<Result<>> set_note(std::string name, std::string value) override;

    Appending& appending() override { return *this; }
    Awaitable<Result<std::vector<Appended>>> append_all(MailboxId box,
                                                        std::vector<NewMessage> messages) override;
    Awaitable<Result<Appended>> replace(ReplacedMessage old, MailboxId box,
                                        NewMessage message) override;
    UrlKeys& url_keys() override { return *this; }
    Awaitable<Result<std::string>> url_key(MailboxId box) override;
    Awaitable<Result<>> reset_url_key(MailboxId box) override;
    Awaitable<Result<>> reset_url_keys() override;

    /// Looks for broken invariants; mends what can be mended where `repair`.
    Awaitable<Result<std::vector<std::string>>> check(bool repair);
    /// Queues the mutation and returns when the commit it went into is durable.
    /// Errors: what apply gave, or the commit's: Unavailable, Busy (too many conflicts), NotFound
    /// (the account was erased).
    Awaitable<Result<>> mutate(std::shared_ptr<Mutation> mutation);
    /// Erases the bodies that commits gave up, now; else it happens in the background.
    Awaitable<Result<>> release_bodies();
    /// True once the account was found erased.
    bool is_gone() const;
    Time created() const;
    EmailId last_email() const;

    /// How long what is expunged can be brought back. Errors: Unavailable.
    Awaitable<Result<milliseconds>> keep_deleted() const;
    bool counts_deleted() const { return environment_.host && environment_.host->counts_deleted(); }
    Usage deleted_usage() const;

    Engine& engine() const { return environment_.engine; }
    const Partition& partition() const { return partition_; }
    const Clock& clock() const { return environment_.clock; }

private:
    /// A mutation on its way, its outcome, and how to wake its caller.
    struct Waiting {
        std::shared_ptr<Mutation> mutation;
        Result<> outcome;
        std::function<void()> wake;
    };
    using Group = std::deque<std::shared_ptr<Waiting>>;

    /// `keeps`: they can be brought back.
    Awaitable<Result<std::vector<Uid>>> expunge_now(MailboxId box, std::vector<Uid> uids,
                                                    bool only_deleted, bool keeps);
    Awaitable<Result<>> check_streamed(std::vector<BodyRef> bodies,
                                       std::vector<std::string>& findings);
    Awaitable<Result<>> rename_inbox(std::string to);
    std::shared_ptr<MailAccount> self();
    struct Enqueue;
    bool enqueue(std::shared_ptr<Waiting> waiting);
    static Awaitable<> run_committer(std::shared_ptr<MailAccount> account);
    class Taken;
    static Awaitable<> run_releases(std::shared_ptr<MailAccount> account);
    bool take_waiting(Group& group);
    Awaitable<std::size_t> commit_some(const Group& group);
    Awaitable<std::size_t> apply_some(const Group& group, Overlay& overlay, std::uint64_t commit);
    Awaitable<Result<>> commit_overlay(Overlay overlay, std::uint64_t commit);
    void fail(const Group& group, std::size_t count, const Error& error);
    Awaitable<Result<>> settle_doubt(const std::string& cell_stored, const Overlay& overlay,
                                     std::uint64_t commit);
    Awaitable<Result<>> reload();
    Awaitable<Result<Page>> read_pages(MailboxId box, std::string after, std::uint32_t first,
                                       std::uint32_t limit);
    void publish(Overlay overlay, std::string cell_stored);
    void start_releases(boost::asio::any_io_executor executor);
    Awaitable<Result<bool>> release_page();

    const Environment environment_;
    const AccountId id_;
    const Partition partition_;
    AccountDeletedMail deleted_{*this};

    Watchers watchers_; ///< told after the state is published: the engine's come before
    /// Where append goes on to forget delivery ids: used by the committer only.
    const std::shared_ptr<std::string> trimmed_to_ = std::make_shared<std::string>();
    mutable std::mutex mutex_; ///< guards what follows; never held across a co_await
    AccountState state_;       ///< written by the committer only, so it may read without the mutex
    /// What sessions were shown as recent ends before these UIDs; records may lag behind.
    std::map<MailboxId, Uid> shown_;
    Group waiting_;
    bool committing_ = false;
    bool releasing_ = false;
    bool releases_due_ = false;
    bool gone_ = false;
    bool stale_ = false; ///< the committer's: an outcome was unclear, read everything again
};

} // namespace mailctl::store
