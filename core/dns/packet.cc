// Builds and reads DNS messages with ldns.
#include "core/dns/packet.h"

#include <algorithm>

#include "core/dns/ldns_records.h"
#include "core/dns/zone_source.h"

namespace mailctl::dns {
namespace {

ParsedAnswer failed(std::string reason)
{
    ParsedAnswer out;
    out.kind = ParsedAnswer::Kind::Failed;
    out.reason = std::move(reason);
    return out;
}

const ldns_rr* find(const ldns_rr_list* list, const std::string& owner, Type type)
{
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(list); ++i) {
        const ldns_rr* record = ldns_rr_list_rr(list, i);
        if (static_cast<Type>(ldns_rr_get_type(record)) == type && owner_of(record) == owner)
            return record;
    }
    return nullptr;
}

/// The records of the answer section that belong to the question, CNAMEs followed.
void take_records(const ldns_rr_list* list, const Question& question, RawAnswer& answer)
{
    std::uint32_t ttl = 0xFFFFFFFF;
    answer.name = question.name;
    for (unsigned followed = 0; followed < kMaxCnames; ++followed) {
        const ldns_rr* cname =
            question.type == Type::Cname ? nullptr : find(list, answer.name, Type::Cname);
        if (!cname)
            break;
        const auto target = name_of(rdata_of(cname));
        if (!target)
            break;
        ttl = std::min(ttl, ldns_rr_ttl(cname));
        answer.name = *target;
    }
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(list); ++i) {
        const ldns_rr* record = ldns_rr_list_rr(list, i);
        if (static_cast<Type>(ldns_rr_get_type(record)) != question.type ||
            owner_of(record) != answer.name)
            continue;
        answer.records.push_back(rdata_of(record));
        ttl = std::min(ttl, ldns_rr_ttl(record));
    }
    answer.ttl = seconds(answer.records.empty() ? 0 : ttl);
}

/// RFC 2308 §5: from the SOA in the authority section; without one nothing is kept.
bool take_negative_ttl(const ldns_rr_list* authority, RawAnswer& answer)
{
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(authority); ++i) {
        const ldns_rr* record = ldns_rr_list_rr(authority, i);
        if (ldns_rr_get_type(record) != LDNS_RR_TYPE_SOA)
            continue;
        const auto minimum = soa_minimum_of(rdata_of(record));
        answer.ttl = seconds(std::min(minimum ? *minimum : 0U, ldns_rr_ttl(record)));
        return true;
    }
    return false;
}

bool is_our_question(const ldns_pkt* packet, const Question& question)
{
    const ldns_rr_list* asked = ldns_pkt_question(packet);
    if (ldns_rr_list_rr_count(asked) != 1)
        return false;
    const ldns_rr* only = ldns_rr_list_rr(asked, 0);
    return owner_of(only) == question.name &&
           static_cast<Type>(ldns_rr_get_type(only)) == question.type;
}

} // namespace

Result<std::string> make_question(const Question& question, std::uint16_t id, Asked asked,
                                  Recursion recursion)
{
    LdnsName name(ldns_dname_new_frm_str((question.name + ".").c_str()));
    if (!name)
        return Error(Errc::Invalid, "no DNS name: " + ascii::printable(question.name));
    const std::uint16_t flags = recursion == Recursion::Yes ? LDNS_RD : 0;
    const LdnsPacket packet(ldns_pkt_query_new(name.get(), static_cast<ldns_rr_type>(question.type),
                                               LDNS_RR_CLASS_IN, flags));
    if (!packet)
        return Error(Errc::Unavailable, "no memory for a DNS question");
    (void)name.release(); // the packet's by now
    ldns_pkt_set_id(packet.get(), id);
    ldns_pkt_set_edns_udp_size(packet.get(), kUdpOctets);
    ldns_pkt_set_ad(packet.get(), asked == Asked::WithAd);
    ldns_pkt_set_cd(packet.get(), asked == Asked::ToCheck);
    ldns_pkt_set_edns_do(packet.get(), asked == Asked::ToCheck);
    std::uint8_t* octets = nullptr;
    std::size_t size = 0;
    if (ldns_pkt2wire(&octets, packet.get(), &size) != LDNS_STATUS_OK)
        return Error(Errc::Invalid, "no DNS name: " + ascii::printable(question.name));
    std::string wire(reinterpret_cast<const char*>(octets), size);
    std::free(octets); // NOLINT: ldns allocates with malloc
    return wire;
}

ParsedAnswer parse_answer(std::string_view octets, const Question& question, std::uint16_t id,
                          Asked asked)
{
    ldns_pkt* parsed = nullptr;
    const ldns_status status =
        ldns_wire2pkt(&parsed, reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size());
    const LdnsPacket packet(parsed);
    if (status != LDNS_STATUS_OK)
        return {};
    if (ldns_pkt_id(packet.get()) != id || !ldns_pkt_qr(packet.get()) ||
        !is_our_question(packet.get(), question))
        return {};
    ParsedAnswer out;
    if (ldns_pkt_tc(packet.get())) {
        out.kind = ParsedAnswer::Kind::Truncated;
        return out;
    }
    const auto code = ldns_pkt_get_rcode(packet.get());
    if (code != LDNS_RCODE_NOERROR && code != LDNS_RCODE_NXDOMAIN) {
        const auto* known = ldns_lookup_by_id(ldns_rcodes, code);
        return failed(known ? known->name : "error " + std::to_string(code));
    }
    out.kind = ParsedAnswer::Kind::Answer;
    RawAnswer& answer = out.answer;
    answer.secure = asked == Asked::WithAd && ldns_pkt_ad(packet.get());
    take_records(ldns_pkt_answer(packet.get()), question, answer);
    if (!answer.records.empty()) {
        answer.status = RawAnswer::Status::Found;
        return out;
    }
    answer.status =
        code == LDNS_RCODE_NXDOMAIN ? RawAnswer::Status::NoDomain : RawAnswer::Status::NoData;
    const bool has_soa = take_negative_ttl(ldns_pkt_authority(packet.get()), answer);
    answer.leads_on =
        !has_soa && answer.status == RawAnswer::Status::NoData && answer.name != question.name;
    return out;
}

} // namespace mailctl::dns
