// client_bench [MESSAGES]: what sending one message over a connection that stays costs the client.
//
// 10 KiB messages to a sink on loopback that pipelines, one session; the time is that of the
// client's thread alone, user and system apart.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <cstdlib>
#include <thread>

#include "core/net/dial.h"
#include "core/smtp/client/client.h"

using namespace mailctl;

namespace {

constexpr std::size_t kMessageOctets = 10 * 1024;

int listen_on_loopback(std::uint16_t& port)
{
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener, 1) != 0 ||
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        std::abort();
    port = ntohs(address.sin_port);
    return listener;
}

void say(int peer, std::string_view octets)
{
    if (::send(peer, octets.data(), octets.size(), MSG_NOSIGNAL) < 0)
        return;
}

/// Answers by what the octets that came end with.
void sink(int listener)
{
    const int peer = ::accept(listener, nullptr, nullptr);
    const int on = 1;
    ::setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    say(peer, "220 sink\r\n");
    std::string seen;
    char octets[65536];
    for (ssize_t got = 0; (got = ::recv(peer, octets, sizeof octets, 0)) > 0;) {
        seen.append(octets, static_cast<std::size_t>(got));
        if (seen.starts_with("EHLO") && seen.ends_with("\r\n"))
            say(peer, "250-sink\r\n250-PIPELINING\r\n250-SIZE 0\r\n250 8BITMIME\r\n");
        else if (seen.ends_with("\r\nDATA\r\n"))
            say(peer, "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n");
        else if (seen.ends_with("\r\n.\r\n"))
            say(peer, "250 2.0.0 Ok: queued as 4F2A1C0093\r\n");
        else if (seen == "QUIT\r\n")
            say(peer, "221 2.0.0 Bye\r\n");
        else
            continue;
        seen.clear();
    }
    ::close(peer);
    ::close(listener);
}

class OnePiece : public smtp::MessageSource {
public:
    explicit OnePiece(std::string_view text) : text_(text) {}
    Awaitable<Result<std::string_view>> next() override
    {
        co_return std::exchange(is_given_, true) ? std::string_view() : text_;
    }
    void rewind() override { is_given_ = false; }

private:
    std::string_view text_;
    bool is_given_ = false;
};

std::string make_message()
{
    std::string text = "Subject: bench\r\n\r\n";
    while (text.size() < kMessageOctets)
        text += "The quick brown fox jumps over the lazy dog. And on it goes, line by line.\r\n";
    return text;
}

double seconds_of(const timeval& time)
{
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

Awaitable<> run(std::uint16_t port, unsigned count)
{
    net::Dial to;
    to.address = "127.0.0.1";
    to.port = port;
    auto stream = co_await net::dial(to);
    smtp::ClientOptions options;
    options.hello = "bench";
    options.tls = smtp::ClientTls::None;
    smtp::Opened opened = co_await smtp::open_client(*std::move(stream), options);
    const std::string message = make_message();
    rusage before{}, after{};
    ::getrusage(RUSAGE_THREAD, &before);
    for (unsigned i = 0; i < count; ++i) {
        smtp::Envelope envelope;
        envelope.sender = "sender@bench.example.org";
        envelope.recipients.resize(1);
        envelope.recipients[0].address = "recipient@bench.example.net";
        envelope.octets = message.size();
        OnePiece source(message);
        const smtp::Outcome outcome = co_await opened.client->send(std::move(envelope), source);
        if (!outcome.usable)
            std::abort();
    }
    ::getrusage(RUSAGE_THREAD, &after);
    co_await opened.client->quit();
    const double user = seconds_of(after.ru_utime) - seconds_of(before.ru_utime);
    const double system = seconds_of(after.ru_stime) - seconds_of(before.ru_stime);
    std::printf("%u messages: %.1f us user, %.1f us system each\n", count, user / count * 1e6,
                system / count * 1e6);
}

} // namespace

int main(int count, char** words)
{
    const unsigned messages = count > 1 ? static_cast<unsigned>(std::atoi(words[1])) : 50'000;
    std::uint16_t port = 0;
    std::thread peer(sink, listen_on_loopback(port));
    boost::asio::io_context io{1};
    boost::asio::co_spawn(io, run(port, messages), boost::asio::detached);
    io.run();
    peer.join();
}
