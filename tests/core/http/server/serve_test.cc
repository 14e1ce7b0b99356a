// HTTP sessions against a server in memory: what is answered, refused and cut off. DOM-15
#include <boost/test/unit_test.hpp>

#include <string>

#include "conf/config.h"
#include "core/http/server/serve.h"
#include "core/net/memory_stream.h"
#include "tests/fixture/server_fixture.h"

using namespace mailctl;
using fixture::Server;

namespace {

conf::Listener http_listener()
{
    conf::Listener listener;
    listener.name = "http";
    listener.protocol = conf::Protocol::Http;
    listener.tls = conf::TlsMode::None;
    return listener;
}

void add_listeners(conf::Config& config)
{
    conf::Listener imap;
    imap.protocol = conf::Protocol::Imap;
    imap.port = 993;
    imap.tls = conf::TlsMode::Implicit;
    conf::Listener submission = imap;
    submission.protocol = conf::Protocol::Submission;
    submission.port = 465;
    config.listeners = {imap, submission};
    config.tls.certificates.push_back({{}, "certificate.pem", "file:key.pem"});
}

Awaitable<std::string> talk(net::Stream& stream, std::string octets)
{
    std::string said;
    stream.set_deadline(std::chrono::seconds(5));
    try {
        co_await stream.write(octets);
        for (;;) {
            char some[1000];
            const std::size_t got = co_await stream.read_some(some, sizeof some);
            said.append(some, got);
        }
    } catch (const net::Disconnected& gone) {
        if (gone.why() == net::Disconnected::Why::Closed)
            said += "(closed)";
    }
    co_return said;
}

/// Everything the server says until it closes.
std::string ask(Server& server, const std::string& octets)
{
    auto stream = server.connect(http::serve, http_listener())(1);
    return server.run(talk(*stream, octets));
}

std::string get(Server& server, const std::string& target, const std::string& host = "mx.example.org",
                const std::string& method = "GET")
{
    return ask(server, method + ' ' + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
}

bool has(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_CASE(autoconfig_answers_by_address_or_host)
{
    Server server(add_listeners);
    for (const std::string target :
         {"/mail/config-v1.1.xml?emailaddress=ann%40example.org", "/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=ann@example.org",
          "/mail/config-v1.1.xml?emailaddress=nobody@example.org"}) {
        const std::string said = get(server, target);
        BOOST_TEST(said.starts_with("HTTP/1.1 200 OK\r\n"), said);
        BOOST_TEST(has(said, "<port>993</port>"));
        BOOST_TEST(said.ends_with("</clientConfig>\n(closed)"));
    }
    BOOST_TEST(has(get(server, "/mail/config-v1.1.xml", "autoconfig.example.org:80"), "<domain>example.org</domain>"));
    BOOST_TEST(get(server, "/mail/config-v1.1.xml", "autoconfig.example.net").starts_with("HTTP/1.1 404 "));
    BOOST_TEST(get(server, "/mail/config-v1.1.xml?emailaddress=ann@example.net").starts_with("HTTP/1.1 404 "));
    BOOST_TEST(get(server, "/mail/config-v1.1.xml?emailaddress=ann").starts_with("HTTP/1.1 400 "));
    BOOST_TEST(get(server, "/").starts_with("HTTP/1.1 404 "));
    BOOST_TEST(has(get(server, "/mail/config-v1.1.xml", "x", "DELETE"), "\r\nAllow: GET, HEAD\r\n"));
    const std::string head = get(server, "/mail/config-v1.1.xml", "autoconfig.example.org", "HEAD");
    BOOST_TEST(head.ends_with("\r\n\r\n(closed)"));
    BOOST_TEST(!has(head, "Content-Length: 0\r\n"));
}

BOOST_AUTO_TEST_CASE(autodiscover_and_profiles)
{
    Server server(add_listeners);
    const auto post = [&](const std::string& body) {
        return ask(server, "POST /Autodiscover/Autodiscover.xml HTTP/1.1\r\nHost: autodiscover.example.org\r\n"
                           "Content-Type: text/xml\r\nConnection: close\r\nContent-Length: " +
                               std::to_string(body.size()) + "\r\n\r\n" + body);
    };
    BOOST_TEST(has(post("<Autodiscover><Request><EMailAddress>ann@example.org</EMailAddress></Request></Autodiscover>"),
                   "<Port>465</Port>"));
    BOOST_TEST(has(post("<EMailAddress>ann@example.org</EMailAddress><AcceptableResponseSchema>x</AcceptableResponseSchema>"),
                   "<ErrorCode>600</ErrorCode>"));
    BOOST_TEST(has(post("nonsense"), "<ErrorCode>600</ErrorCode>"));
    BOOST_TEST(has(get(server, "/autodiscover/autodiscover.json?Email=ann@example.org&Protocol=AutodiscoverV1"),
                   "\"Url\":\"http://mx.example.org/autodiscover/autodiscover.xml\""));
    BOOST_TEST(has(get(server, "/autodiscover/autodiscover.json/v1.0/ann@example.org?Protocol=ActiveSync"), "InvalidProtocol"));
    const std::string profile = get(server, "/apple.mobileconfig?emailaddress=ann@example.org");
    BOOST_TEST(has(profile, "Content-Type: application/x-apple-aspen-config"));
    BOOST_TEST(has(profile, "<string>ann@example.org</string>"));
    BOOST_TEST(get(server, "/apple.mobileconfig").starts_with("HTTP/1.1 4"));
}

BOOST_AUTO_TEST_CASE(limits_of_requests)
{
    Server server([](conf::Config& config) {
        add_listeners(config);
        config.http.header_octets = 500;
        config.http.body_octets = 100;
        config.http.requests = 2;
    });
    const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    const auto padded = [&](std::size_t octets) {
        return start + std::string(octets - start.size() - 4, 'x') + "\r\n\r\n";
    };
    BOOST_TEST(ask(server, padded(499) + padded(499)).starts_with("HTTP/1.1 404 "));
    BOOST_TEST(ask(server, padded(600)).starts_with("HTTP/1.1 431 "));
    const auto body = [](std::size_t octets) {
        return "POST /autodiscover/autodiscover.xml HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " +
               std::to_string(octets) + "\r\n\r\n" + std::string(octets, 'x');
    };
    BOOST_TEST(ask(server, body(100)).starts_with("HTTP/1.1 200 "));
    BOOST_TEST(ask(server, body(101)).starts_with("HTTP/1.1 413 "));
    BOOST_TEST(ask(server, "\x16\x03\x01nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));

    const std::string one = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    const std::string said = ask(server, one + one + one);
    BOOST_TEST(has(said, "Connection: keep-alive\r\n"));
    std::size_t answers = 0;
    for (std::size_t at = said.find("HTTP/1.1 404"); at != std::string::npos; at = said.find("HTTP/1.1 404", at + 1))
        ++answers;
    BOOST_TEST(answers == 2U);
    BOOST_TEST(said.ends_with("(closed)"));
}

BOOST_AUTO_TEST_CASE(nothing_is_told_where_the_settings_say_so)
{
    Server server([](conf::Config& config) {
        add_listeners(config);
        config.autoconfig.enabled = false;
    });
    BOOST_TEST(get(server, "/mail/config-v1.1.xml?emailaddress=ann@example.org").starts_with("HTTP/1.1 404 "));
}
