// Sorts messages of authoritative servers. RFC 1034 §4.3.2, RFC 2308 §2
#include "core/dns/recursion/server_reply.h"

#include <algorithm>

#include "core/dns/name.h"

#include "core/dns/ldns_records.h" // last

namespace mailctl::dns {
namespace {

ServerReply lame(std::string reason)
{
    ServerReply out;
    out.reason = std::move(reason);
    return out;
}

Type type_of(const ldns_rr* record)
{
    return static_cast<Type>(ldns_rr_get_type(record));
}

/// The records of the very name. A CNAME in their place leads on, also one made of a DNAME.
bool take_answer(const ldns_rr_list* list, const Question& question, RawAnswer& answer)
{
    std::uint32_t ttl = 0xFFFFFFFF;
    const ldns_rr* cname = nullptr;
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(list); ++i) {
        const ldns_rr* record = ldns_rr_list_rr(list, i);
        if (owner_of(record) != question.name)
            continue;
        if (type_of(record) == question.type) {
            answer.records.push_back(rdata_of(record));
            ttl = std::min(ttl, ldns_rr_ttl(record));
        } else if (type_of(record) == Type::Cname) {
            cname = record;
        }
    }
    answer.name = question.name;
    answer.ttl = seconds(answer.records.empty() ? 0 : ttl);
    if (!answer.records.empty()) {
        answer.status = RawAnswer::Status::Found;
        return true;
    }
    if (!cname)
        return false;
    auto target = name_of(rdata_of(cname));
    if (!target)
        return false;
    answer.name = *std::move(target);
    answer.ttl = seconds(ldns_rr_ttl(cname));
    answer.leads_on = true;
    return true;
}

/// RFC 2308 §5: by a SOA of the zone that was asked, or of one below it on the way to the name.
void take_denial(const ldns_rr_list* authority, const Question& question, const std::string& zone,
                 RawAnswer& answer)
{
    answer.name = question.name;
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(authority); ++i) {
        const ldns_rr* record = ldns_rr_list_rr(authority, i);
        const std::string owner = owner_of(record);
        if (type_of(record) != Type::Soa || !is_within(owner, zone) ||
            !is_within(question.name, owner))
            continue;
        const auto minimum = soa_minimum_of(rdata_of(record));
        answer.ttl = seconds(std::min(minimum ? *minimum : 0U, ldns_rr_ttl(record)));
    }
}

/// A DS is its parent's, who does not refer to the zone itself for it.
bool leads_nearer(const std::string& cut, const Question& question, const std::string& zone)
{
    return cut != zone && is_within(cut, zone) && is_within(question.name, cut) &&
           (question.type != Type::Ds || cut != question.name);
}

bool take_servers(const ldns_rr_list* authority, const Question& question, const std::string& zone,
                  ServerReply& out)
{
    std::uint32_t ttl = 0xFFFFFFFF;
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(authority); ++i) {
        const ldns_rr* record = ldns_rr_list_rr(authority, i);
        const std::string owner = owner_of(record);
        if (type_of(record) != Type::Ns || !leads_nearer(owner, question, zone))
            continue;
        if (!out.servers.empty() && owner != out.zone)
            continue;
        auto name = name_of(rdata_of(record));
        if (!name || out.servers.size() >= kMaxServersOfZone)
            continue;
        out.zone = owner;
        out.servers.push_back({std::move(*name), {}});
        ttl = std::min(ttl, ldns_rr_ttl(record));
    }
    out.ttl = seconds(ttl);
    return !out.servers.empty();
}

void take_glue(const ldns_rr_list* additional, const std::string& zone, ServerReply& out)
{
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(additional); ++i) {
        const ldns_rr* record = ldns_rr_list_rr(additional, i);
        if (type_of(record) != Type::A && type_of(record) != Type::Aaaa)
            continue;
        const std::string owner = owner_of(record);
        const auto server = std::find_if(out.servers.begin(), out.servers.end(),
                                         [&](const auto& one) { return one.name == owner; });
        const auto address = address_of(rdata_of(record));
        if (server != out.servers.end() && is_within(owner, zone) && address &&
            server->addresses.size() < kMaxAddressesOfServer)
            server->addresses.push_back(*address);
    }
}

std::string text_of_code(ldns_pkt_rcode code)
{
    const auto* known = ldns_lookup_by_id(ldns_rcodes, static_cast<int>(code));
    return known ? known->name : "error " + std::to_string(code);
}

} // namespace

ServerReply read_reply(std::string_view message, const Question& question, const std::string& zone)
{
    ldns_pkt* parsed = nullptr;
    const ldns_status status = ldns_wire2pkt(
        &parsed, reinterpret_cast<const std::uint8_t*>(message.data()), message.size());
    const LdnsPacket packet(parsed);
    if (status != LDNS_STATUS_OK)
        return lame("malformed answer");
    const auto code = ldns_pkt_get_rcode(packet.get());
    const bool no_domain = code == LDNS_RCODE_NXDOMAIN;
    if (code != LDNS_RCODE_NOERROR && !no_domain)
        return lame(text_of_code(code));
    ServerReply out;
    out.kind = ServerReply::Kind::Answer;
    const bool answered = take_answer(ldns_pkt_answer(packet.get()), question, out.answer);
    if (!answered && !no_domain &&
        take_servers(ldns_pkt_authority(packet.get()), question, zone, out)) {
        out.kind = ServerReply::Kind::Referral;
        take_glue(ldns_pkt_additional(packet.get()), zone, out);
        return out;
    }
    if (!ldns_pkt_aa(packet.get()))
        return lame("no authority for " + shown(zone));
    if (answered)
        return out;
    out.answer.status = no_domain ? RawAnswer::Status::NoDomain : RawAnswer::Status::NoData;
    take_denial(ldns_pkt_authority(packet.get()), question, zone, out.answer);
    return out;
}

} // namespace mailctl::dns
