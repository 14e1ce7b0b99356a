// The one committer of an account: takes all mutations that wait, and commits them together.
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/log.h"
#include "store/account/account_keys.h"
#include "store/account/mail_account.h"

namespace mailctl::store {

namespace asio = boost::asio;

namespace {

/// Conflicts mean that another process commits to the account too: rare.
constexpr unsigned kMaxAttempts = 20;

} // namespace

/// Puts a mutation in the queue together with the handler of the coroutine that waits for it, and
/// starts the committer where none runs.
struct MailAccount::Enqueue {
    std::shared_ptr<MailAccount> account;
    std::shared_ptr<Waiting> waiting;
    asio::any_io_executor executor;

    template <class Handler>
    void operator()(Handler&& handler)
    {
        using Stored = std::decay_t<Handler>;
        auto stored = std::make_shared<Stored>(std::forward<Handler>(handler));
        waiting->wake = [stored] {
            auto resume_on = asio::get_associated_executor(*stored);
            asio::post(resume_on, std::move(*stored));
        };
        if (account->enqueue(std::move(waiting)))
            asio::co_spawn(executor, run_committer(account), asio::detached);
    }
};

std::shared_ptr<MailAccount> MailAccount::self()
{
    return std::static_pointer_cast<MailAccount>(shared_from_this());
}

bool MailAccount::enqueue(std::shared_ptr<Waiting> waiting)
{
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(waiting));
    return !std::exchange(committing_, true);
}

Awaitable<Result<>> MailAccount::mutate(std::shared_ptr<Mutation> mutation)
{
    auto waiting = std::make_shared<Waiting>();
    waiting->mutation = std::move(mutation);
    auto executor = co_await asio::this_coro::executor;
    Enqueue start{self(), waiting, std::move(executor)};
    auto done = asio::async_initiate<const asio::use_awaitable_t<>, void()>(std::move(start),
                                                                            asio::use_awaitable);
    co_await std::move(done);
    co_return waiting->outcome;
}

bool MailAccount::take_waiting(Group& group)
{
    const std::lock_guard lock(mutex_);
    for (auto& waiting : waiting_)
        group.push_back(std::move(waiting));
    waiting_.clear();
    if (group.empty())
        committing_ = false;
    return !group.empty();
}

/// What a committer has taken, and the account that it works for. Where the committer's frame goes
/// without having ended, with the context that it runs on, all who wait for it go too, as the account
/// may outlive the contexts that they run on. They and what they wait for hold each other.
class MailAccount::Taken {
public:
    explicit Taken(std::shared_ptr<MailAccount> account) : account_(std::move(account)) {}
    ~Taken()
    {
        if (has_ended)
            return;
        account_->take_waiting(group);
        for (const auto& waiting : group)
            waiting->wake = {};
    }
    Taken(const Taken&) = delete;
    Taken& operator=(const Taken&) = delete;

    Group group;
    bool has_ended = false;

private:
    std::shared_ptr<MailAccount> account_;
};

// The committer is a coroutine of its own, and not the first caller's: a cancelled session must
// not take the others' commit with it.
Awaitable<> MailAccount::run_committer(std::shared_ptr<MailAccount> account)
{
    Taken taken(account);
    auto& group = taken.group;
    while (account->take_waiting(group)) {
        const auto done = co_await account->commit_some(group);
        for (std::size_t i = 0; i < done; ++i) {
            group.front()->wake();
            group.pop_front();
        }
        // Those just woken often have more to do: let them queue before the next commit starts,
        // or the first of them gets a commit alone.
        co_await asio::post(asio::use_awaitable);
    }
    taken.has_ended = true;
}

void MailAccount::fail(const Group& group, std::size_t count, const Error& error)
{
    for (std::size_t i = 0; i < count; ++i)
        group[i]->outcome = error;
}

/// One commit; gives how many of the group have their outcome now.
Awaitable<std::size_t> MailAccount::commit_some(const Group& group)
{
    for (unsigned attempt = 1;; ++attempt) {
        if (stale_) {
            const auto reloaded = co_await reload();
            if (!reloaded) {
                fail(group, group.size(), reloaded.error());
                co_return group.size();
            }
        }
        const auto commit = environment_.random.next_u64();
        Overlay overlay;
        overlay.cell = state_.cell;
        overlay.cell.counts_deleted = counts_deleted();
        const auto done = co_await apply_some(group, overlay, commit);
        if (overlay.is_empty())
            co_return done;
        const auto committed = co_await commit_overlay(std::move(overlay), commit);
        if (committed)
            co_return done;
        stale_ = true;
        if (committed.error().code() == Errc::Conflict && attempt < kMaxAttempts)
            continue;
        const bool beaten = committed.error().code() == Errc::Conflict;
        fail(group, done, beaten ? Error(Errc::Busy, "too many conflicts") : committed.error());
        co_return done;
    }
}

