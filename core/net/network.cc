// Parses and compares networks of either family.
#include "core/net/network.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include <arpa/inet.h>

#include "core/base/ascii.h"

namespace mailctl::net {
namespace {

using Octets = std::array<std::uint8_t, 16>;
constexpr Octets kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned kMappedBits = 96;

struct Parsed {
    Octets octets{};
    bool v4 = false;
};

std::optional<Parsed> parse_address(std::string_view text)
{
    Parsed out;
    const std::string copy(text);
    in_addr v4{};
    if (inet_pton(AF_INET, copy.c_str(), &v4) == 1) {
        out.octets = kMapped;
        out.v4 = true;
        std::memcpy(out.octets.data() + 12, &v4, 4);
        return out;
    }
    if (inet_pton(AF_INET6, copy.c_str(), out.octets.data()) != 1)
        return std::nullopt;
    return out;
}

void clear_after(Octets& octets, unsigned prefix)
{
    for (unsigned bit = prefix; bit < 128; ++bit)
        octets[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> bit % 8));
}

bool is_mapped(const Octets& octets)
{
    return std::equal(octets.begin(), octets.begin() + 12, kMapped.begin());
}

} // namespace

Result<Network> Network::parse(std::string_view text)
{
    const auto slash = text.find('/');
    const auto address = parse_address(text.substr(0, slash));
    if (!address)
        return Error(Errc::Invalid, "not an IP address: " + ascii::printable(text));
    Network out;
    out.octets_ = address->octets;
    if (slash != std::string_view::npos) {
        const auto prefix = ascii::parse_number<unsigned>(text.substr(slash + 1));
        const unsigned most = address->v4 ? 32 : 128;
        if (!prefix || *prefix > most)
            return Error(Errc::Invalid, "bad prefix length: " + ascii::printable(text));
        out.prefix_ = *prefix + (address->v4 ? kMappedBits : 0);
    }
    clear_after(out.octets_, out.prefix_);
    return out;
}

bool Network::contains(std::string_view address) const
{
    auto parsed = parse_address(address);
    if (!parsed)
        return false;
    clear_after(parsed->octets, prefix_);
    return parsed->octets == octets_;
}

std::string Network::text() const
{
    const bool v4 = prefix_ >= kMappedBits && is_mapped(octets_);
    char buffer[INET6_ADDRSTRLEN] = {};
    inet_ntop(v4 ? AF_INET : AF_INET6, octets_.data() + (v4 ? 12 : 0), buffer, sizeof buffer);
    std::string out = buffer;
    if (prefix_ < 128)
        out += '/' + std::to_string(v4 ? prefix_ - kMappedBits : prefix_);
    return out;
}

bool any_contains(const std::vector<std::string>& networks, std::string_view address)
{
    return std::any_of(networks.begin(), networks.end(), [address](const std::string& text) {
        const auto network = Network::parse(text);
        return network && network->contains(address);
    });
}

} // namespace mailctl::net
