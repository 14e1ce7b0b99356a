// Decides what an answer is worth.
#include "core/dns/validating_source.h"

#include <algorithm>

#include "core/dns/denial.h"
#include "core/dns/name.h"
#include "core/dns/record_text.h"
#include "core/dns/signature.h"
#include "core/dns/zone_source.h"

namespace mailctl::dns {
namespace {

constexpr std::size_t kMaxNameLength = 253;

Error bogus(std::string why)
{
    return Error(Errc::Corrupt, std::move(why));
}

/// The zone that must hold an unsigned record. A DS is its parent's.
std::string zone_question(const std::string& owner, Type type)
{
    return type == Type::Ds ? parent_of(owner) : owner;
}

const Rrset* dname_above(const std::vector<Rrset>& answer, const std::string& name)
{
    for (const auto& set : answer)
        if (set.type == Type::Dname && set.owner != name && is_within(name, set.owner))
            return &set;
    return nullptr;
}

/// What answers a question: the records, a CNAME, a DNAME above. nullptr: none of them.
const Rrset* answering(const Sections& sections, const Question& question)
{
    if (const Rrset* set = find(sections.answer, question.name, question.type))
        return set;
    // The CNAME that a server makes of a DNAME has no signature: RFC 6672 §5.3.1.
    if (const Rrset* dname = dname_above(sections.answer, question.name))
        return dname;
    return find(sections.answer, question.name, Type::Cname);
}

Result<std::string> target_of(const Rrset& set, const std::string& name)
{
    TRY(std::string target, name_of(rdata_of(set.front())));
    if (set.type == Type::Cname)
        return target;
    const std::string prefix = name.substr(0, name.size() - set.owner.size());
    std::string out = set.owner.empty() ? name + "." + target : prefix + target;
    while (!out.empty() && out.back() == '.')
        out.pop_back();
    if (out.size() > kMaxNameLength)
        return bogus("a DNAME makes too long a name"); // RFC 6672 §2.2
    return out;
}

/// The signer of the records that could prove something.
Result<std::string> denying_zone(const Sections& sections, const std::string& name, Type type)
{
    for (const Type wanted : {Type::Nsec, Type::Nsec3, Type::Soa}) {
        for (const auto& set : sections.authority) {
            if (set.type != wanted)
                continue;
            auto signer = signer_of(set);
            if (signer && is_within(zone_question(name, type), *signer))
                return signer;
        }
    }
    return Error(Errc::NotFound, "no signature");
}

/// RFC 2308 §5
seconds negative_ttl(const Sections& sections)
{
    for (const auto& set : sections.authority) {
        if (set.type != Type::Soa)
            continue;
        const auto minimum = soa_minimum_of(rdata_of(set.front()));
        return seconds(std::min(minimum ? *minimum : 0U, set.ttl));
    }
    return seconds(0);
}

} // namespace

/// What is known of an RRset that is not bogus.
struct ValidatingSource::Checked {
    bool secure = false;
    seconds ttl{0};
};

ValidatingSource::ValidatingSource(std::unique_ptr<Exchange> exchange, TrustAnchors anchors,
                                   const Clock& clock)
    : exchange_(std::move(exchange)), clock_(clock), chain_(*exchange_, std::move(anchors), clock)
{}

void ValidatingSource::forget(const std::string& name)
{
    chain_.forget([&name](const std::string& zone) { return is_within(zone, name); });
}

Awaitable<Result<RawAnswer>> ValidatingSource::ask(Question question)
{
    Effort effort;
    bool secure = true;
    seconds ttl = seconds::max();
    for (unsigned followed = 0; followed <= kMaxCnames; ++followed) {
        auto answer = co_await step(question, effort);
        if (!answer && answer.error().code() == Errc::Unavailable)
            co_return answer;
        if (!answer) { // whatever else went wrong, it is not to be believed
            RawAnswer out;
            out.status = RawAnswer::Status::Bogus;
            out.name = question.name;
            out.ttl = kBogusTime;
            out.reason = "DNSSEC: " + shown(question.name) + " " + text_of(question.type) + ": " +
                         answer.error().detail();
            co_return out;
        }
        secure = secure && answer->secure;
        ttl = std::min(ttl, answer->ttl);
        answer->secure = secure;
        answer->ttl = ttl;
        if (!answer->leads_on)
            co_return answer;
        question.name = answer->name;
    }
    co_return Error(Errc::Unavailable, "DNS: a chain of CNAMEs without an end");
}

/// One name; its CNAME is asked for by itself, so that each answer proves itself.
Awaitable<Result<RawAnswer>> ValidatingSource::step(Question question, Effort& effort)
{
    auto message = co_await exchange_->exchange(question);
    if (!message)
        co_return message.error();
    CO_TRY(const Sections sections, sections_of(message->octets));
    const Rrset* set = answering(sections, question);
    if (!set) {
        auto denial = co_await denied(std::move(question), sections, effort);
        if (denial)
            denial->from_root = message->from_root;
        co_return denial;
    }
    auto answer = co_await found(*set, sections, effort);
    if (!answer)
        co_return answer;
    answer->from_root = message->from_root;
    answer->name = question.name;
    if (set->type != question.type || set->owner != question.name) {
        answer->leads_on = true;
        answer->records.clear();
        CO_TRY(answer->name, target_of(*set, question.name));
    }
    co_return answer;
}

Awaitable<Result<RawAnswer>> ValidatingSource::found(const Rrset& set, const Sections& sections,
                                                     Effort& effort)
{
    const auto checked = co_await check(set, sections, effort);
    if (!checked)
        co_return checked.error();
    RawAnswer answer;
    answer.status = RawAnswer::Status::Found;
    answer.secure = checked->secure;
    answer.ttl = checked->ttl;
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(set.records.get()); ++i)
        answer.records.push_back(rdata_of(ldns_rr_list_rr(set.records.get(), i)));
    co_return answer;
}

