// Proofs by NSEC, and the choice between them and NSEC3.
#include "core/dns/denial.h"

#include "core/dns/nsec3.h"

namespace mailctl::dns {
namespace {

using Kind = Denial::Kind;

LdnsName name_from(const std::string& text)
{
    return LdnsName(ldns_dname_new_frm_str((text + ".").c_str()));
}

/// The last `labels` labels of a name.
LdnsName suffix_of(const ldns_rdf* name, unsigned labels)
{
    return LdnsName(ldns_dname_clone_from(
        name, static_cast<std::uint16_t>(ldns_dname_label_count(name) - labels)));
}

unsigned common_labels(const ldns_rdf* a, const ldns_rdf* b)
{
    unsigned common = std::min(ldns_dname_label_count(a), ldns_dname_label_count(b));
    while (common > 0 &&
           ldns_dname_compare(suffix_of(a, common).get(), suffix_of(b, common).get()) != 0)
        --common;
    return common;
}

/// RFC 4034 §6.1: between the owner and the next name; the last one's next is the apex.
bool covers(const ldns_rr* nsec, const ldns_rdf* name)
{
    const ldns_rdf* owner = ldns_rr_owner(nsec);
    const ldns_rdf* next = ldns_rr_rdf(nsec, 0);
    if (ldns_dname_compare(owner, name) >= 0)
        return false;
    return ldns_dname_compare(name, next) < 0 || ldns_dname_compare(next, owner) <= 0;
}

/// RFC 6840 §4.1: what a parent's record says of the names below a delegation or a DNAME counts
/// for nothing.
bool may_deny_below(const ldns_rr* nsec, const ldns_rdf* name)
{
    const ldns_rdf* bitmap = ldns_nsec_get_bitmap(nsec);
    if (!ldns_dname_is_subdomain(name, ldns_rr_owner(nsec)))
        return true;
    return !has_type(bitmap, Type::Dname) &&
           (!has_type(bitmap, Type::Ns) || has_type(bitmap, Type::Soa));
}

struct Covering {
    const ldns_rr* nsec = nullptr;
    unsigned closest = 0; ///< labels of the longest name above that is there
};

/// The record that shows a name not to be there.
Covering covering(const Proofs& proofs, const ldns_rdf* name)
{
    Covering out;
    for (const ldns_rr* nsec : proofs.nsec) {
        if (!covers(nsec, name) || !may_deny_below(nsec, name))
            continue;
        out.nsec = nsec;
        out.closest = std::max(common_labels(name, ldns_rr_owner(nsec)),
                               common_labels(name, ldns_rr_rdf(nsec, 0)));
        break;
    }
    return out;
}

const ldns_rr* matching(const Proofs& proofs, const ldns_rdf* name)
{
    for (const ldns_rr* nsec : proofs.nsec)
        if (ldns_dname_compare(ldns_rr_owner(nsec), name) == 0)
            return nsec;
    return nullptr;
}

Denial by_nsec(const Proofs& proofs, const ldns_rdf* name, Type type)
{
    Denial out;
    if (const ldns_rr* own = matching(proofs, name)) {
        return denial_by_bitmap(ldns_nsec_get_bitmap(own), type, ldns_dname_label_count(name) == 0);
    }
    const Covering found = covering(proofs, name);
    if (!found.nsec)
        return out;
    if (found.closest == ldns_dname_label_count(name)) { // RFC 4592 §2.2.2: names below it are
        out.kind = Kind::NoData;
        return out;
    }
    const LdnsName star(ldns_dname_new_frm_str("*"));
    const LdnsName above = suffix_of(name, found.closest);
    const LdnsName wildcard(ldns_dname_cat_clone(star.get(), above.get()));
    if (const ldns_rr* own = matching(proofs, wildcard.get())) {
        out = denial_by_bitmap(ldns_nsec_get_bitmap(own), type, false);
        out.is_delegation = false;
        return out;
    }
    if (covering(proofs, wildcard.get()).nsec)
        out.kind = Kind::NoDomain;
    return out;
}

} // namespace

bool has_type(const ldns_rdf* bitmap, Type type)
{
    return bitmap && ldns_nsec_bitmap_covers_type(bitmap, static_cast<ldns_rr_type>(type));
}

Denial denial_by_bitmap(const ldns_rdf* bitmap, Type type, bool is_root)
{
    constexpr auto kNoName = static_cast<Type>(128); // RFC 9824 §2: NXNAME
    Denial out;
    const bool is_delegation = has_type(bitmap, Type::Ns) && !has_type(bitmap, Type::Soa);
    if (has_type(bitmap, type) || has_type(bitmap, Type::Cname))
        return out; // RFC 6840 §4.3
    // Each side of a cut speaks for its own types: RFC 4035 §5.2, RFC 6840 §4.4.
    if (type == Type::Ds ? has_type(bitmap, Type::Soa) && !is_root : is_delegation)
        return out;
    out.kind = has_type(bitmap, kNoName) ? Kind::NoDomain : Kind::NoData;
    out.is_delegation = is_delegation;
    return out;
}

Result<Proofs> proofs_of(const std::vector<Rrset>& authority, const ldns_rr_list* keys,
                         const std::string& zone, Time now, Effort& effort)
{
    Proofs out;
    out.zone = zone;
    out.ttl = seconds::max();
    for (const auto& set : authority) {
        if (set.type != Type::Nsec && set.type != Type::Nsec3)
            continue;
        const auto good = verify(set, keys, zone, now, effort);
        if (!good && good.error().code() == Errc::OverQuota)
            return good.error();
        if (!good || good->is_wildcard) // what a wildcard became proves nothing of its owner
            continue;
        (set.type == Type::Nsec ? out.nsec : out.nsec3).push_back(set.front());
        out.ttl = std::min(out.ttl, good->ttl);
    }
    return out;
}

Result<Denial> denial_of(const Proofs& proofs, const std::string& name, Type type, Effort& effort)
{
    const LdnsName asked = name_from(name);
    if (!asked)
        return Denial();
    const Denial out = by_nsec(proofs, asked.get(), type);
    if (out.kind != Kind::Unproven || proofs.nsec3.empty())
        return out;
    return denial_by_nsec3(proofs, asked.get(), type, effort);
}

Result<Denial> denial_of_closer(const Proofs& proofs, const std::string& name, unsigned labels,
                                Effort& effort)
{
    Denial out;
    const LdnsName asked = name_from(name);
    if (!asked)
        return out;
    const Covering found = covering(proofs, asked.get());
    if (found.nsec && found.closest == labels) {
        out.kind = Kind::NoDomain;
        return out;
    }
    if (proofs.nsec3.empty())
        return out;
    return denial_of_closer_by_nsec3(proofs, asked.get(), labels, effort);
}

} // namespace mailctl::dns
