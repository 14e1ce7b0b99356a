// HTTPS by libcurl.
#include "core/mta_sts/fetch.h"

#include <memory>

#include <curl/curl.h>

#include "core/base/ascii.h"
#include "core/mta_sts/policy.h"

namespace mailctl::mta_sts {
namespace {

struct EndHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct EndList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::size_t take(char* octets, std::size_t size, std::size_t count, void* text)
{
    auto& out = *static_cast<std::string*>(text);
    if (out.size() + size * count > kMaxPolicyOctets)
        return 0; // ends the transfer
    out.append(octets, size * count);
    return size * count;
}

} // namespace

Result<std::string> fetch_policy(const Fetch& what)
{
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    const std::unique_ptr<CURL, EndHandle> handle(curl_easy_init());
    if (started != CURLE_OK || !handle)
        return Error(Errc::Unavailable, "libcurl does not start");
    const std::string host = "mta-sts." + what.domain;
    const std::string url = "https://" + host + "/.well-known/mta-sts.txt";
    std::string known = host + ":443:";
    for (const auto& address : what.addresses)
        known += (known.back() == ':' ? "" : ",") +
                 (address.find(':') == std::string::npos ? address : "[" + address + "]");
    const std::unique_ptr<curl_slist, EndList> resolved(curl_slist_append(nullptr, known.c_str()));
    std::string text;
    CURL* h = handle.get();
    curl_easy_setopt(h, CURLOPT_URL, url.c_str());
    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(h, CURLOPT_PROXY, "");
    curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, static_cast<long>(what.limit.count()));
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, &text);
    curl_easy_setopt(h, CURLOPT_RESOLVE, resolved.get());
    if (!what.ca_file.empty()) {
        curl_easy_setopt(h, CURLOPT_CAINFO, what.ca_file.c_str());
        curl_easy_setopt(h, CURLOPT_CAPATH, nullptr);
    }
    const CURLcode done = curl_easy_perform(h);
    long status = 0;
    curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
    if (done != CURLE_OK)
        return Error(done == CURLE_PEER_FAILED_VERIFICATION ? Errc::Denied : Errc::Unavailable, host + ": " + curl_easy_strerror(done));
    if (status != 200)
        return Error(Errc::Unavailable, host + ": HTTP status " + std::to_string(status));
    return text;
}

} // namespace mailctl::mta_sts
