// Where trust begins: DS or DNSKEY records of the root, or of zones that stand alone. RFC 4035 §4.4
#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/base/result.h"

#include "core/dns/rrset.h" // last

namespace mailctl::dns {

/// Threads: any, once loaded.
class TrustAnchors {
public:
    /// Adds the DS and DNSKEY records of a master file; others are passed over.
    /// Errors: Invalid (with the line, or no such record).
    Result<> add_text(std::string_view text);
    /// Errors: NotFound, and as above.
    Result<> add_file(const std::string& path);

    /// The longest zone with an anchor that holds the name. nullptr: none.
    const std::string* zone_above(const std::string& name) const;
    const ldns_rr_list* records_of(const std::string& zone) const;

private:
    std::map<std::string, LdnsRecords> zones_;
};

} // namespace mailctl::dns
