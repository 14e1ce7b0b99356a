// Down the tree of zones, with limits. RFC 1034 §5.3.3
#include "core/dns/recursion/iterative_source.h"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/dns/name.h"
#include "core/dns/record_text.h"
#include "core/dns/zone_source.h"

namespace mailctl::dns {
namespace {

namespace asio = boost::asio;

bool is_this_machine(const std::string& address)
{
    boost::system::error_code bad;
    const auto parsed = asio::ip::make_address(address, bad);
    return bad || parsed.is_loopback() || parsed.is_unspecified();
}

bool is_ipv6(const std::string& address)
{
    return address.find(':') != std::string::npos;
}

/// For whoever asked: nobody answered usefully, whatever the reason.
Error unavailable(const Question& question, const Error& why)
{
    return Error(Errc::Unavailable, "DNS, from the root: " + shown(question.name) + " " +
                                        text_of(question.type) + ": " + why.detail());
}

} // namespace

IterativeSource::IterativeSource(std::vector<NameServer> hints, std::unique_ptr<Carrier> carrier,
                                 Random& random, const Clock& clock, asio::any_io_executor executor)
    : hints_(std::move(hints)),
      carrier_(std::move(carrier)),
      random_(random),
      clock_(clock),
      executor_(std::move(executor))
{
    for (const auto& server : hints_)
        for (const auto& address : server.addresses)
            may_ask_itself_ = may_ask_itself_ || is_this_machine(address);
}

void IterativeSource::forget(const std::string& name)
{
    const auto is_below = [&name](const std::string& one) { return is_within(one, name); };
    cuts_.forget(is_below);
    addresses_.forget(is_below);
}

void IterativeSource::shuffle(std::vector<NameServer>& servers)
{
    for (std::size_t i = servers.size(); i > 1; --i)
        std::swap(servers[i - 1], servers[random_.next_u64() % i]);
    // Those that can be asked at once go first.
    std::stable_partition(servers.begin(), servers.end(),
                          [](const auto& one) { return !one.addresses.empty(); });
}

/// The nearest zone above the name whose servers are known. A DS is its parent's.
IterativeSource::Cut IterativeSource::nearest(const Question& question)
{
    std::string zone = question.type == Type::Ds ? parent_of(question.name) : question.name;
    for (; !zone.empty(); zone = parent_of(zone))
        if (auto known = cuts_.find(zone, clock_.now()))
            return std::move(known->value);
    return {"", hints_};
}

Awaitable<Result<RawAnswer>> IterativeSource::ask(Question question)
{
    auto work = asio::co_spawn(asio::make_strand(executor_), ask_on(std::move(question)),
                               asio::use_awaitable);
    co_return co_await std::move(work);
}

Awaitable<Result<RawMessage>> IterativeSource::exchange(Question question)
{
    auto work = asio::co_spawn(asio::make_strand(executor_),
                               ask_once(std::move(question), Asked::ToCheck), asio::use_awaitable);
    auto heard = co_await std::move(work);
    if (!heard)
        co_return heard.error();
    RawMessage message;
    message.octets = std::move(heard->octets);
    message.from_root = true;
    co_return message;
}

Awaitable<Result<IterativeSource::Heard>> IterativeSource::ask_once(Question question, Asked asked)
{
    Journey journey;
    auto heard = co_await descend(question, asked, journey);
    if (!heard)
        co_return unavailable(question, heard.error());
    co_return heard;
}

Awaitable<Result<RawAnswer>> IterativeSource::ask_on(Question question)
{
    const Question first = question;
    Journey journey;
    seconds ttl = seconds::max();
    for (unsigned followed = 0; followed <= kMaxCnames; ++followed) {
        auto heard = co_await descend(question, Asked::Plain, journey);
        if (!heard)
            co_return unavailable(first, heard.error());
        RawAnswer answer = std::move(heard->reply.answer);
        ttl = std::min(ttl, answer.ttl);
        answer.ttl = ttl;
        answer.from_root = true;
        if (!answer.leads_on)
            co_return answer;
        question.name = answer.name;
    }
    co_return Error(Errc::Unavailable, "DNS: a chain of CNAMEs without an end");
}

Awaitable<Result<IterativeSource::Heard>> IterativeSource::descend(Question question, Asked asked,
                                                                   Journey& journey)
{
    Cut cut = nearest(question);
    for (unsigned passed = 0; passed <= kMaxReferrals; ++passed) {
        auto heard = co_await ask_zone(cut, question, asked, journey);
        if (!heard) {
            const auto is_it = [&cut](const std::string& zone) { return zone == cut.zone; };
            cuts_.forget(is_it); // perhaps they have moved
            co_return heard;
        }
        ServerReply& reply = heard->reply;
        if (reply.kind == ServerReply::Kind::Answer)
            co_return heard;
        cut = Cut{reply.zone, std::move(reply.servers)};
        if (reply.ttl.count() > 0)
            cuts_.keep(cut.zone, cut, clock_.now() + std::min(reply.ttl, kMaxDelegationTime));
    }
    co_return Error(Errc::OverQuota, "takes over " + std::to_string(kMaxReferrals) + " referrals");
}

Awaitable<Result<IterativeSource::Heard>> IterativeSource::ask_zone(const Cut& cut,
                                                                    const Question& question,
                                                                    Asked asked, Journey& journey)
{
    Result<Heard> last =
        Error(Errc::Unavailable, "no server of " + shown(cut.zone) + " has an address");
    std::vector<NameServer> servers = cut.servers;
    shuffle(servers);
    for (const auto& server : servers) {
        std::vector<std::string> addresses = server.addresses;
        if (addresses.empty())
            addresses = co_await addresses_of(server.name, journey);
        std::stable_partition(addresses.begin(), addresses.end(),
                              [](const auto& one) { return !is_ipv6(one); });
        for (const auto& address : addresses) {
            if (!may_ask_itself_ && is_this_machine(address))
                continue;
            auto heard = co_await ask_server(cut, address, question, asked, journey);
            if (heard || heard.error().code() != Errc::Unavailable)
                co_return heard;
            last = std::move(heard);
        }
    }
    co_return last;
}

/// Errors: Unavailable (another may know), OverQuota, Invalid.
Awaitable<Result<IterativeSource::Heard>> IterativeSource::ask_server(const Cut& cut,
                                                                      std::string address,
                                                                      const Question& question,
                                                                      Asked asked, Journey& journey)
{
    CO_TRY_VOID(journey.ask());
    const auto id = static_cast<std::uint16_t>(random_.next_u64());
    CO_TRY(std::string wire, make_question(question, id, asked, Recursion::No));
    const ServerAddress server{address};
    auto octets = co_await carrier_->carry(server, std::move(wire));
    if (!octets) {
        CO_TRY_VOID(journey.miss());
        co_return Error(Errc::Unavailable, octets.error().detail());
    }
    Heard heard;
    heard.octets = *std::move(octets);
    heard.reply = read_reply(heard.octets, question, cut.zone);
    if (heard.reply.kind == ServerReply::Kind::Lame)
        co_return Error(Errc::Unavailable, "DNS server " + address + " of " + shown(cut.zone) +
                                               ": " + heard.reply.reason);
    co_return heard;
}

/// None: it has none, or they cannot be had.
Awaitable<std::vector<std::string>> IterativeSource::addresses_of(std::string server,
                                                                  Journey& journey)
{
    if (auto known = addresses_.find(server, clock_.now()))
        co_return std::move(known->value);
    std::vector<std::string> out;
    if (!journey.enter(server))
        co_return out;
    seconds ttl{0};
    for (const Type type : {Type::A, Type::Aaaa}) {
        if (!out.empty())
            break;
        Question question;
        question.name = server;
        question.type = type;
        const auto heard = co_await descend(std::move(question), Asked::Plain, journey);
        if (!heard)
            continue;
        // RFC 2181 §10.3: no CNAME.
        for (const auto& rdata : heard->reply.answer.records) {
            const auto address = address_of(rdata);
            if (address && out.size() < kMaxAddressesOfServer)
                out.push_back(*address);
        }
        ttl = heard->reply.answer.ttl;
    }
    journey.leave(server);
    if (!out.empty() && ttl.count() > 0)
        addresses_.keep(server, out, clock_.now() + std::min(ttl, kMaxDelegationTime));
    co_return out;
}

} // namespace mailctl::dns
