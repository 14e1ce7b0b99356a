// DNS over UDP and TCP.
#include "core/dns/transport/carrier.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "core/base/ascii.h"

namespace mailctl::dns {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

// RFC 1035 §4.1.1
constexpr std::size_t kHeaderOctets = 12;
constexpr unsigned char kResponse = 0x80, kTruncated = 0x02; ///< of the third octet

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

/// The name, type and class asked for.
std::string_view question_of(std::string_view message)
{
    std::size_t at = kHeaderOctets;
    while (at < message.size() && message[at] != '\0')
        at += 1 + static_cast<unsigned char>(message[at]);
    constexpr std::size_t kRootTypeAndClass = 5;
    if (at + kRootTypeAndClass > message.size())
        return {};
    return message.substr(kHeaderOctets, at + kRootTypeAndClass - kHeaderOctets);
}

} // namespace

bool is_answer_to(std::string_view message, std::string_view question)
{
    const std::string_view asked = question_of(question);
    if (asked.empty() || message.size() < kHeaderOctets + asked.size())
        return false;
    const bool same_id = message.substr(0, 2) == question.substr(0, 2);
    const bool one_question = message[4] == '\0' && message[5] == '\1';
    return same_id && one_question && (static_cast<unsigned char>(message[2]) & kResponse) != 0 &&
           ascii::equals_ignoring_case(message.substr(kHeaderOctets, asked.size()), asked);
}

Awaitable<Result<std::string>> NetworkCarrier::carry(ServerAddress server, std::string question)
{
    const auto executor = co_await asio::this_coro::executor;
    auto socket = std::make_shared<udp::socket>(executor);
    const udp::endpoint to(asio::ip::make_address(server.address), server.port);
    boost::system::error_code failed;
    socket->open(to.protocol(), failed);
    if (!failed)
        socket->connect(to, failed); // only this server's answers, from a port of our own
    if (failed)
        co_return no_answer(server, failed.message());
    const Guard guard(socket, limit_);
    const auto [unsent, sent] = co_await socket->async_send(asio::buffer(question), kTuple);
    if (unsent)
        co_return no_answer(server, unsent.message());
    std::string buffer(65'535, '\0');
    for (;;) {
        const auto [ec, octets] = co_await socket->async_receive(asio::buffer(buffer), kTuple);
        if (ec)
            co_return no_answer(server, socket->is_open() ? ec.message() : "no answer in time");
        std::string answer = buffer.substr(0, octets);
        if (!is_answer_to(answer, question))
            continue; // RFC 5452 §9: a forgery, or too late
        if ((static_cast<unsigned char>(answer[2]) & kTruncated) == 0)
            co_return answer;
        auto whole = co_await over_tcp(server, question, limit_);
        if (whole && !is_answer_to(*whole, question))
            co_return no_answer(server, "malformed answer");
        co_return whole;
    }
}

} // namespace mailctl::dns
