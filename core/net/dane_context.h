// TLS to a server that is known by its TLSA records, or by several names. RFC 7671, RFC 7672
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace mailctl::net {
class TlsContext; // core/net/tls.h
}

namespace mailctl::net {

/// One TLSA record. RFC 6698 §2.1
struct DaneRecord {
    std::uint8_t usage = 3, selector = 1, matching = 1;
    std::string data; ///< octets
};

struct DaneOptions {
    std::string server_name; ///< for SNI, and one of the names
    std::vector<std::string>
        names; ///< that a certificate under a trust anchor (usage 2) may be for
    std::vector<DaneRecord> records;
};

/// A context that takes what the records say and nothing else. RFC 7672 §3.1.1: with usage 3 names
/// and dates do not matter. Errors: Invalid (no record that can be used).
Result<std::shared_ptr<const TlsContext>> make_dane_context(DaneOptions options);

/// A client's context that accepts no version below this one; verifies nothing.
Result<std::shared_ptr<const TlsContext>> make_unverified_context(std::string server_name,
                                                                  const std::string& min_version);

} // namespace mailctl::net
