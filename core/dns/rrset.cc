// Sorts the records of a message into sets.
#include "core/dns/rrset.h"

#include <map>
#include <set>

#include "core/dns/name.h"

namespace mailctl::dns {
namespace {

Type covered_by(const ldns_rr* signature)
{
    return static_cast<Type>(ldns_rdf2native_int16(ldns_rr_rrsig_typecovered(signature)));
}

/// Where in a list of sets each owner and type is, and what is in it already.
struct Place {
    std::size_t at = 0;
    std::set<std::string> rdata;
};
using Places = std::map<std::pair<std::string, Type>, Place>;

void add_record(const ldns_rr* record, Places& places, std::vector<Rrset>& sets)
{
    const auto type = static_cast<Type>(ldns_rr_get_type(record));
    const auto [found, is_new] = places.try_emplace({owner_of(record), type});
    if (is_new) {
        found->second.at = sets.size();
        Rrset set;
        set.owner = found->first.first;
        set.type = type;
        set.records.reset(ldns_rr_list_new());
        set.signatures.reset(ldns_rr_list_new());
        set.ttl = ldns_rr_ttl(record);
        sets.push_back(std::move(set));
    }
    if (!found->second.rdata.insert(rdata_of(record)).second)
        return;
    Rrset& set = sets[found->second.at];
    set.ttl = std::min(set.ttl, ldns_rr_ttl(record));
    ldns_rr_list_push_rr(set.records.get(), ldns_rr_clone(record));
}

/// False where the octets of a record end before its fields do, which ldns takes; and what asks it
/// for such a field ends the process.
bool are_whole(const ldns_rr_list* section)
{
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(section); ++i) {
        const ldns_rr* record = ldns_rr_list_rr(section, i);
        const auto* form = ldns_rr_descript(static_cast<std::uint16_t>(ldns_rr_get_type(record)));
        if (ldns_rr_rd_count(record) < ldns_rr_descriptor_minimum(form))
            return false;
    }
    return true;
}

} // namespace

std::vector<Rrset> rrsets_of(const ldns_rr_list* section)
{
    std::vector<Rrset> sets;
    Places places;
    const std::size_t count = ldns_rr_list_rr_count(section);
    for (std::size_t i = 0; i < count; ++i)
        if (ldns_rr_get_type(ldns_rr_list_rr(section, i)) != LDNS_RR_TYPE_RRSIG)
            add_record(ldns_rr_list_rr(section, i), places, sets);
    for (std::size_t i = 0; i < count; ++i) {
        const ldns_rr* record = ldns_rr_list_rr(section, i);
        if (ldns_rr_get_type(record) != LDNS_RR_TYPE_RRSIG)
            continue;
        const auto found = places.find({owner_of(record), covered_by(record)});
        if (found != places.end())
            ldns_rr_list_push_rr(sets[found->second.at].signatures.get(), ldns_rr_clone(record));
    }
    return sets;
}

const Rrset* find(const std::vector<Rrset>& sets, const std::string& owner, Type type)
{
    for (const auto& set : sets)
        if (set.type == type && set.owner == owner)
            return &set;
    return nullptr;
}

std::string text_of(const ldns_rdf* name)
{
    char* text = ldns_rdf2str(name);
    std::string out = ascii::lower(text ? text : "");
    std::free(text); // NOLINT: ldns allocates with malloc
    if (!out.empty() && out.back() == '.')
        out.pop_back();
    return out;
}

Result<std::string> signer_of(const Rrset& set)
{
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(set.signatures.get()); ++i) {
        std::string signer =
            text_of(ldns_rr_rrsig_signame(ldns_rr_list_rr(set.signatures.get(), i)));
        // A DS is its parent's: RFC 4035 §5.2.
        if (is_within(set.owner, signer) && (set.type != Type::Ds || set.owner != signer))
            return signer;
    }
    return Error(Errc::NotFound, "no signature");
}

Result<Sections> sections_of(std::string_view message)
{
    ldns_pkt* parsed = nullptr;
    const ldns_status status = ldns_wire2pkt(
        &parsed, reinterpret_cast<const std::uint8_t*>(message.data()), message.size());
    const LdnsPacket packet(parsed);
    if (status != LDNS_STATUS_OK || !are_whole(ldns_pkt_answer(packet.get())) ||
        !are_whole(ldns_pkt_authority(packet.get())))
        return Error(Errc::Corrupt, "malformed answer");
    Sections out;
    out.answer = rrsets_of(ldns_pkt_answer(packet.get()));
    out.authority = rrsets_of(ldns_pkt_authority(packet.get()));
    out.no_domain = ldns_pkt_get_rcode(packet.get()) == LDNS_RCODE_NXDOMAIN;
    return out;
}

} // namespace mailctl::dns
