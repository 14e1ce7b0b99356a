// What both ldns users need: owned objects, and records as octets. For core/dns only.
#pragma once

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include "core/base/ascii.h"

#include <ldns/ldns.h> // last: it makes macros of true and false
#undef true
#undef false

namespace mailctl::dns {

template <auto Free>
struct LdnsFree {
    template <class T>
    void operator()(T* p) const
    {
        Free(p);
    }
};
using LdnsPacket = std::unique_ptr<ldns_pkt, LdnsFree<ldns_pkt_free>>;
using LdnsName = std::unique_ptr<ldns_rdf, LdnsFree<ldns_rdf_deep_free>>;
using LdnsZone = std::unique_ptr<ldns_zone, LdnsFree<ldns_zone_deep_free>>;

/// The owner in lower case without the final dot.
inline std::string owner_of(const ldns_rr* record)
{
    char* text = ldns_rdf2str(ldns_rr_owner(record));
    std::string name = ascii::lower(text ? text : "");
    std::free(text); // NOLINT: ldns allocates with malloc
    if (!name.empty() && name.back() == '.')
        name.pop_back();
    return name;
}

/// Its RDATA, names uncompressed.
inline std::string rdata_of(const ldns_rr* record)
{
    std::string octets;
    for (std::size_t i = 0; i < ldns_rr_rd_count(record); ++i) {
        const ldns_rdf* field = ldns_rr_rdf(record, i);
        octets.append(reinterpret_cast<const char*>(ldns_rdf_data(field)), ldns_rdf_size(field));
    }
    return octets;
}

} // namespace mailctl::dns
