// DNS over UDP and TCP. RFC 1035 §4.2, RFC 5452, RFC 7766
#include "core/dns/network_source.h"

#include <fstream>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "core/base/ascii.h"
#include "core/dns/packet.h"
#include "core/dns/zone_source.h"

namespace mailctl::dns {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

/// Closes a socket when its time is over. Everything runs on one strand.
template <class Socket>
class Guard {
public:
    Guard(std::shared_ptr<Socket> socket, milliseconds limit)
        : timer_(socket->get_executor(), limit)
    {
        timer_.async_wait([weak = std::weak_ptr<Socket>(socket)](const auto& ec) {
            const auto open = weak.lock();
            if (!ec && open) {
                boost::system::error_code ignored;
                open->close(ignored);
            }
        });
    }

private:
    asio::steady_timer timer_;
};

Error no_answer(const ServerAddress& server, const std::string& why)
{
    return Error(Errc::Unavailable, "DNS server " + server.address + ": " + why);
}

Awaitable<Result<std::string>> over_tcp(ServerAddress server, std::string question,
                                        milliseconds limit)
{
    const auto executor = co_await asio::this_coro::executor;
    auto socket = std::make_shared<tcp::socket>(executor);
    const Guard guard(socket, limit);
    const tcp::endpoint to(asio::ip::make_address(server.address), server.port);
    const auto [connected] = co_await socket->async_connect(to, kTuple);
    if (connected)
        co_return no_answer(server, connected.message());
    std::string framed{static_cast<char>(question.size() >> 8), static_cast<char>(question.size())};
    framed += question;
    const auto [unsent, written] =
        co_await asio::async_write(*socket, asio::buffer(framed), kTuple);
    if (unsent)
        co_return no_answer(server, unsent.message());
    unsigned char size[2] = {};
    const auto [headless, two] = co_await asio::async_read(*socket, asio::buffer(size), kTuple);
    if (headless)
        co_return no_answer(server, headless.message());
    std::string answer(static_cast<std::size_t>(size[0]) << 8 | size[1], '\0');
    const auto [cut, got] = co_await asio::async_read(*socket, asio::buffer(answer), kTuple);
    if (cut)
        co_return no_answer(server, cut.message());
    co_return answer;
}

/// One question to one server.
Awaitable<Result<NetworkSource::Received>> ask_one(Question question, ServerAddress server,
                                                   std::uint16_t id, milliseconds limit,
                                                   Asked asked)
{
    CO_TRY(const std::string wire, make_question(question, id, asked));
    const auto executor = co_await asio::this_coro::executor;
    auto socket = std::make_shared<udp::socket>(executor);
    const udp::endpoint to(asio::ip::make_address(server.address), server.port);
    boost::system::error_code failed;
    socket->open(to.protocol(), failed);
    if (!failed)
        socket->connect(to, failed); // only this server's answers, from a port of our own
    if (failed)
        co_return no_answer(server, failed.message());
    const Guard guard(socket, limit);
    const auto [unsent, sent] = co_await socket->async_send(asio::buffer(wire), kTuple);
    if (unsent)
        co_return no_answer(server, unsent.message());
    std::string buffer(65'535, '\0');
    for (;;) {
        const auto [ec, octets] = co_await socket->async_receive(asio::buffer(buffer), kTuple);
        if (ec)
            co_return no_answer(server, socket->is_open() ? ec.message() : "no answer in time");
        NetworkSource::Received received;
        received.octets = buffer.substr(0, octets);
        auto parsed = parse_answer(received.octets, question, id, asked);
        if (parsed.kind == ParsedAnswer::Kind::NotOurs)
            continue; // RFC 5452 §9: a forgery, or too late
        if (parsed.kind == ParsedAnswer::Kind::Truncated) {
            auto whole = co_await over_tcp(server, wire, limit);
            if (!whole)
                co_return whole.error();
            received.octets = std::move(*whole);
            parsed = parse_answer(received.octets, question, id, asked);
        }
        if (parsed.kind != ParsedAnswer::Kind::Answer)
            co_return no_answer(server, parsed.reason.empty() ? "malformed answer" : parsed.reason);
        received.answer = std::move(parsed.answer);
        co_return received;
    }
}

} // namespace

Result<ServerAddress> parse_server(std::string_view text)
{
    ServerAddress out;
    std::string_view address = text;
    std::string_view port;
    if (address.starts_with("[")) {
        const auto close = address.find(']');
        if (close == std::string_view::npos)
            return Error(Errc::Invalid, "\"]\" is missing");
        port = address.substr(close + 1);
        address = address.substr(1, close - 1);
    } else if (const auto colon = address.find(':');
               colon != std::string_view::npos && colon == address.rfind(':')) {
        port = address.substr(colon);
        address = address.substr(0, colon);
    }
    if (!port.empty()) {
        const auto number = ascii::parse_number<std::uint16_t>(port.substr(1));
        if (port.front() != ':' || !number || *number == 0)
            return Error(Errc::Invalid, "\"" + ascii::printable(text) + "\" has no good port");
        out.port = *number;
    }
    boost::system::error_code bad;
    out.address = address;
    (void)asio::ip::make_address(out.address, bad);
    if (bad)
        return Error(Errc::Invalid, "\"" + ascii::printable(text) +
                                        "\" is no address such as 192.0.2.53 or [2001:db8::53]:53");
    return out;
}

std::vector<ServerAddress> system_servers(const std::string& file)
{
    std::vector<ServerAddress> servers;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        const auto text = ascii::trim(line);
        if (!text.starts_with("nameserver") || text.size() < 12)
            continue;
        ServerAddress server;
        server.address = ascii::trim(text.substr(10));
        boost::system::error_code bad;
        (void)asio::ip::make_address(server.address, bad);
        if (!bad)
            servers.push_back(std::move(server));
    }
    if (servers.empty())
        servers.push_back({"127.0.0.1", 53}); // resolv.conf(5)
    return servers;
}

