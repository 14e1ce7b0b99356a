// Autodiscover as Outlook asks: a POX request and answer, and V2's pointer to it.
#include "core/autoconfig/documents.h"

#include "core/base/ascii.h"

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

/// What stands between <NAME ...> and </NAME>, whatever prefix the name has; empty: nothing.
std::string text_of(std::string_view body, std::string_view name)
{
    for (std::size_t at = body.find(name); at != std::string_view::npos; at = body.find(name, at + 1)) {
        const char before = at == 0 ? ' ' : body[at - 1];
        const std::size_t end = at + name.size();
        if ((before != '<' && before != ':') || end >= body.size())
            continue;
        if (body[end] != '>' && !ascii::is_space(body[end]))
            continue;
        const std::size_t open = body.find('>', end);
        const std::size_t close = open == std::string_view::npos ? open : body.find('<', open);
        if (close == std::string_view::npos || body[close + 1] != '/')
            return {};
        return std::string(ascii::trim(body.substr(open + 1, close - open - 1)));
    }
    return {};
}

} // namespace

Result<AutodiscoverRequest> parse_autodiscover(std::string_view body)
{
    AutodiscoverRequest request{text_of(body, "EMailAddress"), text_of(body, "AcceptableResponseSchema")};
    if (request.address.empty())
        return Error(Errc::Invalid, "no EMailAddress");
    return request;
}

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
