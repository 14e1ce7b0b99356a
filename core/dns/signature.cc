// Verifies RRSIGs with ldns. RFC 4035 §5.3
#include "core/dns/signature.h"

#include "core/dns/name.h"

namespace mailctl::dns {
namespace {

constexpr std::uint16_t kZoneKey = 0x0100; // RFC 4034 §2.1.1
constexpr std::uint16_t kRevoked = 0x0080; // RFC 5011 §7
constexpr std::uint8_t kDnssecProtocol = 3;
/// Larger ones make a check as dear as a signature; F4 has three octets.
constexpr std::size_t kMaxRsaExponentOctets = 5;
constexpr std::size_t kMaxRsaKeyOctets = 3 + kMaxRsaExponentOctets + 512; // RFC 3110 §2

Error bogus(std::string why)
{
    return Error(Errc::Corrupt, std::move(why));
}

/// RFC 8624 §3.1. What is not here is as good as unsigned.
bool has_algorithm(std::uint8_t algorithm)
{
    switch (algorithm) {
        case LDNS_RSASHA1:
        case LDNS_RSASHA1_NSEC3:
        case LDNS_RSASHA256:
        case LDNS_RSASHA512:
        case LDNS_ECDSAP256SHA256:
        case LDNS_ECDSAP384SHA384:
        case LDNS_ED25519:
        case LDNS_ED448:
            return true;
        default:
            return false;
    }
}

bool is_rsa(std::uint8_t algorithm)
{
    return algorithm <= LDNS_RSASHA512;
}

std::uint8_t octet_of(const ldns_rr* record, std::size_t field)
{
    return ldns_rdf2native_int8(ldns_rr_rdf(record, field));
}

std::uint8_t key_algorithm(const ldns_rr* key)
{
    return octet_of(key, 2);
}

/// RFC 3110 §2
bool has_small_exponent(const ldns_rdf* key)
{
    const std::size_t size = ldns_rdf_size(key);
    const std::uint8_t* octets = ldns_rdf_data(key);
    if (size < 3 || size > kMaxRsaKeyOctets)
        return false;
    return octets[0] != 0 && octets[0] <= kMaxRsaExponentOctets;
}

bool may_sign(const ldns_rr* key)
{
    const std::uint16_t flags = ldns_rdf2native_int16(ldns_rr_rdf(key, 0));
    const std::uint8_t algorithm = key_algorithm(key);
    return (flags & kZoneKey) != 0 && (flags & kRevoked) == 0 &&
           octet_of(key, 1) == kDnssecProtocol && has_algorithm(algorithm) &&
           (!is_rsa(algorithm) || has_small_exponent(ldns_rr_rdf(key, 3)));
}

/// Labels without the root and a first "*". RFC 4034 §3.1.3
unsigned labels_of(const ldns_rdf* name)
{
    return ldns_dname_label_count(name) - (ldns_dname_is_wildcard(name) ? 1U : 0U);
}

/// Times in 32 bits go round: RFC 4034 §3.1.5, RFC 1982.
std::int32_t after(std::uint32_t time, std::uint32_t other)
{
    return static_cast<std::int32_t>(time - other);
}

std::uint32_t in_32_bits(Time time)
{
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<seconds>(time.time_since_epoch()).count());
}

Result<> is_in_time(const ldns_rr* signature, Time time)
{
    const std::uint32_t now = in_32_bits(time);
    const auto skew = static_cast<std::int32_t>(kClockSkew.count());
    const auto inception = ldns_rdf2native_int32(ldns_rr_rrsig_inception(signature));
    const auto expiration = ldns_rdf2native_int32(ldns_rr_rrsig_expiration(signature));
    if (after(expiration, inception) < 0)
        return bogus("a signature ends before it begins");
    if (after(now, expiration) > skew)
        return bogus("the signature has expired");
    if (after(inception, now) > skew)
        return bogus("the signature is not valid yet");
    return ok();
}

/// What must hold before the cryptography is worth its while. RFC 4035 §5.3.1
Result<> may_be_good(const Rrset& set, const ldns_rr* signature, const std::string& zone, Time now)
{
    if (text_of(ldns_rr_rrsig_signame(signature)) != zone)
        return bogus("signed by another zone");
    if (!has_algorithm(octet_of(signature, 1)))
        return bogus("signed with an unknown algorithm");
    if (octet_of(signature, 2) > labels_of(ldns_rr_owner(set.front())))
        return bogus("the signature is one of a longer name");
    return is_in_time(signature, now);
}

bool is_good(const Rrset& set, const ldns_rr* signature, const ldns_rr* key)
{
    // The lists borrow: only their own memory is freed.
    using Borrowed = std::unique_ptr<ldns_rr_list, LdnsFree<ldns_rr_list_free>>;
    const Borrowed one(ldns_rr_list_new());
    const Borrowed good(ldns_rr_list_new());
    ldns_rr_list_push_rr(one.get(), const_cast<ldns_rr*>(key)); // NOLINT: only read
    return ldns_verify_rrsig_keylist_notime(set.records.get(), signature, one.get(), good.get()) ==
           LDNS_STATUS_OK;
}

Verified verified(const Rrset& set, const ldns_rr* signature, Time now)
{
    Verified out;
    out.labels = octet_of(signature, 2);
    out.is_wildcard = out.labels < labels_of(ldns_rr_owner(set.front()));
    const std::uint32_t left = static_cast<std::uint32_t>(std::max(
        1, after(ldns_rdf2native_int32(ldns_rr_rrsig_expiration(signature)), in_32_bits(now))));
    const auto original = ldns_rdf2native_int32(ldns_rr_rrsig_origttl(signature));
    out.ttl = seconds(std::min({set.ttl, ldns_rr_ttl(signature), original, left}));
    return out;
}

/// Whether a digest's kind is one of ours: SHA-1, SHA-256, SHA-384. RFC 8624 §3.3
bool has_digest(std::uint8_t kind)
{
    return kind == LDNS_SHA1 || kind == LDNS_SHA256 || kind == LDNS_SHA384;
}

bool is_named_by(const ldns_rr* ds, const ldns_rr* key)
{
    const LdnsRecord made(ldns_key_rr2ds(key, static_cast<ldns_hash>(octet_of(ds, 2))));
    return made && rdata_of(made.get()) == rdata_of(ds);
}

/// DS and DNSKEY records have the algorithm in different places.
std::uint8_t voucher_algorithm(const ldns_rr* voucher)
{
    return ldns_rr_get_type(voucher) == LDNS_RR_TYPE_DS ? octet_of(voucher, 1)
                                                        : key_algorithm(voucher);
}

bool is_usable_voucher(const ldns_rr* voucher, bool has_better_than_sha1)
{
    if (!has_algorithm(voucher_algorithm(voucher)))
        return false;
    if (ldns_rr_get_type(voucher) != LDNS_RR_TYPE_DS)
        return may_sign(voucher);
    const std::uint8_t digest = octet_of(voucher, 2);
    return has_digest(digest) && (digest != LDNS_SHA1 || !has_better_than_sha1);
}

std::vector<const ldns_rr*> usable(const ldns_rr_list* vouchers)
{
    const std::size_t count = ldns_rr_list_rr_count(vouchers);
    bool has_better = false;
    for (std::size_t i = 0; i < count; ++i) {
        const ldns_rr* voucher = ldns_rr_list_rr(vouchers, i);
        if (ldns_rr_get_type(voucher) == LDNS_RR_TYPE_DS && has_algorithm(octet_of(voucher, 1)))
            has_better = has_better || octet_of(voucher, 2) == LDNS_SHA256 ||
                         octet_of(voucher, 2) == LDNS_SHA384;
    }
    std::vector<const ldns_rr*> out;
    for (std::size_t i = 0; i < count; ++i)
        if (is_usable_voucher(ldns_rr_list_rr(vouchers, i), has_better))
            out.push_back(ldns_rr_list_rr(vouchers, i));
    return out;
}

Result<bool> vouches(const ldns_rr* voucher, const ldns_rr* key, Effort& effort)
{
    if (voucher_algorithm(voucher) != key_algorithm(key))
        return false;
    if (ldns_rr_get_type(voucher) == LDNS_RR_TYPE_DNSKEY)
        return rdata_of(voucher) == rdata_of(key);
    if (ldns_rdf2native_int16(ldns_rr_rdf(voucher, 0)) != ldns_calc_keytag(key))
        return false;
    TRY_VOID(effort.check_signature());
    return is_named_by(voucher, key);
}

} // namespace

