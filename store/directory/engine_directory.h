// The directory over an engine: shards, a row cache, and changes that are safe at any crash.
//
// Within a shard every change is one commit that expects what it read. Across partitions nothing
// is atomic, so each change has an order in which every prefix is harmless and a re-run goes on:
//   add user        account and its index row, then the entry: a crash leaves an account that no
//                   entry names, which check() finds
//   erase user      entry out and "to be erased" in (one commit), then mail, then that row:
//                   finish_erasures() ends what a crash cut short
//   rename user     index row names both addresses, the new entry, the old entry out, index row
//                   names the new one: at every point find_account() finds the user; a re-run of
//                   the rename knows its own half done work by the account id
//   domain alias    the name's row claims it, then the domain lists it; the domain's list decides,
//                   a claim that is not listed counts for nothing and may be taken over
//   remove          the reverse: first the domain's list, then the claim
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "store/directory.h"
#include "store/directory/dkim_cache.h"
#include "store/directory/row_cache.h"
#include "store/engine.h"
#include "store/limits.h"

namespace mailctl::store {

/// What the directory asks of accounts. Implemented by the store.
class AccountKeeper {
public:
    virtual ~AccountKeeper() = default;
    /// Creates an account with its default mailboxes: one commit in its partition.
    virtual Awaitable<Result<>> create_account(AccountId id, Usage limits) = 0;
    /// Erases all mail. No error where there is none: it may be a re-run.
    virtual Awaitable<Result<>> erase_account(AccountId id) = 0;
    virtual Awaitable<Result<>> set_account_limits(AccountId id, Usage limits) = 0;
};

class EngineDirectory : public Directory, public DkimKeys {
public:
    /// Borrows: all of them but the number.
    EngineDirectory(Engine& engine, AccountKeeper& accounts, const Clock& clock, Random& random,
                    std::size_t cache_entries);

    Awaitable<Result<Domain>> find_domain(std::string name) override;
    Awaitable<Result<std::vector<Domain>>> domains() override;
    Awaitable<Result<>> add_domain(Domain domain) override;
    Awaitable<Result<>> set_domain(Domain domain) override;
    Awaitable<Result<>> remove_domain(std::string name) override;
    Awaitable<Result<>> add_domain_alias(std::string domain, std::string alias) override;
    Awaitable<Result<>> remove_domain_alias(std::string alias) override;
    Awaitable<Result<>> rename_domain(std::string from, std::string to, bool resume) override;

    Awaitable<Result<Entry>> find(address::Address address) override;
    Awaitable<Result<Alias>> find_wildcard(address::Address address) override;
    Awaitable<Result<User>> find_account(AccountId id) override;

    Awaitable<Result<AccountId>> add_user(User user) override;
    Awaitable<std::vector<Result<AccountId>>> add_users(std::vector<User> users) override;
    Awaitable<Result<>> set_user(User user) override;
    Awaitable<Result<User>> update_user(address::Address address,
                                        std::function<Result<>(User&)> change) override;
    Awaitable<Result<>> erase_user(address::Address address) override;
    Awaitable<Result<>> rename_user(address::Address from, address::Address to,
                                    FormerAddress former = FormerAddress::Freed) override;

    Awaitable<Result<>> add_alias(Alias alias) override;
    Awaitable<Result<>> set_alias(Alias alias) override;
    Awaitable<Result<>> remove_alias(address::Address address) override;

    Awaitable<Result<std::vector<Entry>>> list(ListQuery query) override;

    // DKIM keys: store/directory/dkim.cc
    Awaitable<Result<std::shared_ptr<const DkimDomain>>> find_keys(std::string domain) override;
    Awaitable<Result<std::vector<DkimDomain>>> all_keys() override;
    Awaitable<Result<DkimDomain>> update_keys(std::string domain,
                                              std::function<Result<>(DkimDomain&)> edit) override;
    Awaitable<Result<>> erase_keys(std::string domain) override;

