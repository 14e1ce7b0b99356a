// The keys of links to messages, in a row a mailbox.
#include "store/url_keys.h"

#include <array>
#include <memory>
#include <utility>

#include "store/account/account_keys.h"
#include "store/account/mail_account.h"

namespace mailctl::store {

namespace {

constexpr std::uint32_t kKeysAtOnce = 500;

/// Reads the key, or stores the one it brings: two that make the first key end with the same one.
class TakeUrlKey final : public Mutation {
public:
    TakeUrlKey(MailboxId box, std::string fresh) : box_(box), fresh_(std::move(fresh)) {}
    std::string key;

    Awaitable<Result<>> apply(Change& change) override
    {
        if (change.find(box_) == nullptr)
            co_return Error(Errc::NotFound, "no such mailbox");
        const std::vector<std::string> row{keys::url_key(box_)};
        const auto stored = co_await change.get(row);
        if (!stored)
            co_return stored.error();
        key = fresh_;
        if (const auto& value = stored->front()) {
            CO_TRY(key, decode_text(*value));
        } else {
            change.put(keys::url_key(box_), encode_text(fresh_));
        }
        co_return ok();
    }

private:
    MailboxId box_;
    std::string fresh_;
};

/// One mailbox's, or where `box` is none a page of all.
class ForgetUrlKeys final : public Mutation {
public:
    explicit ForgetUrlKeys(std::optional<MailboxId> box) : box_(box) {}
    bool more = false;

    Awaitable<Result<>> apply(Change& change) override
    {
        more = false;
        if (box_ && change.find(*box_) == nullptr)
            co_return Error(Errc::NotFound, "no such mailbox");
        if (box_) {
            change.erase(keys::url_key(*box_));
            co_return ok();
        }
        const Range range{keys::url_keys(), "", kKeysAtOnce};
        const auto page = co_await change.scan(range);
        if (!page)
            co_return page.error();
        for (const auto& row : page->rows)
            change.erase(row.key);
        more = page->more;
        co_return ok();
    }

private:
    std::optional<MailboxId> box_;
};

} // namespace

Awaitable<Result<std::string>> MailAccount::url_key(MailboxId box)
{
    Query query;
    query.keys.push_back(keys::url_key(box));
    const auto answer = co_await engine().read(partition_, std::move(query));
    if (!answer)
        co_return answer.error();
    if (const auto& stored = answer->values.front())
        co_return decode_text(*stored);
    std::array<std::uint8_t, kUrlKeyOctets> octets{};
    environment_.random.fill(octets);
    auto change = std::make_shared<TakeUrlKey>(box, std::string(octets.begin(), octets.end()));
    const auto outcome = co_await mutate(change);
    if (!outcome)
        co_return outcome.error();
    co_return change->key;
}

Awaitable<Result<>> MailAccount::reset_url_key(MailboxId box)
{
    co_return co_await mutate(std::make_shared<ForgetUrlKeys>(box));
}

Awaitable<Result<>> MailAccount::reset_url_keys()
{
    for (bool more = true; more;) {
        auto change = std::make_shared<ForgetUrlKeys>(std::nullopt);
        const auto outcome = co_await mutate(change);
        if (!outcome)
            co_return outcome.error();
        more = change->more;
    }
    co_return ok();
}

} // namespace mailctl::store
