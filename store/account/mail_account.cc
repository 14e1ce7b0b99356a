// Opens an account, and answers from its state.
#include "store/account/mail_account.h"

#include <utility>

#include "store/account/account_keys.h"
#include "store/account/mailbox_name.h"

namespace mailctl::store {

namespace {

/// Takes one page of small rows into the state; the keys tell which kind they are.
Result<> take_rows(AccountState& state, const Page& page)
{
    for (const auto& row : page.rows) {
        if (const auto id = keys::mailbox_of(row.key)) {
            TRY(auto box, decode_mailbox(*id, row.value));
            state.names[box.name] = *id;
            state.mailboxes[*id] = std::move(box);
        } else if (const auto index = keys::keyword_of(row.key)) {
            TRY(auto name, decode_text(row.value));
            if (state.keywords.size() <= *index)
                state.keywords.resize(*index + 1);
            state.keywords[*index] = std::move(name);
        } else if (const auto name = keys::subscription_of(row.key)) {
            state.subscriptions.insert(std::string(*name));
        }
    }
    return ok();
}

MailboxInfo with_subscription(const AccountState& state, const MailboxInfo& box)
{
    auto shown = box;
    shown.subscribed = state.subscriptions.count(box.name) != 0;
    return shown;
}

} // namespace

Awaitable<Result<AccountState>> load_state(Engine& engine, Partition partition)
{
    AccountState state;
    Query query;
    query.keys.push_back(keys::cell());
    for (const auto& prefix : {keys::mailboxes(), keys::keywords(), keys::subscriptions()})
        query.ranges.push_back({prefix, "", 1000});
    query.ranges.push_back({keys::releases(), "", 1});
    auto first = co_await engine.read(partition, query);
    if (!first)
        co_return first.error();
    if (!first->values[0])
        co_return Error(Errc::NotFound, "no such account");
    state.cell_stored = *first->values[0];
    CO_TRY(state.cell, decode_cell(state.cell_stored));
    if (state.cell.erased)
        co_return Error(Errc::NotFound, "the account was erased");
    state.has_releases = !first->pages[3].rows.empty();
    for (std::size_t i = 0; i < 3; ++i) {
        auto page = std::move(first->pages[i]);
        CO_TRY_VOID(take_rows(state, page));
        while (page.more) {
            Query next;
            next.ranges.push_back({query.ranges[i].prefix, page.rows.back().key, 1000});
            auto answer = co_await engine.read(partition, std::move(next));
            if (!answer)
                co_return answer.error();
            page = std::move(answer->pages[0]);
            CO_TRY_VOID(take_rows(state, page));
        }
    }
    co_return state;
}

Awaitable<Result<std::shared_ptr<MailAccount>>> MailAccount::open(Environment environment,
                                                                  AccountId id)
{
    auto state = co_await load_state(environment.engine, keys::account(id));
    if (!state)
        co_return state.error();
    co_return std::make_shared<MailAccount>(environment, id, std::move(*state));
}

MailAccount::MailAccount(Environment environment, AccountId id, AccountState state)
    : environment_(environment),
      id_(id),
      partition_(keys::account(id)),
      state_(std::move(state)),
      releases_due_(state_.has_releases)
{}

bool MailAccount::is_gone() const
{
    const std::lock_guard lock(mutex_);
    return gone_;
}

Time MailAccount::created() const
{
    const std::lock_guard lock(mutex_);
    return state_.cell.created;
}

Awaitable<Result<std::vector<MailboxInfo>>> MailAccount::mailboxes()
{
    const std::lock_guard lock(mutex_);
    std::vector<MailboxInfo> boxes;
    boxes.reserve(state_.names.size());
    if (const auto inbox = state_.names.find(kInbox); inbox != state_.names.end())
        boxes.push_back(with_subscription(state_, state_.mailboxes.at(inbox->second)));
    for (const auto& [name, id] : state_.names)
        if (name != kInbox)
            boxes.push_back(with_subscription(state_, state_.mailboxes.at(id)));
    co_return boxes;
}

Awaitable<Result<MailboxInfo>> MailAccount::find_mailbox(std::string name)
{
    const auto canonical = canonical_mailbox_name(name);
    const std::lock_guard lock(mutex_);
    const auto at = state_.names.find(canonical);
    if (at == state_.names.end())
        co_return Error(Errc::NotFound, "no such mailbox");
    co_return with_subscription(state_, state_.mailboxes.at(at->second));
}

Awaitable<Result<MailboxInfo>> MailAccount::mailbox(MailboxId id)
{
    const std::lock_guard lock(mutex_);
    const auto at = state_.mailboxes.find(id);
    if (at == state_.mailboxes.end())
        co_return Error(Errc::NotFound, "no such mailbox");
    co_return with_subscription(state_, at->second);
}

Awaitable<Result<MailboxInfo>> MailAccount::mailbox_by_role(SpecialUse role)
{
    const std::lock_guard lock(mutex_);
    for (const auto& [id, box] : state_.mailboxes)
        if (box.role == role && role != SpecialUse::None)
            co_return with_subscription(state_, box);
    co_return Error(Errc::NotFound, "no mailbox with this role");
}

Awaitable<Result<std::vector<std::string>>> MailAccount::subscriptions()
{
    const std::lock_guard lock(mutex_);
    co_return std::vector<std::string>(state_.subscriptions.begin(), state_.subscriptions.end());
}

Awaitable<Result<std::vector<std::string>>> MailAccount::keywords()
{
    const std::lock_guard lock(mutex_);
    co_return state_.keywords;
}

ModSeq MailAccount::highest_mod_seq() const
{
    const std::lock_guard lock(mutex_);
    return state_.cell.mod_seq;
}

std::unique_ptr<Watch> MailAccount::watch(std::function<void()> changed)
{
    return watchers_.add(partition_, std::move(changed));
}

Awaitable<Result<Usage>> MailAccount::usage()
{
    const std::lock_guard lock(mutex_);
    co_return state_.cell.usage;
}

Usage MailAccount::deleted_usage() const
{
    const std::lock_guard lock(mutex_);
    return state_.cell.deleted;
}

Awaitable<Result<milliseconds>> MailAccount::keep_deleted() const
{
    if (environment_.host == nullptr)
        co_return milliseconds(0);
    co_return co_await environment_.host->keep_deleted(id_);
}

Awaitable<Result<Usage>> MailAccount::limits()
{
    const std::lock_guard lock(mutex_);
    co_return state_.cell.limits;
}

} // namespace mailctl::store