Result<Verified> verify(const Rrset& set, const ldns_rr_list* keys, const std::string& zone,
                        Time now, Effort& effort)
{
    Error last = bogus("no signature");
    const std::size_t key_count = std::min(ldns_rr_list_rr_count(keys), kMaxZoneKeys);
    const std::size_t signatures =
        std::min<std::size_t>(ldns_rr_list_rr_count(set.signatures.get()), kMaxSignaturesOfSet);
    for (std::size_t i = 0; i < signatures; ++i) {
        const ldns_rr* signature = ldns_rr_list_rr(set.signatures.get(), i);
        if (auto may = may_be_good(set, signature, zone, now); !may) {
            last = may.error();
            continue;
        }
        last = bogus("signed with a key that the zone does not have");
        const std::uint16_t tag = ldns_rdf2native_int16(ldns_rr_rrsig_keytag(signature));
        for (std::size_t k = 0; k < key_count; ++k) {
            const ldns_rr* key = ldns_rr_list_rr(keys, k);
            if (key_algorithm(key) != octet_of(signature, 1) || ldns_calc_keytag(key) != tag ||
                !may_sign(key))
                continue;
            TRY_VOID(effort.check_signature());
            if (is_good(set, signature, key))
                return verified(set, signature, now);
            last = bogus("the signature does not fit");
        }
    }
    return last;
}

bool can_check_any(const ldns_rr_list* vouchers)
{
    return !usable(vouchers).empty();
}

Result<LdnsRecords> vouched_keys(const ldns_rr_list* vouchers, const ldns_rr_list* keys,
                                 Effort& effort)
{
    const auto by = usable(vouchers);
    LdnsRecords out(ldns_rr_list_new());
    const std::size_t key_count = std::min(ldns_rr_list_rr_count(keys), kMaxZoneKeys);
    for (std::size_t k = 0; k < key_count; ++k) {
        const ldns_rr* key = ldns_rr_list_rr(keys, k);
        for (const ldns_rr* voucher : by) {
            TRY(const bool fits, vouches(voucher, key, effort));
            if (!fits)
                continue;
            ldns_rr_list_push_rr(out.get(), ldns_rr_clone(key));
            break;
        }
    }
    return out;
}

} // namespace mailctl::dns
