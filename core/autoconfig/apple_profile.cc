// A configuration profile: what a person taps on to set up mail on Apple's systems.
#include "core/autoconfig/documents.h"

#include "core/crypto/digest.h"
#include "core/crypto/hex.h"

namespace mailctl::autoconfig {
namespace {

std::string key(std::string_view name)
{
    return "\t<key>" + std::string(name) + "</key>\n";
}
std::string text(std::string_view name, std::string_view value)
{
    return key(name) + "\t<string>" + xml_escaped(value) + "</string>\n";
}
std::string number(std::string_view name, unsigned value)
{
    return key(name) + "\t<integer>" + std::to_string(value) + "</integer>\n";
}
std::string flag(std::string_view name, bool value)
{
    return key(name) + (value ? "\t<true/>\n" : "\t<false/>\n");
}

/// The same for the same account: a profile that is installed again replaces itself. RFC 9562 §5.8
std::string uuid_of(const std::string& seed)
{
    std::string octets = crypto::digest(crypto::Hash::Sha256, seed).substr(0, 16);
    octets[6] = static_cast<char>((octets[6] & 0x0F) | 0x80);
    octets[8] = static_cast<char>((octets[8] & 0x3F) | 0x80);
    const std::string hex = crypto::encode_hex(octets);
    return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' +
           hex.substr(16, 4) + '-' + hex.substr(20);
}

std::string server(const std::string& direction, const Offer& offer, const std::string& login)
{
    const std::string start = direction + "MailServer";
    return text(start + "Authentication", "EmailAuthPassword") + text(start + "HostName", offer.host) +
           number(start + "PortNumber", offer.port) +
           flag(start + "UseSSL", offer.security != Security::None) + text(start + "Username", login);
}

/// "org.example.mail" of "example.org": what these identifiers look like.
std::string reversed(std::string_view domain)
{
    std::string out;
    for (std::size_t end = domain.size();;) {
        const std::size_t dot = end == 0 ? std::string_view::npos : domain.rfind('.', end - 1);
        const std::size_t start = dot == std::string_view::npos ? 0 : dot + 1;
        out += (out.empty() ? "" : ".") + std::string(domain.substr(start, end - start));
        if (dot == std::string_view::npos)
            return out + ".mail";
        end = dot;
    }
}

std::string account(const Subject& subject, const Offer& reads, const Offer& sends, const std::string& id)
{
    const bool is_imap = reads.protocol == conf::Protocol::Imap;
    return "\t<dict>\n" + text("EmailAccountDescription", subject.name) + text("EmailAddress", subject.address) +
           text("EmailAccountType", is_imap ? "EmailTypeIMAP" : "EmailTypePOP") +
           server("Incoming", reads, subject.address) + server("Outgoing", sends, subject.address) +
           flag("OutgoingPasswordSameAsIncomingPassword", true) +
           text("PayloadDescription", "Mail of " + subject.address) +
           text("PayloadDisplayName", subject.name) + text("PayloadIdentifier", id + ".account") +
           text("PayloadType", "com.apple.mail.managed") +
           text("PayloadUUID", uuid_of("account " + subject.address)) + number("PayloadVersion", 1) +
           "\t</dict>\n";
}

} // namespace

Result<std::string> apple_profile(const Subject& subject)
{
    if (subject.address.empty())
        return Error(Errc::Invalid, "a profile is for one address");
    const Offer* reads = first_of(subject.offers, conf::Protocol::Imap);
    if (!reads)
        reads = first_of(subject.offers, conf::Protocol::Pop3);
    const Offer* sends = first_of(subject.offers, conf::Protocol::Submission);
    if (!reads || !sends)
        return Error(Errc::NotFound, "no listener for reading or for sending mail");
    const std::string id = reversed(subject.domain);
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
           "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
           "<plist version=\"1.0\">\n<dict>\n" +
           key("PayloadContent") + "\t<array>\n" + account(subject, *reads, *sends, id) + "\t</array>\n" +
           text("PayloadDescription", "Sets up mail of " + subject.address) +
           text("PayloadDisplayName", subject.name) + text("PayloadIdentifier", id) +
           text("PayloadOrganization", subject.name) + text("PayloadType", "Configuration") +
           text("PayloadUUID", uuid_of("profile " + subject.address)) + number("PayloadVersion", 1) +
           "</dict>\n</plist>\n";
}

} // namespace mailctl::autoconfig
