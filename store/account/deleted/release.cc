// Erases bodies that no message names any more, after the commit that gave them up.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "core/base/log.h"
#include "store/account/account_keys.h"
#include "store/account/mail_account.h"
#include "store/body/shared_body.h"

namespace mailctl::store {

namespace {

constexpr std::uint32_t kReleasesAtOnce = 200;

/// Takes away the rows of bodies that are gone.
class ForgetReleases final : public Mutation {
public:
    explicit ForgetReleases(std::vector<std::string> keys) : keys_(std::move(keys)) {}

    Awaitable<Result<>> apply(Change& change) override
    {
        for (const auto& key : keys_)
            change.erase(key);
        co_return ok();
    }

private:
    std::vector<std::string> keys_;
};

/// The bodies of a page that really are in no use.
Awaitable<Result<std::vector<BodyRef>>> unused(Engine& engine, Partition partition,
                                               const Page& page)
{
    std::vector<BodyRef> bodies;
    Query query;
    for (const auto& row : page.rows) {
        const auto blob = keys::blob_of(row.key);
        const auto shared = decode_release(row.value);
        if (!blob || !shared)
            continue;
        bodies.push_back({*blob, *shared, 0});
        query.keys.push_back(keys::body_use(*blob));
    }
    auto answer = co_await engine.read(std::move(partition), std::move(query));
    if (!answer)
        co_return answer.error();
    std::vector<BodyRef> result;
    for (std::size_t i = 0; i < bodies.size(); ++i)
        if (!answer->values[i])
            result.push_back(bodies[i]);
    co_return result;
}

} // namespace

/// False: nothing was left.
Awaitable<Result<bool>> MailAccount::release_page()
{
    Query query;
    query.ranges.push_back({keys::releases(), "", kReleasesAtOnce});
    const auto answer = co_await engine().read(partition_, std::move(query));
    if (!answer)
        co_return answer.error();
    const auto& page = answer->pages[0];
    if (page.rows.empty())
        co_return false;
    const auto bodies = co_await unused(engine(), partition_, page);
    if (!bodies)
        co_return bodies.error();
    for (const auto& body : *bodies) {
        auto erased = ok();
        if (body.shared)
            erased = co_await release_shared_body(engine(), body.blob, id_);
        else
            erased = co_await engine().blob_erase(partition_, body.blob);
        if (!erased)
            co_return erased.error();
    }
    std::vector<std::string> done;
    for (const auto& row : page.rows)
        done.push_back(row.key);
    const auto forgotten = co_await mutate(std::make_shared<ForgetReleases>(std::move(done)));
    if (!forgotten)
        co_return forgotten.error();
    co_return true;
}

Awaitable<Result<>> MailAccount::release_bodies()
{
    for (;;) {
        const auto more = co_await release_page();
        if (!more)
            co_return more.error();
        if (!*more)
            co_return ok();
    }
}

void MailAccount::start_releases(boost::asio::any_io_executor executor)
{
    {
        const std::lock_guard lock(mutex_);
        if (!releases_due_ || releasing_)
            return;
        releasing_ = true;
    }
    boost::asio::co_spawn(executor, run_releases(self()), boost::asio::detached);
}

Awaitable<> MailAccount::run_releases(std::shared_ptr<MailAccount> account)
{
    for (bool due = true; due;) {
        {
            const std::lock_guard lock(account->mutex_);
            account->releases_due_ = false;
        }
        const auto released = co_await account->release_bodies();
        const std::lock_guard lock(account->mutex_);
        due = released && account->releases_due_;
        account->releasing_ = due;
        account->releases_due_ |= !released;
        if (!released)
            log::warn(
                "store", "bodies were not erased",
                {{"account", to_string(account->id_)}, {"error", to_string(released.error())}});
    }
}

} // namespace mailctl::store
