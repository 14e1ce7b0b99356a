// Settings of what mailboxes hold and for how long: rows of [quota], [deleted], [upkeep], [pop3].
#include "conf/schema/arrays.h"
#include "conf/schema/parts.h"
#include "conf/schema/words.h"

namespace mailctl::conf {
namespace {

using rows::choice;

constexpr rows::Word<OverQuotaAction> kOverQuotaActions[] = {
    {OverQuotaAction::Refuse, "refuse"},
    {OverQuotaAction::Accept, "accept"},
    {OverQuotaAction::Redirect, "redirect"}};
constexpr rows::Word<Pop3Order> kPop3Orders[] = {{Pop3Order::Oldest, "oldest"},
                                                 {Pop3Order::Newest, "newest"}};
constexpr rows::Word<RetentionAge> kRetentionAges[] = {{RetentionAge::Saved, "saved"},
                                                       {RetentionAge::Received, "received"}};

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

void add_quota(SettingRows& out)
{
    out.push_back(choice<Config>(
        "quota.action", AT(quota.action), kOverQuotaActions, Effect::Hot,
        "What becomes of mail for a full mailbox or domain",
        "refuse: as smtp.over_quota says (defer or refuse), while the sender is there; nothing is "
        "ever taken and bounced later. accept: it arrives all the same, and only the warnings of "
        "quota.warn and the log tell. redirect: it goes to the domain's postmaster, else the "
        "server's. IMAP clients cannot add to a full mailbox in any case."));
    out.push_back(row("quota.block_sending", AT(quota.block_sending), Effect::Hot,
                      "Refuse mail that users of full mailboxes send"));
    out.push_back(
        row("quota.warn", AT(quota.warn), Effect::Hot,
            "Percent of a quota at which its user is told by mail; empty: never",
            "One mail each time the mailbox, which grows, passes a level; for the same level again "
            "only after mail arrived there while it was 5 percent below. It goes into the mailbox "
            "itself, full or not, in place of the one before it, where that still lies in INBOX. Its "
            "text is quota.txt in "
            "bounce.templates, by domain and language as those of bounces, with {address}, "
            "{percent}, {level}, {used}, {limit}, {messages}, {message_limit} and {hostname}. Users "
            "and domains may have their own: --setting quota.warn=90."));
    out.push_back(
        row("quota.domain_warn", AT(quota.domain_warn), Effect::Hot,
            "Percent of a domain's quota at which its postmaster is told by mail; empty: never",
            "The quota is domain set --max-octets, of all mailboxes together. It is looked at while "
            "they grow. One mail for each level, to the domain's postmaster, else the server's; for "
            "the same level again only after it was 5 percent below. A postmaster who is a user here "
            "has the last one only: each takes the place of the one before it, where that still lies "
            "in INBOX. Its text is domain_quota.txt in bounce.templates, as quota.txt, with {domain}, "
            "{percent}, {level}, {used}, {limit}, {messages}, {users} and {hostname}. Domains may "
            "have their own: domain set --setting quota.domain_warn=90."));
}

void add_deleted(SettingRows& out)
{
    out.push_back(
        row("deleted.keep", AT(deleted.keep), Effect::Hot,
            "How long expunged messages and deleted mailboxes can be brought back; 0s: not at all",
            "mailctl mailbox undelete brings them back, mailbox deleted lists them. The server ends "
            "what is older for ever, every hour. Users and domains may have their own: --setting "
            "deleted.keep=30d."));
    out.push_back(row("deleted.count_in_quota", AT(deleted.count_in_quota), Effect::Hot,
                      "Until then it counts in the mailbox's quota"));
}

void add_pop3(SettingRows& out)
{
    out.push_back(row("pop3.login_delay", AT(pop3.login_delay), Effect::Reconnect,
                      "Time between two POP3 logins of one user (RFC 2449 §6.5)"));
    out.push_back(row("pop3.mark_seen", AT(pop3.mark_seen), Effect::Reconnect,
                      "Mark messages that POP3 fetched as \\Seen",
                      "Users and domains may have their own: --setting pop3.mark_seen=true."));
    out.push_back(row("pop3.concurrent", AT(pop3.concurrent), Effect::Reconnect,
                      "Let several POP3 sessions open one mailbox; otherwise the second is refused"));
    out.push_back(choice<Config>("pop3.order", AT(pop3.order), kPop3Orders, Effect::Reconnect,
                                 "Which message has number 1: oldest or newest",
                                 "newest is for devices that show the first messages only. Users "
                                 "and domains may have their own: --setting pop3.order=newest."));
    out.push_back(row("pop3.delete_retrieved", AT(pop3.delete_retrieved), Effect::Reconnect,
                      "Remove at QUIT what the session fetched with RETR",
                      "For clients that never delete. Clients are told with EXPIRE 0 (RFC 2449 "
                      "§6.7). Users and domains may have their own."));
    out.push_back(row("pop3.keep_retrieved", AT(pop3.keep_retrieved), Effect::Reconnect,
                      "Remove at QUIT fetched mail that came longer ago than this; 0s: never",
                      "Fetched is what is \\Seen; pop3.mark_seen counts as on with it. Mail that was "
                      "never fetched stays. Clients are told with EXPIRE and the days (RFC 2449 "
                      "§6.7). Users and domains may have their own."));
}

} // namespace

void add_keeping_rows(SettingRows& out)
{
    add_pop3(out);
    add_quota(out);
    add_deleted(out);
    out.push_back(row("upkeep.time", AT(upkeep.time), Effect::Hot,
                      "Time of the day at which the server applies [[retention]], \"HH:MM\" in UTC"));
    out.push_back(row("upkeep.report", AT(upkeep.report), Effect::Hot,
                      "Address that is told by mail what [[retention]] ended; empty: nobody",
                      "One mail a run that ended something or failed for somebody, of the server or "
                      "of mailctl mailbox retention without --dry-run. Its text is retention.txt in "
                      "bounce.templates, by the address's domain and by language as those of "
                      "bounces, with {messages}, {size}, {mailboxes}, {failed}, {list} and "
                      "{hostname}."));
}

const std::vector<Setting<Retention>>& retention_settings()
{
    static const std::vector<Setting<Retention>> all{
        rows::row<Retention>("mailbox", AT(mailbox), Effect::Hot,
                             "Name of the mailboxes, \"*\" and \"%\" allowed; or \"\\\\Trash\": the one "
                             "with that role",
                             "* is any run of characters, % one without \"/\". Roles are \\Inbox, "
                             "\\Archive, \\Drafts, \\Junk, \\Sent, \\Trash, \\All and \\Flagged, "
                             "whatever the mailbox is called. Where several tables are about a "
                             "message, each of them may end it."),
        rows::row<Retention>("keep", AT(keep), Effect::Hot,
                             "How long mail stays there: \"30d\". What is older is expunged; 0s: "
                             "whatever its age",
                             "keep, keep_size and keep_count each end what passes them; one of them "
                             "must be set."),
        rows::row<Retention>("keep_size", AT(keep_size), Effect::Hot,
                             "How much mail stays in each of the mailboxes: the newest; 0: any amount",
                             "\"500MiB\". The oldest go first, until the rest is no larger. Counted "
                             "is the mail that the table is about: what query matches."),
        rows::row<Retention>("keep_count", AT(keep_count), Effect::Hot,
                             "How many messages stay in each of the mailboxes: the newest; 0: any "
                             "number"),
        choice<Retention>("age", AT(age), kRetentionAges, Effect::Hot,
                          "What is older: saved or received",
                          "saved: since it came into the mailbox, of mail in Trash since it was "
                          "thrown away. received: since it came to this server. By the same time "
                          "keep_size and keep_count tell what is newest."),
        rows::row<Retention>("query", AT(query), Effect::Hot,
                             "Only what it matches goes: \"flag:seen not flag:flagged\"; empty: "
                             "everything",
                             "In the language of mailctl mailbox search, see mailctl-mailbox(1)."),
        rows::row<Retention>("domains", AT(domains), Effect::Hot,
                             "Only in these domains; empty: all"),
        rows::row<Retention>("users", AT(users), Effect::Hot,
                             "Only of these addresses, \"*\" allowed; empty: all"),
    };
    return all;
}

#undef AT

} // namespace mailctl::conf
