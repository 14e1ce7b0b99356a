// Rows: "client authority" of the server's partition; 'p' and a fingerprint of an account's.
// DO NOT CHANGE: on disk since 0.1
#include "store/client_certificates.h"

#include <utility>

#include "store/engine.h"
#include "store/keys.h"
#include "store/record.h"
#include "store/store.h"

namespace mailctl::store {
namespace {

constexpr std::string_view kAuthority = "client authority";
constexpr char kIssuedPrefix = 'p';
enum Tag : unsigned { kCertificate = 1, kSecondPart = 2 };

/// Both records are a certificate and one thing more.
struct Parts {
    std::string certificate, more;
};

std::string encode(const std::string& certificate, const std::string& more)
{
    return RecordWriter().text(kCertificate, certificate).text(kSecondPart, more).take();
}

Result<Parts> decode(std::string_view record)
{
    Parts parts;
    RecordReader in(record);
    while (in.next()) {
        if (in.tag() == kCertificate)
            parts.certificate = in.text();
        else if (in.tag() == kSecondPart)
            parts.more = in.text();
    }
    if (in.is_corrupt() || parts.certificate.empty())
        return RecordReader::error("certificate");
    return parts;
}

std::string issued_key(const std::string& fingerprint)
{
    return kIssuedPrefix + fingerprint;
}

Awaitable<Result<std::optional<Parts>>> read_parts(Store& store, Partition partition, std::string key)
{
    Query query;
    query.keys.push_back(std::move(key));
    const auto answer = co_await store.engine().read(std::move(partition), std::move(query));
    if (!answer)
        co_return answer.error();
    std::optional<Parts> out;
    if (answer->values[0]) {
        CO_TRY(out, decode(*answer->values[0]));
    }
    co_return out;
}

} // namespace

Awaitable<Result<std::optional<ClientAuthority>>> client_authority(Store& store)
{
    CO_TRY(const auto parts, co_await read_parts(store, keys::server(), std::string(kAuthority)));
    std::optional<ClientAuthority> out;
    if (parts)
        out = ClientAuthority{parts->certificate, parts->more};
    co_return out;
}

Awaitable<Result<ClientAuthority>> keep_client_authority(Store& store, ClientAuthority authority)
{
    Batch batch;
    batch.expect.push_back({std::string(kAuthority), std::nullopt});
    batch.put.push_back({std::string(kAuthority), encode(authority.certificate, authority.key)});
    const auto kept = co_await store.engine().commit(keys::server(), std::move(batch));
    if (kept)
        co_return authority;
    if (kept.error().code() != Errc::Conflict && kept.error().code() != Errc::InDoubt)
        co_return kept.error();
    CO_TRY(auto other, co_await client_authority(store));
    if (!other)
        co_return kept.error();
    co_return *std::move(other);
}

Awaitable<Result<std::optional<IssuedCertificate>>> issued_certificate(Store& store, AccountId account,
                                                                       std::string fingerprint)
{
    CO_TRY(const auto parts,
           co_await read_parts(store, keys::account(account), issued_key(fingerprint)));
    std::optional<IssuedCertificate> out;
    if (parts)
        out = IssuedCertificate{parts->certificate, parts->more};
    co_return out;
}

Awaitable<Result<>> keep_issued_certificate(Store& store, AccountId account, std::string fingerprint,
                                            IssuedCertificate issued)
{
    Batch batch;
    batch.put.push_back({issued_key(fingerprint), encode(issued.certificate, issued.pkcs12)});
    co_return co_await store.engine().commit(keys::account(account), std::move(batch));
}

Awaitable<Result<>> forget_issued_certificate(Store& store, AccountId account,
                                              std::string fingerprint)
{
    Batch batch;
    batch.erase.push_back(issued_key(fingerprint));
    co_return co_await store.engine().commit(keys::account(account), std::move(batch));
}

} // namespace mailctl::store
