// DKIM keys in the directory: a row a domain, in the shard of its name, so that the keys of a
// domain go with it in one commit.
#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "core/address/address.h"
#include "core/crypto/secret.h"
#include "store/directory/directory_keys.h"
#include "store/directory/dkim_records.h"
#include "store/directory/engine_directory.h"
#include "store/store.h"

namespace mailctl::store {
namespace {

constexpr std::string_view kFileReference = "file:";
constexpr std::size_t kMaxKeyFileOctets = 64 * 1024;

Result<std::string> read_key_file(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::string text(kMaxKeyFileOctets, '\0');
    if (file)
        file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file.is_open() || file.bad())
        return Error(Errc::Unavailable, "cannot read " + path);
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

/// Errors: Invalid, OverQuota.
Result<> check_fields(DkimDomain& domain)
{
    std::sort(domain.keys.begin(), domain.keys.end(),
              [](const DkimKey& a, const DkimKey& b) { return a.selector < b.selector; });
    const auto same = std::adjacent_find(
        domain.keys.begin(), domain.keys.end(),
        [](const DkimKey& a, const DkimKey& b) { return a.selector == b.selector; });
    if (same != domain.keys.end())
        return Error(Errc::Exists, "there is a key with selector " + same->selector);
    if (domain.keys.size() > kMaxDkimKeys)
        return Error(Errc::OverQuota,
                     "a domain has at most " + std::to_string(kMaxDkimKeys) + " keys");
    for (const DkimKey& key : domain.keys) {
        const auto canonical = address::canonical_domain(key.selector);
        if (!canonical || *canonical != key.selector)
            return Error(Errc::Invalid, key.selector + " is no selector");
        if (key.note.size() > kMaxDkimNote)
            return Error(Errc::Invalid, "a note over 500 octets");
    }
    if (encode(domain).size() > kMaxValueOctets)
        return Error(Errc::OverQuota, domain.domain + ": keys over 64 KiB together");
    return ok();
}

} // namespace

const DkimKey* DkimDomain::find(std::string_view selector) const
{
    const auto found = std::find_if(keys.begin(), keys.end(), [selector](const DkimKey& key) {
        return key.selector == selector;
    });
    return found == keys.end() ? nullptr : &*found;
}

DkimKey* DkimDomain::find(std::string_view selector)
{
    return const_cast<DkimKey*>(std::as_const(*this).find(selector));
}

bool DkimDomain::is_signing() const
{
    return policy.sign && std::any_of(keys.begin(), keys.end(), [](const DkimKey& key) {
               return key.state == DkimState::Active && key.signing.is_set();
           });
}

DkimKeys& dkim_keys(Store& store)
{
    return dynamic_cast<DkimKeys&>(store.directory());
}

Result<crypto::SigningKey> load_private_key(const std::string& private_key)
{
    if (!private_key.starts_with(kFileReference))
        return crypto::SigningKey::from_pem(private_key);
    TRY(std::string pem, read_key_file(private_key.substr(kFileReference.size())));
    const crypto::WipeAtEnd wipe(pem);
    return crypto::SigningKey::from_pem(pem);
}

Awaitable<Result<std::shared_ptr<const DkimDomain>>> EngineDirectory::find_keys(std::string domain)
{
    const std::uint16_t shard = keys::domain_shard(domain);
    Partition partition = keys::directory(shard);
    std::string key = keys::dkim(domain);
    auto stored = co_await row(std::move(partition), shard, std::move(key));
    if (!stored)
        co_return stored.error();
    if (!*stored)
        co_return std::shared_ptr<const DkimDomain>();
    if (auto known = dkim_cache_.find(domain, *stored))
        co_return known;
    CO_TRY(DkimDomain decoded, decode_dkim(**stored));
    auto made = std::make_shared<const DkimDomain>(std::move(decoded));
    dkim_cache_.put(std::move(domain), *stored, made);
    co_return made;
}

Awaitable<Result<std::vector<DkimDomain>>> EngineDirectory::all_keys()
{
    std::vector<DkimDomain> found;
    for (std::uint16_t shard = 0; shard < keys::kDomainShards; ++shard) {
        Range range{std::string(keys::kDkimPrefix), {}, 100};
        for (bool more = true; more;) {
            Query query;
            query.ranges.push_back(range);
            Partition partition = keys::directory(shard);
            auto answer = co_await engine_.read(std::move(partition), std::move(query));
            if (!answer)
                co_return answer.error();
            const Page& page = answer->pages.front();
            for (const Row& stored : page.rows) {
                CO_TRY(DkimDomain domain, decode_dkim(stored.value));
                found.push_back(std::move(domain));
            }
            more = page.more && !page.rows.empty();
            if (more)
                range.after = page.rows.back().key;
        }
    }
    std::sort(found.begin(), found.end(),
              [](const DkimDomain& a, const DkimDomain& b) { return a.domain < b.domain; });
    co_return found;
}

Awaitable<Result<DkimDomain>>
EngineDirectory::update_keys(std::string domain, std::function<Result<>(DkimDomain&)> edit)
{
    const std::string key = keys::dkim(domain);
    DkimDomain after;
    Plan plan = [&, key](const Rows& rows) -> Result<std::vector<RowChange>> {
        after = DkimDomain();
        if (rows[0]) {
            TRY(after, decode_dkim(*rows[0]));
        }
        TRY_VOID(edit(after));
        after.domain = domain;
        TRY_VOID(check_fields(after));
        std::string value = encode(after);
        if (rows[0] == value)
            return std::vector<RowChange>();
        return std::vector<RowChange>{{key, std::move(value)}};
    };
    std::vector<std::string> keys{key};
    auto done = co_await change_shard_of(domain, std::move(keys), std::move(plan));
    if (!done)
        co_return done.error();
    co_return after;
}

Awaitable<Result<>> EngineDirectory::erase_keys(std::string domain)
{
    const std::string key = keys::dkim(domain);
    Plan plan = [key](const Rows& rows) -> Result<std::vector<RowChange>> {
        std::vector<RowChange> changes;
        if (rows[0])
            changes.emplace_back(key, std::nullopt);
        return changes;
    };
    std::vector<std::string> keys{key};
    co_return co_await change_shard_of(domain, std::move(keys), std::move(plan));
}

} // namespace mailctl::store
