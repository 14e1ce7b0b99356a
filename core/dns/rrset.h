// RRsets with their signatures, as they stand in a message. For core/dns only.
#pragma once

#include <string>
#include <vector>

#include "core/dns/raw.h"

#include "core/dns/ldns_records.h" // last

namespace mailctl::dns {

using LdnsRecord = std::unique_ptr<ldns_rr, LdnsFree<ldns_rr_free>>;
using LdnsRecords = std::unique_ptr<ldns_rr_list, LdnsFree<ldns_rr_list_deep_free>>;

/// Records of one owner and type, none twice. RFC 2181 §5
struct Rrset {
    std::string owner;
    Type type = Type::A;
    LdnsRecords records;
    LdnsRecords signatures; ///< RRSIGs that cover the type
    std::uint32_t ttl = 0;  ///< the least of its records'

    const ldns_rr* front() const { return ldns_rr_list_rr(records.get(), 0); }
};

/// All of a section, in its order. Signatures of nothing are left out.
std::vector<Rrset> rrsets_of(const ldns_rr_list* section);

/// nullptr: there is none.
const Rrset* find(const std::vector<Rrset>& sets, const std::string& owner, Type type);

/// The zone that the first signature which can be one for it names. Errors: NotFound.
Result<std::string> signer_of(const Rrset& set);

/// The name of a record's field, as Question has it.
std::string text_of(const ldns_rdf* name);

/// An answer section's and an authority section's. Errors: Corrupt.
struct Sections {
    std::vector<Rrset> answer;
    std::vector<Rrset> authority;
    bool no_domain = false; ///< RCODE 3
};
Result<Sections> sections_of(std::string_view message);

} // namespace mailctl::dns
