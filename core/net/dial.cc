// Connecting to others: source addresses, and the way through a proxy.
#include "core/net/dial.h"

#include "core/net/socket_stream.h"

namespace mailctl::net {

Awaitable<Result<std::unique_ptr<Stream>>> dial(Dial to)
{
    const auto end = std::chrono::steady_clock::now() + to.limit;
    const std::string host = to.proxy ? to.proxy->address : to.address;
    const std::uint16_t port = to.proxy ? to.proxy->port : to.port;
    if (host.starts_with("unix:"))
        to.source.clear();
    const bool has_other = to.source_fallback && !to.source.empty();
    const auto limit = has_other ? to.limit / 2 : to.limit;
    auto stream = co_await connect(host, port, limit, to.source);
    if (!stream && has_other && stream.error().code() != Errc::Invalid)
        stream = co_await connect(host, port, left_until(end));
    if (!stream)
        co_return stream.error();
    if (to.proxy) {
        const auto passed =
            co_await ask_proxy(**stream, *to.proxy, std::move(to.address), to.port, end);
        if (!passed)
            co_return passed.error();
    }
    co_return stream;
}

} // namespace mailctl::net
