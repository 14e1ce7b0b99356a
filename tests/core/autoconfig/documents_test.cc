// What mail programs are told, from the listeners of the settings. DOM-15
#include <boost/test/unit_test.hpp>

#include "conf/config.h"
#include "core/autoconfig/dns_records.h"
#include "core/autoconfig/documents.h"

using namespace mailctl;
using namespace mailctl::autoconfig;

namespace {

conf::Listener listener(conf::Protocol protocol, std::uint16_t port, conf::TlsMode tls)
{
    conf::Listener one;
    one.name = std::to_string(port);
    one.protocol = protocol;
    one.port = port;
    one.tls = tls;
    return one;
}

conf::Config config_with(std::vector<conf::Listener> listeners)
{
    conf::Config config;
    config.tls.certificates.push_back({{}, "certificate.pem", "file:key.pem"});
    config.listeners = std::move(listeners);
    return config;
}

/// "imap:993:tls,smtp:587:starttls"
std::string shown(const std::vector<Offer>& offers)
{
    std::string out;
    for (const auto& one : offers) {
        const std::string_view security = one.security == Security::Tls        ? "tls"
                                          : one.security == Security::StartTls ? "starttls"
                                                                               : "none";
        out += (out.empty() ? "" : ",") + std::string(word_of(one.protocol)) + ':' +
               std::to_string(one.port) + ':' + std::string(security);
    }
    return out;
}

Subject subject_with(const conf::Config& config)
{
    Subject subject;
    subject.address = "ann&bob@example.org";
    subject.domain = "example.org";
    subject.name = "Example <Mail>";
    subject.offers = offers_of(config, "mail.example.org");
    return subject;
}

bool has(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

std::string lines_of(const std::vector<DnsRecord>& records)
{
    std::string out;
    for (const auto& one : records)
        out += one.name + ' ' + one.type + ' ' + one.data + '\n';
    return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(offers_are_the_listeners_that_programs_can_use)
{
    using P = conf::Protocol;
    using T = conf::TlsMode;
    auto config = config_with({listener(P::Smtp, 25, T::StartTls), listener(P::Submission, 587, T::StartTls),
                               listener(P::Submission, 465, T::Implicit), listener(P::Pop3, 110, T::StartTls),
                               listener(P::Imap, 143, T::RequireStartTls), listener(P::Imap, 993, T::Implicit),
                               listener(P::Http, 80, T::None)});
    BOOST_TEST(shown(offers_of(config, "mx")) ==
               "imap:993:tls,imap:143:starttls,pop3:110:starttls,smtp:465:tls,smtp:587:starttls");
    config.listeners[5].enabled = false;
    config.listeners[2].addresses = {"127.0.0.1", "::1"};
    config.listeners[1].addresses = {"127.0.0.1", "192.0.2.1"};
    BOOST_TEST(shown(offers_of(config, "mx")) == "imap:143:starttls,pop3:110:starttls,smtp:587:starttls");
    config.tls.certificates.clear();
    config.auth.mechanisms = {"PLAIN"};
    BOOST_TEST(shown(offers_of(config, "mx")).empty());
    config.listeners[3].plaintext_auth = conf::PlaintextAuth::Always;
    BOOST_TEST(shown(offers_of(config, "mx")) == "pop3:110:none");
    config.autoconfig.host = "mail.example.net";
    BOOST_TEST(offers_of(config, "mx").front().host == "mail.example.net");
}

BOOST_AUTO_TEST_CASE(documents_say_what_is_offered)
{
    using P = conf::Protocol;
    using T = conf::TlsMode;
    const auto config = config_with({listener(P::Imap, 10993, T::Implicit), listener(P::Submission, 587, T::StartTls)});
    const Subject subject = subject_with(config);
    const std::string autoconfig = autoconfig_xml(subject);
    BOOST_TEST(has(autoconfig, "<emailProvider id=\"example.org\">"));
    BOOST_TEST(has(autoconfig, "<displayName>Example &lt;Mail&gt;</displayName>"));
    BOOST_TEST(has(autoconfig, "<incomingServer type=\"imap\">\n      <hostname>mail.example.org</hostname>\n"
                               "      <port>10993</port>\n      <socketType>SSL</socketType>\n"));
    BOOST_TEST(has(autoconfig, "<outgoingServer type=\"smtp\">"));
    BOOST_TEST(!has(autoconfig, "pop3"));

    const std::string outlook = autodiscover_xml(subject);
    BOOST_TEST(has(outlook, "<LoginName>ann&amp;bob@example.org</LoginName>"));
    BOOST_TEST(has(outlook, "<Type>IMAP</Type>"));
    BOOST_TEST(has(outlook, "<Port>10993</Port>"));
    BOOST_TEST(has(outlook, "<Encryption>TLS</Encryption>"));

    const auto apple = apple_profile(subject);
    BOOST_REQUIRE(apple.has_value());
    BOOST_TEST(has(*apple, "<string>EmailTypeIMAP</string>"));
    BOOST_TEST(has(*apple, "<key>IncomingMailServerPortNumber</key>\n\t<integer>10993</integer>"));
    BOOST_TEST(has(*apple, "<string>org.example.mail</string>"));
    BOOST_TEST(*apple_profile(subject) == *apple);
    Subject nobody = subject;
    nobody.address.clear();
    BOOST_TEST(!apple_profile(nobody).has_value());
    Subject only_reading = subject;
    only_reading.offers.pop_back();
    BOOST_TEST((apple_profile(only_reading).error().code() == Errc::NotFound));
}

BOOST_AUTO_TEST_CASE(autodiscover_requests)
{
    struct Case {
        std::string_view name, body, address;
    };
    const Case cases[] = {
        {"plain", "<Autodiscover><Request><EMailAddress>ann@example.org</EMailAddress></Request></Autodiscover>", "ann@example.org"},
        {"as Outlook writes it",
         "<?xml version=\"1.0\" encoding=\"utf-8\"?><Autodiscover xmlns=\"http://schemas.microsoft.com/"
         "exchange/autodiscover/outlook/requestschema/2006\"><Request><EMailAddress>ann@example.org"
         "</EMailAddress></Request></Autodiscover>", "ann@example.org"},
        {"prefix and blanks",
         "<a:Autodiscover xmlns:a=\"http://schemas.microsoft.com/exchange/autodiscover/mobilesync/"
         "requestschema/2006\"><a:Request><a:EMailAddress >\n ann@example.org </a:EMailAddress>"
         "</a:Request></a:Autodiscover>", "ann@example.org"},
        {"of another namespace",
         "<Autodiscover xmlns:o=\"urn:other\"><Request><o:EMailAddress>bob@example.org</o:EMailAddress>"
         "<EMailAddress>ann@example.org</EMailAddress></Request></Autodiscover>", "ann@example.org"},
        {"a prefix of nothing",
         "<Autodiscover><Request><x:EMailAddress>ann@example.org</x:EMailAddress></Request></Autodiscover>", ""},
        {"elsewhere in the document",
         "<Autodiscover><Response><EMailAddress>ann@example.org</EMailAddress></Response></Autodiscover>", ""},
        {"in a comment and in an attribute",
         "<Autodiscover><Request a=\"&lt;EMailAddress>bob@example.org\"><!-- <EMailAddress>bob@example.org"
         "</EMailAddress> --></Request></Autodiscover>", ""},
        {"characters by number, and CDATA",
         "<Autodiscover><Request><EMailAddress>&#97;nn<![CDATA[@example]]>.org</EMailAddress></Request>"
         "</Autodiscover>", "ann@example.org"},
        {"a document type",
         "<!DOCTYPE Autodiscover><Autodiscover><Request><EMailAddress>ann@example.org</EMailAddress></Request>"
         "</Autodiscover>", ""},
        {"entities that grow",
         "<!DOCTYPE a [<!ENTITY a \"ann\"><!ENTITY b \"&a;&a;&a;&a;\">]><Autodiscover><Request>"
         "<EMailAddress>&b;@example.org</EMailAddress></Request></Autodiscover>", ""},
        {"an entity that is a file",
         "<!DOCTYPE a [<!ENTITY f SYSTEM \"file:///etc/hostname\">]><Autodiscover><Request>"
         "<EMailAddress>&f;@example.org</EMailAddress></Request></Autodiscover>", ""},
        {"an entity that nobody defined",
         "<Autodiscover><Request><EMailAddress>&ann;@example.org</EMailAddress></Request></Autodiscover>", ""},
        {"none", "<Request></Request>", ""},
        {"cut off", "<EMailAddress>ann@exam", ""},
        {"cut off at the tag", "<EMailAddress", ""},
        {"cut off at the end", "<EMailAddress>x<", ""},
        {"a longer name", "<EMailAddressOfBob>bob@example.org</EMailAddressOfBob>", ""},
        {"empty", "", ""},
    };
    for (const Case& c : cases) {
        BOOST_TEST_CONTEXT(c.name)
        {
            const auto parsed = parse_autodiscover(c.body);
            BOOST_TEST((parsed ? parsed->address : "") == c.address);
        }
    }
}

BOOST_AUTO_TEST_CASE(autodiscover_request_sizes)
{
    const std::string start = "<Autodiscover><Request><EMailAddress>ann@example.org</EMailAddress></Request><!--";
    const std::string end = "--></Autodiscover>";
    const auto padded = [&](std::size_t octets) {
        return start + std::string(octets - start.size() - end.size(), 'x') + end;
    };
    BOOST_TEST(parse_autodiscover(padded(kAutodiscoverOctets)).has_value());
    BOOST_TEST(!parse_autodiscover(padded(kAutodiscoverOctets + 1)).has_value());
    std::string deep;
    for (int i = 0; i < 1000; ++i)
        deep += "<a>";
    BOOST_TEST(!parse_autodiscover(deep).has_value());
}

// RFC 6186 §3.4, RFC 8314 §5.1
BOOST_AUTO_TEST_CASE(records_of_a_domain)
{
    using P = conf::Protocol;
    using T = conf::TlsMode;
    auto config = config_with({listener(P::Smtp, 25, T::StartTls), listener(P::Imap, 993, T::Implicit),
                               listener(P::Submission, 587, T::StartTls)});
    BOOST_TEST(lines_of(domain_records(config, "example.org", "mail.example.org")) ==
               "example.org MX 10 mail.example.org.\n"
               "_imaps._tcp.example.org SRV 0 1 993 mail.example.org.\n"
               "_imap._tcp.example.org SRV 0 0 0 .\n"
               "_pop3s._tcp.example.org SRV 0 0 0 .\n"
               "_pop3._tcp.example.org SRV 0 0 0 .\n"
               "_submissions._tcp.example.org SRV 0 0 0 .\n"
               "_submission._tcp.example.org SRV 1 1 587 mail.example.org.\n");
    config.listeners.push_back(listener(P::Http, 443, T::Implicit));
    const std::string with_http = lines_of(domain_records(config, "example.org", "mail.example.org"));
    BOOST_TEST(has(with_http, "autoconfig.example.org CNAME mail.example.org.\n"));
    BOOST_TEST(has(with_http, "_autodiscover._tcp.example.org SRV 0 1 443 mail.example.org.\n"));
    config.autoconfig.enabled = false;
    BOOST_TEST(!has(lines_of(domain_records(config, "example.org", "mail.example.org")), "CNAME"));
}
