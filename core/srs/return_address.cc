// The form of return addresses, and their signatures.
#include "core/srs/return_address.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/crypto/compare.h"
#include "core/crypto/digest.h"

namespace mailctl::srs {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"; // RFC 4648 §6
constexpr int kDays = 1024;
constexpr std::string_view kFirst = "SRS0", kNext = "SRS1";
constexpr std::size_t kTagOctets = 4;
constexpr std::string_view kSeparators = "=+-";

int day_of(Time now)
{
    const auto days = std::chrono::floor<std::chrono::days>(now.time_since_epoch()).count();
    return static_cast<int>(days % kDays);
}

std::string text_of_day(int day)
{
    return {kDigits[static_cast<std::size_t>(day / 32)], kDigits[static_cast<std::size_t>(day % 32)]};
}

std::optional<int> day_in(std::string_view text)
{
    if (text.size() != 2)
        return std::nullopt;
    const auto high = kDigits.find(ascii::upper(text.substr(0, 1)));
    const auto low = kDigits.find(ascii::upper(text.substr(1, 1)));
    if (high == std::string_view::npos || low == std::string_view::npos)
        return std::nullopt;
    return static_cast<int>(high * 32 + low);
}

std::string hash_of(std::string_view key, std::string_view rest)
{
    const std::string octets = crypto::hmac(crypto::Hash::Sha256, key, ascii::lower(rest));
    std::string text;
    unsigned bits = 0, held = 0;
    for (std::size_t i = 0; text.size() < kHashOctets; ++i) {
        bits = (bits << 8) | static_cast<unsigned char>(octets[i]);
        for (held += 8; held >= 5 && text.size() < kHashOctets; held -= 5)
            text += kDigits[(bits >> (held - 5)) & 31U];
    }
    return text;
}

/// What stands up to the next "=", which is taken too. nullopt: there is none.
std::optional<std::string_view> take(std::string_view& rest)
{
    const auto end = rest.find('=');
    if (end == std::string_view::npos)
        return std::nullopt;
    const auto part = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return part;
}

bool has_tag(std::string_view local_part, std::string_view tag)
{
    return local_part.size() > kTagOctets + 1 &&
           ascii::equals_ignoring_case(local_part.substr(0, kTagOctets), tag) &&
           kSeparators.find(local_part[kTagOctets]) != std::string_view::npos;
}

Error no_form()
{
    return Error(Errc::Invalid, "not a return address of forwarded mail");
}

/// Where an SRS1 leads back to: `rest` is its host and what follows. Errors: Invalid.
Result<address::Address> first_of(std::string_view rest)
{
    const auto host = take(rest);
    if (!host || rest.empty())
        return no_form();
    std::string local_part(kFirst);
    local_part += rest;
    return address::parse(address::to_string({std::move(local_part), std::string(*host)}));
}

/// The host of SRS1 and what follows it: of somebody's SRS1 that leads back, or of an SRS0 from
/// there.
std::optional<std::string> passed_on(const address::Address& sender)
{
    const std::string_view local_part = sender.local_part;
    if (has_tag(local_part, kFirst))
        return sender.domain + "=" + std::string(local_part.substr(kTagOctets));
    if (!has_tag(local_part, kNext))
        return std::nullopt;
    std::string_view rest = local_part.substr(kTagOctets + 1);
    const auto hash = take(rest); // theirs
    return hash && first_of(rest) ? std::optional(std::string(rest)) : std::nullopt;
}

} // namespace

bool is_return_address(std::string_view local_part)
{
    return has_tag(local_part, kFirst) || has_tag(local_part, kNext);
}

std::optional<address::Address> wrap(const address::Address& sender, const std::string& domain,
                                     std::string_view key, Time now)
{
    std::string tag(kNext);
    auto rest = passed_on(sender);
    if (!rest) {
        tag = kFirst;
        rest = text_of_day(day_of(now));
        *rest += '=' + sender.domain + '=' + sender.local_part;
    }
    address::Address out;
    out.local_part = tag + '=' + hash_of(key, *rest) + '=' + *rest;
    out.domain = domain;
    if (out.local_part.size() > address::kMaxLocalPartOctets)
        return std::nullopt;
    return out;
}

Result<address::Address> unwrap(std::string_view local_part, const std::vector<std::string>& keys,
                                Time now, milliseconds lifetime)
{
    if (!is_return_address(local_part))
        return no_form();
    const bool is_first = has_tag(local_part, kFirst);
    std::string_view rest = local_part.substr(kTagOctets + 1);
    const auto hash = take(rest);
    if (!hash)
        return no_form();
    const std::string said = ascii::upper(*hash);
    const bool is_ours = std::any_of(keys.begin(), keys.end(), [&](const std::string& key) {
        return crypto::equals_in_constant_time(said, hash_of(key, rest));
    });
    if (!is_ours)
        return Error(Errc::Denied, "a return address that was not made here");
    if (!is_first)
        return first_of(rest);
    const auto text = take(rest);
    const auto day = text ? day_in(*text) : std::nullopt;
    if (!day)
        return no_form();
    const int age = (day_of(now) - *day + kDays) % kDays;
    const bool is_ahead = age == kDays - 1; // another server's clock
    if (!is_ahead && std::chrono::days(age) > lifetime)
        return Error(Errc::Denied, "a return address that has expired");
    const auto host = take(rest);
    if (!host || rest.empty())
        return no_form();
    return address::parse(address::to_string({std::string(rest), std::string(*host)}));
}

} // namespace mailctl::srs