/// The zone that signed. One without keys must be what really holds the owner's name, for below it
/// there may be another that is signed.
Awaitable<Result<TrustedZone>> ValidatingSource::zone_for(std::string signer, std::string owner,
                                                          Effort& effort)
{
    auto zone = co_await chain_.zone_of(signer, effort);
    if (!zone)
        co_return zone;
    if (!zone->keys && signer != owner) {
        auto holder = co_await chain_.zone_of(std::move(owner), effort);
        if (!holder || !holder->keys)
            co_return holder;
        co_return bogus("signed by " + shown(signer) + ", which has no keys");
    }
    if (zone->keys && zone->apex != signer)
        co_return bogus("signed by " + shown(signer) + ", which is no zone");
    co_return zone;
}

Awaitable<Result<ValidatingSource::Checked>> ValidatingSource::check(const Rrset& set,
                                                                     const Sections& sections,
                                                                     Effort& effort)
{
    Checked out;
    out.ttl = seconds(set.ttl);
    const std::string holder = zone_question(set.owner, set.type);
    const auto signer = signer_of(set);
    if (!signer) {
        const auto zone = co_await chain_.zone_of(holder, effort);
        if (!zone)
            co_return zone.error();
        if (zone->keys)
            co_return bogus("not signed, though the zone " + shown(zone->apex) + " is");
        co_return out;
    }
    const auto zone = co_await zone_for(*signer, holder, effort);
    if (!zone)
        co_return zone.error();
    if (!zone->keys)
        co_return out;
    CO_TRY(const Verified good, verify(set, zone->keys.get(), zone->apex, clock_.now(), effort));
    out.ttl = good.ttl;
    out.secure = true;
    if (!good.is_wildcard)
        co_return out;
    CO_TRY(const Proofs proofs,
           proofs_of(sections.authority, zone->keys.get(), zone->apex, clock_.now(), effort));
    CO_TRY(const Denial closer, denial_of_closer(proofs, set.owner, good.labels, effort));
    if (closer.kind == Denial::Kind::Unproven)
        co_return bogus("from a wildcard, without a proof that there is nothing closer");
    out.secure = closer.kind == Denial::Kind::NoDomain;
    out.ttl = std::min(out.ttl, proofs.ttl);
    co_return out;
}

Awaitable<Result<RawAnswer>> ValidatingSource::denied(Question question, const Sections& sections,
                                                      Effort& effort)
{
    RawAnswer answer;
    answer.name = question.name;
    answer.status = sections.no_domain ? RawAnswer::Status::NoDomain : RawAnswer::Status::NoData;
    answer.ttl = negative_ttl(sections);
    const std::string holder = zone_question(question.name, question.type);
    const auto signer = denying_zone(sections, question.name, question.type);
    if (!signer) {
        const auto zone = co_await chain_.zone_of(holder, effort);
        if (!zone)
            co_return zone.error();
        if (zone->keys)
            co_return bogus("denied without a signature, though the zone " + shown(zone->apex) +
                            " is signed");
        co_return answer;
    }
    const auto zone = co_await zone_for(*signer, holder, effort);
    if (!zone)
        co_return zone.error();
    if (!zone->keys)
        co_return answer;
    CO_TRY(const Proofs proofs,
           proofs_of(sections.authority, zone->keys.get(), zone->apex, clock_.now(), effort));
    CO_TRY(const Denial denial, denial_of(proofs, question.name, question.type, effort));
    if (denial.kind == Denial::Kind::Unproven)
        co_return bogus("denied without a proof");
    answer.ttl = std::min(answer.ttl, proofs.ttl);
    answer.secure = denial.kind != Denial::Kind::Unsigned;
    if (answer.secure) // the proof counts, not the RCODE, which nobody signs
        answer.status = denial.kind == Denial::Kind::NoDomain ? RawAnswer::Status::NoDomain
                                                              : RawAnswer::Status::NoData;
    co_return answer;
}

} // namespace mailctl::dns
