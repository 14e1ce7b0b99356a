// Fuzzes addresses: what parses is written and read back the same.
#include "core/address/address.h"

#include <cstdint>
#include <string_view>

#include "core/address/literal.h"
#include "core/base/ascii.h"
#include "tests/fuzz/require.h"

using namespace mailctl;
using mailctl::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto parsed = address::parse(text)) {
        const auto written = to_string(*parsed);
        const auto again = address::parse(written);
        require(again.has_value() && *again == *parsed);
        require(written.size() <= address::kMaxPathOctets - 2);
        require(folded(folded(*parsed)) == folded(*parsed));
        address::split_subaddress(parsed->local_part, "+-");
    }
    if (const auto domain = address::canonical_domain(text)) {
        require(domain->size() <= address::kMaxDomainOctets);
        require(address::canonical_domain(*domain).value() == *domain);
        const auto shown = address::display_domain(*domain);
        require(address::canonical_domain(shown).value() == *domain);
    }
    if (const auto literal = address::canonical_literal(text))
        require(address::canonical_literal(*literal).value() == *literal);
    const auto split = text.find(' ');
    if (split != std::string_view::npos && size < 2000)
        address::matches_wildcard(text.substr(0, split), text.substr(split + 1));
    return 0;
}
