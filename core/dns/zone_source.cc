// Loads master files and answers from them. RFC 1034 §4.3.2
#include "core/dns/zone_source.h"

#include <algorithm>
#include <cstdio>

#include "core/base/read_file.h"
#include "core/dns/name.h"

#include "core/dns/ldns_records.h"

namespace mailctl::dns {
namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

} // namespace

Result<> ZoneSource::add_file(const std::string& path)
{
    TRY(const std::string text, read_file(path));
    if (auto added = add_text(text); !added)
        return added.error().within(path);
    return ok();
}

Result<> ZoneSource::add_text(std::string_view text)
{
    std::string copy(text);
    if (copy.empty())
        return Error(Errc::Invalid, "an empty zone file");
    const std::unique_ptr<std::FILE, CloseFile> file(fmemopen(copy.data(), copy.size(), "r"));
    if (!file)
        return Error(Errc::Unavailable, "no memory for a zone file");
    ldns_zone* loaded = nullptr;
    int line = 0;
    const ldns_status status =
        ldns_zone_new_frm_fp_l(&loaded, file.get(), nullptr, 3600, LDNS_RR_CLASS_IN, &line);
    const LdnsZone zone(loaded);
    if (status != LDNS_STATUS_OK)
        return Error(Errc::Invalid,
                     "line " + std::to_string(line) + ": " + ldns_get_errorstr_by_id(status));
    std::vector<const ldns_rr*> records;
    if (ldns_zone_soa(zone.get()))
        records.push_back(ldns_zone_soa(zone.get()));
    const ldns_rr_list* list = ldns_zone_rrs(zone.get());
    for (std::size_t i = 0; i < ldns_rr_list_rr_count(list); ++i)
        records.push_back(ldns_rr_list_rr(list, i));
    if (records.empty())
        return Error(Errc::Invalid, "a zone file without records");
    const std::string apex = owner_of(records.front());
    zones_.insert(apex);
    for (const ldns_rr* record : records) {
        const std::string owner = owner_of(record);
        Records& set = nodes_[owner][static_cast<Type>(ldns_rr_get_type(record))];
        set.rdata.push_back(rdata_of(record));
        set.ttl = ldns_rr_ttl(record);
        if (!is_within(owner, apex))
            zones_.insert(owner);
        for (std::string above = parent_of(owner); is_within(above, apex) && above != apex;
             above = parent_of(above))
            empty_nodes_.insert(above);
    }
    return ok();
}

/// The longest zone that holds the name.
const std::string* ZoneSource::zone_of(const std::string& name) const
{
    for (std::string at = name;; at = parent_of(at)) {
        if (const auto found = zones_.find(at); found != zones_.end())
            return &*found;
        if (at.empty())
            return nullptr;
    }
}

/// The node of a name, or of the wildcard that stands for it. RFC 1034 §4.3.3
const ZoneSource::Node* ZoneSource::node_of(const std::string& name, const std::string& zone,
                                            bool& exists) const
{
    exists = true;
    if (const auto exact = nodes_.find(name); exact != nodes_.end())
        return &exact->second;
    if (empty_nodes_.contains(name))
        return nullptr;
    for (std::string above = parent_of(name); is_within(above, zone); above = parent_of(above)) {
        if (const auto wild = nodes_.find("*." + above); wild != nodes_.end())
            return &wild->second;
        if (nodes_.contains(above) || empty_nodes_.contains(above) || above.empty())
            break;
    }
    exists = false;
    return nullptr;
}

seconds ZoneSource::negative_ttl(const std::string& zone) const
{
    const auto apex = nodes_.find(zone);
    if (apex == nodes_.end())
        return seconds(0);
    const auto soa = apex->second.find(Type::Soa);
    if (soa == apex->second.end())
        return seconds(0);
    const auto minimum = soa_minimum_of(soa->second.rdata.front());
    return seconds(minimum ? std::min(*minimum, soa->second.ttl) : 0);
}

std::optional<RawAnswer> ZoneSource::find(const Question& question) const
{
    RawAnswer answer;
    answer.secure = secure_;
    answer.name = question.name;
    std::uint32_t ttl = 0xFFFFFFFF;
    for (unsigned followed = 0; followed <= kMaxCnames; ++followed) {
        const std::string* zone = zone_of(answer.name);
        if (!zone) {
            answer.leads_on = true;
            answer.ttl = seconds(ttl);
            return followed == 0 ? std::optional<RawAnswer>() : answer;
        }
        bool exists = false;
        const Node* node = node_of(answer.name, *zone, exists);
        const auto found = node ? node->find(question.type) : Node::const_iterator();
        if (node && found != node->end()) {
            answer.status = RawAnswer::Status::Found;
            answer.records = found->second.rdata;
            answer.ttl = seconds(std::min(ttl, found->second.ttl));
            return answer;
        }
        const auto cname = node ? node->find(Type::Cname) : Node::const_iterator();
        if (!node || cname == node->end()) {
            answer.status = exists ? RawAnswer::Status::NoData : RawAnswer::Status::NoDomain;
            answer.ttl = negative_ttl(*zone);
            return answer;
        }
        ttl = std::min(ttl, cname->second.ttl);
        const auto target = name_of(cname->second.rdata.front());
        answer.name = target ? *target : std::string();
    }
    answer.status = RawAnswer::Status::NoData; // a chain that is too long leads nowhere
    return answer;
}

} // namespace mailctl::dns
