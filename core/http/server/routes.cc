// The documents of auto-configuration, by path.
#include "core/http/server/routes.h"

#include <algorithm>
#include <utility>

#include "conf/config.h"
#include "conf/load.h"
#include "core/address/address.h"
#include "core/autoconfig/documents.h"
#include "core/base/ascii.h"
#include "core/base/log.h"
#include "core/base/read_file.h"
#include "core/crypto/secret.h"
#include "core/crypto/signed_data.h"
#include "core/delivery/services.h"
#include "core/http/target.h"
#include "store/directory.h"
#include "store/store.h"

namespace mailctl::http {
namespace {

constexpr std::string_view kJsonPrefix = "/autodiscover/autodiscover.json";

enum class Document { None, Autoconfig, AutodiscoverPox, AutodiscoverJson, AppleProfile };

/// Paths are compared without case: programs write "AutoDiscover" in several ways.
Document document_of(const std::string& path)
{
    const std::string lower = ascii::lower(path);
    if (lower == "/mail/config-v1.1.xml" || lower == "/.well-known/autoconfig/mail/config-v1.1.xml")
        return Document::Autoconfig;
    if (lower == "/autodiscover/autodiscover.xml")
        return Document::AutodiscoverPox;
    if (lower.starts_with(kJsonPrefix))
        return Document::AutodiscoverJson;
    if (lower == "/apple.mobileconfig")
        return Document::AppleProfile;
    return Document::None;
}

Response not_found(std::string_view what)
{
    return Response(404, std::string(what) + "\n");
}

/// Whom a request is about: an address, else the domain in the host's name.
struct Asked {
    std::string address, domain;
};

/// nullopt: neither an address nor a name. The domain is canonical.
std::optional<Asked> asked_by(const std::string& text, const std::string& host)
{
    if (!text.empty()) {
        const auto parsed = address::parse(text);
        if (!parsed)
            return std::nullopt;
        return Asked{to_string(*parsed), parsed->domain};
    }
    std::string name = host_name(host);
    for (const std::string_view prefix : {"autoconfig.", "autodiscover."})
        if (name.starts_with(prefix))
            name.erase(0, prefix.size());
    const auto domain = address::canonical_domain(name);
    if (!domain)
        return std::nullopt;
    return Asked{{}, *domain};
}

/// nullopt: not a domain of this server, or it is disabled.
Awaitable<Result<std::optional<autoconfig::Subject>>> subject_of(const Place& place, Asked asked)
{
    const conf::Config& config = *place.services->config;
    auto domain = co_await place.services->store->directory().find_domain(asked.domain);
    if (!domain && domain.error().code() != Errc::NotFound)
        co_return domain.error();
    if (!domain || !domain->enabled)
        co_return std::optional<autoconfig::Subject>();
    autoconfig::Subject subject;
    subject.address = std::move(asked.address);
    subject.domain = std::move(asked.domain);
    subject.name = config.autoconfig.name.empty() ? subject.domain : config.autoconfig.name;
    subject.offers = autoconfig::offers_of(config, place.hostname);
    co_return std::optional(std::move(subject));
}

Response xml(std::string body)
{
    Response response(200, std::move(body));
    response.type = "application/xml; charset=utf-8";
    return response;
}

/// Signed with the server's default certificate, whose key is read here; as it is where that cannot
/// be done: a device then says "not signed". A key that a command tells is not asked for each time.
std::string maybe_signed(const conf::Config& config, std::string profile)
{
    const auto& all = config.tls.certificates;
    if (!config.autoconfig.sign_profiles || all.empty())
        return profile;
    const auto nameless = std::find_if(all.begin(), all.end(), [](const auto& one) { return one.names.empty(); });
    const conf::Certificate& own = nameless == all.end() ? all.front() : *nameless;
    if (own.key.starts_with("cmd:"))
        return profile;
    const auto chain = read_file(own.certificate);
    auto key = conf::read_secret(own.key);
    if (!chain || !key) {
        log::warn("http", "profile not signed", {{"why", to_string((chain ? key : chain).error())}});
        return profile;
    }
    const crypto::WipeAtEnd wipe_key(*key);
    auto made = crypto::sign_data(profile, *chain, *key);
    if (!made)
        log::warn("http", "profile not signed", {{"why", to_string(made.error())}});
    return made ? *std::move(made) : profile;
}

Response profile(const conf::Config& config, const autoconfig::Subject& subject)
{
    auto made = autoconfig::apple_profile(subject);
    if (!made)
        return made.error().code() == Errc::Invalid ? Response(400, "emailaddress=ADDRESS is missing\n")
                                                    : not_found("Nothing to set up");
    Response response(200, maybe_signed(config, *std::move(made)));
    response.type = "application/x-apple-aspen-config; charset=utf-8";
    response.filename = "mail.mobileconfig";
    return response;
}

/// "/autodiscover/autodiscover.json/v1.0/ann@example.org", or its parameter Email.
std::string address_in(const Target& target)
{
    const auto slash = target.path.rfind('/');
    if (target.path.size() > kJsonPrefix.size() && slash != std::string::npos &&
        target.path.find('@', slash) != std::string::npos)
        return target.path.substr(slash + 1);
    return target.parameter("email");
}

Response pointer(const Place& place, const Target& target, const autoconfig::Subject&)
{
    const std::string protocol = target.parameter("protocol");
    const bool is_known = ascii::equals_ignoring_case(protocol, "AutodiscoverV1");
    Response response(is_known ? 200 : 404, "");
    response.type = "application/json; charset=utf-8";
    response.body =
        is_known ? autoconfig::autodiscover_json(
                       "AutodiscoverV1",
                       (place.is_tls ? "https://" : "http://") +
                           autoconfig::host_of(*place.services->config, place.hostname) +
                           "/autodiscover/autodiscover.xml")
                 : "{\"ErrorCode\":\"InvalidProtocol\",\"ErrorMessage\":\"Only AutodiscoverV1 is known\"}\n";
    return response;
}

/// What an Autodiscover request names; without a body the address is a parameter.
Result<std::string> pox_address(const Request& request, const Target& target)
{
    if (request.method != "POST") {
        const std::string address = target.parameter("email");
        return address.empty() ? target.parameter("emailaddress") : address;
    }
    TRY(const auto parsed, autoconfig::parse_autodiscover(request.body));
    if (!parsed.schema.empty() && parsed.schema != autoconfig::kOutlookSchema)
        return Error(Errc::NotFound, "another schema");
    return parsed.address;
}

Response write(const Place& place, const Target& target, Document document,
               const autoconfig::Subject& subject)
{
    switch (document) {
    case Document::Autoconfig: return xml(autoconfig::autoconfig_xml(subject));
    case Document::AutodiscoverPox: return xml(autoconfig::autodiscover_xml(subject));
    case Document::AutodiscoverJson: return pointer(place, target, subject);
    case Document::AppleProfile: return profile(*place.services->config, subject);
    case Document::None: break;
    }
    return not_found("Nothing here");
}

Awaitable<Response> answer_about(Place place, Target target, Document document, std::optional<Asked> asked)
{
    if (!asked)
        co_return Response(400, "No mail address\n");
    auto subject = co_await subject_of(place, *std::move(asked));
    if (!subject) {
        log::warn("http", "cannot look up a domain", {{"why", to_string(subject.error())}});
        co_return Response(503, "Try again later\n");
    }
    if (!*subject)
        co_return not_found("Not a mail domain of this server");
    co_return write(place, target, document, **subject);
}

} // namespace

Awaitable<Response> answer(Place place, Request request)
{
    const auto target = parse_target(request.target);
    if (!target)
        co_return Response(400, "Bad target\n");
    const Document document = document_of(target->path);
    if (document == Document::None || !place.services->config->autoconfig.enabled)
        co_return not_found("Nothing here");
    const bool may_post = document == Document::AutodiscoverPox;
    const bool is_get = request.method == "GET" || request.method == "HEAD";
    if (!is_get && !(may_post && request.method == "POST")) {
        Response refused(405, "Method not allowed\n");
        refused.allow = may_post ? "GET, HEAD, POST" : "GET, HEAD";
        co_return refused;
    }
    std::string named = target->parameter("emailaddress");
    if (document == Document::AutodiscoverJson)
        named = address_in(*target);
    if (document == Document::AutodiscoverPox) {
        auto told = pox_address(request, *target);
        if (!told) // an error in the protocol's own words, which is a 200 in HTTP's
            co_return xml(autoconfig::autodiscover_error_xml("Invalid Request"));
        named = *std::move(told);
    }
    auto asked = asked_by(named, request.host);
    co_return co_await answer_about(std::move(place), *target, document, std::move(asked));
}

} // namespace mailctl::http