/// Runs mutations into the overlay for as long as they fit into one batch. One that fails leaves
/// nothing in it.
Awaitable<std::size_t> MailAccount::apply_some(const Group& group, Overlay& overlay,
                                               std::uint64_t commit)
{
    std::size_t done = 0;
    for (const auto& waiting : group) {
        Change change(engine(), partition_, state_, overlay, clock().now(), commit);
        auto outcome = co_await waiting->mutation->apply(change);
        if (outcome) {
            auto changes = co_await change.finish();
            const auto rows = overlay.row_count() + (changes ? changes->row_count() : 0);
            const auto octets = overlay.octets() + (changes ? changes->octets() : 0);
            if (!changes)
                outcome = changes.error();
            else if (rows <= kMaxOverlayRows && octets <= kMaxOverlayOctets)
                merge(overlay, std::move(*changes));
            else if (!overlay.is_empty())
                co_return done; // it opens the next commit
            else
                outcome = Error(Errc::Invalid, "a change does not fit into one commit");
        }
        waiting->outcome = std::move(outcome);
        ++done;
    }
    co_return done;
}

Awaitable<Result<>> MailAccount::commit_overlay(Overlay overlay, std::uint64_t commit)
{
    auto batch = batch_for(state_, overlay, commit);
    auto cell_stored = batch.put.front().value;
    auto committed = co_await engine().commit(partition_, std::move(batch));
    if (!committed && committed.error().code() == Errc::InDoubt)
        committed = co_await settle_doubt(cell_stored, overlay, commit);
    if (!committed)
        co_return committed.error();
    if (!stale_)
        publish(std::move(overlay), std::move(cell_stored));
    auto executor = co_await asio::this_coro::executor;
    start_releases(std::move(executor));
    co_return ok();
}

/// Finds out what became of a commit: the cell is as we wrote it, or as it was, or a later commit
/// of another process wrote it, and then the log tells. Errors: Conflict (run everything again).
Awaitable<Result<>> MailAccount::settle_doubt(const std::string& cell_stored,
                                              const Overlay& overlay, std::uint64_t commit)
{
    Query query;
    query.keys = {keys::cell(), keys::log(overlay.cell.mod_seq)};
    auto answer = co_await engine().read(partition_, std::move(query));
    if (!answer)
        co_return Error(Errc::InDoubt, answer.error().detail());
    if (answer->values[0] == cell_stored)
        co_return ok();
    const bool logged = overlay.cell.mod_seq != state_.cell.mod_seq;
    if (logged && answer->values[1]) {
        const auto entry = decode_log(*answer->values[1]);
        if (entry && entry->commit == commit) {
            stale_ = true;
            co_return ok();
        }
    }
    co_return Error(Errc::Conflict, "the commit was lost");
}

Awaitable<Result<>> MailAccount::reload()
{
    auto loaded = co_await load_state(engine(), partition_);
    const std::lock_guard lock(mutex_);
    if (!loaded) {
        gone_ = loaded.error().code() == Errc::NotFound;
        co_return loaded.error();
    }
    state_ = std::move(*loaded);
    stale_ = false;
    co_return ok();
}

void MailAccount::publish(Overlay overlay, std::string cell_stored)
{
    UsageChange change;
    {
        const std::lock_guard lock(mutex_);
        releases_due_ |= overlay.releases;
        change.before = state_.cell.counted_usage();
        apply(state_, std::move(overlay), std::move(cell_stored));
        change.after = state_.cell.counted_usage();
        change.limits = state_.cell.limits;
    }
    watchers_.notify(partition_);
    const bool grew = change.after.octets > change.before.octets ||
                      change.after.messages > change.before.messages;
    if (!grew || environment_.host == nullptr)
        return;
    change.account = id_;
    environment_.host->usage_grew(change);
}

} // namespace mailctl::store
