// Keys in one row of the server's partition, the newest first.
#include "core/srs/keys.h"

#include <optional>
#include <utility>

#include "conf/load.h"
#include "core/base/clock.h"
#include "store/keys.h"
#include "store/record.h"
#include "store/store.h"

namespace mailctl::srs {
namespace {

constexpr std::string_view kRow = "srs keys"; // DO NOT CHANGE: on disk since 0.1
constexpr unsigned kTagKey = 1, kTagCreated = 2;
constexpr std::size_t kKeyOctets = 52; // of 5 bits
constexpr int kMaxTries = 10;

struct Key {
    std::string octets;
    Time created{};
};

std::string encode(const std::vector<Key>& keys)
{
    store::RecordWriter out;
    for (const Key& key : keys)
        out.element(kTagKey, key.octets)
            .element(kTagCreated,
                     static_cast<std::uint64_t>(key.created.time_since_epoch().count()));
    return out.take();
}

/// Errors: Corrupt.
Result<std::vector<Key>> decode(std::string_view record)
{
    std::vector<Key> keys;
    store::RecordReader in(record);
    while (in.next()) {
        if (in.tag() == kTagKey)
            keys.push_back({std::string(in.text()), {}});
        else if (in.tag() == kTagCreated && !keys.empty())
            keys.back().created = Time(milliseconds(static_cast<std::int64_t>(in.number())));
    }
    if (in.is_corrupt())
        return store::RecordReader::error("srs keys");
    return keys;
}

/// One more in front; those whose addresses have all expired go.
void add_key(std::vector<Key>& keys, Random& random, Time now, milliseconds lifetime)
{
    std::vector<Key> kept{{random.token(kKeyOctets), now}};
    Time successor = now;
    for (Key& key : keys) {
        if (successor + lifetime + std::chrono::days(1) < now || kept.size() == kMaxKeys)
            break;
        successor = key.created;
        kept.push_back(std::move(key));
    }
    keys = std::move(kept);
}

/// The store's keys, after one was added where there is none, it is old, or `anew`.
Awaitable<Result<std::vector<Key>>> stored_keys(store::Store& store, Random& random,
                                                milliseconds lifetime, bool anew)
{
    for (int tries = 0; tries < kMaxTries; ++tries) {
        store::Query query;
        query.keys.emplace_back(kRow);
        auto answer = co_await store.engine().read(store::keys::server(), std::move(query));
        if (!answer)
            co_return answer.error();
        std::vector<Key> keys;
        if (answer->values[0]) {
            CO_TRY(keys, decode(*answer->values[0]));
        }
        const Time now = store.clock().now();
        if (!anew && !keys.empty() && now < keys.front().created + kKeyAge)
            co_return keys;
        add_key(keys, random, now, lifetime);
        store::Batch batch;
        batch.expect.push_back({std::string(kRow), answer->values[0]});
        batch.put.push_back({std::string(kRow), encode(keys)});
        auto done = co_await store.engine().commit(store::keys::server(), std::move(batch));
        if (done)
            co_return keys;
        if (done.error().code() != Errc::Conflict)
            co_return done.error();
        anew = false; // somebody else did it
    }
    co_return Error(Errc::Busy, "the keys of return addresses change all the time");
}

} // namespace

Awaitable<Result<std::vector<std::string>>> keys(store::Store& store, Random& random,
                                                 conf::ForwardSettings settings)
{
    std::vector<std::string> out;
    for (const std::string& reference : settings.srs_secrets) {
        CO_TRY(std::string secret, conf::read_secret(reference));
        out.push_back(std::move(secret));
    }
    if (!out.empty())
        co_return out;
    auto stored = co_await stored_keys(store, random, settings.srs_lifetime, false);
    if (!stored)
        co_return stored.error();
    for (Key& key : *stored)
        out.push_back(std::move(key.octets));
    co_return out;
}

Awaitable<Result<>> rotate(store::Store& store, Random& random, conf::ForwardSettings settings)
{
    if (!settings.srs_secrets.empty())
        co_return Error(Errc::Invalid,
                        "the keys are those of forward.srs_secrets: put a new one before them");
    auto stored = co_await stored_keys(store, random, settings.srs_lifetime, true);
    if (!stored)
        co_return stored.error();
    co_return ok();
}

} // namespace mailctl::srs
