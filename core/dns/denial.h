// What NSEC and NSEC3 records prove not to exist. RFC 4035 §5.4, RFC 5155 §8. For core/dns only.
#pragma once

#include <string>
#include <vector>

#include "core/dns/effort.h"

#include "core/dns/signature.h" // last

namespace mailctl::dns {

/// Records of one zone whose signatures were checked. Borrows them.
struct Proofs {
    std::string zone;
    std::vector<const ldns_rr*> nsec;
    std::vector<const ldns_rr*> nsec3;
    seconds ttl{0}; ///< the least of theirs
};
/// Those of an authority section that are signed well. Errors: OverQuota (too much effort).
Result<Proofs> proofs_of(const std::vector<Rrset>& authority, const ldns_rr_list* keys,
                         const std::string& zone, Time now, Effort& effort);

struct Denial {
    enum class Kind : std::uint8_t {
        Unproven, ///< bogus, where the zone is signed
        NoData,   ///< the name is there, without the type
        NoDomain, ///< the name is not there
        Unsigned, ///< whatever is there is not signed: an opt-out, too many iterations
    } kind = Kind::Unproven;
    /// NoData: the name is that of another zone, to which this one delegates.
    bool is_delegation = false;
};

/// Why there is no such record. Errors: OverQuota (too much effort).
Result<Denial> denial_of(const Proofs& proofs, const std::string& name, Type type, Effort& effort);

/// Whether a name that was answered from a wildcard of `labels` labels is not there itself nor
/// anything closer to it than the wildcard: RFC 4035 §5.3.4, RFC 5155 §8.8. NoDomain: it is not.
Result<Denial> denial_of_closer(const Proofs& proofs, const std::string& name, unsigned labels,
                                Effort& effort);

} // namespace mailctl::dns
