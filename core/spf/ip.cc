// Reads and compares addresses.
#include "core/spf/ip.h"

#include <arpa/inet.h>

#include <algorithm>

#include "core/base/ascii.h"

namespace mailctl::spf {

Result<Ip> Ip::parse_as_written(std::string_view text)
{
    const std::string terminated(text);
    Ip ip;
    if (text.find('\0') == std::string_view::npos) {
        if (inet_pton(AF_INET, terminated.c_str(), ip.octets_.data()) == 1)
            return ip;
        ip.is_ip6_ = true;
        if (inet_pton(AF_INET6, terminated.c_str(), ip.octets_.data()) == 1)
            return ip;
    }
    return Error(Errc::Invalid, "no IP address: " + ascii::printable(text));
}

Result<Ip> Ip::parse(std::string_view text)
{
    TRY(Ip ip, parse_as_written(text));
    constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (!ip.is_ip6_ || !std::equal(kMapped.begin(), kMapped.end(), ip.octets_.begin()))
        return ip;
    Ip inner; // RFC 4291 §2.5.5.2
    std::copy(ip.octets_.begin() + kMapped.size(), ip.octets_.end(), inner.octets_.begin());
    return inner;
}

bool Ip::is_within(const Ip& network, unsigned bits) const
{
    if (is_ip6_ != network.is_ip6_)
        return false;
    const unsigned whole = bits / 8;
    if (!std::equal(octets_.begin(), octets_.begin() + whole, network.octets_.begin()))
        return false;
    const unsigned rest = bits % 8;
    if (rest == 0)
        return true;
    const unsigned differing = octets_[whole] ^ network.octets_[whole];
    return differing >> (8 - rest) == 0;
}

std::string Ip::text() const
{
    char text[INET6_ADDRSTRLEN] = {};
    inet_ntop(is_ip6_ ? AF_INET6 : AF_INET, octets_.data(), text, sizeof text);
    return text;
}

std::string Ip::dotted() const
{
    if (!is_ip6_)
        return text();
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    for (const std::uint8_t octet : octets_) {
        for (const int digit : {octet >> 4, octet & 15}) {
            out += out.empty() ? "" : ".";
            out += kDigits[digit];
        }
    }
    return out;
}

} // namespace mailctl::spf
