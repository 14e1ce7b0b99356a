// Fuzzes what an HTTP client sends: requests whole and in pieces, their targets and documents.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/autoconfig/documents.h"
#include "core/http/server/message.h"
#include "core/http/target.h"
#include "tests/fuzz/require.h"

using namespace mailctl;
using mailctl::fuzz::require;

namespace {

constexpr std::uint64_t kHeaderOctets = 1024, kBodyOctets = 2048;

/// What became of a connection's octets that came in pieces.
struct Outcome {
    http::RequestReader::State state = http::RequestReader::State::More;
    http::Request request;
    std::size_t rest = 0; ///< octets of the next request
};

Outcome take(std::string_view octets, std::size_t piece)
{
    http::RequestReader reader(kHeaderOctets, kBodyOctets);
    Outcome out;
    std::string held;
    while (out.state == http::RequestReader::State::More && !octets.empty()) {
        const auto next = octets.substr(0, piece);
        octets.remove_prefix(next.size());
        held += next;
        out.state = reader.take(held);
        reader.wants_continue();
    }
    out.rest = held.size() + octets.size();
    if (out.state == http::RequestReader::State::Done)
        out.request = reader.request();
    return out;
}

void check_target(std::string_view text)
{
    const auto target = http::parse_target(text);
    require(!target || target->path.starts_with('/'));
    if (target)
        for (const auto& [name, value] : target->parameters)
            require(target->parameter(name) == value);
    require(http::host_name(text).size() <= text.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 1)
        return 0;
    const std::string_view octets(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Outcome whole = take(octets, octets.size() + 1);
    const Outcome pieces = take(octets, data[0] + std::size_t{1});
    const bool both = whole.state == http::RequestReader::State::Done &&
                      pieces.state == http::RequestReader::State::Done;
    require(!both || (whole.request.target == pieces.request.target &&
                      whole.request.body == pieces.request.body && whole.rest == pieces.rest));
    require(whole.request.body.size() <= kBodyOctets);
    check_target(whole.request.target);
    check_target(octets);
    (void)autoconfig::parse_autodiscover(octets);
    return 0;
}
