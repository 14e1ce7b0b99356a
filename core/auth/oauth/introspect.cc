// Introspection by libcurl.
#include "core/auth/oauth/introspect.h"

#include <memory>

#include <curl/curl.h>

#include "core/auth/oauth/claims.h"

namespace mailctl::auth {
namespace {

struct EndHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

std::size_t take(char* octets, std::size_t size, std::size_t count, void* text)
{
    auto& out = *static_cast<std::string*>(text);
    if (out.size() + size * count > kMaxClaimsOctets)
        return 0; // ends the transfer
    out.append(octets, size * count);
    return size * count;
}

std::string escaped(CURL* handle, const std::string& text)
{
    char* made = curl_easy_escape(handle, text.data(), static_cast<int>(text.size()));
    std::string out = made ? made : "";
    curl_free(made);
    return out;
}

} // namespace

Result<std::string> introspect(const Introspection& what)
{
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    const std::unique_ptr<CURL, EndHandle> handle(curl_easy_init());
    if (started != CURLE_OK || !handle)
        return Error(Errc::Unavailable, "libcurl does not start");
    CURL* h = handle.get();
    const std::string form = "token=" + escaped(h, what.token) + "&token_type_hint=access_token";
    std::string text;
    curl_easy_setopt(h, CURLOPT_URL, what.url.c_str());
    // In the clear to this machine only: the settings are checked.
    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "https,http");
    curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(h, CURLOPT_PROXY, "");
    curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, static_cast<long>(what.timeout.count()));
    curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE, static_cast<long>(form.size()));
    curl_easy_setopt(h, CURLOPT_POSTFIELDS, form.c_str());
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, &text);
    if (!what.client_id.empty()) {
        curl_easy_setopt(h, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(h, CURLOPT_USERNAME, what.client_id.c_str());
        curl_easy_setopt(h, CURLOPT_PASSWORD, what.client_secret.c_str());
    }
    if (!what.ca_file.empty()) {
        curl_easy_setopt(h, CURLOPT_CAINFO, what.ca_file.c_str());
        curl_easy_setopt(h, CURLOPT_CAPATH, nullptr);
    }
    const CURLcode done = curl_easy_perform(h);
    if (done != CURLE_OK)
        return Error(Errc::Unavailable, "introspection: " + std::string(curl_easy_strerror(done)));
    long status = 0;
    curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200)
        return Error(Errc::Unavailable, "introspection: status " + std::to_string(status));
    return text;
}

} // namespace mailctl::auth
