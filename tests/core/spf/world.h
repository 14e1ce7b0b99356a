// A DNS of a test's own: a zone file, texts that no zone file can hold, and servers that fail.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include "core/base/clock.h"
#include "core/dns/make_resolver.h"
#include "core/spf/check.h"

namespace mailctl::spf {

template <class T>
T run(Awaitable<T> work)
{
    boost::asio::io_context io;
    std::optional<T> result;
    boost::asio::co_spawn(io, std::move(work), [&](std::exception_ptr e, T value) {
        if (e)
            std::rethrow_exception(e);
        result.emplace(std::move(value));
    });
    io.run();
    return *std::move(result);
}

class World : public dns::Resolver {
public:
    explicit World(std::string_view zone)
    {
        auto made = dns::make_zone_resolver(zone);
        BOOST_REQUIRE_MESSAGE(made.has_value(), "a zone that does not parse");
        zone_ = *std::move(made);
    }

    std::map<std::string, std::vector<std::string>> texts; ///< TXT records before the zone's
    std::set<std::string> broken;                          ///< "TXT mail.example": SERVFAIL
    std::vector<std::string> asked;                        ///< the same, in order
    ManualClock clock{Time(std::chrono::seconds(1'800'000'000))};
    milliseconds answer_time{0};

    Outcome mail_from(const std::string& ip, const std::string& sender,
                      const std::string& helo = "mail.example", CheckLimits limits = {})
    {
        Envelope envelope;
        envelope.ip = ip;
        envelope.helo = helo;
        envelope.receiver = "mx.example.org";
        if (!sender.empty()) {
            const auto parsed = address::parse(sender);
            BOOST_REQUIRE_MESSAGE(parsed.has_value(), sender);
            envelope.sender = *parsed;
        }
        return run(check_mail_from(*this, clock, std::move(envelope), limits));
    }

    Awaitable<Result<dns::Answer<dns::Mx>>> mx(std::string name) override
    {
        if (fails("MX", name))
            co_return failure(name);
        co_return co_await zone_->mx(std::move(name));
    }
    Awaitable<Result<dns::Answer<std::string>>> a(std::string name) override
    {
        if (fails("A", name))
            co_return failure(name);
        co_return co_await zone_->a(std::move(name));
    }
    Awaitable<Result<dns::Answer<std::string>>> aaaa(std::string name) override
    {
        if (fails("AAAA", name))
            co_return failure(name);
        co_return co_await zone_->aaaa(std::move(name));
    }
    Awaitable<Result<dns::Answer<std::string>>> txt(std::string name) override
    {
        if (fails("TXT", name))
            co_return failure(name);
        const auto known = texts.find(name);
        if (known == texts.end())
            co_return co_await zone_->txt(std::move(name));
        dns::Answer<std::string> answer;
        answer.status = dns::Answer<std::string>::Status::Found;
        answer.records = known->second;
        co_return answer;
    }
    Awaitable<Result<dns::Answer<std::string>>> ptr(std::string address) override
    {
        if (fails("PTR", address))
            co_return failure(address);
        co_return co_await zone_->ptr(std::move(address));
    }
    Awaitable<Result<dns::Answer<dns::Tlsa>>> tlsa(std::string name) override
    {
        co_return failure(name);
    }
    Awaitable<Result<dns::Answer<dns::Srv>>> srv(std::string name) override
    {
        co_return failure(name);
    }
    Awaitable<Result<dns::Answer<std::string>>> cname(std::string name) override
    {
        co_return failure(name);
    }
    Awaitable<Result<dns::Lookup>> look_up(std::string name, std::string) override
    {
        co_return failure(name);
    }
    std::size_t flush(const std::string&) override { return 0; }

private:
    bool fails(const std::string& type, const std::string& name)
    {
        asked.push_back(type + " " + name);
        clock.advance(answer_time);
        return broken.contains(asked.back());
    }
    static Error failure(const std::string& name)
    {
        return Error(Errc::Unavailable, name + ": SERVFAIL");
    }

    std::unique_ptr<dns::Resolver> zone_;
};

} // namespace mailctl::spf
