// Parses records and policies.
#include "core/mta_sts/policy.h"

#include <algorithm>

#include "core/base/ascii.h"

namespace mailctl::mta_sts {
namespace {

Error wrong(std::string_view what)
{
    return Error(Errc::Invalid, "MTA-STS policy: " + std::string(what));
}

Result<> take(Policy& policy, std::string_view key, std::string_view value, bool& has_mode)
{
    if (key == "mode" && !has_mode) { // of keys given twice the first counts
        has_mode = true;
        if (value == "enforce")
            policy.mode = Policy::Mode::Enforce;
        else if (value == "testing")
            policy.mode = Policy::Mode::Testing;
        else if (value != "none")
            return wrong("unknown mode");
    } else if (key == "max_age" && policy.max_age.count() == 0) {
        const auto age = ascii::parse_number<std::uint64_t>(value);
        if (!age)
            return wrong("max_age is no number");
        policy.max_age =
            std::min(std::chrono::seconds(std::min<std::uint64_t>(*age, 1ULL << 40)), kMaxAge);
    } else if (key == "mx") {
        if (value.empty())
            return wrong("an empty mx");
        policy.mx.push_back(ascii::lower(value));
    }
    return ok();
}

} // namespace

std::optional<std::string> parse_record(std::string_view text)
{
    std::string id;
    bool is_first = true;
    for (const auto part : ascii::split(text, ';')) {
        const auto field = ascii::trim(part);
        const auto equals = field.find('=');
        const auto key = ascii::trim(field.substr(0, equals));
        const auto value = equals == std::string_view::npos ? std::string_view()
                                                            : ascii::trim(field.substr(equals + 1));
        if (is_first && (key != "v" || value != "STSv1"))
            return std::nullopt;
        is_first = false;
        if (key == "id" && id.empty())
            id = value;
    }
    const bool is_good = !id.empty() && id.size() <= kMaxIdOctets &&
                         std::all_of(id.begin(), id.end(), ascii::is_alnum);
    return is_good ? std::optional(id) : std::nullopt;
}

Result<Policy> parse_policy(std::string_view text)
{
    if (text.size() > kMaxPolicyOctets)
        return wrong("over 64 KiB");
    Policy policy;
    bool has_version = false, has_mode = false;
    for (auto line : ascii::split(text, '\n')) {
        line = ascii::trim(line);
        const auto colon = line.find(':');
        if (colon == std::string_view::npos)
            continue;
        const auto key = ascii::trim(line.substr(0, colon));
        const auto value = ascii::trim(line.substr(colon + 1));
        if (key == "version" && !has_version) {
            if (value != "STSv1")
                return wrong("another version");
            has_version = true;
            continue;
        }
        TRY_VOID(take(policy, key, value, has_mode));
    }
    if (!has_version)
        return wrong("no version");
    if (!has_mode)
        return wrong("no mode");
    if (policy.max_age.count() == 0)
        return wrong("no max_age");
    if (policy.mx.empty() && policy.mode != Policy::Mode::None)
        return wrong("no mx");
    return policy;
}

bool allows(const Policy& policy, std::string_view host)
{
    const std::string name = ascii::lower(host);
    const auto dot = name.find('.');
    return std::any_of(policy.mx.begin(), policy.mx.end(), [&](const std::string& pattern) {
        if (pattern.starts_with("*."))
            return dot != std::string::npos && name.substr(dot + 1) == pattern.substr(2);
        return name == pattern;
    });
}

} // namespace mailctl::mta_sts
