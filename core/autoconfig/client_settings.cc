// Settings of mail programs, in words and as files.
#include "core/autoconfig/client_settings.h"

#include <algorithm>
#include <array>

#include "core/base/ascii.h"

namespace mailctl::autoconfig {
namespace {

using conf::Protocol;

constexpr std::array<ClientName, 10> kClients{{{Client::Any, ""},
                                               {Client::Android, "android"},
                                               {Client::Apple, "apple"},
                                               {Client::Fetchmail, "fetchmail"},
                                               {Client::Getmail, "getmail"},
                                               {Client::Mbsync, "mbsync"},
                                               {Client::Msmtp, "msmtp"},
                                               {Client::Mutt, "mutt"},
                                               {Client::Outlook, "outlook"},
                                               {Client::Thunderbird, "thunderbird"}}};

/// What a program reads and sends with; nullptr: nothing.
struct Ways {
    const Offer* imap = nullptr;
    const Offer* pop3 = nullptr;
    const Offer* smtp = nullptr;
    const Offer* reads() const { return imap ? imap : pop3; }
};

Ways ways_of(const Subject& subject)
{
    return {first_of(subject.offers, Protocol::Imap), first_of(subject.offers, Protocol::Pop3),
            first_of(subject.offers, Protocol::Submission)};
}

Error nothing(std::string_view what)
{
    return Error(Errc::NotFound, "no listener for " + std::string(what));
}

/// In double quotes, as most configuration files have it.
std::string quoted(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + '"';
}

std::string at(const Offer& offer)
{
    return offer.host + ':' + std::to_string(offer.port);
}

// In words ----------------------------------------------------------------------------------------

std::string_view security_words(const Offer& offer)
{
    switch (offer.security) {
    case Security::Tls: return "SSL/TLS";
    case Security::StartTls: return "STARTTLS";
    case Security::None: break;
    }
    return "none";
}

/// The lines that every program asks for, under one heading.
std::string in_words(std::string_view heading, const Offer& offer, const std::string& login)
{
    std::string out(heading);
    out += "\n  Server name:   " + offer.host + "\n  Port:          " + std::to_string(offer.port);
    out += "\n  Security:      " + std::string(security_words(offer));
    out += "\n  User name:     " + login;
    out += "\n  Password:      ";
    out += offer.security == Security::None ? "your password, encrypted (SCRAM)" : "your password";
    return out + '\n';
}

std::string all_in_words(const Subject& subject, const Ways& ways)
{
    std::string out = "E-mail address: " + subject.address + "\n\n";
    if (ways.imap)
        out += in_words("To read mail (IMAP; it stays on the server, for several devices):", *ways.imap,
                        subject.address) +
               '\n';
    if (ways.pop3)
        out += in_words(ways.imap ? "Instead, to fetch mail to one computer (POP3):"
                                  : "To fetch mail (POP3):",
                        *ways.pop3, subject.address) +
               '\n';
    if (ways.smtp)
        out += in_words("To send mail (SMTP; the server asks for the same name and password):",
                        *ways.smtp, subject.address);
    return out;
}

Result<std::string> for_any(const Subject& subject)
{
    const Ways ways = ways_of(subject);
    if (!ways.reads() && !ways.smtp)
        return nothing("reading or sending mail");
    return all_in_words(subject, ways) +
           "\nThe user name is the whole e-mail address. Your password is the one that you were\n"
           "given; where an app password was made for this program, it goes there instead.\n";
}

/// `steps` before the values, for programs that people set up by hand.
Result<std::string> by_hand(const Subject& subject, std::string_view steps)
{
    const Ways ways = ways_of(subject);
    if (!ways.reads() || !ways.smtp)
        return nothing(ways.reads() ? "sending mail" : "reading mail");
    return std::string(steps) + "\n\n" + all_in_words(subject, ways);
}

Result<std::string> for_thunderbird(const Subject& subject)
{
    return by_hand(subject,
                   "In Thunderbird: Menu, New Account, Email. Type your name, this address and your "
                   "password,\nand choose Continue; it finds the rest. If it does not, choose "
                   "Configure manually and type\nwhat stands below. Authentication is \"Normal "
                   "password\" on a line with TLS.");
}

Result<std::string> for_outlook(const Subject& subject)
{
    return by_hand(subject,
                   "In Outlook: File, Add Account. Type this address, open Advanced options and tick "
                   "\"Let me\nset up my account manually\", choose IMAP (or POP), and type what stands "
                   "below.\nEncryption method is \"SSL/TLS\" or \"STARTTLS\"; leave \"Secure Password "
                   "Authentication\" off.");
}

Result<std::string> for_android(const Subject& subject)
{
    return by_hand(subject,
                   "On Android, in Gmail: your picture, Add another account, Other. Type this address, "
                   "choose\nPersonal (IMAP), then what stands below for incoming and for outgoing mail, "
                   "with \"Require\nsignin\" on. In K-9 Mail or Thunderbird for Android: Add account, "
                   "this address, and the\nsame values where it asks for them.");
}

// As files ----------------------------------------------------------------------------------------

std::string mutt_url(std::string_view scheme, const Offer& offer, const std::string& login)
{
    std::string user;
    for (const char c : login)
        user += c == '@' ? std::string("%40") : c == '%' ? std::string("%25") : std::string(1, c);
    return std::string(scheme) + (offer.security == Security::Tls ? "s://" : "://") + user + '@' + at(offer) + '/';
}

Result<std::string> for_mutt(const Subject& subject)
{
    const Ways ways = ways_of(subject);
    if (!ways.reads() || !ways.smtp)
        return nothing(ways.reads() ? "sending mail" : "reading mail");
    const Offer& reads = *ways.reads();
    std::string out = "# ~/.muttrc of " + subject.address + "; mutt asks for the password.\n";
    out += "set from = " + quoted(subject.address) + "\nset use_from = yes\n";
    if (ways.imap) {
        out += "set folder = " + quoted(mutt_url("imap", reads, subject.address)) + '\n';
        out += "set spoolfile = \"+INBOX\"\nset record = \"+Sent\"\nset postponed = \"+Drafts\"\n";
    } else {
        out += "set pop_host = " + quoted(mutt_url("pop", reads, subject.address)) + '\n';
    }
    out += "set smtp_url = " + quoted(mutt_url("smtp", *ways.smtp, subject.address)) + '\n';
    const bool in_clear = reads.security == Security::None || ways.smtp->security == Security::None;
    return out + "set ssl_starttls = yes\nset ssl_force_tls = " + (in_clear ? "no\n" : "yes\n");
}

std::string_view mbsync_security(const Offer& offer)
{
    switch (offer.security) {
    case Security::Tls: return "IMAPS";
    case Security::StartTls: return "STARTTLS";
    case Security::None: break;
    }
    return "None";
}

Result<std::string> for_mbsync(const Subject& subject)
{
    const Offer* imap = ways_of(subject).imap;
    if (!imap)
        return nothing("IMAP");
    const std::string name = subject.address;
    return "# ~/.mbsyncrc of " + name + "; its password is in the file that PassCmd reads.\n" +
           "IMAPAccount " + name + "\nHost " + imap->host + "\nPort " + std::to_string(imap->port) +
           "\nUser " + quoted(name) + "\nPassCmd \"cat ~/.mail-password\"\nSSLType " +
           std::string(mbsync_security(*imap)) + "\n\nIMAPStore " + name + "-remote\nAccount " + name +
           "\n\nMaildirStore " + name + "-local\nSubFolders Verbatim\nPath ~/Mail/" + name +
           "/\nInbox ~/Mail/" + name + "/INBOX\n\nChannel " + name + "\nFar :" + name +
           "-remote:\nNear :" + name + "-local:\nPatterns *\nCreate Both\nExpunge Both\nSyncState *\n";
}

Result<std::string> for_msmtp(const Subject& subject)
{
    const Offer* smtp = ways_of(subject).smtp;
    if (!smtp)
        return nothing("sending mail");
    const bool has_tls = smtp->security != Security::None;
    return "# ~/.msmtprc of " + subject.address + "; its password is in the file that passwordeval reads.\n" +
           "account " + subject.address + "\nhost " + smtp->host + "\nport " + std::to_string(smtp->port) +
           "\nfrom " + subject.address + "\nuser " + subject.address + "\nauth " +
           (has_tls ? "on" : "scram-sha-256") + "\npasswordeval \"cat ~/.mail-password\"\ntls " +
           (has_tls ? "on" : "off") + "\ntls_starttls " +
           (smtp->security == Security::StartTls ? "on" : "off") + "\n\naccount default : " +
           subject.address + '\n';
}

Result<std::string> for_getmail(const Subject& subject)
{
    const Offer* reads = ways_of(subject).reads();
    if (!reads)
        return nothing("reading mail");
    if (reads->security == Security::StartTls || reads->security == Security::None)
        return nothing("reading mail with TLS from the start, which getmail needs");
    const bool imap = reads->protocol == Protocol::Imap;
    return "# ~/.config/getmail/getmailrc of " + subject.address + "\n[retriever]\ntype = " +
           (imap ? "SimpleIMAPSSLRetriever" : "SimplePOP3SSLRetriever") + "\nserver = " + reads->host +
           "\nport = " + std::to_string(reads->port) + "\nusername = " + subject.address +
           "\npassword_command = (\"cat\", \"~/.mail-password\")\n\n[destination]\ntype = Maildir\npath = "
           "~/Mail/" + subject.address + "/\n\n[options]\nread_all = false\n";
}

Result<std::string> for_fetchmail(const Subject& subject)
{
    const Offer* reads = ways_of(subject).reads();
    if (!reads)
        return nothing("reading mail");
    const bool imap = reads->protocol == Protocol::Imap;
    const std::string_view tls = reads->security == Security::Tls ? "ssl sslcertck"
                                 : reads->security == Security::StartTls
                                     ? "sslproto 'TLS1.2+' sslcertck"
                                     : "sslproto ''";
    return "# ~/.fetchmailrc of " + subject.address + "; fetchmail asks for the password.\npoll " +
           reads->host + " service " + std::to_string(reads->port) + " protocol " +
           (imap ? "IMAP" : "POP3") + "\n  user " + quoted(subject.address) + "\n  " +
           std::string(tls) + "\n  keep\n";
}

} // namespace

std::span<const ClientName> client_names()
{
    return kClients;
}

std::optional<Client> parse_client(std::string_view name)
{
    for (const auto& one : kClients)
        if (ascii::equals_ignoring_case(one.name, name))
            return one.client;
    return std::nullopt;
}

Result<std::string> client_settings(Client client, const Subject& subject)
{
    if (subject.address.empty())
        return Error(Errc::Invalid, "settings are for one address");
    switch (client) {
    case Client::Any: return for_any(subject);
    case Client::Thunderbird: return for_thunderbird(subject);
    case Client::Outlook: return for_outlook(subject);
    case Client::Apple: return apple_profile(subject);
    case Client::Android: return for_android(subject);
    case Client::Mutt: return for_mutt(subject);
    case Client::Mbsync: return for_mbsync(subject);
    case Client::Msmtp: return for_msmtp(subject);
    case Client::Getmail: return for_getmail(subject);
    case Client::Fetchmail: return for_fetchmail(subject);
    }
    return nothing("this program");
}

} // namespace mailctl::autoconfig
