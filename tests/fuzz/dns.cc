// Feeds what DNS servers may answer: no crash, and nothing of it is authentic without the key.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "core/dns/packet.h"
#include "core/dns/record_text.h"
#include "core/dns/validating_source.h" // last
#include "tests/fuzz/require.h"

using namespace mailctl;
using mailctl::fuzz::require;

namespace {

constexpr std::string_view kAnchor =
    ". IN DS 20326 8 2 e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d\n";

/// Answers everything with the same octets.
class Parrot final : public dns::Exchange {
public:
    explicit Parrot(std::string_view octets) : octets_(octets) {}
    Awaitable<Result<dns::RawMessage>> exchange(dns::Question) override
    {
        dns::RawMessage message;
        message.octets = octets_;
        co_return message;
    }

private:
    std::string octets_;
};

void fuzz_validation(std::string_view octets, const std::string& anchor, dns::Type type)
{
    dns::TrustAnchors anchors;
    require(anchors.add_text(anchor).has_value());
    dns::ValidatingSource source(std::make_unique<Parrot>(octets), std::move(anchors),
                                 system_clock());
    boost::asio::io_context io;
    std::optional<Result<dns::RawAnswer>> answer;
    boost::asio::co_spawn(io, source.ask(dns::Question{"mx.signed.test", type}),
                          [&](std::exception_ptr e, Result<dns::RawAnswer> got) {
                              if (e)
                                  std::rethrow_exception(e);
                              answer.emplace(std::move(got));
                          });
    io.run();
    require(answer.has_value());
    require(!*answer || !(*answer)->secure);
    if (*answer)
        for (const auto& rdata : (*answer)->records)
            (void)dns::text_of(type, rdata);
}

void fuzz_answer(std::string_view octets)
{
    const dns::Question question{"mx.signed.test", dns::Type::A};
    const auto parsed = dns::parse_answer(octets, question, 1, dns::Asked::Plain);
    require(!parsed.answer.secure);
    for (const auto& rdata : parsed.answer.records) {
        (void)dns::address_of(rdata);
        (void)dns::mx_of(rdata);
        (void)dns::srv_of(rdata);
        (void)dns::tlsa_of(rdata);
        (void)dns::txt_of(rdata);
        (void)dns::soa_minimum_of(rdata);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view octets(reinterpret_cast<const char*>(data), size);
    fuzz_answer(octets);
    const std::string root(kAnchor);
    const std::string elsewhere = "invalid" + root; // nothing need be signed
    for (const auto type : {dns::Type::A, dns::Type::Mx, dns::Type::Ds, dns::Type::Nsec}) {
        fuzz_validation(octets, root, type);
        fuzz_validation(octets, elsewhere, type);
    }
    return 0;
}
