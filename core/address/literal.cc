// Reads address literals.
#include "core/address/literal.h"

#include <arpa/inet.h>

#include "core/base/ascii.h"

namespace mailctl::address {
namespace {

constexpr std::string_view kIpv6Tag = "IPv6:";

// IPv4-address-literal = Snum 3("." Snum) ; Snum = 1*3DIGIT, 0 to 255
Result<std::string> canonical_ipv4(std::string_view text)
{
    const Error bad(Errc::Invalid, "address literal is not an IPv4 address");
    const auto numbers = ascii::split(text, '.');
    if (numbers.size() != 4)
        return bad;
    std::string out;
    for (const auto number : numbers) {
        const auto value = ascii::parse_number<unsigned>(number);
        if (!value || number.size() > 3 || *value > 255)
            return bad;
        out += (out.empty() ? "" : ".") + std::to_string(*value);
    }
    return out;
}

Result<std::string> canonical_ipv6(std::string_view text)
{
    in6_addr address{};
    char shown[INET6_ADDRSTRLEN];
    const std::string terminated(text);
    if (terminated.find('\0') != std::string::npos ||
        inet_pton(AF_INET6, terminated.c_str(), &address) != 1 ||
        !inet_ntop(AF_INET6, &address, shown, sizeof shown))
        return Error(Errc::Invalid, "address literal is not an IPv6 address");
    return std::string(shown);
}

} // namespace

Result<std::string> canonical_literal(std::string_view text)
{
    if (text.size() < 2 || text.front() != '[' || text.back() != ']')
        return Error(Errc::Invalid, "address literal lacks its brackets");
    const auto inside = text.substr(1, text.size() - 2);
    if (ascii::starts_with_ignoring_case(inside, kIpv6Tag)) {
        TRY(const auto shown, canonical_ipv6(inside.substr(kIpv6Tag.size())));
        return "[IPv6:" + shown + "]";
    }
    TRY(const auto shown, canonical_ipv4(inside));
    return "[" + shown + "]";
}

} // namespace mailctl::address
