// Follows delegations. RFC 4035 §5.2, RFC 6840 §4.4
#include "core/dns/trust_chain.h"

#include <boost/asio/this_coro.hpp>

#include "core/dns/denial.h"
#include "core/dns/name.h"
#include "core/dns/signature.h"

namespace mailctl::dns {
namespace {

std::shared_ptr<const ldns_rr_list> shared_copy(const ldns_rr_list* keys)
{
    return {ldns_rr_list_clone(keys), LdnsFree<ldns_rr_list_deep_free>()};
}

bool leads_elsewhere(const Rrset& set, const std::string& name)
{
    if (set.type == Type::Cname)
        return set.owner == name;
    return set.type == Type::Dname && set.owner != name && is_within(name, set.owner);
}

/// A CNAME of the name, or a DNAME above it.
const Rrset* alias_in(const std::vector<Rrset>& answer, const std::string& name)
{
    for (const auto& set : answer)
        if (leads_elsewhere(set, name) && ldns_rr_list_rr_count(set.signatures.get()) > 0)
            return &set;
    return nullptr;
}

} // namespace

TrustChain::TrustChain(Exchange& exchange, TrustAnchors anchors, const Clock& clock)
    : exchange_(exchange), anchors_(std::move(anchors)), clock_(clock)
{}

Awaitable<Result<TrustedZone>> TrustChain::zone_of(std::string name, Effort& effort)
{
    TrustedZone zone;
    const std::string* anchor = anchors_.zone_above(name);
    if (!anchor)
        co_return zone; // RFC 4033 §5: nobody says that it is signed
    std::string at = *anchor;
    for (;;) {
        auto link = co_await link_to(at, zone, effort);
        if (!link)
            co_return link.error();
        if (link->kind == Link::Kind::Bogus)
            co_return Error(Errc::Corrupt, link->reason);
        if (link->kind == Link::Kind::Cut || link->kind == Link::Kind::Unsigned) {
            zone.apex = at;
            zone.keys = link->keys;
        }
        if (at == name || link->kind == Link::Kind::End || !zone.keys)
            co_return zone;
        at = next_towards(name, at);
    }
}

Awaitable<Result<TrustChain::Link>> TrustChain::link_to(std::string name, TrustedZone above,
                                                        Effort& effort)
{
    if (auto known = links_.find(name, clock_.now()))
        co_return std::move(known->value);
    const auto executor = co_await boost::asio::this_coro::executor;
    if (auto waiter = pending_.join(name, executor)) {
        auto theirs = co_await pending_.wait(std::move(waiter));
        if (theirs || theirs.error().code() != Errc::OverQuota)
            co_return theirs;
        // Their question may have cost too much before it came here.
        co_return co_await make_link(std::move(name), std::move(above), effort);
    }
    auto link = co_await make_link(name, std::move(above), effort);
    if (link)
        links_.keep(name, *link, clock_.now() + std::min(link->ttl, kMaxLinkTime));
    pending_.tell(name, link);
    co_return link;
}

/// Asks, and what is bogus becomes a link.
Awaitable<Result<TrustChain::Link>> TrustChain::make_link(std::string name, TrustedZone above,
                                                          Effort& effort)
{
    auto link = co_await look_at(name, std::move(above), effort);
    if (link || link.error().code() == Errc::Unavailable || link.error().code() == Errc::OverQuota)
        co_return link;
    Link bogus;
    bogus.kind = Link::Kind::Bogus;
    bogus.reason = shown(name) + ": " + link.error().detail();
    bogus.ttl = kBogusTime;
    co_return bogus;
}

Awaitable<Result<TrustChain::Link>> TrustChain::look_at(std::string name, TrustedZone above,
                                                        Effort& effort)
{
    if (!above.keys)
        co_return co_await keys_of(name, anchors_.records_of(name), kMaxLinkTime, effort);
    auto sections = co_await ask(name, Type::Ds, effort);
    if (!sections)
        co_return sections.error();
    if (const Rrset* ds = find(sections->answer, name, Type::Ds)) {
        CO_TRY(const Verified good,
               verify(*ds, above.keys.get(), above.apex, clock_.now(), effort));
        if (good.is_wildcard)
            co_return Error(Errc::Corrupt, "a DS record from a wildcard");
        co_return co_await keys_of(name, ds->records.get(), good.ttl, effort);
    }
    // An alias is no zone of its own. Nothing that it hides becomes believable by that: the zone
    // above goes on, and all in it must be signed.
    if (const Rrset* alias = alias_in(sections->answer, name)) {
        CO_TRY(const Verified good,
               verify(*alias, above.keys.get(), above.apex, clock_.now(), effort));
        Link link;
        link.kind = alias->type == Type::Dname ? Link::Kind::End : Link::Kind::None;
        link.ttl = good.ttl;
        co_return link;
    }
    co_return delegation(*sections, name, above, effort);
}

/// What the zone above says where it has no DS.
Result<TrustChain::Link> TrustChain::delegation(const Sections& sections, const std::string& name,
                                                const TrustedZone& above, Effort& effort) const
{
    TRY(const Proofs proofs,
        proofs_of(sections.authority, above.keys.get(), above.apex, clock_.now(), effort));
    TRY(const Denial denial, denial_of(proofs, name, Type::Ds, effort));
    Link link;
    link.ttl = proofs.ttl;
    switch (denial.kind) {
        case Denial::Kind::NoData:
            link.kind = denial.is_delegation ? Link::Kind::Unsigned : Link::Kind::None;
            return link;
        case Denial::Kind::NoDomain:
            link.kind = Link::Kind::End;
            return link;
        case Denial::Kind::Unsigned:
            link.kind = Link::Kind::Unsigned;
            return link;
        case Denial::Kind::Unproven:
            break;
    }
    return Error(Errc::Corrupt, "neither a DS record nor a proof that there is none");
}

Awaitable<Result<TrustChain::Link>> TrustChain::keys_of(std::string name,
                                                        const ldns_rr_list* vouchers, seconds ttl,
                                                        Effort& effort)
{
    Link link;
    link.ttl = ttl;
    link.kind = Link::Kind::Unsigned;
    if (!can_check_any(vouchers))
        co_return link;
    auto sections = co_await ask(name, Type::Dnskey, effort);
    if (!sections)
        co_return sections.error();
    const Rrset* keys = find(sections->answer, name, Type::Dnskey);
    if (!keys)
        co_return Error(Errc::Corrupt, "no DNSKEY records");
    CO_TRY(const LdnsRecords trusted, vouched_keys(vouchers, keys->records.get(), effort));
    if (ldns_rr_list_rr_count(trusted.get()) == 0)
        co_return Error(Errc::Corrupt, "no key is one that the zone above vouches for");
    auto good = verify(*keys, trusted.get(), name, clock_.now(), effort);
    if (!good)
        co_return good.error().within("DNSKEY");
    link.kind = Link::Kind::Cut;
    link.keys = shared_copy(keys->records.get());
    link.ttl = std::min(ttl, good->ttl);
    co_return link;
}

Awaitable<Result<Sections>> TrustChain::ask(std::string name, Type type, Effort& effort)
{
    CO_TRY_VOID(effort.ask());
    Question question;
    question.name = std::move(name);
    question.type = type;
    auto message = co_await exchange_.exchange(std::move(question));
    if (!message)
        co_return message.error();
    co_return sections_of(message->octets);
}

} // namespace mailctl::dns
