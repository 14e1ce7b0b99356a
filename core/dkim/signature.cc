// Reads signatures, and refuses what RFC 6376 §6.1.1 says to refuse.
#include "core/dkim/signature.h"

#include <algorithm>

#include "core/address/address.h"
#include "core/base/ascii.h"
#include "core/crypto/base64.h"
#include "core/dkim/tag_list.h"

namespace mailctl::dkim {
namespace {

using crypto::Hash;
using crypto::SigningKind;

struct AlgorithmName {
    std::string_view name;
    Algorithm algorithm;
};
constexpr AlgorithmName kAlgorithms[] = {
    {"rsa-sha256", {SigningKind::Rsa, Hash::Sha256}},
    {"rsa-sha1", {SigningKind::Rsa, Hash::Sha1}},
    {"ed25519-sha256", {SigningKind::Ed25519, Hash::Sha256}},
};

Error invalid(std::string detail)
{
    return Error(Errc::Invalid, std::move(detail));
}

Result<std::string_view> required(const TagList& tags, std::string_view name)
{
    const auto* value = tags.find(name);
    if (value == nullptr)
        return invalid("no " + std::string(name) + "=");
    return *value;
}

Result<Algorithm> parse_algorithm(std::string_view text)
{
    for (const auto& one : kAlgorithms) {
        if (one.name == text)
            return one.algorithm;
    }
    return invalid("unknown algorithm");
}

Result<std::string> parse_octets_of(const TagList& tags, std::string_view name)
{
    TRY(const std::string_view text, required(tags, name));
    auto octets = crypto::decode_base64(without_blanks(text));
    if (!octets || octets->empty())
        return invalid(std::string(name) + "= is no base64");
    return octets;
}

/// t= and x=: up to 12 digits are to be taken; no more are needed. RFC 6376 §3.5
Result<std::optional<Time>> parse_time(const TagList& tags, std::string_view name)
{
    const auto* text = tags.find(name);
    if (text == nullptr)
        return std::optional<Time>();
    const auto number = ascii::parse_number<std::uint64_t>(*text);
    if (!number || text->size() > 12)
        return invalid(std::string(name) + "= is no time");
    return std::optional<Time>(Time(seconds(*number)));
}

bool is_within(std::string_view domain, std::string_view parent)
{
    return domain == parent || (domain.size() > parent.size() && domain.ends_with(parent) &&
                                domain[domain.size() - parent.size() - 1] == '.');
}

Result<> read_identity(const TagList& tags, Signature& s)
{
    const auto* text = tags.find("i");
    s.identity = text != nullptr ? std::string(*text) : "@" + s.domain;
    const auto at = s.identity.rfind('@');
    if (at == std::string::npos)
        return invalid("i= is no address");
    const auto domain = address::canonical_domain(s.identity.substr(at + 1));
    if (!domain)
        return invalid("i= has no domain");
    s.identity_domain = *domain;
    if (!is_within(s.identity_domain, s.domain))
        return Error(Errc::Denied, "the domain of i= is not within d=");
    return ok();
}

Result<> read_names(const TagList& tags, Signature& s)
{
    TRY(const std::string_view domain, required(tags, "d"));
    TRY(const std::string_view selector, required(tags, "s"));
    const auto canonical = address::canonical_domain(domain);
    if (!canonical)
        return invalid("d= is no domain");
    s.domain = *canonical;
    const auto label = address::canonical_domain(selector);
    if (!label)
        return invalid("s= is no selector");
    s.selector = *label;
    return read_identity(tags, s);
}

Result<> read_headers(const TagList& tags, Signature& s)
{
    TRY(const std::string_view list, required(tags, "h"));
    s.headers = split_colons(list);
    for (const auto& name : s.headers) {
        if (name.empty())
            return invalid("h= names nothing");
    }
    const bool has_from =
        std::any_of(s.headers.begin(), s.headers.end(), [](const std::string& name) {
            return ascii::equals_ignoring_case(name, "From");
        });
    if (!has_from)
        return Error(Errc::Denied, "From is not signed");
    return ok();
}

/// q=: at least one way to ask that we know.
Result<> check_query(const TagList& tags)
{
    const auto* list = tags.find("q");
    if (list == nullptr)
        return ok();
    const auto ways = split_colons(*list);
    const bool is_known = std::any_of(ways.begin(), ways.end(), [](const std::string& way) {
        return way == "dns/txt" || way == "dns";
    });
    if (!is_known)
        return invalid("unknown query type");
    return ok();
}

Result<> read_rest(const TagList& tags, Signature& s)
{
    if (const auto* text = tags.find("c")) {
        const auto canons = parse_canons(without_blanks(*text));
        if (!canons)
            return invalid("unknown canonical form");
        s.canons = *canons;
    }
    if (const auto* text = tags.find("l")) {
        const auto length = ascii::parse_number<std::uint64_t>(*text);
        if (!length)
            return invalid("l= is no number");
        s.length = *length;
    }
    TRY(s.signed_at, parse_time(tags, "t"));
    TRY(s.expires, parse_time(tags, "x"));
    if (s.signed_at && s.expires && *s.expires <= *s.signed_at)
        return Error(Errc::Denied, "it expires before it was made");
    return check_query(tags);
}

} // namespace

std::string_view name_of(Algorithm algorithm)
{
    for (const auto& one : kAlgorithms) {
        if (one.algorithm == algorithm)
            return one.name;
    }
    return "unknown";
}

std::string_view hash_name_of(Algorithm algorithm)
{
    return algorithm.hash == Hash::Sha1 ? "sha1" : "sha256";
}

Result<Signature> parse_signature(std::string_view value)
{
    TRY(const TagList tags, parse_tag_list(value));
    TRY(const std::string_view version, required(tags, "v"));
    if (version != "1")
        return invalid("unknown version");
    Signature s;
    TRY(const std::string_view algorithm, required(tags, "a"));
    TRY(s.algorithm, parse_algorithm(algorithm));
    TRY(s.signature, parse_octets_of(tags, "b"));
    TRY(s.body_hash, parse_octets_of(tags, "bh"));
    TRY_VOID(read_names(tags, s));
    TRY_VOID(read_headers(tags, s));
    TRY_VOID(read_rest(tags, s));
    return s;
}

std::string without_signature(std::string_view raw)
{
    std::string out;
    const auto colon = std::min(raw.find(':'), raw.size() - 1) + 1;
    out = raw.substr(0, colon);
    const auto parts = ascii::split(raw.substr(colon), ';');
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0)
            out += ';';
        const auto equals = parts[i].find('=');
        const bool is_b =
            equals != std::string_view::npos && ascii::trim(parts[i].substr(0, equals)) == "b";
        out += is_b ? parts[i].substr(0, equals + 1) : parts[i];
    }
    return out;
}

} // namespace mailctl::dkim
