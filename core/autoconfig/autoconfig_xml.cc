// The document that Thunderbird and those who follow it ask for.
#include "core/autoconfig/documents.h"

#include "core/base/ascii.h"

namespace mailctl::autoconfig {
namespace {

std::string_view socket_type(Security security)
{
    switch (security) {
    case Security::Tls: return "SSL";
    case Security::StartTls: return "STARTTLS";
    case Security::None: break;
    }
    return "plain";
}

/// The first one that a program knows is used; a password over TLS is what all of them know.
std::string authentications(const Offer& offer)
{
    std::string out;
    if (offer.security == Security::None)
        return "      <authentication>password-encrypted</authentication>\n";
    out += "      <authentication>password-cleartext</authentication>\n";
    if (offer.has_oauth)
        out += "      <authentication>OAuth2</authentication>\n";
    return out;
}

std::string server(const Offer& offer)
{
    const bool sends = offer.protocol == conf::Protocol::Submission;
    const std::string tag = sends ? "outgoingServer" : "incomingServer";
    return "    <" + tag + " type=\"" + std::string(word_of(offer.protocol)) + "\">\n" +
           "      <hostname>" + xml_escaped(offer.host) + "</hostname>\n" +
           "      <port>" + std::to_string(offer.port) + "</port>\n" +
           "      <socketType>" + std::string(socket_type(offer.security)) + "</socketType>\n" +
           authentications(offer) +
           "      <username>%EMAILADDRESS%</username>\n" +
           "    </" + tag + ">\n";
}

} // namespace

std::string xml_escaped(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else if (!ascii::is_control(c) || c == '\t' || c == '\n')
            out += c;
    }
    return out;
}

std::string autoconfig_xml(const Subject& subject)
{
    const std::string name = xml_escaped(subject.name);
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<clientConfig version=\"1.1\">\n"
                      "  <emailProvider id=\"" + xml_escaped(subject.domain) + "\">\n"
                      "    <domain>" + xml_escaped(subject.domain) + "</domain>\n"
                      "    <displayName>" + name + "</displayName>\n"
                      "    <displayShortName>" + name + "</displayShortName>\n";
    for (const Offer& offer : subject.offers)
        out += server(offer);
    return out + "  </emailProvider>\n</clientConfig>\n";
}

} // namespace mailctl::autoconfig
