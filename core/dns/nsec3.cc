// Closest encloser proofs. RFC 5155 §8.3 to §8.8
#include "core/dns/nsec3.h"

#include <optional>

#include "core/dns/name.h"

namespace mailctl::dns {
namespace {

using Kind = Denial::Kind;

constexpr std::uint8_t kSha1 = 1;
constexpr std::uint8_t kOptOut = 1;

std::string string_of(const ldns_rdf* field)
{
    char* text = ldns_rdf2str(field);
    std::string out = ascii::lower(text ? text : "");
    std::free(text); // NOLINT: ldns allocates with malloc
    return out;
}

std::string first_label(const std::string& name)
{
    return name.substr(0, name.find('.'));
}

/// One record, hashes in base32hex, whose order is theirs.
struct Span {
    const ldns_rr* record = nullptr;
    std::string from, to;

    bool covers(const std::string& hash) const
    {
        return to <= from ? hash > from || hash < to : hash > from && hash < to;
    }
};

/// The records of one chain, and the hashes of names asked for.
class Chain {
public:
    Chain(const Proofs& proofs, Effort& effort) : effort_(effort)
    {
        for (const ldns_rr* record : proofs.nsec3)
            add(record, proofs.zone);
    }

    bool empty() const { return spans_.empty(); }
    unsigned iterations() const { return ldns_nsec3_iterations(spans_.front().record); }

    Result<const ldns_rr*> matching(const ldns_rdf* name)
    {
        TRY(const std::string hash, hash_of(name));
        for (const auto& span : spans_)
            if (span.from == hash)
                return span.record;
        return static_cast<const ldns_rr*>(nullptr);
    }

    Result<const ldns_rr*> covering(const ldns_rdf* name)
    {
        TRY(const std::string hash, hash_of(name));
        for (const auto& span : spans_)
            if (span.covers(hash))
                return span.record;
        return static_cast<const ldns_rr*>(nullptr);
    }

private:
    /// RFC 5155 §8.2: those with other parameters are of another chain.
    void add(const ldns_rr* record, const std::string& zone)
    {
        const std::string owner = owner_of(record);
        if (ldns_nsec3_algorithm(record) != kSha1 || ldns_nsec3_flags(record) > kOptOut ||
            parent_of(owner) != zone)
            return;
        if (!spans_.empty()) {
            const ldns_rr* first = spans_.front().record;
            if (ldns_nsec3_iterations(first) != ldns_nsec3_iterations(record) ||
                ldns_rdf_compare(ldns_nsec3_salt(first), ldns_nsec3_salt(record)) != 0)
                return;
        }
        Span span;
        span.record = record;
        span.from = first_label(owner);
        span.to = string_of(ldns_nsec3_next_owner(record));
        spans_.push_back(std::move(span));
    }

    Result<std::string> hash_of(const ldns_rdf* name)
    {
        TRY_VOID(effort_.hash());
        const LdnsName hashed(ldns_nsec3_hash_name_frm_nsec3(spans_.front().record, name));
        if (!hashed)
            return Error(Errc::Corrupt, "a name that cannot be hashed");
        return first_label(text_of(hashed.get()));
    }

    Effort& effort_;
    std::vector<Span> spans_;
};

LdnsName cut(const ldns_rdf* name, unsigned labels_off)
{
    return LdnsName(ldns_dname_clone_from(name, static_cast<std::uint16_t>(labels_off)));
}

/// RFC 5155 §8.3: the closest name above that is there, and that the next closer one is not.
struct Closest {
    LdnsName encloser;
    bool is_opt_out = false;
};

Result<std::optional<Closest>> closest(Chain& chain, const ldns_rdf* name, const std::string& zone)
{
    const unsigned labels = ldns_dname_label_count(name);
    for (unsigned off = 1; off <= labels; ++off) {
        LdnsName above = cut(name, off);
        if (!is_within(text_of(above.get()), zone))
            break;
        TRY(const ldns_rr* there, chain.matching(above.get()));
        if (!there)
            continue;
        const ldns_rdf* bitmap = ldns_nsec_get_bitmap(there);
        if (has_type(bitmap, Type::Dname) ||
            (has_type(bitmap, Type::Ns) && !has_type(bitmap, Type::Soa)))
            break; // RFC 5155 §8.3: it speaks for names of its own zone
        const LdnsName next = cut(name, off - 1);
        TRY(const ldns_rr* covering, chain.covering(next.get()));
        if (!covering)
            break;
        Closest out;
        out.encloser = std::move(above);
        out.is_opt_out = ldns_nsec3_optout(covering);
        return std::optional<Closest>(std::move(out));
    }
    return std::optional<Closest>();
}

Denial denial(Kind kind)
{
    Denial out;
    out.kind = kind;
    return out;
}

} // namespace

Result<Denial> denial_by_nsec3(const Proofs& proofs, const ldns_rdf* name, Type type,
                               Effort& effort)
{
    Chain chain(proofs, effort);
    if (chain.empty())
        return Denial();
    if (chain.iterations() > kMaxNsec3Iterations)
        return denial(Kind::Unsigned); // RFC 9276 §3.2
    TRY(const ldns_rr* own, chain.matching(name));
    if (own)
        return denial_by_bitmap(ldns_nsec_get_bitmap(own), type, ldns_dname_label_count(name) == 0);
    TRY(const auto found, closest(chain, name, proofs.zone));
    if (!found)
        return Denial();
    if (found->is_opt_out)
        return denial(Kind::Unsigned); // RFC 5155 §8.6, §9.2
    const LdnsName star(ldns_dname_new_frm_str("*"));
    const LdnsName wildcard(ldns_dname_cat_clone(star.get(), found->encloser.get()));
    TRY(const ldns_rr* wild, chain.matching(wildcard.get()));
    if (wild) { // RFC 5155 §8.7
        Denial out = denial_by_bitmap(ldns_nsec_get_bitmap(wild), type, false);
        out.is_delegation = false;
        return out;
    }
    TRY(const ldns_rr* covering, chain.covering(wildcard.get()));
    return denial(covering ? Kind::NoDomain : Kind::Unproven); // RFC 5155 §8.4
}

Result<Denial> denial_of_closer_by_nsec3(const Proofs& proofs, const ldns_rdf* name,
                                         unsigned labels, Effort& effort)
{
    Chain chain(proofs, effort);
    if (chain.empty() || ldns_dname_label_count(name) <= labels)
        return Denial();
    if (chain.iterations() > kMaxNsec3Iterations)
        return denial(Kind::Unsigned);
    const LdnsName next = cut(name, ldns_dname_label_count(name) - labels - 1);
    TRY(const ldns_rr* covering, chain.covering(next.get()));
    if (!covering)
        return Denial();
    return denial(ldns_nsec3_optout(covering) ? Kind::Unsigned : Kind::NoDomain);
}

} // namespace mailctl::dns