    /// Ends erasures that a crash cut short; gives how many. For start and sweeps.
    Awaitable<Result<std::uint64_t>> finish_erasures();
    /// What does not add up: counts of domains, names, index rows, wildcard lists, entries that do
    /// not decode. `repair`: puts them right (all but the last).
    Awaitable<Result<std::vector<std::string>>> check(bool repair);
    /// True where an entry names the account; an account without one is left from a crash.
    Awaitable<Result<bool>> is_known(AccountId id);

private:
    using Rows = std::vector<std::optional<std::string>>;
    /// A row to put, or to erase where there is no value.
    using RowChange = std::pair<std::string, std::optional<std::string>>;
    /// What to change, given the rows. Called again with newer rows after a conflict.
    using Plan = std::function<Result<std::vector<RowChange>>(const Rows&)>;
    /// Users of one add_users() call, and where their results go.
    struct Adding;

    Awaitable<Result<CachedRow>> row(Partition partition, std::uint16_t shard, std::string key);
    Awaitable<Result<CachedRow>> domain_row(std::string name);
    Awaitable<Result<Rows>> read_rows(Partition partition, std::vector<std::string> keys);
    Awaitable<Result<>> change(Partition partition, std::uint16_t shard, std::vector<std::string> keys,
                               Plan plan);
    Awaitable<Result<>> change_shard_of(std::string domain, std::vector<std::string> keys,
                                        Plan plan);
    Awaitable<Result<std::optional<std::string>>> claim_in_force(std::string name);
    Awaitable<Result<>> drop_claim(std::string name, std::string domain);
    Awaitable<Result<>> spread_default_limits(Domain domain);

    Awaitable<Result<>> add_to_domain(Adding& adding, std::string domain,
                                      std::vector<std::size_t> which);
    Awaitable<Result<>> add_chunk(Adding& adding, std::string domain,
                                  std::vector<std::size_t> which);
    Awaitable<Result<>> create_accounts(Adding& adding, const Domain& domain,
                                        std::vector<std::size_t>& which);
    Awaitable<Result<>> put_entries(Adding& adding, const std::string& domain,
                                    const std::vector<std::size_t>& which);
    Awaitable<Result<>> index_accounts(std::uint16_t shard, std::vector<RowChange> rows);
    Awaitable<Result<>> set_index(AccountId id, std::vector<address::Address> addresses);
    Awaitable<Result<>> drop_account(AccountId id);
    Awaitable<Result<>> apply_limits(User before, User after);
    Awaitable<Result<>> finish_erasure(std::uint16_t shard, AccountId id);
    Awaitable<Result<>> rename_within(address::Address from, address::Address to,
                                      FormerAddress former);
    Awaitable<Result<>> rename_across(address::Address from, address::Address to,
                                      FormerAddress former);
    Awaitable<Result<>> move_entries(std::string from, std::string to);
    Awaitable<Result<>> move_claim(std::string alias, std::string from, std::string to);
    Awaitable<Result<>> list_alias(std::string domain, std::string alias);
    Awaitable<Result<>> become_alias(std::string from, std::string to);

    Awaitable<Result<std::vector<std::string>>> targets_at(const Alias& alias, std::string text,
                                                           std::string& name);
    Awaitable<Result<>> refuse_loop(const Alias& alias);
    Awaitable<Result<>> save_alias(Alias alias, bool is_new);
    Awaitable<Result<>> check_domain(Domain domain, bool repair,
                                     std::vector<std::string>& findings);
    Awaitable<Result<>> check_sums(std::string domain, std::uint64_t users, std::uint64_t aliases,
                                   std::vector<std::string> patterns, bool repair,
                                   std::vector<std::string>& findings);
    Awaitable<Result<>> check_claims(std::uint16_t shard, bool repair,
                                     std::vector<std::string>& findings);
    Awaitable<Result<>> check_index(std::uint16_t shard, bool repair,
                                    std::vector<std::string>& findings);

    Engine& engine_;
    AccountKeeper& accounts_;
    const Clock& clock_;
    Random& random_;
    RowCache cache_;
    DkimCache dkim_cache_;
};

} // namespace mailctl::store
