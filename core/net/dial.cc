// Connecting to others: source addresses, and the client's end of SOCKS5.
#include "core/net/dial.h"

#include <netinet/in.h>

#include "core/net/socket_address.h"
#include "core/net/socket_stream.h"

namespace mailctl::net {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr char kSocksVersion = 5;
constexpr char kNoAuthentication = 0, kUserPassword = 2; // RFC 1928 §3
constexpr char kConnect = 1;                             // RFC 1928 §4
constexpr char kIpv4 = 1, kDomainName = 3, kIpv6 = 4;    // RFC 1928 §5
constexpr std::size_t kMaxSocksText = 255;               ///< lengths are one octet

/// What is left until `end`, at least a millisecond: 0 would be no limit at all.
std::chrono::milliseconds left_until(SteadyTime end)
{
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    return std::max(left, std::chrono::milliseconds(1));
}

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

Error proxy_error(std::string_view what)
{
    return Error(Errc::Unavailable, "SOCKS5 proxy: " + std::string(what));
}

/// RFC 1928 §5: ATYP, DST.ADDR and DST.PORT. Errors: Invalid (a name that is too long).
Result<std::string> target_of(const Dial& to)
{
    std::string out;
    if (const auto address = parse_socket_address(to.address, to.port);
        address && address->family() == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(address->storage);
        out = kIpv4;
        out.append(reinterpret_cast<const char*>(&v4.sin_addr), sizeof v4.sin_addr);
    } else if (address && address->family() == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address->storage);
        out = kIpv6;
        out.append(reinterpret_cast<const char*>(&v6.sin6_addr), sizeof v6.sin6_addr);
    } else {
        if (to.address.empty() || to.address.size() > kMaxSocksText || address)
            return Error(Errc::Invalid, "\"" + to.address + "\" cannot be reached through a proxy");
        out = kDomainName;
        out += static_cast<char>(to.address.size());
        out += to.address;
    }
    out += static_cast<char>(to.port >> 8);
    out += static_cast<char>(to.port & 0xFF);
    return out;
}

Awaitable<std::string> read_octets(Stream& stream, std::size_t count, SteadyTime end)
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
Awaitable<Result<>> log_in(Stream& stream, const SocksProxy& proxy, SteadyTime end)
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
Awaitable<Result<>> agree_on_method(Stream& stream, const SocksProxy& proxy, SteadyTime end)
{
    std::string methods(1, kNoAuthentication);
    if (!proxy.user.empty())
        methods += kUserPassword;
    std::string request(1, kSocksVersion);
    request += static_cast<char>(methods.size());
    request += methods;
    co_await stream.write(request);
    const std::string reply = co_await read_octets(stream, 2, end);
    if (reply[0] != kSocksVersion)
        co_return proxy_error("it does not speak SOCKS5");
    if (reply[1] == kNoAuthentication)
        co_return ok();
    if (reply[1] != kUserPassword || proxy.user.empty())
        co_return proxy_error("no authentication method in common");
    co_return co_await log_in(stream, proxy, end);
}

/// RFC 1928 §4, §6: asks for the connection, and reads past the address that the proxy bound.
Awaitable<Result<>> ask_for(Stream& stream, std::string target, SteadyTime end)
{
    std::string request{kSocksVersion, kConnect, '\0'};
    request += target;
    co_await stream.write(request);
    const std::string reply = co_await read_octets(stream, 5, end);
    if (reply[0] != kSocksVersion)
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

Awaitable<Result<>> pass_through(Stream& stream, const Dial& to, SteadyTime end)
{
    CO_TRY(std::string target, target_of(to));
    try {
        stream.set_deadline(left_until(end));
        auto agreed = co_await agree_on_method(stream, *to.proxy, end);
        if (!agreed)
            co_return agreed.error();
        auto asked = co_await ask_for(stream, std::move(target), end);
        if (!asked)
            co_return asked.error();
    } catch (const Disconnected& e) {
        co_return proxy_error(e.what());
    }
    stream.set_deadline(std::chrono::milliseconds(0));
    co_return ok();
}

} // namespace

Awaitable<Result<std::unique_ptr<Stream>>> dial(Dial to)
{
    const SteadyTime end = std::chrono::steady_clock::now() + to.limit;
    const std::string host = to.proxy ? to.proxy->address : to.address;
    const std::uint16_t port = to.proxy ? to.proxy->port : to.port;
    if (host.starts_with("unix:"))
        to.source.clear();
    auto stream = co_await connect(host, port, to.limit, to.source);
    if (!stream && stream.error().code() == Errc::Denied && to.source_fallback)
        stream = co_await connect(host, port, left_until(end));
    if (!stream)
        co_return stream.error();
    if (to.proxy) {
        const auto passed = co_await pass_through(**stream, to, end);
        if (!passed)
            co_return passed.error();
    }
    co_return stream;
}

} // namespace mailctl::net
