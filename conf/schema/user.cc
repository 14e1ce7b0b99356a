// Settings about single users: rows of [user].
#include "conf/schema/parts.h"

#include "conf/schema/row_types.h"

namespace mailctl::conf {
namespace {

#define AT(member)       \
    [](auto& c) -> auto& \
    {                    \
        return c.member; \
    }

constexpr rows::Word<LoginBy> kLoginBy[] = {{LoginBy::Either, "either"},
                                            {LoginBy::Password, "password"},
                                            {LoginBy::Certificate, "cert"},
                                            {LoginBy::Both, "both"},
                                            {LoginBy::None, "off"}};
constexpr rows::Word<DeleteMail> kDeletes[] = {{DeleteMail::Mark, "mark"},
                                               {DeleteMail::Trash, "trash"},
                                               {DeleteMail::Expunge, "expunge"}};
constexpr rows::Word<OldPassword> kOldPassword[] = {{OldPassword::Refuse, "refuse"},
                                                    {OldPassword::Empty, "empty"}};

constexpr rows::Word<Delegation> kDelegation[] = {{Delegation::Off, "off"},
                                                  {Delegation::OnBehalf, "on-behalf"},
                                                  {Delegation::SendAs, "send-as"}};

template <class Get>
Setting<Config> row(std::string_view path, Get get, Effect effect, std::string_view help,
                    std::string_view manual = {})
{
    return rows::row<Config>(path, get, effect, help, manual);
}

} // namespace

void add_user_rows(SettingRows& out)
{
    out.push_back(rows::choice<Config>(
        "user.auth", AT(user.auth), kLoginBy, Effect::Hot,
        "What users log in with: either, password, cert, both or off",
        "either: a password, or a certificate that user cert enrolled. password: a password. cert: "
        "a certificate; a password given beside it has to be right. both: a password over a TLS "
        "connection that showed the user's certificate; the certificate alone (EXTERNAL) is "
        "refused. off: nobody logs in. App passwords and tokens are passwords here. Where a user "
        "has certificates, one that is shown has to be among them whatever the way. Users and "
        "domains may have their own: --setting user.auth=both."));
    out.push_back(row("user.client_ca", AT(client_ca.authority), Effect::Hot,
                      "Who signs the certificates of user cert issue: \"file:PATH\", \"env:NAME\" or "
                      "\"cmd:COMMAND\"; empty: an authority that the store keeps",
                      "PEM, its certificate and its key. Logins do not ask who signed a certificate: "
                      "it counts while user cert list has it."));
    out.push_back(row("user.client_certificate_life", AT(client_ca.life), Effect::Hot,
                      "How long the certificates of user cert issue are valid"));
    out.push_back(row("user.save_sent", AT(user.save_sent), Effect::Hot,
                      "Keep a copy of what users submit in their Sent mailbox",
                      "For clients that keep none. Where the client stores the same message too "
                      "(same Message-ID, within an hour), one copy stays: the client's. Users and "
                      "domains may have their own: --setting user.save_sent=true."));
    out.push_back(rows::choice<Config>(
        "user.delete", AT(user.deletes), kDeletes, Effect::Reconnect,
        "What becomes of mail that a client deletes: mark, trash or expunge",
        "mark: as RFC 9051 has it: it stays, marked, until the client expunges it. trash: what is "
        "expunged, or deleted by POP3, goes to the mailbox with the role Trash; there it is "
        "expunged. expunge: it is expunged as soon as a client marks it. This breaks RFC 9051: a "
        "client that marks and thinks again has lost the mail, but for mailctl mailbox undelete "
        "(deleted.keep). Users and domains may have their own: --setting user.delete=trash."));
    out.push_back(row("user.activity_log", AT(user.activity_log), Effect::Hot,
                      "Record what users send, receive, move, delete, log in from and are refused",
                      "mailctl user activity shows it. Users and domains may have their own: "
                      "--setting user.activity_log=true."));
    out.push_back(row("user.activity_keep", AT(user.activity_keep), Effect::Hot,
                      "How long these records are kept",
                      "Of one user at most the last 100000 records, whatever their age."));
    out.push_back(rows::choice<Config>(
        "user.old_password", AT(user.old_password), kOldPassword, Effect::Hot,
        "What a client finds that logs in to IMAP or POP3 with the password before: refuse or empty",
        "empty: it is let into a mailbox without mail, so that a lost telephone forgets what it "
        "has; what it writes is dropped. Mail stays for who knows the new password. It holds for "
        "passwords that are replaced while it is set, at most the last three, and for app passwords "
        "that mailctl user wipe-clients ends. With SCRAM too, where the old and the new password "
        "have keys; these then share a salt. Users and domains may have their own: --setting "
        "user.old_password=empty."));
    out.push_back(rows::choice<Config>(
        "user.delegation", AT(user.delegation), kDelegation, Effect::Hot,
        "What users may let others do with their address, by themselves: off, on-behalf or send-as",
        "on-behalf: mail that names the user in From, with a Sender field that says who sent it "
        "(RFC 5322 §3.6.2); the server puts it there. send-as: also without that field. Users say "
        "whom by IMAP, with the server annotations /private/vendor/mailctl/send-as and "
        "/private/vendor/mailctl/send-on-behalf, administrators with mailctl user delegate. What is "
        "allowed here holds at each message: a narrower setting narrows what was given before. It "
        "counts where smtp.sender_match is domain or account, and for From where "
        "smtp.sender_match_header is on. Users and domains may have their own: --setting "
        "user.delegation=send-as."));
    out.push_back(row("user.end_sessions", AT(user.end_sessions), Effect::Hot,
                      "End the sessions of users whose password changed or who may not log in any more",
                      "Also those whose app password or certificate was revoked. Users and domains "
                      "may have their own: --setting user.end_sessions=false."));
}

} // namespace mailctl::conf
