// Proofs by hashed names. RFC 5155 §8. For core/dns/denial.cc.
#pragma once

#include "core/dns/denial.h" // last

namespace mailctl::dns {

bool has_type(const ldns_rdf* bitmap, Type type);
/// What the record of the very name says. RFC 4035 §5.4
Denial denial_by_bitmap(const ldns_rdf* bitmap, Type type, bool is_root);

Result<Denial> denial_by_nsec3(const Proofs& proofs, const ldns_rdf* name, Type type,
                               Effort& effort);
Result<Denial> denial_of_closer_by_nsec3(const Proofs& proofs, const ldns_rdf* name,
                                         unsigned labels, Effort& effort);

} // namespace mailctl::dns
