// IP addresses of either family, and whether one is in a network.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace mailctl::spf {

inline constexpr unsigned kIp4Bits = 32;
inline constexpr unsigned kIp6Bits = 128;

/// One address. IPv4-mapped IPv6 is IPv4: RFC 7208 §5.
class Ip {
public:
    /// Errors: Invalid (no address in figures).
    static Result<Ip> parse(std::string_view text);
    /// Of the family that the text is written in: "::ffff:192.0.2.1" stays IPv6. For networks.
    static Result<Ip> parse_as_written(std::string_view text);

    bool is_ip6() const { return is_ip6_; }
    /// True where it has the family and the first `bits` of `network`.
    bool is_within(const Ip& network, unsigned bits) const;
    /// "192.0.2.1", "2001:db8::1"
    std::string text() const;
    /// As macros have it, between dots: "192.0.2.1", "2.0.0.1.0.d.b.8.[...].0.1". RFC 7208 §7.3
    std::string dotted() const;

    bool operator==(const Ip&) const = default;

private:
    std::array<std::uint8_t, 16> octets_{}; ///< IPv4: the first four
    bool is_ip6_ = false;
};

} // namespace mailctl::spf
