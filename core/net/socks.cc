// The client's end of SOCKS4, SOCKS4A and SOCKS5.
#include "core/net/socks.h"

#include <algorithm>

#include <netinet/in.h>

#include "core/net/socket_address.h"
#include "core/net/stream.h"

namespace mailctl::net {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

constexpr char kSocks4 = 4, kSocks5 = 5;
constexpr char kNoAuthentication = 0, kUserPassword = 2; // RFC 1928 §3
constexpr char kConnect = 1;                             // RFC 1928 §4
constexpr char kIpv4 = 1, kDomainName = 3, kIpv6 = 4;    // RFC 1928 §5
constexpr std::size_t kMaxSocksText = 255;               ///< lengths are one octet

/// RFC 1928 §6
std::string_view meaning_of(char reply)
{
    constexpr std::string_view kReplies[] = {"succeeded",
                                             "general failure",
                                             "connection not allowed",
                                             "network unreachable",
                                             "host unreachable",
                                             "connection refused",
                                             "TTL expired",
                                             "command not supported",
                                             "address type not supported"};
    const auto at = static_cast<unsigned char>(reply);
    return at < std::size(kReplies) ? kReplies[at] : "unknown reply";
}

Error proxy_error(std::string_view what, int version = 5)
{
    return Error(Errc::Unavailable,
                 "SOCKS" + std::to_string(version) + " proxy: " + std::string(what));
}

Error not_through_proxy(const std::string& address)
{
    return Error(Errc::Invalid, "\"" + address + "\" cannot be reached through this proxy");
}

void add_port(std::uint16_t port, std::string& out)
{
    out += static_cast<char>(port >> 8);
    out += static_cast<char>(port & 0xFF);
}

/// RFC 1928 §5: ATYP, DST.ADDR and DST.PORT. Errors: Invalid (a name that is too long).
Result<std::string> target_of(const std::string& host, std::uint16_t port)
{
    std::string out;
    if (const auto address = parse_socket_address(host, port);
        address && address->family() == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(address->storage);
        out = kIpv4;
        out.append(reinterpret_cast<const char*>(&v4.sin_addr), sizeof v4.sin_addr);
    } else if (address && address->family() == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address->storage);
        out = kIpv6;
        out.append(reinterpret_cast<const char*>(&v6.sin6_addr), sizeof v6.sin6_addr);
    } else {
        if (host.empty() || host.size() > kMaxSocksText || address)
            return not_through_proxy(host);
        out = kDomainName;
        out += static_cast<char>(host.size());
        out += host;
    }
    add_port(port, out);
    return out;
}

Awaitable<std::string> read_octets(Stream& stream, std::size_t count, Deadline end)
{
    std::string octets(count, '\0');
    for (std::size_t at = 0; at < count;) {
        stream.set_deadline(left_until(end));
        const std::size_t got = co_await stream.read_some(octets.data() + at, count - at);
        at += got;
    }
    co_return octets;
}

/// RFC 1929 §2
Awaitable<Result<>> log_in(Stream& stream, const SocksProxy& proxy, Deadline end)
{
    if (proxy.user.size() > kMaxSocksText || proxy.password.size() > kMaxSocksText)
        co_return Error(Errc::Invalid, "SOCKS5 user or password over 255 octets");
    std::string request(1, '\x01');
    request += static_cast<char>(proxy.user.size());
    request += proxy.user;
    request += static_cast<char>(proxy.password.size());
    request += proxy.password;
    co_await stream.write(request);
    const std::string reply = co_await read_octets(stream, 2, end);
    if (reply[1] != 0)
        co_return proxy_error("user or password refused");
    co_return ok();
}

/// RFC 1928 §3
Awaitable<Result<>> agree_on_method(Stream& stream, const SocksProxy& proxy, Deadline end)
{
    std::string methods(1, kNoAuthentication);
    if (!proxy.user.empty())
        methods += kUserPassword;
    std::string request(1, kSocks5);
    request += static_cast<char>(methods.size());
    request += methods;
    co_await stream.write(request);
    const std::string reply = co_await read_octets(stream, 2, end);
    if (reply[0] != kSocks5)
        co_return proxy_error("it does not speak SOCKS5");
    if (reply[1] == kNoAuthentication)
        co_return ok();
    if (reply[1] != kUserPassword || proxy.user.empty())
        co_return proxy_error("no authentication method in common");
    co_return co_await log_in(stream, proxy, end);
}

