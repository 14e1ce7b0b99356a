// One server after the other, and CNAMEs after that.
#include "core/dns/network_source.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/dns/packet.h"
#include "core/dns/zone_source.h"

namespace mailctl::dns {

namespace asio = boost::asio;

NetworkSource::NetworkSource(const conf::DnsSettings& settings, std::vector<ServerAddress> servers,
                             Random& random, asio::any_io_executor executor)
    : servers_(std::move(servers)),
      carrier_(settings.timeout),
      attempts_(std::max(1U, settings.attempts)),
      asked_(settings.dnssec == conf::Dnssec::Ad ? Asked::WithAd : Asked::Plain),
      random_(random),
      executor_(std::move(executor))
{}

Awaitable<Result<NetworkSource::Received>> NetworkSource::ask_one(ServerAddress server,
                                                                 Question question, Asked asked)
{
    const auto id = static_cast<std::uint16_t>(random_.next_u64());
    CO_TRY(const std::string wire, make_question(question, id, asked));
    auto answer = co_await carrier_.carry(server, wire);
    if (!answer)
        co_return answer.error();
    Received received;
    received.octets = *std::move(answer);
    auto parsed = parse_answer(received.octets, question, id, asked);
    if (parsed.kind != ParsedAnswer::Kind::Answer)
        co_return Error(parsed.kind == ParsedAnswer::Kind::Failed ? Errc::Denied
                                                                  : Errc::Unavailable,
                        "DNS server " + server.address + ": " +
                            (parsed.reason.empty() ? "malformed answer" : parsed.reason));
    received.answer = std::move(parsed.answer);
    co_return received;
}

Awaitable<Result<NetworkSource::Received>> NetworkSource::ask_all(Question question, Asked asked)
{
    Result<Received> last = Error(Errc::Unavailable, "no DNS server");
    for (unsigned attempt = 0; attempt < attempts_ && !servers_.empty(); ++attempt) {
        const ServerAddress& server = servers_[attempt % servers_.size()];
        auto received = co_await ask_one(server, question, asked);
        const bool was_denied = !last && last.error().code() == Errc::Denied;
        if (received || !was_denied)
            last = std::move(received); // what a server says counts before another's silence
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

Awaitable<Result<RawMessage>> NetworkSource::exchange(Question question)
{
    auto work = asio::co_spawn(asio::make_strand(executor_),
                               ask_all(std::move(question), Asked::ToCheck), asio::use_awaitable);
    auto received = co_await std::move(work);
    if (!received)
        co_return received.error();
    RawMessage message;
    message.octets = std::move(received->octets);
    co_return message;
}

} // namespace mailctl::dns
