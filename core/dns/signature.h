// Signatures over RRsets, and the keys that DS records vouch for. For core/dns only.
#pragma once

#include "core/base/clock.h"
#include "core/dns/effort.h"

#include "core/dns/rrset.h" // last

namespace mailctl::dns {

/// Of clocks that are wrong, here and at signers: that much before its inception and after its
/// expiration a signature is good.
inline constexpr seconds kClockSkew = std::chrono::hours(1);

/// What a good signature says of its RRset.
struct Verified {
    /// The labels of the name that was signed; fewer than the owner's: a wildcard. RFC 4035 §5.3.4
    unsigned labels = 0;
    bool is_wildcard = false;
    seconds ttl{0}; ///< RFC 4035 §5.3.3
};

/// Checks the signatures of `zone` with its keys; one that is good is enough: RFC 4035 §5.3.
/// Errors: Corrupt (bogus) with the reason, OverQuota (too much effort).
Result<Verified> verify(const Rrset& set, const ldns_rr_list* keys, const std::string& zone,
                        Time now, Effort& effort);

/// Whether one of the DS or, of a trust anchor, DNSKEY records is of an algorithm and a digest that
/// we know: else the zone is as good as unsigned. RFC 4035 §5.2
bool can_check_any(const ldns_rr_list* vouchers);

/// Those of a zone's keys that such records name. SHA-1 counts only where there is nothing
/// better: RFC 4509 §3. Errors: OverQuota (too much effort).
Result<LdnsRecords> vouched_keys(const ldns_rr_list* vouchers, const ldns_rr_list* keys,
                                 Effort& effort);

} // namespace mailctl::dns
