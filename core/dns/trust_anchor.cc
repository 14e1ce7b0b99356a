// Reads trust anchors.
#include "core/dns/trust_anchor.h"

#include <cstdio>

#include "core/base/read_file.h"
#include "core/dns/name.h"

namespace mailctl::dns {
namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

bool is_anchor(const ldns_rr* record)
{
    return ldns_rr_get_type(record) == LDNS_RR_TYPE_DS ||
           ldns_rr_get_type(record) == LDNS_RR_TYPE_DNSKEY;
}

/// What a line may have instead of a record.
bool is_no_record(ldns_status status)
{
    return status == LDNS_STATUS_SYNTAX_EMPTY || status == LDNS_STATUS_SYNTAX_TTL ||
           status == LDNS_STATUS_SYNTAX_ORIGIN;
}

} // namespace

Result<> TrustAnchors::add_text(std::string_view text)
{
    std::string copy(text);
    copy += '\n'; // an empty file cannot be opened
    const std::unique_ptr<std::FILE, CloseFile> file(fmemopen(copy.data(), copy.size(), "r"));
    if (!file)
        return Error(Errc::Unavailable, "no memory for trust anchors");
    std::uint32_t ttl = 3600;
    ldns_rdf* origin = nullptr;
    ldns_rdf* previous = nullptr;
    int line = 0;
    Result<> outcome = ok();
    bool found = false;
    while (outcome && !std::feof(file.get())) {
        ldns_rr* read = nullptr;
        const ldns_status status =
            ldns_rr_new_frm_fp_l(&read, file.get(), &ttl, &origin, &previous, &line);
        LdnsRecord record(status == LDNS_STATUS_OK ? read : nullptr);
        if (status != LDNS_STATUS_OK && !is_no_record(status))
            outcome = Error(Errc::Invalid, "line " + std::to_string(line) + ": " +
                                               ldns_get_errorstr_by_id(status));
        if (!record || !is_anchor(record.get()))
            continue;
        found = true;
        LdnsRecords& list = zones_[owner_of(record.get())];
        if (!list)
            list.reset(ldns_rr_list_new());
        ldns_rr_list_push_rr(list.get(), record.release());
    }
    ldns_rdf_deep_free(origin);
    ldns_rdf_deep_free(previous);
    if (outcome && !found)
        return Error(Errc::Invalid, "neither DS nor DNSKEY records");
    return outcome;
}

Result<> TrustAnchors::add_file(const std::string& path)
{
    TRY(const std::string text, read_file(path));
    if (auto added = add_text(text); !added)
        return added.error().within(path);
    return ok();
}

const std::string* TrustAnchors::zone_above(const std::string& name) const
{
    for (std::string at = name;; at = parent_of(at)) {
        if (const auto found = zones_.find(at); found != zones_.end())
            return &found->first;
        if (at.empty())
            return nullptr;
    }
}

const ldns_rr_list* TrustAnchors::records_of(const std::string& zone) const
{
    const auto found = zones_.find(zone);
    return found == zones_.end() ? nullptr : found->second.get();
}

} // namespace mailctl::dns
