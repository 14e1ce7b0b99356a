// Fuzzes what domains publish of their mail's transport: MTA-STS records and policies.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/mta_sts/policy.h"
#include "tests/fuzz/require.h"

using namespace mailctl::mta_sts;
using mailctl::fuzz::require;

namespace {

std::string_view word_of(Policy::Mode mode)
{
    switch (mode) {
    case Policy::Mode::Enforce: return "enforce";
    case Policy::Mode::Testing: return "testing";
    case Policy::Mode::None: break;
    }
    return "none";
}

std::string to_text(const Policy& policy)
{
    std::string text = "version: STSv1\nmode: ";
    text += word_of(policy.mode);
    for (const auto& mx : policy.mx)
        text.append("\nmx: ").append(mx);
    return text + "\nmax_age: " + std::to_string(policy.max_age.count()) + "\n";
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto id = parse_record(text)) {
        require(!id->empty() && id->size() <= kMaxIdOctets);
        require(parse_record("v=STSv1; id=" + *id + ";") == id);
    }
    const auto policy = parse_policy(text);
    if (!policy)
        return 0;
    require(policy->max_age.count() > 0 && policy->max_age <= kMaxAge);
    const auto again = parse_policy(to_text(*policy));
    require(again.has_value() && *again == *policy);
    for (const auto& mx : policy->mx)
        require(mx.starts_with("*.") || allows(*policy, mx));
    allows(*policy, text);
    return 0;
}
