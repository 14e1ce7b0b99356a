// Writes reports with Boost.JSON.
#include "core/tls_rpt/document.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace mailctl::tls_rpt {
namespace {

namespace json = boost::json;

json::array list_of(const std::vector<std::string>& texts)
{
    json::array out;
    for (const auto& text : texts)
        out.emplace_back(text);
    return out;
}

json::object policy_of(const Policy& policy, const std::string& domain)
{
    json::object out;
    out["policy-type"] = std::string(name_of(policy.type));
    if (!policy.text.empty())
        out["policy-string"] = list_of(policy.text);
    out["policy-domain"] = policy.domain.empty() ? domain : policy.domain;
    if (!policy.mx_hosts.empty())
        out["mx-host"] = list_of(policy.mx_hosts);
    return out;
}

json::object failure_of(const Failure& failure, std::uint64_t sessions)
{
    json::object out;
    out["result-type"] = failure.result;
    const auto put = [&out](const char* name, const std::string& value) {
        if (!value.empty())
            out[name] = value;
    };
    put("sending-mta-ip", failure.sending_ip);
    put("receiving-mx-hostname", failure.receiving_host);
    put("receiving-ip", failure.receiving_ip);
    out["failed-session-count"] = sessions;
    put("failure-reason-code", failure.reason);
    return out;
}

json::object counts_of(const Policy& policy, const Counts& counts, const std::string& domain)
{
    json::object summary;
    summary["total-successful-session-count"] = counts.successes;
    summary["total-failure-session-count"] = counts.failures;
    json::object out;
    out["policy"] = policy_of(policy, domain);
    out["summary"] = std::move(summary);
    if (counts.details.empty())
        return out;
    json::array details;
    for (const auto& [failure, sessions] : counts.details)
        details.emplace_back(failure_of(failure, sessions));
    out["failure-details"] = std::move(details);
    return out;
}

} // namespace

std::string document_of(const Report& report, const Reporter& reporter)
{
    const Time start = report.day;
    json::object range;
    range["start-datetime"] = to_rfc3339(start);
    range["end-datetime"] = to_rfc3339(start + std::chrono::hours(24) - seconds(1));
    json::object out;
    out["organization-name"] = reporter.organization;
    out["date-range"] = std::move(range);
    out["contact-info"] = reporter.contact;
    out["report-id"] = to_text(report.day) + '.' + report.domain + '@' + reporter.host;
    json::array policies;
    for (const auto& [policy, counts] : report.policies)
        policies.emplace_back(counts_of(policy, counts, report.domain));
    out["policies"] = std::move(policies);
    return json::serialize(out);
}

} // namespace mailctl::tls_rpt
