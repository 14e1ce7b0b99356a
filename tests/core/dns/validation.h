// A small world of signed zones, of every kind, and a source that checks its answers.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include "signed_world.h"

#include "core/dns/validating_source.h" // last

namespace mailctl::dns::test {

using Kind = SignedZone::Kind;
using Ds = SignedZone::Ds;

inline const Time kNow = parse_rfc3339("2026-11-25T12:00:00Z").value();

inline const char* const kHosts = R"(
@ IN MX 10 mx
mx IN A 192.0.2.1
_25._tcp.mx IN TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
alias IN CNAME mx
abroad IN CNAME mx.plain.test.
home IN CNAME mx.n3.test.
*.wild IN A 192.0.2.7
real.wild IN A 192.0.2.9
*.wildalias IN CNAME mx
a.b.deep IN A 192.0.2.8
tree IN DNAME n3.test.
)";

inline std::vector<SignedZone> zones()
{
    std::vector<SignedZone> out;
    const auto add = [&out](std::string apex, std::string text, Kind kind = Kind::Nsec,
                            int algorithm = 13) -> SignedZone& {
        SignedZone zone;
        zone.apex = std::move(apex);
        zone.text = std::move(text);
        zone.kind = kind;
        zone.algorithm = algorithm;
        out.push_back(std::move(zone));
        return out.back();
    };
    add("", "");
    add("test", "", Kind::Nsec, 8);
    add("signed.test", kHosts);
    add("sub.signed.test", "mx IN A 192.0.2.1");
    add("n3.test", kHosts, Kind::Nsec3);
    add("iter100.test", kHosts, Kind::Nsec3).iterations = 100;
    add("iter101.test", kHosts, Kind::Nsec3).iterations = 101;
    add("plain.test", kHosts, Kind::Unsigned);
    add("ed.test", kHosts, Kind::Nsec, 15);
    add("p384.test", kHosts, Kind::Nsec, 14);
    add("rsa512.test", kHosts, Kind::Nsec, 10);
    add("rsasha1.test", kHosts, Kind::Nsec3, 7);
    add("sha1.test", kHosts).ds = Ds::Sha1;
    add("both.test", kHosts).ds = Ds::Both;
    add("other.test", kHosts).ds = Ds::Other;
    add("foreign.test", kHosts).ds = Ds::Foreign;
    add("island.test", kHosts).ds = Ds::None;
    add("few.test", kHosts).colliding_keys = 10;
    add("many.test", kHosts).colliding_keys = 62;
    add("opt", "", Kind::OptOut);
    add("signed.opt", kHosts);
    add("plain.opt", kHosts, Kind::Unsigned);
    return out;
}

enum class Worth { Secure, Insecure, Bogus };

inline std::ostream& operator<<(std::ostream& out, Worth worth)
{
    return out << (worth == Worth::Secure     ? "secure"
                   : worth == Worth::Insecure ? "insecure"
                                              : "bogus");
}

inline Worth worth_of(const Result<RawAnswer>& answer)
{
    if (!answer)
        throw std::runtime_error(to_string(answer.error()));
    if (answer->status == RawAnswer::Status::Bogus)
        return Worth::Bogus;
    return answer->secure ? Worth::Secure : Worth::Insecure;
}

/// Gives a SignedWorld that the test keeps.
class Borrowed final : public dns::Exchange {
public:
    explicit Borrowed(dns::SignedWorld& world) : world_(world) {}
    Awaitable<Result<dns::RawMessage>> exchange(Question question) override
    {
        return world_.exchange(std::move(question));
    }

private:
    dns::SignedWorld& world_;
};

/// A source that trusts the world's root, and asks it nothing but what a test asks.
struct Validation {
    ManualClock clock{kNow};
    dns::SignedWorld world{zones(), kNow};
    std::unique_ptr<dns::ValidatingSource> source;

    Validation() { trust(world.anchor()); }

    void trust(const std::string& anchors)
    {
        dns::TrustAnchors read;
        BOOST_REQUIRE(read.add_text(anchors).has_value());
        source = std::make_unique<dns::ValidatingSource>(std::make_unique<Borrowed>(world),
                                                         std::move(read), clock);
    }

    Result<RawAnswer> ask(const std::string& name, Type type)
    {
        boost::asio::io_context io;
        std::optional<Result<RawAnswer>> result;
        boost::asio::co_spawn(io, source->ask(Question{name, type}),
                              [&](std::exception_ptr e, Result<RawAnswer> value) {
                                  if (e)
                                      std::rethrow_exception(e);
                                  result.emplace(std::move(value));
                              });
        io.run();
        return *std::move(result);
    }

    std::size_t times_asked(const std::string& name, Type type) const
    {
        const Question question{name, type};
        return static_cast<std::size_t>(
            std::count(world.asked.begin(), world.asked.end(), question));
    }
};

} // namespace mailctl::dns::test
