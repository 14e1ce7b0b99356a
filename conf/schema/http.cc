// Settings of HTTP and of what clients that configure themselves are told: rows of [http] and
// [autoconfig].
#include "conf/schema/arrays.h"
#include "conf/schema/row_types.h"
#include "conf/schema/parts.h"

namespace mailctl::conf {
namespace {

#define AT(member)       \
    [](auto& c) -> auto& \
    {                    \
        return c.member; \
    }

template <class Get>
Setting<Config> row(std::string_view path, Get get, Effect effect, std::string_view help,
                    std::string_view manual = {})
{
    return rows::row<Config>(path, get, effect, help, manual);
}

} // namespace

void add_http_rows(SettingRows& out)
{
    out.push_back(row("http.header", AT(http.header_octets), Effect::Reconnect,
                      "Largest header of an HTTP request"));
    out.push_back(row("http.body", AT(http.body_octets), Effect::Reconnect,
                      "Largest body of an HTTP request"));
    out.push_back(row("http.requests", AT(http.requests), Effect::Reconnect,
                      "Requests answered on one HTTP connection"));
    out.push_back(row("http.request_time", AT(http.request_time), Effect::Reconnect,
                      "Time within which an HTTP request must arrive whole"));
    out.push_back(row("autoconfig.enabled", AT(autoconfig.enabled), Effect::Hot,
                      "Tell mail programs over HTTP how to set themselves up",
                      "On listeners of protocol http: Autoconfig (/mail/config-v1.1.xml), "
                      "Autodiscover (/autodiscover/autodiscover.xml and .json) and a profile for "
                      "Apple's systems (/apple.mobileconfig?emailaddress=ADDRESS). What they say "
                      "comes from the listeners. The DNS records that lead there are printed by "
                      "mailctl domain dns."));
    out.push_back(row("autoconfig.host", AT(autoconfig.host), Effect::Hot,
                      "Name by which clients reach the servers; empty: server.hostname"));
    out.push_back(row("autoconfig.name", AT(autoconfig.name), Effect::Hot,
                      "Name of the service, as people see it; empty: the mail domain"));
    out.push_back(row("autoconfig.sign_profiles", AT(autoconfig.sign_profiles), Effect::Hot,
                      "Sign profiles for Apple's systems with the server's default certificate",
                      "Where its key cannot be read, or is told by a command, they are not signed."));
}

} // namespace mailctl::conf
