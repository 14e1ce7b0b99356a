// Autodiscover as Outlook asks for it: the POX answer, and V2's pointer to it.
#include "core/autoconfig/documents.h"

namespace mailctl::autoconfig {
namespace {

constexpr std::string_view kResponse =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006\">\n";

std::string_view type_of(conf::Protocol protocol)
{
    switch (protocol) {
    case conf::Protocol::Imap: return "IMAP";
    case conf::Protocol::Pop3: return "POP3";
    default: return "SMTP";
    }
}

std::string element(std::string_view name, std::string_view value)
{
    return "        <" + std::string(name) + ">" + xml_escaped(value) + "</" + std::string(name) + ">\n";
}

std::string protocol(const Offer& offer, const std::string& login)
{
    std::string out = "      <Protocol>\n";
    out += element("Type", type_of(offer.protocol));
    out += element("Server", offer.host);
    out += element("Port", std::to_string(offer.port));
    if (!login.empty())
        out += element("LoginName", login);
    out += element("DomainRequired", "off");
    out += element("SPA", "off");
    // "Encryption" is read by newer programs and wins over SSL: TLS there is STARTTLS.
    out += element("SSL", offer.security == Security::Tls ? "on" : "off");
    out += element("Encryption", offer.security == Security::Tls        ? "SSL"
                                 : offer.security == Security::StartTls ? "TLS"
                                                                        : "None");
    out += element("AuthRequired", "on");
    if (offer.protocol == conf::Protocol::Submission) {
        out += element("UsePOPAuth", "on"); // the same name and password as for reading
        out += element("SMTPLast", "off");
    }
    return out + "      </Protocol>\n";
}

} // namespace

std::string autodiscover_xml(const Subject& subject)
{
    std::string out(kResponse);
    out += "  <Response xmlns=\"" + std::string(kOutlookSchema) + "\">\n";
    out += "    <User>\n      <DisplayName>" + xml_escaped(subject.address) + "</DisplayName>\n    </User>\n";
    out += "    <Account>\n      <AccountType>email</AccountType>\n      <Action>settings</Action>\n";
    for (const Offer& offer : subject.offers)
        out += protocol(offer, subject.address);
    return out + "    </Account>\n  </Response>\n</Autodiscover>\n";
}

std::string autodiscover_error_xml(std::string_view message)
{
    return std::string(kResponse) + "  <Response>\n    <Error>\n      <ErrorCode>600</ErrorCode>\n      <Message>" +
           xml_escaped(message) + "</Message>\n      <DebugData/>\n    </Error>\n  </Response>\n</Autodiscover>\n";
}

std::string autodiscover_json(std::string_view protocol, std::string_view url)
{
    return "{\"Protocol\":\"" + std::string(protocol) + "\",\"Url\":\"" + std::string(url) + "\"}\n";
}

} // namespace mailctl::autoconfig
