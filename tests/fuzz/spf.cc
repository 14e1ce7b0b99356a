// Fuzzes SPF's grammar and checks: records and macros hold, no world makes a check loop or grow.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "core/dns/resolver.h"
#include "core/spf/check.h"
#include "core/spf/macro.h"
#include "core/spf/received_spf.h"
#include "core/spf/record.h"
#include "tests/fuzz/require.h"

using namespace mailctl;
using namespace mailctl::spf;
using mailctl::fuzz::require;

namespace {

/// Has one record for every name; addresses and hosts as the first octet says.
class Everywhere final : public dns::Resolver {
public:
    Everywhere(std::string record, unsigned kind) : record_(std::move(record)), kind_(kind) {}

    unsigned asked = 0;

    Awaitable<Result<dns::Answer<dns::Mx>>> mx(std::string name) override
    {
        require_name(name);
        dns::Answer<dns::Mx> answer;
        answer.status = dns::Answer<dns::Mx>::Status::Found;
        answer.records.resize(kind_ % 12);
        for (auto& mx : answer.records)
            mx.exchange = "host.example";
        co_return answer;
    }
    Awaitable<Result<dns::Answer<std::string>>> a(std::string name) override
    {
        require_name(name);
        co_return answer((kind_ & 1) != 0 ? "192.0.2.7" : "");
    }
    Awaitable<Result<dns::Answer<std::string>>> aaaa(std::string name) override
    {
        require_name(name);
        co_return answer((kind_ & 2) != 0 ? "2001:db8::7" : "");
    }
    Awaitable<Result<dns::Answer<std::string>>> txt(std::string name) override
    {
        require_name(name);
        co_return answer(record_);
    }
    Awaitable<Result<dns::Answer<std::string>>> ptr(std::string) override
    {
        ++asked;
        co_return answer((kind_ & 4) != 0 ? "host.example" : "");
    }
    Awaitable<Result<dns::Answer<dns::Tlsa>>> tlsa(std::string) override { co_return none(); }
    Awaitable<Result<dns::Answer<dns::Srv>>> srv(std::string) override { co_return none(); }
    Awaitable<Result<dns::Answer<std::string>>> cname(std::string) override { co_return none(); }
    Awaitable<Result<dns::Lookup>> look_up(std::string, std::string) override { co_return none(); }
    std::size_t flush(const std::string&) override { return 0; }

private:
    static Error none() { return Error(Errc::Unavailable, "not asked for"); }

    void require_name(const std::string& name)
    {
        ++asked;
        require(is_name(name));
    }

    static dns::Answer<std::string> answer(std::string text)
    {
        dns::Answer<std::string> out;
        if (text.empty())
            return out;
        out.status = dns::Answer<std::string>::Status::Found;
        out.records.push_back(std::move(text));
        return out;
    }

    std::string record_;
    unsigned kind_;
};

Outcome checked(Everywhere& world, const Envelope& envelope)
{
    static const ManualClock clock{Time()};
    boost::asio::io_context io;
    std::optional<Outcome> out;
    boost::asio::co_spawn(io, check_mail_from(world, clock, envelope, CheckLimits()),
                          [&out](std::exception_ptr failed, Outcome outcome) {
                              require(!failed);
                              out = std::move(outcome);
                          });
    io.run();
    require(out.has_value());
    return *std::move(out);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 1)
        return 0;
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    MacroFacts facts;
    facts.local_part = text.substr(0, 64);
    facts.sender_domain = facts.domain = "example.net";
    facts.helo = text.substr(0, 255);
    for (const MacroUse use : {MacroUse::Domain, MacroUse::Explanation}) {
        const auto macros = MacroString::parse(text, use);
        if (!macros)
            continue;
        const auto name = macros->expand_name(facts);
        require(!name || is_name(*name));
        (void)macros->expand(facts, kMaxExplanationOctets);
    }
    const auto record = parse_record(text);
    require(!record || is_record(text));

    Envelope envelope;
    envelope.ip = (data[0] & 8) != 0 ? "2001:db8::7" : "192.0.2.7";
    envelope.helo = facts.helo;
    envelope.sender = address::Address{facts.local_part, "example.net"};
    envelope.receiver = "mx.example.org";
    Everywhere world(text, data[0]);
    const Outcome outcome = checked(world, envelope);
    require(outcome.lookups <= CheckLimits().lookups);
    require(outcome.void_lookups <= CheckLimits().void_lookups);
    require(outcome.explanation.size() <= kMaxExplanationOctets);
    require(world.asked <= 200);
    const std::string field = received_spf_field(outcome, envelope);
    require(field.size() < 8000 && field.ends_with("\r\n"));
    for (std::size_t at = 0; (at = field.find('\n', at)) + 1 < field.size(); ++at)
        require(at > 0 && field[at - 1] == '\r' && field[at + 1] == '\t');
    return 0;
}
