// Mechanisms: whether a directive matches the client. RFC 7208 §5
#include <algorithm>
#include <utility>

#include "core/base/ascii.h"
#include "core/dns/name.h"
#include "core/spf/evaluation.h"

namespace mailctl::spf {
namespace {

Match matched(bool is_match)
{
    Match out;
    out.kind = is_match ? Match::Kind::Yes : Match::Kind::No;
    return out;
}

Match failed(Match::Kind kind, std::string why)
{
    Match out;
    out.kind = kind;
    out.why = std::move(why);
    return out;
}

/// RFC 7208 §5: the DNS does not answer.
Match temporary(std::string why)
{
    return failed(Match::Kind::TempError, std::move(why));
}

Match permanent(const Error& error)
{
    return failed(Match::Kind::PermError, error.detail());
}

const char* const kTooLong = "takes too long";

} // namespace

Awaitable<Match> Evaluation::match(const Directive& directive, std::string domain)
{
    if (directive.mechanism == Mechanism::All)
        co_return matched(true);
    if (directive.mechanism == Mechanism::Ip4)
        co_return matched(facts_.ip.is_within(directive.network, directive.ip4_bits));
    if (directive.mechanism == Mechanism::Ip6)
        co_return matched(facts_.ip.is_within(directive.network, directive.ip6_bits));
    if (auto counted = count_lookup(); !counted)
        co_return permanent(counted.error());
    const MacroString* const spec = directive.domain ? &*directive.domain : nullptr;
    auto target = co_await name_of_target(spec, std::move(domain), true);
    if (!target && target.error().code() == Errc::OverQuota)
        co_return permanent(target.error());
    if (!target) // no name: nothing is there. An include needs a record.
        co_return directive.mechanism == Mechanism::Include ? permanent(target.error())
                                                            : matched(false);
    if (is_late())
        co_return temporary(kTooLong);
    switch (directive.mechanism) {
    case Mechanism::Include: co_return co_await match_include(*std::move(target));
    case Mechanism::A: co_return co_await match_addresses(directive, *std::move(target));
    case Mechanism::Mx: co_return co_await match_mx(directive, *std::move(target));
    case Mechanism::Ptr: co_return co_await match_ptr(*std::move(target));
    default: co_return co_await match_exists(*std::move(target));
    }
}

/// RFC 7208 §5.2
Awaitable<Match> Evaluation::match_include(std::string target)
{
    Level inner = co_await check(std::move(target));
    if (inner.verdict == Verdict::Pass) {
        Match out = matched(true);
        out.terms = std::move(inner.matched);
        co_return out;
    }
    if (inner.verdict == Verdict::TempError)
        co_return temporary(std::move(inner.why));
    if (inner.verdict == Verdict::PermError || inner.verdict == Verdict::None)
        co_return failed(Match::Kind::PermError, std::move(inner.why));
    co_return matched(false);
}

bool Evaluation::has_client(const std::vector<std::string>& addresses,
                            const Directive& directive) const
{
    const unsigned bits = facts_.ip.is_ip6() ? directive.ip6_bits : directive.ip4_bits;
    return std::any_of(addresses.begin(), addresses.end(), [this, bits](const std::string& text) {
        const auto address = Ip::parse_as_written(text);
        return address && facts_.ip.is_within(*address, bits);
    });
}

Awaitable<Evaluation::Names> Evaluation::ask_addresses(std::string name)
{
    if (facts_.ip.is_ip6())
        co_return co_await resolver_.aaaa(std::move(name));
    co_return co_await resolver_.a(std::move(name));
}

/// RFC 7208 §5.3
Awaitable<Match> Evaluation::match_addresses(const Directive& directive, std::string target)
{
    const auto answer = co_await ask_addresses(std::move(target));
    if (!answer)
        co_return temporary(answer.error().detail());
    if (!answer->is_found()) {
        const auto counted = count_void();
        co_return counted ? matched(false) : permanent(counted.error());
    }
    co_return matched(has_client(answer->records, directive));
}

/// RFC 7208 §5.4. A host of theirs without an address of the client's family is no void lookup:
/// what §4.6.4 counts are terms, and many hosts have IPv4 alone.
Awaitable<Match> Evaluation::match_mx(const Directive& directive, std::string target)
{
    const auto answer = co_await resolver_.mx(std::move(target));
    if (!answer)
        co_return temporary(answer.error().detail());
    if (!answer->is_found()) {
        const auto counted = count_void();
        co_return counted ? matched(false) : permanent(counted.error());
    }
    if (answer->records.size() > limits_.mx_names)
        co_return failed(Match::Kind::PermError,
                         "over " + std::to_string(limits_.mx_names) + " MX names");
    for (const dns::Mx& mx : answer->records) {
        if (mx.exchange.empty()) // RFC 7505 §3
            continue;
        if (is_late())
            co_return temporary(kTooLong);
        const auto addresses = co_await ask_addresses(mx.exchange);
        if (!addresses && addresses.error().code() == Errc::Invalid)
            continue;
        if (!addresses)
            co_return temporary(addresses.error().detail());
        if (has_client(addresses->records, directive))
            co_return matched(true);
    }
    co_return matched(false);
}

/// RFC 7208 §5.5: what the DNS does not answer is no match.
Awaitable<Match> Evaluation::match_ptr(std::string target)
{
    co_await find_validated_names();
    if (is_late())
        co_return temporary(kTooLong);
    target = ascii::lower(target);
    co_return matched(
        std::any_of(validated_->begin(), validated_->end(),
                    [&target](const std::string& name) { return dns::is_within(name, target); }));
}

/// RFC 7208 §5.7: an A record, whatever the client's family.
Awaitable<Match> Evaluation::match_exists(std::string target)
{
    const auto answer = co_await resolver_.a(std::move(target));
    if (!answer)
        co_return temporary(answer.error().detail());
    if (answer->is_found())
        co_return matched(true);
    const auto counted = count_void();
    co_return counted ? matched(false) : permanent(counted.error());
}

/// Finding nothing is no void lookup: who sends has these records in hand, not the domain.
Awaitable<> Evaluation::find_validated_names()
{
    if (validated_)
        co_return;
    validated_.emplace();
    const auto answer = co_await resolver_.ptr(facts_.ip.text());
    if (!answer || !answer->is_found())
        co_return;
    std::size_t asked = 0;
    for (const std::string& name : answer->records) {
        if (++asked > limits_.ptr_names || is_late())
            co_return;
        const auto addresses = co_await ask_addresses(name);
        if (addresses && has_client(addresses->records, Directive()))
            validated_->push_back(name);
    }
}

std::string Evaluation::validated_name(const std::string& domain) const
{
    if (!validated_ || validated_->empty())
        return "unknown";
    const auto& names = *validated_;
    if (std::find(names.begin(), names.end(), domain) != names.end())
        return domain;
    const auto below = std::find_if(names.begin(), names.end(), [&domain](const std::string& name) {
        return dns::is_within(name, domain);
    });
    return below == names.end() ? names.front() : *below;
}

Awaitable<Result<std::string>> Evaluation::name_of_target(const MacroString* target,
                                                          std::string domain, bool is_counted)
{
    if (!target)
        co_return domain;
    if (target->names('p')) {
        if (is_counted && !validated_)
            CO_TRY_VOID(count_lookup());
        co_await find_validated_names();
    }
    facts_.validated = validated_name(domain);
    facts_.domain = std::move(domain);
    co_return target->expand_name(facts_);
}

} // namespace mailctl::spf
