// The store over an engine: accounts in use, and what goes over all of them.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/account/mail_account.h"
#include "store/directory/engine_directory.h"
#include "store/first_mailboxes.h"
#include "store/queue/engine_queue.h"
#include "store/upkeep/store_keeping.h"
#include "store/store.h"

namespace mailctl::store {

/// Owns the engine. Borrows: clock, random.
class EngineStore final : public Store, private AccountKeeper, private QueuedBodies {
public:
    EngineStore(std::unique_ptr<Engine> engine, const Clock& clock, Random& random,
                std::size_t cache_entries);

    Engine& engine() override { return *engine_; }
    Directory& directory() override { return directory_; }
    Queue& queue() override { return queue_; }
    Keeping& keeping() override { return keeping_; }
    const Clock& clock() const override { return clock_; }
    Random& random() override { return random_; }

    Awaitable<Result<std::shared_ptr<Account>>> account(AccountId id) override;
    std::unique_ptr<Spool> spool(BodyOwners owners) override;

    Awaitable<Result<std::vector<Ban>>> bans() override;
    Awaitable<Result<>> put_ban(Ban ban) override;
    Awaitable<Result<>> remove_ban(std::string network) override;

    Awaitable<Result<StoreStats>> stats() override;
    Awaitable<Result<std::vector<Finding>>> check(bool repair) override;
    Awaitable<Result<std::vector<Finding>>> scrub() override;
    Awaitable<Result<>> compact() override;
    Awaitable<Result<std::uint64_t>> sweep() override;

    void use_first_mailboxes(std::vector<std::string> names);

private:
    using Findings = std::vector<Finding>;

    // What the directory and the queue ask.
    Awaitable<Result<>> create_account(AccountId id, Usage limits) override;
    Awaitable<Result<>> erase_account(AccountId id) override;
    Awaitable<Result<>> set_account_limits(AccountId id, Usage limits) override;
    Awaitable<Result<std::string>> read_shared(BodyRef body, std::uint64_t offset,
                                               std::uint64_t length) override;
    Awaitable<Result<>> release_shared(BodyRef body) override;

    // accounts in use
    Awaitable<Result<std::shared_ptr<MailAccount>>> mail_account(AccountId id);
    std::shared_ptr<MailAccount> cached(AccountId id);
    std::shared_ptr<MailAccount> remember(std::shared_ptr<MailAccount> account);
    void forget(AccountId id);
    std::vector<std::string> first_mailboxes();
    Awaitable<Result<bool>> is_open(AccountId id);

    // over all of them: store/upkeep.cc and store/sweep.cc
    Awaitable<Result<>> check_account(AccountId id, bool repair, Findings& findings);
    Awaitable<Result<>> check_known(std::shared_ptr<MailAccount> account, bool repair,
                                    Findings& findings);
    Awaitable<Result<>> scrub_partition(Partition partition, Findings& findings);
    Awaitable<Result<>> scrub_rows(Partition partition, Findings& findings);
    Awaitable<Result<>> scrub_body(Partition owner, BlobId blob, Findings& findings);
    Awaitable<Result<std::uint64_t>> sweep_account(AccountId id);
    Awaitable<Result<std::uint64_t>> sweep_references(Partition partition,
                                                      const std::set<BlobId>& queued);
    Awaitable<Result<std::set<BlobId>>> queued_bodies();
    bool is_old(const BlobId& blob) const;

    std::unique_ptr<Engine> engine_;
    const Clock& clock_;
    Random& random_;
    EngineDirectory directory_;
    EngineQueue queue_;
    StoreKeeping keeping_;

    std::mutex mutex_; ///< of the members below
    std::unordered_map<AccountId, std::weak_ptr<MailAccount>> accounts_;
    std::list<std::shared_ptr<MailAccount>> recent_; ///< latest opened first
    std::vector<std::string> first_mailboxes_ = usual_mailboxes(); ///< of new accounts
    std::uint64_t drops_ = 0;
};

} // namespace mailctl::store
