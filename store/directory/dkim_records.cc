// Encodes and decodes DKIM keys; a key is a record within the record.
#include "store/directory/dkim_records.h"

#include <utility>

#include "core/base/log.h"
#include "store/record.h"

namespace mailctl::store {
namespace {

// DO NOT CHANGE: on disk since 0.1
enum DomainTag : unsigned {
    kName = 1,
    kNoSigning,
    kCanons,
    kHeaders,
    kIdentity,
    kLifetime,
    kEvery,
    kOverlap,
    kActivateAfter,
    kKey,
};

// DO NOT CHANGE: on disk since 0.1
enum KeyTag : unsigned {
    kSelector = 1,
    kState,
    kKind,
    kBits,
    kPrivate,
    kPublic,
    kCreated,
    kActivated,
    kRetired,
    kNote,
    kTesting,
    kRotates,
};

std::uint64_t number_of(milliseconds time)
{
    return static_cast<std::uint64_t>(time.count());
}

milliseconds time_of(std::uint64_t number)
{
    return milliseconds(static_cast<std::int64_t>(number));
}

std::string encode_key(const DkimKey& key)
{
    return RecordWriter()
        .text(kSelector, key.selector)
        .number(kState, static_cast<std::uint64_t>(key.state))
        .number(kKind, static_cast<std::uint64_t>(key.kind))
        .number(kBits, key.bits)
        .text(kPrivate, key.private_key)
        .text(kPublic, key.public_key)
        .time(kCreated, key.created)
        .time(kActivated, key.activated)
        .time(kRetired, key.retired)
        .text(kNote, key.note)
        .flag(kTesting, key.testing)
        .flag(kRotates, key.rotates)
        .take();
}

Result<DkimKey> decode_key(std::string_view record)
{
    DkimKey key;
    RecordReader reader(record);
    while (reader.next()) {
        switch (reader.tag()) {
        case kSelector:
            key.selector = reader.text();
            break;
        case kState:
            key.state = static_cast<DkimState>(reader.number());
            break;
        case kKind:
            key.kind = static_cast<crypto::SigningKind>(reader.number());
            break;
        case kBits:
            key.bits = static_cast<unsigned>(reader.number());
            break;
        case kPrivate:
            key.private_key = reader.text();
            break;
        case kPublic:
            key.public_key = reader.text();
            break;
        case kCreated:
            key.created = reader.time();
            break;
        case kActivated:
            key.activated = reader.time();
            break;
        case kRetired:
            key.retired = reader.time();
            break;
        case kNote:
            key.note = reader.text();
            break;
        case kTesting:
            key.testing = reader.flag();
            break;
        case kRotates:
            key.rotates = reader.flag();
            break;
        }
    }
    if (reader.is_corrupt())
        return RecordReader::error("DKIM key");
    return key;
}

/// A key that cannot be loaded does not keep the others from signing.
void make_ready(const std::string& domain, DkimKey& key)
{
    auto loaded = load_private_key(key.private_key);
    if (loaded)
        key.signing = std::move(*loaded);
    else
        log::error("dkim", "a key cannot sign",
                   {{"domain", domain},
                    {"selector", key.selector},
                    {"why", loaded.error().detail()}});
}

} // namespace

std::string encode(const DkimDomain& domain)
{
    const DkimPolicy& policy = domain.policy;
    RecordWriter writer;
    writer.text(kName, domain.domain)
        .flag(kNoSigning, !policy.sign)
        .text(kCanons, policy.canons)
        .text(kHeaders, policy.headers)
        .text(kIdentity, policy.identity)
        .number(kLifetime, number_of(policy.lifetime))
        .number(kEvery, number_of(policy.rotation.every))
        .number(kOverlap, number_of(policy.rotation.overlap))
        .number(kActivateAfter, number_of(policy.rotation.activate_after));
    for (const DkimKey& key : domain.keys)
        writer.element(kKey, encode_key(key));
    return writer.take();
}

Result<DkimDomain> decode_dkim(std::string_view record)
{
    DkimDomain domain;
    domain.policy.rotation.overlap = milliseconds(0); // absent: zero
    RecordReader reader(record);
    while (reader.next()) {
        switch (reader.tag()) {
        case kName:
            domain.domain = reader.text();
            break;
        case kNoSigning:
            domain.policy.sign = !reader.flag();
            break;
        case kCanons:
            domain.policy.canons = reader.text();
            break;
        case kHeaders:
            domain.policy.headers = reader.text();
            break;
        case kIdentity:
            domain.policy.identity = reader.text();
            break;
        case kLifetime:
            domain.policy.lifetime = time_of(reader.number());
            break;
        case kEvery:
            domain.policy.rotation.every = time_of(reader.number());
            break;
        case kOverlap:
            domain.policy.rotation.overlap = time_of(reader.number());
            break;
        case kActivateAfter:
            domain.policy.rotation.activate_after = time_of(reader.number());
            break;
        case kKey: {
            TRY(DkimKey key, decode_key(reader.text()));
            domain.keys.push_back(std::move(key));
            break;
        }
        }
    }
    if (reader.is_corrupt())
        return RecordReader::error("DKIM domain");
    for (DkimKey& key : domain.keys) {
        if (key.state == DkimState::Active)
            make_ready(domain.domain, key);
    }
    return domain;
}

} // namespace mailctl::store
