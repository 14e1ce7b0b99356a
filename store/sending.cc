// Rows of the server's partition:
//   sending SUBJECT             counters, as core/delivery/sending.cc writes them
//   known ACCOUNT ADDRESS       when it was last written to, milliseconds
// DO NOT CHANGE: on disk since 0.1
#include "store/sending.h"

#include <algorithm>

#include "store/keys.h"
#include "store/record.h"

namespace mailctl::store {
namespace {

constexpr std::string_view kSending = "sending ";
constexpr std::string_view kKnown = "known ";
constexpr std::size_t kMaxNameOctets = 400;
constexpr std::uint32_t kPage = 1000;
constexpr unsigned kLastWritten = 1;

std::string sending_key(const std::string& subject)
{
    return std::string(kSending) + subject;
}

std::string known_prefix(AccountId account)
{
    std::string key(kKnown);
    keys::append_be(key, value_of(account));
    return key;
}

} // namespace

Awaitable<Result<std::string>> read_sending(Engine& engine, std::string subject)
{
    Query query;
    query.keys.push_back(sending_key(subject));
    auto answer = co_await engine.read(keys::server(), std::move(query));
    if (!answer)
        co_return answer.error();
    co_return answer->values[0].value_or("");
}

Awaitable<Result<std::vector<SendingRow>>> read_all_sending(Engine& engine)
{
    std::vector<SendingRow> all;
    std::string after;
    for (bool more = true; more;) {
        Query query;
        query.ranges.push_back({std::string(kSending), after, kPage});
        auto answer = co_await engine.read(keys::server(), std::move(query));
        if (!answer)
            co_return answer.error();
        Page& page = answer->pages[0];
        for (Row& row : page.rows) {
            after = row.key;
            all.emplace_back(row.key.substr(kSending.size()), std::move(row.value));
        }
        more = page.more && !page.rows.empty();
    }
    co_return all;
}

Awaitable<Result<>> write_sending(Engine& engine, std::vector<SendingRow> rows)
{
    for (std::size_t at = 0; at < rows.size(); at += kPage) {
        Batch batch;
        const std::size_t end = std::min<std::size_t>(rows.size(), at + kPage);
        for (std::size_t i = at; i < end; ++i) {
            if (rows[i].first.size() > kMaxNameOctets)
                continue;
            if (rows[i].second.empty())
                batch.erase.push_back(sending_key(rows[i].first));
            else
                batch.put.push_back({sending_key(rows[i].first), std::move(rows[i].second)});
        }
        auto done = co_await engine.commit(keys::server(), std::move(batch));
        if (!done)
            co_return done;
    }
    co_return ok();
}

Awaitable<Result<std::vector<std::string>>> unknown_correspondents(
    Engine& engine, AccountId account, std::vector<std::string> addresses)
{
    Query query;
    for (const auto& address : addresses)
        query.keys.push_back(known_prefix(account) + address);
    auto answer = co_await engine.read(keys::server(), std::move(query));
    if (!answer)
        co_return answer.error();
    std::vector<std::string> unknown;
    for (std::size_t i = 0; i < addresses.size(); ++i)
        if (!answer->values[i])
            unknown.push_back(std::move(addresses[i]));
    co_return unknown;
}

Awaitable<Result<>> add_correspondents(Engine& engine, AccountId account,
                                       std::vector<std::string> addresses, Time now)
{
    Batch batch;
    for (const auto& address : addresses) {
        if (address.size() <= kMaxNameOctets)
            batch.put.push_back({known_prefix(account) + address,
                                 RecordWriter().time(kLastWritten, now).take()});
    }
    if (batch.put.empty())
        co_return ok();
    co_return co_await engine.commit(keys::server(), std::move(batch));
}

Awaitable<Result<std::size_t>> trim_correspondents(Engine& engine, AccountId account)
{
    std::vector<std::pair<Time, std::string>> all;
    std::string after;
    for (bool more = true; more;) {
        Query query;
        query.ranges.push_back({known_prefix(account), after, kPage});
        auto answer = co_await engine.read(keys::server(), std::move(query));
        if (!answer)
            co_return answer.error();
        Page& page = answer->pages[0];
        for (Row& row : page.rows) {
            RecordReader in(row.value);
            Time last{};
            while (in.next())
                if (in.tag() == kLastWritten)
                    last = in.time();
            after = row.key;
            all.emplace_back(last, std::move(row.key));
        }
        more = page.more && !page.rows.empty();
    }
    if (all.size() <= kMaxCorrespondents)
        co_return all.size();
    std::sort(all.begin(), all.end());
    Batch batch;
    const std::size_t gone = std::min<std::size_t>(all.size() - kMaxCorrespondents, 2000);
    for (std::size_t i = 0; i < gone; ++i)
        batch.erase.push_back(std::move(all[i].second));
    auto done = co_await engine.commit(keys::server(), std::move(batch));
    if (!done)
        co_return done.error();
    co_return all.size() - gone;
}

} // namespace mailctl::store
