// Adds one message to a mailbox.
#include <chrono>
#include <memory>
#include <utility>

#include "store/account/account_keys.h"
#include "store/account/mail_account.h"
#include "store/account/new_message.h"

namespace mailctl::store {

namespace {

/// How long a repeated delivery is recognized.
constexpr auto kDeliveryIdsKept = std::chrono::days(7);
constexpr std::size_t kMaxDeliveryIdOctets = 300;
/// Every so many emails, so many delivery ids are looked at and forgotten where they are too old:
/// the whole of them comes round long before it can have doubled.
constexpr std::uint64_t kTrimEvery = 64;
constexpr std::uint32_t kTrimRows = 200;

class Append final : public Mutation {
public:
    /// `trimmed_to`: the delivery id after which to trim next; the committer's alone.
    Append(MailboxId box, Prepared prepared, std::shared_ptr<std::string> trimmed_to)
        : box_(box), new_(std::move(prepared)), trimmed_to_(std::move(trimmed_to))
    {}

    Appended appended;

    Awaitable<Result<>> apply(Change& change) override
    {
        auto keys = keys_of(new_);
        const auto rows = co_await change.get(std::move(keys));
        if (!rows)
            co_return rows.error();
        const auto& use = (*rows)[0];
        if (const auto& delivery = (*rows)[1])
            co_return repeat(change, *delivery, use.has_value());

        CO_TRY(const auto filed, file(change, box_, new_, *rows));
        appended = filed.appended;
        change.log(ChangeEntry::Kind::Appeared, box_, {appended.uid});
        const auto& id = new_.message.delivery_id;
        if (id.empty())
            co_return ok();
        change.put(keys::delivery(id),
                   encode(DeliveryRecord{box_, appended, change.now() + kDeliveryIdsKept}));
        if (value_of(filed.email) % kTrimEvery != 0)
            co_return ok();
        co_return co_await trim_deliveries(change);
    }

private:
    Awaitable<Result<>> trim_deliveries(Change& change)
    {
        const Range range{keys::deliveries(), *trimmed_to_, kTrimRows};
        const auto page = co_await change.scan(range);
        if (!page)
            co_return page.error();
        for (const auto& row : page->rows) {
            const auto delivery = decode_delivery(row.value);
            if (delivery && delivery->expires <= change.now())
                change.erase(row.key);
        }
        *trimmed_to_ = page->more ? page->rows.back().key : "";
        co_return ok();
    }

    Result<> repeat(Change& change, const std::string& stored, bool body_in_use)
    {
        TRY(const auto delivery, decode_delivery(stored));
        appended = delivery.appended;
        appended.repeated = true;
        if (!body_in_use && new_.message.inline_body.empty())
            change.release(new_.message.body); // this run's body came for nothing
        return ok();
    }

    MailboxId box_;
    Prepared new_;
    std::shared_ptr<std::string> trimmed_to_;
};

} // namespace

Awaitable<Result<Appended>> MailAccount::append(MailboxId box, NewMessage message)
{
    if (message.delivery_id.size() > kMaxDeliveryIdOctets)
        co_return Error(Errc::Invalid, "the delivery id is too long");
    CO_TRY(auto prepared, prepare(std::move(message), clock().now(), environment_.random));
    auto change = std::make_shared<Append>(box, std::move(prepared), trimmed_to_);
    auto outcome = co_await mutate(change);
    if (!outcome)
        co_return outcome.error();
    co_return change->appended;
}

} // namespace mailctl::store
