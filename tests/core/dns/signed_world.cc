// Signs with ldns, and answers.
#include "signed_world.h"

#include <algorithm>
#include <stdexcept>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/dns/name.h"
#include "core/dns/rrset.h"

namespace mailctl::dns {
namespace {

using Key = std::unique_ptr<ldns_key, LdnsFree<ldns_key_deep_free>>;
using Keys = std::unique_ptr<ldns_key_list, LdnsFree<ldns_key_list_free>>;
using DnssecZone = std::unique_ptr<ldns_dnssec_zone, LdnsFree<ldns_dnssec_zone_deep_free>>;

constexpr std::uint32_t kDay = 86'400;

std::string text_of(const ldns_rr* record)
{
    char* text = ldns_rr2str(record);
    std::string out(text ? text : "");
    std::free(text); // NOLINT: ldns allocates with malloc
    while (!out.empty() && out.back() == '\n')
        out.pop_back();
    return out;
}

ldns_rr* record_from(const std::string& text)
{
    ldns_rr* record = nullptr;
    if (ldns_rr_new_frm_str(&record, text.c_str(), 3600, nullptr, nullptr) != LDNS_STATUS_OK)
        throw std::runtime_error("no record: " + text);
    return record;
}

Key make_key(const SignedZone& spec, Time now)
{
    const std::uint16_t bits = spec.algorithm == 14 ? 384 : spec.algorithm > 12 ? 256 : 1024;
    Key key(ldns_key_new_frm_algorithm(static_cast<ldns_signing_algorithm>(spec.algorithm), bits));
    const auto time = static_cast<std::uint32_t>(
        std::chrono::duration_cast<seconds>(now.time_since_epoch()).count());
    ldns_key_set_pubkey_owner(key.get(), ldns_dname_new_frm_str((spec.apex + ".").c_str()));
    ldns_key_set_flags(key.get(), 257);
    ldns_key_set_inception(key.get(), time - kDay);
    ldns_key_set_expiration(key.get(), time + kDay);
    return key;
}

/// Turning the key's words about keeps the sum that the tag is: RFC 4034 appendix B.
std::vector<LdnsRecord> collisions(const ldns_rr* key, unsigned count)
{
    std::vector<LdnsRecord> out;
    for (unsigned turn = 1; turn <= count; ++turn) {
        LdnsRecord other(ldns_rr_clone(key));
        std::uint8_t* octets = ldns_rdf_data(ldns_rr_rdf(other.get(), 3));
        const std::size_t size = ldns_rdf_size(ldns_rr_rdf(other.get(), 3));
        const unsigned by = turn % (static_cast<unsigned>(size) / 2);
        std::rotate(octets, octets + 2 * std::max(by, 1U), octets + size);
        if (turn >= size / 2)
            std::swap_ranges(octets, octets + 2, octets + 2 + 2 * (turn % 8));
        out.push_back(std::move(other));
    }
    return out;
}

std::string ds_text(const ldns_rr* key, ldns_hash hash)
{
    const LdnsRecord ds(ldns_key_rr2ds(key, hash));
    return text_of(ds.get());
}

std::vector<std::string> ds_of(const SignedZone& spec, const ldns_rr* key)
{
    std::string sha256 = ds_text(key, LDNS_SHA256);
    switch (spec.ds) {
        case SignedZone::Ds::Sha256:
            return {sha256};
        case SignedZone::Ds::Sha1:
            return {ds_text(key, LDNS_SHA1)};
        case SignedZone::Ds::Both: { // the SHA-1 one is right, and does not count
            std::string wrong = sha256;
            wrong.back() = wrong.back() == '0' ? '1' : '0';
            return {ds_text(key, LDNS_SHA1), wrong};
        }
        case SignedZone::Ds::Other: { // an algorithm that nobody knows
            const std::string mine = " " + std::to_string(spec.algorithm) + " 2 ";
            sha256.replace(sha256.find(mine), mine.size(), " 253 2 ");
            return {sha256};
        }
        case SignedZone::Ds::Foreign:
            sha256.back() = sha256.back() == '0' ? '1' : '0';
            return {sha256};
        case SignedZone::Ds::None:
            break;
    }
    return {};
}

void sign_zone(ldns_dnssec_zone* zone, const SignedZone& spec, ldns_key_list* keys)
{
    const LdnsFree<ldns_rr_list_free> free_list;
    ldns_rr_list* made = ldns_rr_list_new();
    ldns_status status = LDNS_STATUS_OK;
    std::uint8_t salt[] = {0xab, 0xcd};
    if (spec.kind == SignedZone::Kind::Nsec)
        status = ldns_dnssec_zone_sign(zone, made, keys, ldns_dnssec_default_replace_signatures,
                                       nullptr);
    else
        status = ldns_dnssec_zone_sign_nsec3_flg(
            zone, made, keys, ldns_dnssec_default_replace_signatures, nullptr, LDNS_SHA1,
            spec.kind == SignedZone::Kind::OptOut ? 1 : 0,
            static_cast<std::uint16_t>(spec.iterations), sizeof salt, salt, 0);
    free_list(made);
    if (status != LDNS_STATUS_OK)
        throw std::runtime_error(ldns_get_errorstr_by_id(status));
}

void push(ldns_pkt* packet, ldns_pkt_section section, const std::vector<std::string>& records)
{
    for (const auto& text : records)
        ldns_pkt_push_rr(packet, section, record_from(text));
}

std::string with_owner(const std::string& record, const std::string& owner)
{
    return owner + "." + record.substr(record.find('\t'));
}

} // namespace

void WorldReply::drop(const std::string& text)
{
    for (auto* section : {&answer, &authority})
        std::erase_if(*section, [&](const auto& r) { return r.find(text) != std::string::npos; });
}

void WorldReply::replace(const std::string& from, const std::string& to)
{
    for (auto* section : {&answer, &authority})
        for (auto& record : *section)
            if (const auto at = record.find(from); at != std::string::npos)
                record.replace(at, from.size(), to);
}

/// Children first: their parents publish DS records of theirs.
SignedWorld::SignedWorld(std::vector<SignedZone> zones, Time now)
{
    std::sort(zones.begin(), zones.end(), [](const auto& a, const auto& b) {
        const auto depth = [](const std::string& name) {
            return name.empty() ? 0 : 1 + std::count(name.begin(), name.end(), '.');
        };
        return depth(a.apex) > depth(b.apex);
    });
    for (const auto& zone : zones) {
        std::string text = "$ORIGIN " + zone.apex + ".\n$TTL 600\n" +
                           "@ IN SOA ns.invalid. root.invalid. 1 3600 600 86400 300\n" +
                           "@ IN NS ns.invalid.\n" + zone.text + "\n";
        for (const auto& child : zones) {
            const bool is_child = child.apex != zone.apex && is_within(child.apex, zone.apex);
            const bool is_direct =
                std::none_of(zones.begin(), zones.end(), [&](const auto& between) {
                    return between.apex != child.apex && between.apex != zone.apex &&
                           is_within(child.apex, between.apex) &&
                           is_within(between.apex, zone.apex);
                });
            if (!is_child || !is_direct)
                continue;
            text += child.apex + ". IN NS ns.invalid.\n";
            for (const auto& ds : ds_[child.apex])
                text += ds + "\n";
        }
        sign(zone, text, now);
    }
}

void SignedWorld::sign(const SignedZone& spec, const std::string& text, Time now)
{
    std::string copy = text;
    std::FILE* file = fmemopen(copy.data(), copy.size(), "r");
    ldns_zone* loaded = nullptr;
    int line = 0;
    if (ldns_zone_new_frm_fp_l(&loaded, file, nullptr, 600, LDNS_RR_CLASS_IN, &line) !=
        LDNS_STATUS_OK)
        throw std::runtime_error("zone " + spec.apex + " line " + std::to_string(line));
    std::fclose(file);
    const LdnsZone plain(loaded);
    const DnssecZone zone(ldns_dnssec_zone_new());
    ldns_dnssec_zone_add_rr(zone.get(), ldns_rr_clone(ldns_zone_soa(plain.get())));
    for (std::size_t i = 0; i < ldns_zone_rr_count(plain.get()); ++i)
        ldns_dnssec_zone_add_rr(zone.get(),
                                ldns_rr_clone(ldns_rr_list_rr(ldns_zone_rrs(plain.get()), i)));
    Key key = make_key(spec, now);
    const LdnsRecord dnskey(ldns_key2rr(key.get()));
    if (spec.kind != SignedZone::Kind::Unsigned) {
        ldns_rr_set_ttl(dnskey.get(), 600);
        ldns_key_set_keytag(key.get(), ldns_calc_keytag(dnskey.get()));
        anchors_[spec.apex] = {text_of(dnskey.get()), ds_text(dnskey.get(), LDNS_SHA256)};
        ds_[spec.apex] = ds_of(spec, dnskey.get());
        ldns_dnssec_zone_add_rr(zone.get(), ldns_rr_clone(dnskey.get()));
        for (auto& other : collisions(dnskey.get(), spec.colliding_keys))
            ldns_dnssec_zone_add_rr(zone.get(), other.release());
        const Keys keys(ldns_key_list_new());
        ldns_key_list_push_key(keys.get(), key.release()); // which frees it
        sign_zone(zone.get(), spec, keys.get());
    }
    Zone& out = zones_[spec.apex];
    for (auto* at = ldns_rbtree_first(zone->names); at != LDNS_RBTREE_NULL;
         at = ldns_rbtree_next(at)) {
        const auto* name = static_cast<const ldns_dnssec_name*>(at->data);
        Node& node = out.nodes[dns::text_of(name->name)];
        for (const auto* set = name->rrsets; set; set = set->next) {
            for (const auto* record = set->rrs; record; record = record->next)
                node.sets[set->type].push_back(text_of(record->rr));
            for (const auto* record = set->signatures; record; record = record->next)
                node.signatures[set->type].push_back(text_of(record->rr));
        }
        if (!name->nsec)
            continue;
        out.denials.push_back(text_of(name->nsec));
        for (const auto* record = name->nsec_signatures; record; record = record->next)
            out.denials.push_back(text_of(record->rr));
    }
}

bool SignedWorld::has_below(const Zone& zone, const std::string& name)
{
    return std::any_of(zone.nodes.begin(), zone.nodes.end(), [&](const auto& node) {
        return node.first != name && is_within(node.first, name);
    });
}

void SignedWorld::deny(const Zone& zone, const std::string& apex, WorldReply& out) const
{
    const Node& top = zone.nodes.at(apex);
    out.authority = top.sets.at(6);
    if (const auto signatures = top.signatures.find(6); signatures != top.signatures.end())
        out.authority.insert(out.authority.end(), signatures->second.begin(),
                             signatures->second.end());
    out.authority.insert(out.authority.end(), zone.denials.begin(), zone.denials.end());
}

/// RFC 1034 §4.3.2, RFC 4035 §3.1
WorldReply SignedWorld::reply(const Question& question) const
{
    WorldReply out;
    std::string apex = question.type == Type::Ds && !question.name.empty()
                           ? parent_of(question.name)
                           : question.name;
    while (!zones_.contains(apex))
        apex = parent_of(apex);
    const Zone& zone = zones_.at(apex);
    const auto give = [&](const Node& node, Type type, const std::string& owner) {
        const auto number = static_cast<std::uint16_t>(type);
        const auto set = node.sets.find(number);
        if (set == node.sets.end())
            return false;
        for (const auto& record : set->second)
            out.answer.push_back(with_owner(record, owner));
        if (const auto signatures = node.signatures.find(number);
            signatures != node.signatures.end())
            for (const auto& record : signatures->second)
                out.answer.push_back(with_owner(record, owner));
        return true;
    };
    if (const auto node = zone.nodes.find(question.name); node != zone.nodes.end()) {
        if (!give(node->second, question.type, question.name) &&
            !give(node->second, Type::Cname, question.name))
            deny(zone, apex, out);
        return out;
    }
    for (std::string above = parent_of(question.name); is_within(above, apex);
         above = parent_of(above)) {
        const auto there = zone.nodes.find(above);
        if (there == zone.nodes.end() && !has_below(zone, above))
            continue;
        if (there != zone.nodes.end() && give(there->second, Type::Dname, above)) {
            const std::string target =
                out.answer.front().substr(out.answer.front().rfind('\t') + 1);
            out.answer.push_back(question.name + ".\t600\tIN\tCNAME\t" +
                                 question.name.substr(0, question.name.size() - above.size()) +
                                 target);
            return out;
        }
        deny(zone, apex, out);
        if (has_below(zone, question.name)) // RFC 4592 §2.2.2
            return out;
        const auto wild = zone.nodes.find("*." + above);
        if (wild == zone.nodes.end())
            out.no_domain = true;
        else if (!give(wild->second, question.type, question.name))
            give(wild->second, Type::Cname, question.name);
        return out;
    }
    deny(zone, apex, out);
    return out;
}

Awaitable<Result<RawMessage>> SignedWorld::exchange(Question question)
{
    co_await boost::asio::post(boost::asio::use_awaitable);
    asked.push_back(question);
    if (is_down)
        co_return Error(Errc::Unavailable, "no answer in time");
    WorldReply said = reply(question);
    if (tamper)
        tamper(question, said);
    const LdnsPacket packet(
        ldns_pkt_query_new(ldns_dname_new_frm_str((question.name + ".").c_str()),
                           static_cast<ldns_rr_type>(question.type), LDNS_RR_CLASS_IN, 0));
    ldns_pkt_set_qr(packet.get(), true);
    ldns_pkt_set_rcode(packet.get(), said.no_domain ? LDNS_RCODE_NXDOMAIN : LDNS_RCODE_NOERROR);
    push(packet.get(), LDNS_SECTION_ANSWER, said.answer);
    push(packet.get(), LDNS_SECTION_AUTHORITY, said.authority);
    std::uint8_t* octets = nullptr;
    std::size_t size = 0;
    if (ldns_pkt2wire(&octets, packet.get(), &size) != LDNS_STATUS_OK)
        throw std::runtime_error("no message");
    RawMessage message;
    message.octets.assign(reinterpret_cast<const char*>(octets), size);
    message.from_root = is_root;
    std::free(octets); // NOLINT: ldns allocates with malloc
    co_return message;
}

} // namespace mailctl::dns