/// RFC 1928 §4, §6: asks for the connection, and reads past the address that the proxy bound.
Awaitable<Result<>> ask_for(Stream& stream, std::string target, Deadline end)
{
    std::string request{kSocks5, kConnect, '\0'};
    request += target;
    co_await stream.write(request);
    const std::string reply = co_await read_octets(stream, 5, end);
    if (reply[0] != kSocks5)
        co_return proxy_error("it does not speak SOCKS5");
    if (reply[1] != 0)
        co_return proxy_error(meaning_of(reply[1]));
    std::size_t rest = 0;
    if (reply[3] == kIpv4)
        rest = 3 + 2;
    else if (reply[3] == kIpv6)
        rest = 15 + 2;
    else if (reply[3] == kDomainName)
        rest = static_cast<unsigned char>(reply[4]) + 2U;
    else
        co_return proxy_error("unknown address type");
    co_await read_octets(stream, rest, end);
    co_return ok();
}

/// Version 4 knows IPv4 alone, and as 4A names: the octets 0.0.0.1 and the name behind the user.
Result<std::string> socks4_request(const SocksProxy& proxy, const std::string& host,
                                   std::uint16_t port)
{
    std::string out{kSocks4, kConnect};
    add_port(port, out);
    const auto address = parse_socket_address(host, port);
    const bool is_v4 = address && address->family() == AF_INET;
    const bool has_nul = (proxy.user + host).find('\0') != std::string::npos;
    if ((address && !is_v4) || host.empty() || host.size() > kMaxSocksText || has_nul)
        return not_through_proxy(host);
    if (is_v4) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(address->storage);
        out.append(reinterpret_cast<const char*>(&v4.sin_addr), sizeof v4.sin_addr);
    } else {
        out.append({'\0', '\0', '\0', '\1'});
    }
    out += proxy.user + '\0';
    if (!is_v4)
        out += host + '\0';
    return out;
}

Awaitable<Result<>> ask_socks4(Stream& stream, const SocksProxy& proxy, std::string host,
                               std::uint16_t port, Deadline end)
{
    constexpr char kGranted = 90, kRejected = 91, kNoIdent = 92, kOtherIdent = 93;
    CO_TRY(std::string request, socks4_request(proxy, host, port));
    co_await stream.write(request);
    const std::string reply = co_await read_octets(stream, 8, end);
    if (reply[0] != 0)
        co_return proxy_error("it does not speak SOCKS4", 4);
    switch (reply[1]) {
    case kGranted: co_return ok();
    case kRejected: co_return proxy_error("rejected or failed", 4);
    case kNoIdent: co_return proxy_error("it finds no identd here", 4);
    case kOtherIdent: co_return proxy_error("identd names another user", 4);
    default: co_return proxy_error("unknown reply", 4);
    }
}

Awaitable<Result<>> ask_socks5(Stream& stream, const SocksProxy& proxy, std::string host,
                               std::uint16_t port, Deadline end)
{
    CO_TRY(std::string target, target_of(host, port));
    auto agreed = co_await agree_on_method(stream, proxy, end);
    if (!agreed)
        co_return agreed;
    co_return co_await ask_for(stream, std::move(target), end);
}

} // namespace

std::chrono::milliseconds left_until(Deadline end)
{
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    return std::max(left, std::chrono::milliseconds(1));
}

Awaitable<Result<>> ask_proxy(Stream& stream, SocksProxy proxy, std::string host,
                              std::uint16_t port, Deadline end)
{
    const bool is_4 = proxy.version == SocksVersion::Four;
    Result<> asked = ok();
    try {
        stream.set_deadline(left_until(end));
        if (is_4)
            asked = co_await ask_socks4(stream, proxy, std::move(host), port, end);
        else
            asked = co_await ask_socks5(stream, proxy, std::move(host), port, end);
    } catch (const Disconnected& e) {
        co_return proxy_error(e.what(), is_4 ? 4 : 5);
    }
    stream.set_deadline(std::chrono::milliseconds(0));
    co_return asked;
}

} // namespace mailctl::net