NetworkSource::NetworkSource(const conf::DnsSettings& settings, std::vector<ServerAddress> servers,
                             Random& random, asio::any_io_executor executor)
    : servers_(std::move(servers)),
      timeout_(settings.timeout),
      attempts_(std::max(1U, settings.attempts)),
      asked_(settings.dnssec == conf::Dnssec::Ad ? Asked::WithAd : Asked::Plain),
      random_(random),
      executor_(std::move(executor))
{}

Awaitable<Result<NetworkSource::Received>> NetworkSource::ask_all(Question question, Asked asked)
{
    Result<Received> last = Error(Errc::Unavailable, "no DNS server");
    for (unsigned attempt = 0; attempt < attempts_ && !servers_.empty(); ++attempt) {
        const ServerAddress& server = servers_[attempt % servers_.size()];
        const auto id = static_cast<std::uint16_t>(random_.next_u64());
        last = co_await ask_one(question, server, id, timeout_, asked);
        if (last || last.error().code() == Errc::Invalid)
            break;
    }
    co_return last;
}

Awaitable<Result<RawAnswer>> NetworkSource::ask(Question question)
{
    bool secure = true;
    for (unsigned followed = 0; followed <= kMaxCnames; ++followed) {
        auto work = asio::co_spawn(asio::make_strand(executor_), ask_all(question, asked_),
                                   asio::use_awaitable);
        auto received = co_await std::move(work);
        if (!received)
            co_return received.error();
        RawAnswer& answer = received->answer;
        secure = secure && answer.secure;
        answer.secure = secure;
        if (!answer.leads_on)
            co_return std::move(answer);
        question.name = answer.name;
    }
    co_return Error(Errc::Unavailable, "DNS: a chain of CNAMEs without an end");
}

Awaitable<Result<std::string>> NetworkSource::exchange(Question question)
{
    auto work = asio::co_spawn(asio::make_strand(executor_),
                               ask_all(std::move(question), Asked::ToCheck), asio::use_awaitable);
    auto received = co_await std::move(work);
    if (!received)
        co_return received.error();
    co_return std::move(received->octets);
}

} // namespace mailctl::dns
