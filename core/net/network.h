// A range of addresses as settings name it: "192.0.2.1", "192.0.2.0/24", "2001:db8::/32".
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace mailctl::net {

/// One network. IPv4 is held as IPv4-mapped IPv6, so both spellings are one address (RFC 4291 §2.5.5.2).
class Network {
public:
    Network() = default; ///< ::/128

    /// Errors: Invalid (no address, or the prefix is longer than it). Octets beyond the prefix are
    /// ignored.
    static Result<Network> parse(std::string_view text);

    /// False also where `address` is no IP address ("unix").
    bool contains(std::string_view address) const;

    /// "192.0.2.0/24"; without "/n" where it is one address.
    std::string text() const;

    auto operator<=>(const Network&) const = default;

private:
    std::array<std::uint8_t, 16> octets_{};
    unsigned prefix_ = 128;
};

/// True where any of the networks holds the address; what does not parse is skipped.
bool any_contains(const std::vector<std::string>& networks, std::string_view address);

} // namespace mailctl::net
