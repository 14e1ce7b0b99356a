// THE table of commands, in help order.
#include "cmd/commands.h"

#include "cmd/address/address.h"
#include "cmd/alias/alias.h"
#include "cmd/ban/ban.h"
#include "cmd/conf/conf.h"
#include "cmd/control/control.h"
#include "cmd/dkim/dkim.h"
#include "cmd/dns/dns.h"
#include "cmd/domain/domain.h"
#include "cmd/explain/explain.h"
#include "cmd/export/export.h"
#include "cmd/fts/fts.h"
#include "cmd/import/import.h"
#include "cmd/log/level.h"
#include "cmd/mailbox/mailbox.h"
#include "cmd/queue/queue.h"
#include "cmd/quota/quota.h"
#include "cmd/route/route.h"
#include "cmd/sending/sending.h"
#include "cmd/srs/srs.h"
#include "cmd/sendmail/sendmail.h"
#include "cmd/serve/serve.h"
#include "cmd/service/service.h"
#include "cmd/session/session.h"
#include "cmd/smtp/smtp.h"
#include "cmd/status/status.h"
#include "cmd/store/verbs.h"
#include "cmd/tls/tls.h"
#include "cmd/tlsrpt/tlsrpt.h"
#include "cmd/user/user.h"

namespace mailctl::cmd {

const std::vector<Noun>& nouns()
{
    static const std::vector<Noun> all{
        {"serve", "Run the server in the foreground",
         "Binds every enabled listener, becomes server.user where it was started as root, opens the "
         "store and serves. It stays in the foreground; a service manager is told when it is ready "
         "(sd_notify), while it reloads, and that it is alive (watchdog).\n\n"
         "SIGHUP reads the settings and the certificates again: new sessions get them, sessions "
         "under way keep what they began with, and a file with mistakes changes nothing. SIGTERM "
         "and SIGINT stop it: each session still answers its command under way; what was promised "
         "is kept. A second one ends it at once.\n\n"
         "Once it runs it can write nowhere but in server.data_dir and the folders of its log and "
         "its Unix sockets, can gain no rights, and is refused system calls that no mail server "
         "needs (Landlock, no_new_privs, seccomp).",
         "# As a service\n$ cp examples/systemd/mailctl.service /etc/systemd/system/\n"
         "# By hand\n$ mailctl -c mail/mailctl.toml serve"},
        {"status", "Show what the running server is and does",
         "Asks the running server for its version, start, settings, addresses and sessions. The "
         "exit status is 69 where no server runs.",
         "# Is it up?\n$ mailctl -q status > /dev/null && echo yes"},
        {"service", "Stop and start single listeners of the running server",
         "stop refuses new connections on a listener, by its name in the settings; its sessions go "
         "on. Its ports stay taken, so that start works for a server that may not bind them any "
         "more. A listener stays stopped, also when the settings are read again, until start or "
         "until the server starts anew. list tells for each listener whether it is listening, "
         "stopped, failed (and why start did not work) or disabled by the settings.",
         "# No new mail from outside for a while; clients go on\n$ mailctl service stop smtp\n"
         "$ mailctl service start smtp"},
        {"session", "List, watch and end live connections",
         "Every connection has a number that is not used again while the server runs. list shows "
         "who is connected and from where, with which client (EHLO's name, IMAP's ID), in which "
         "state and mailbox, the last command and since when, TLS version and cipher, and octets "
         "received and sent so far, without TLS. kick ends a "
         "connection once its command under way is answered, so that nothing is lost. watch looks "
         "every second and tells what began, changed and ended between; what is shorter than that "
         "is not seen.",
         "# Who reads mail right now?\n$ mailctl session list --listener imaps\n"
         "# What does one network do?\n"
         "$ mailctl session watch --address 192.0.2.0/24\n"
         "# Who fetches most?\n"
         "$ mailctl session list -o json --columns user,sent | jq '.rows | sort_by(-.sent)'\n"
         "# End every session of one person\n$ mailctl session kick --user ann@example.org"},
        {"conf", "Write, check, show and change the settings",
         "Settings live in TOML files only; nothing in the store overrides them. mailctl.toml(5) "
         "lists every key.\n\n"
         "A change takes two steps: edit the file (or use conf set), then conf apply. conf plan "
         "shows what apply would do and whether each change is hot (in force at once), reconnect "
         "(for new sessions), restart (after a restart) or destructive. A file with mistakes "
         "changes nothing: a running server keeps its settings.",
         "# A server on high loopback ports, everything in one folder\n"
         "$ mailctl conf init --local 10000 ~/mail --domain example.org\n"
         "# Try a change and take it back unless confirmed within five minutes\n"
         "$ mailctl conf set smtp.vrfy true\n"
         "$ mailctl conf apply --confirm-within 5m\n"
         "$ mailctl conf confirm"},
        {"control", "Who may command this server from other machines",
         "A server with control.listen takes commands over TLS. Who commands shows a certificate "
         "that control.client_ca signed (or that stands in it), or a token: 48 letters and digits, "
         "of which the settings hold a hash only. Both may run every command. Client and server "
         "must be of the same version.\n\n"
         "On the other machine, --host names the server, or $MAILCTL_HOST. Its certificate must be "
         "for that name and come from an authority of the system or of --host-ca, which can be the "
         "server's self-signed certificate itself. Files named in arguments are those of the "
         "caller's machine; commands that work on settings files and keys (conf init, conf set, "
         "tls, serve and the like) stay on their own.",
         "# On the server\n"
         "$ mailctl control token laptop --add > laptop.token\n"
         "$ mailctl conf set control.listen '[\"192.0.2.1\"]'\n"
         "# On the laptop, after a restart of the server\n"
         "$ mailctl --host mail.example.org --host-token-file laptop.token queue list\n"
         "# With a certificate: the server's control.client_ca is a copy of laptop.pem\n"
         "$ mailctl tls new laptop --key laptop.key --certificate laptop.pem\n"
         "$ mailctl --host mail.example.org --host-certificate laptop.pem --host-key laptop.key "
         "status"},
        {"domain", "The domains of this server",
         "A domain's users, aliases and other names, its limits and defaults. Mail for a domain "
         "that is not here is not accepted, except from those who may relay.\n\n"
         "The same words choose domains on every verb: names, or --where with fields as domain "
         "list shows them. Try a choice with list, then act with the same words.\n\n"
         "dns prints what belongs into the domain's zone, from the listeners and keys there are: MX, "
         "the SRV records by which mail programs find their servers (RFC 6186, RFC 8314; \"0 0 0 .\" "
         "says that a service is not offered), with a listener of protocol http the names at which "
         "they ask for Autoconfig and Autodiscover, whose certificate must hold them, and the DKIM keys.",
         "# A domain with a limit and a catch-all\n"
         "$ mailctl domain add example.org --max-users 100 --catch-all info@example.org\n"
         "# Another name for it, for mail and logins\n"
         "$ mailctl domain alias add example.org example.com\n"
         "# What to put into the DNS\n"
         "$ mailctl domain dns example.org\n"
         "# Which domains have over 50 users?\n"
         "$ mailctl domain list --where 'users>50' --sort -users"},
        {"user", "The people who have mailboxes here",
         "A user is an address with a mailbox and, usually, a password. Passwords come from a "
         "prompt, standard input, a file or a descriptor, never from an argument.\n\n"
         "The same words choose users on every verb: addresses, --domain, and --where with fields "
         "as user show names them. Try a choice with list, then act with the same words and "
         "--dry-run.\n\n"
         "remove keeps everything and can be undone with restore for store.keep_removed_users; "
         "the address stays taken. erase is for ever.\n\n"
         "A user's state is active; disabled (mail is refused, no login); no_login (mail arrives); "
         "read_only (logs in and reads; mail is refused, and no client changes what is there); "
         "suspended (no login, and senders are told to try again later, so that nothing bounces "
         "meanwhile); or pending, the same until somebody approves with enable. Nothing is ever "
         "deleted by a state. --access keeps services to networks, or networks from services.\n\n"
         "Failed logins lock an account for a while (settings: ban.account_failures, "
         "ban.account_lock). Locks live in the memory of the running server: locked_until tells "
         "of them while it runs, and unlock ends them early. Its exit status is 1 where no chosen "
         "user is locked.\n\n"
         "contain is for an account in the wrong hands: no login, no sending, sessions end, what it "
         "has in the queue is held, and a report tells what it sent and from where it logged in; "
         "mail for it still arrives. App passwords and certificates stop with it. --undo puts back "
         "the state from before and releases what "
         "contain held; enable also ends it, without the queue.\n\n"
         "apppass makes passwords for one program each: they work beside the user's own for the "
         "services and networks named, with PLAIN, LOGIN and SCRAM, until they expire or are "
         "revoked. They are printed once and kept as hashes, at most 50 of a user; a wrong one, or "
         "one used for what it is not for, counts as a failed login. The setting "
         "auth.app_passwords_only names services that refuse the user's own password. passwd "
         "leaves them as they are unless it is given --revoke-app-passwords.\n\n"
         "cert lets a user log in with SASL EXTERNAL and a TLS certificate, by its SHA-256 and "
         "whoever signed it, until it expires; the setting auth.client_certificates makes the "
         "server ask for one.",
         "# A user with a password made up and printed once\n"
         "$ mailctl user add ann@example.org --name 'Ann Example' --random-password\n"
         "# More room for a department\n"
         "$ mailctl user set --where department=sales --quota 5GiB --dry-run\n"
         "# Who uses most?\n"
         "$ mailctl user list --sort -used --columns address,used,quota --limit 10\n"
         "# Stop a stolen account; later: user enable\n"
         "$ mailctl user suspend ann@example.org --reason 'password stolen, ticket 4711'\n"
         "# IMAP from the office only\n"
         "$ mailctl user set ann@example.org --access imap=allow:192.0.2.0/24,2001:db8::/32\n"
         "# Let somebody in again who forgot the new password too often\n"
         "$ mailctl user unlock ann@example.org\n"
         "# Somebody else has the password\n"
         "$ mailctl user contain ann@example.org --reason 'spam run' -o json\n"
         "# A password for one telephone, printed once; and the telephone is lost\n"
         "$ mailctl user apppass add ann@example.org telephone --service imap,smtp\n"
         "$ mailctl user apppass list ann@example.org\n"
         "$ mailctl user apppass revoke ann@example.org k3n9zq\n"
         "# Log in with a certificate\n"
         "$ mailctl user cert add ann@example.org ann.pem --label laptop\n"
         "# From cron: end what was removed long enough ago\n"
         "$ mailctl user erase --overdue --yes"},
        {"mailbox", "Mailboxes and the messages in them",
         "Whose mailboxes a command is about, --user, --domain, --where and --all say; which "
         "messages, a query. The words are the same on every verb: search first, then act with the "
         "same words, and --dry-run. Verbs that change messages need a query (all is every message) "
         "and, off a terminal, --yes for more than one message. Clients that have a mailbox open see "
         "the change at once. Exit status 1: nothing was chosen; 3: only a part was done.\n\n"
         "QUERIES. A query is made of terms FIELD:VALUE. Terms side by side must all hold (\"and\" "
         "may stand between them), \"or\" between them takes either, \"not\" turns one around, "
         "parentheses group; \"and\" binds closer than \"or\". A value with spaces or parentheses "
         "stands in quotes: subject:\"to do\"; inside them \\\\ and \\\" are \\ and \". Texts "
         "match anywhere and without regard to case, decoded. Put the query in single quotes, so "
         "that the shell leaves it alone. search --fields lists all fields. Limits: 16 KiB, 500 terms, 32 levels.\n\n"
         "About header and text: from:, to:, cc:, bcc:, subject:, list: (List-Id), message-id:, "
         "header:NAME:VALUE, header:NAME (there is such a field), body:, text: (header or body).\n\n"
         "About the message: flag: (seen, answered, flagged, deleted, draft, or a keyword), larger: "
         "and smaller: (1M, 500KiB), uid: (7, 2:9,12), id: and thread: as search shows them.\n\n"
         "About time: older: and younger: (30d, 12h) since it was received, before:, on: and since: "
         "(2026-01-31, in UTC) the day it was received; saved-older:, saved-younger:, saved-before:, "
         "saved-on:, saved-since: the same since it came into its mailbox; sent-before:, sent-on:, "
         "sent-since: its Date field.\n\n"
         "About the mailbox: mailbox: (a name; * is any run of characters, % the same without /), "
         "role: (inbox, archive, drafts, junk, sent, trash, all, flagged).\n\n"
         "What is expunged, by a client too, can be brought back for deleted.keep: deleted lists it, "
         "undelete brings it back, with new UIDs. In their queries mailbox: is the name of the "
         "mailbox that the message was in, and role: matches nothing. A message that a client moved "
         "to the trash is not deleted: it lies there.\n\n"
         "retention applies the settings' [[retention]] now; the server does so every day at "
         "upkeep.time. With --dry-run it tells what would go.\n\n"
         "acl says who else may do what in a user's mailboxes, as IMAP clients can (RFC 4314). WHO "
         "is a user; an alias, which is a group of the users it leads to; \"@example.org\", every "
         "user of a domain; or \"anyone\" (sharing.anyone). The most specific entry that matches "
         "somebody decides: the user's own, else those of all his groups together, else the "
         "domain's, else that of anyone; an entry without rights keeps somebody out. Users see such "
         "mailboxes below sharing.other_users, those of sharing.public_owner below "
         "sharing.public_root. The letters: l see it, r read, s keep what was seen, w other flags, "
         "i put messages in, p post to it, k make mailboxes below it, x delete it, t mark messages "
         "as deleted, e expunge them, a change this list. --preset read is lrs, write lrswip, "
         "delete lrswipte, full all. A new mailbox begins with the list of the one above it. "
         "acl seen own gives everybody but the owner a \\Seen of their own.\n\n"
         "unlock ends the POP3 session that has a mailbox to itself, where its client is gone and "
         "another one is refused as in use. What the session had marked for deletion stays. The "
         "exit status is 1 where no named mailbox is locked. With pop3.concurrent there are no "
         "locks.",
         "# What does Bob's mail take?\n"
         "$ mailctl mailbox list --user ann@example.org 'from:bob@example.net larger:1M'\n"
         "# Retention as one line of cron\n"
         "0 3 * * * mailctl -q mailbox empty --all 'role:trash saved-older:30d or role:junk "
         "saved-older:14d' --yes\n"
         "# Take a phishing mail out of every mailbox; first look\n"
         "$ mailctl mailbox search --all 'message-id:4711@bad.example not role:trash'\n"
         "$ mailctl mailbox move --all 'message-id:4711@bad.example not role:trash' --to Trash --yes\n"
         "# \"I deleted everything this morning\"\n"
         "$ mailctl mailbox undelete --user ann@example.org --since 4h --dry-run\n"
         "# Read one message\n"
         "$ mailctl mailbox cat --user ann@example.org mailbox:INBOX uid:17\n"
         "# A folder as an mbox\n"
         "$ mailctl mailbox cat --user ann@example.org --mbox mailbox:Projects/old > old.mbox\n"
         "# Mark old lists as read\n"
         "$ mailctl mailbox flags --domain example.org 'list:users older:90d' --add seen --yes\n"
         "# A telephone left the network in the middle of a session\n"
         "$ mailctl mailbox unlock ann@example.org\n"
         "# The team reads what comes to the office, and Bob may tidy up\n"
         "$ mailctl mailbox acl set office@example.org INBOX team@example.org lrs\n"
         "$ mailctl mailbox acl set office@example.org INBOX bob@example.org --preset delete\n"
         "$ mailctl mailbox acl list office@example.org"},
        {"quota", "How full mailboxes are",
         "list shows what each mailbox holds and the limits in force: the user's own, else the "
         "domain's. The store keeps these sums exactly with every change; recount proves it by "
         "counting message by message, on a running server too, and corrects what differs. "
         "Without addresses both take all users. recount --dry-run ends with 1 where something "
         "would be corrected.",
         "# Whose mailbox is nearly full?\n$ mailctl quota list --over 90\n"
         "# After a repair\n$ mailctl quota recount --domain example.org"},
        {"alias", "Addresses that lead to others",
         "An alias has no mailbox: mail for it goes to its targets, here or elsewhere. A * in its "
         "local part makes it a wildcard; the longest one that matches is taken, and only where "
         "no user and no exact alias has the address. Aliases that would lead in a circle, or "
         "over more than 25 levels, are refused.",
         "# One address for two people\n"
         "$ mailctl alias add info@example.org ann@example.org bob@example.org\n"
         "# All addresses that begin with sales-\n"
         "$ mailctl alias add 'sales-*@example.org' ann@example.org"},
        {"address", "How addresses resolve",
         "explain shows every step by which mail for an address finds its way. The order: a "
         "domain alias is replaced by its domain; the exact user or alias; the same without its "
         "subaddress part; for postmaster and abuse, the domain's (--postmaster, --abuse) or the "
         "server's postmaster; the wildcard "
         "alias with the longest pattern; the domain's catch-all; refusal. Targets of aliases and "
         "forwards are resolved in the same way, up to 25 levels; one mailbox gets a message "
         "once.\n\n"
         "explain ends with 1 where the address is refused; check ends with 0 where it is free.",
         "# Where does it go?\n$ mailctl address explain ann+lists@example.org\n"
         "# Is it free?\n$ mailctl address check ann@example.org"},
        {"ban", "Addresses that may not connect",
         "Bans come from failed logins and other misbehaviour (settings: ban), or by hand. They "
         "survive a restart. A running server takes a change up within seconds.",
         "# Keep a network out for a week\n"
         "$ mailctl ban add 192.0.2.0/24 --for 7d --reason 'password guessing'\n"
         "# Lift all\n$ mailctl ban clear"},
        {"queue", "Mail for other servers that waits here",
         "Messages accepted for other servers, until they are delivered or given up.\n\n"
         "The same words choose messages on every verb: ids, --from, --to, --domain, --account, "
         "--state, --age, --size, --attempts, --error, --ids-from. All that is said must hold. "
         "List first, then act with the same words. Amounts are \"2h\" (so much or more), "
         "\">2h\" or \"<2h\". Verbs that change something need words, or --all; more than one "
         "message needs --yes off a terminal, and --dry-run tells what would be done. Exit status 1: "
         "nothing was chosen.\n\n"
         "Words about recipients (--to, --domain, --error) mean these recipients only: drop "
         "--domain example.net leaves a message's other recipients alone. A message may be held as a "
         "whole or for some of its recipients. fail tells the sender, with --reason as the reply; "
         "drop tells nobody. Both, like everything that left the queue, stay in the history for "
         "queue.history.\n\n"
         "Rules are standing orders: what matches is held, failed, dropped or routed when it comes, "
         "and what waits already at once. What a removed rule held stays held until it is "
         "released.\n\n"
         "shape and report count recipients that wait by age, in columns of up to 5, 10, 20 and so "
         "on minutes. export writes a tar archive of messages and envelopes.",
         "# What waits for one domain?\n$ mailctl queue list --domain example.net\n"
         "# Take out what a stolen account sent\n"
         "$ mailctl queue drop --account ann@example.org --yes\n"
         "# Hold everything for a domain whose server is being repaired\n"
         "$ mailctl queue rules add hold --to @example.net --reason 'move of their server' --for 2h\n"
         "# Send on what was held, another way\n"
         "$ mailctl queue reroute smart_host:backup --state held --domain example.net --yes\n"
         "$ mailctl queue release --domain example.net --yes\n"
         "# Old mail that fails for one reason\n"
         "$ mailctl queue list --age '>1d' --error 'mailbox full' -o tsv --columns id > old\n"
         "$ mailctl queue fail --ids-from old --reason 'The mailbox is full' --yes\n"
         "# Where does it jam?\n$ mailctl queue shape\n"
         "# What became of a message?\n$ mailctl queue history --to bob@example.net -v\n"
         "# Keep copies elsewhere\n$ mailctl queue export - | tar -x -C /var/tmp/queue"},
        {"send", "Write a message and send it",
         "Builds a message from options, with the text of --body or of standard input and files as "
         "attachments, and hands it over as sendmail does; its exit statuses are those of "
         "mailctl-sendmail(1). Text is UTF-8. Attachments hold at most 64 MiB together.\n\n"
         "With --at the queue holds the message until that time, at most 366 days; recipients of "
         "this server are looked up, and bounce, only then. queue drop takes it back, queue retry "
         "sends it now. Users' programs ask for the same with HOLDFOR and HOLDUNTIL (RFC 4865).",
         "# The night's report\n"
         "$ mailctl send --from cron@example.org --to ann@example.org --subject 'Backup done' "
         "--attach /var/log/backup.log < /dev/null\n"
         "# To be read on the morning\n"
         "$ mailctl send --from ann@example.org --to bob@example.net --subject 'Happy birthday' "
         "--body 'All the best!' --at 2026-12-24T07:00:00Z"},
        {"fts", "Full-text indexes of users' mail",
         "An index makes searches for text quick (IMAP SEARCH TEXT, BODY, SUBJECT and other fields), and lets "
         "clients search for what is like their words (SEARCH FUZZY, with scores by relevancy): other endings, "
         "letters wrong, accents left out. What a search that is not fuzzy finds is exactly what it would find by "
         "reading every message: parts of words too.\n\n"
         "A user gets an index with the first search for text, if there are at least fts.least_messages messages. It "
         "is made in the background; until it is there, messages are read. New mail goes into the indexes of users "
         "who search, every fts.update and at each search, and what was expunged goes out of them. update does it "
         "now, for all users or those that are named.\n\n"
         "Indexes are in fts.folder, a folder each. They need no backup and survive none: an index that is missing, "
         "damaged, older than the mail or of mail that a restored store no longer has is noticed and made anew, "
         "and never believed. rebuild does so at will; erase gives the room back.",
         "# Every night, so that morning's first search is quick\n$ mailctl -q fts update\n"
         "# Which indexes are largest?\n$ mailctl fts status -o tsv | sort -t \"$(printf '\\t')\" -k 5 -n\n"
         "# A user's index, made anew\n$ mailctl fts rebuild ann@example.org"},
        {"sending", "What users and domains have sent, as their limits count it",
         "The settings sending.account and sending.domain limit messages and recipients per "
         "minute, hour and day, octets a day, and recipients a day that a user never wrote to. "
         "user set --sending-limit and domain set --sending-limit put others in their place. "
         "sending.action tells what becomes of a message over a limit; sending.notify is told once "
         "a window. Counted is what logins submit, and what sendmail and the pickup folder take in "
         "the name of a user.\n\n"
         "Windows slide in steps: what was sent is counted for up to a sixth of a minute, five "
         "minutes or an hour longer. Counters are written every 10 seconds and at the stop; what "
         "was counted since is forgotten in a crash. Of each user 10,000 correspondents are "
         "remembered, from the time on at which new ones are limited.\n\n"
         "list shows the windows in which something was sent; user show has those of its user in "
         "sending_windows: recipients_per_day=12/500 is 12 sent of a limit of 500.",
         "# Who sends most today?\n$ mailctl sending list -o tsv | sort -t \"$(printf '\\t')\" "
         "-k 3 -n\n"
         "# A newsletter has to go out\n"
         "$ mailctl user set ann@example.org --sending-limit recipients_per_day=5000\n"
         "$ mailctl sending reset ann@example.org"},
        {"srs", "Return addresses of forwarded mail",
         "Mail that a user or an alias forwards to another server leaves with a return address of "
         "the Sender Rewriting Scheme, SRS0=HASH=DAY=DOMAIN=USER at the forwarder's domain or at "
         "forward.srs_domain: SPF passes there, and a bounce finds its way back through this "
         "server to the sender. forward.sender = \"mailbox\" puts the forwarder's own address "
         "there, and \"keep\" leaves the sender's; \"attach\" sends a new message of the forwarder's with "
         "the original in it, and \"off\" leaves in users' mailboxes what they forward to other "
         "servers. Null return paths and those of our own domains "
         "stay. An address that would be longer than 64 octets before the \"@\" is the forwarder's "
         "own.\n\n"
         "A return address is good for forward.srs_lifetime; one that was not made here, or is "
         "older, is refused with 550 5.1.1. It is signed with the first of forward.srs_secrets, and "
         "all of them are accepted: to change the secret, put the new one before the old one, and "
         "take the old one away after forward.srs_lifetime. Without that setting the store holds "
         "the keys: a new one is made every 90 days, or by rotate, and the old ones are accepted "
         "until what they signed has expired.",
         "# Which address stands for a sender?\n"
         "$ mailctl srs wrap bob@example.net --by ann@example.org\n"
         "# Where would a bounce to it go?\n"
         "$ mailctl srs unwrap 'SRS0=ABCDEF=GH=example.net=bob@example.org'\n"
         "# A key may be known to somebody: sign with a new one from now on\n"
         "$ mailctl srs rotate"},
        {"sendmail", "Take a message from a program of this machine",
         "Takes a message on standard input from cron, a web application or a script. Linked as "
         "sendmail, mailq or newaliases, mailctl behaves as these do, and after the word sendmail "
         "their short options are understood: -t, -i, -oi, -f, -r, -F, -N, -R, -V, -B, -v, -bm, "
         "-bs, -bp, -bi and -q; -G, -U, -O, -o, -h, -L, -X and others of old are taken and without "
         "a meaning. The words after -- are recipients.\n\n"
         "A line with a dot alone ends the message unless -i is given. Date, Message-ID and From "
         "are added where they are missing. The sender is the calling user at "
         "server.default_domain, else at server.hostname, unless -f names another: whoever may "
         "use the control socket may name any. Names without a domain are in that domain too.\n\n"
         "The message goes through the checks of any submission. Recipients that are refused for "
         "good are named on standard error, and the others get it. Exit statuses: 0 accepted and "
         "safely stored; 64 wrong use; 65 the message or an address cannot be taken; 67 no such "
         "user here; 77 not allowed; 75 not now: the caller keeps the message.\n\n"
         "Users who may not use the control socket (control.group) put their messages into the "
         "folder queue.pickup, where it is writable for them. Else they reach the server over SMTP "
         "at its first listener on loopback: mail for others is taken there where access.trusted "
         "holds the address, and the sender is at server.hostname. Settings that a caller cannot "
         "read leave port 25 of 127.0.0.1.",
         "# As the system's sendmail\n"
         "$ ln -s /usr/bin/mailctl /usr/sbin/sendmail\n"
         "$ ln -s /usr/bin/mailctl /usr/bin/mailq\n"
         "# A message with its recipients in the header\n"
         "$ mailctl sendmail -t -i < message.eml"},
        {"route", "Which way mail for other servers leaves",
         "The first [[route]] table whose conditions all hold decides; where none does, "
         "outbound.mode: straight to the MX hosts of the recipient's domain, through smart hosts, "
         "or the second where the first fails. A route may name hosts, smart hosts, a command, the "
         "better MX hosts of a domain that this server is a backup for, or end the journey.\n\n"
         "list shows the tables in their order. explain shows which one takes a message, where it "
         "leads, how the way is secured and how long it is tried; it ends with 1 where the message "
         "would bounce. Who accepts mail for an address here is told by address explain.",
         "# Which way does mail from Ann go?\n"
         "$ mailctl route explain bob@example.net --from ann@example.org\n"
         "# All ways out\n$ mailctl route list"},
        {"dns", "What this server hears from the DNS, and whether it believes it",
         "lookup asks as the server does: zone files (dns.zone_files), then its cache, then "
         "dns.servers, CNAMEs followed. Security is secure (authentic, as dns.dnssec has it "
         "checked), insecure (nobody signs it), bogus (its signatures do not check out: mail "
         "waits, and reason tells why), or not checked. It ends with 1 where there are no such "
         "records, and with 75 where the answer is bogus or nobody answers. Without a running "
         "server it asks by itself, with an empty cache.\n\n"
         "flush makes the running server forget what it keeps of a name and those below it, or of "
         "all, negative answers and DNSSEC keys too.",
         "# Is DANE used for this host?\n$ mailctl dns lookup _25._tcp.mx.example.net TLSA\n"
         "# After somebody mended a zone\n$ mailctl dns flush example.net\n"
         "$ mailctl queue retry --domain example.net"},
        {"tlsrpt", "How well TLS with other mail servers went",
         "Counts the sessions with the MX hosts of each domain that mail was sent to: those that "
         "TLS protects, and those that failed, why, and between which addresses (RFC 8460 §4.3). A "
         "day is one of UTC. The policy tells what a session was held to: tlsa, sts, or "
         "no-policy-found. Failed counts as well what mail went past: a host without STARTTLS where "
         "nothing demands it, a policy that is only tried (MTA-STS in testing mode) or cannot be "
         "fetched.\n\n"
         "show prints the JSON document that a domain's owner can be sent (RFC 8460 §4.4); the "
         "settings tls_rpt.organization and tls_rpt.contact tell who reports. Counts are written "
         "every 10 seconds and at the stop, and kept for tls_rpt.keep.",
         "# Where does TLS fail today?\n"
         "$ mailctl tlsrpt list --day $(date -u +%F) -o json | jq '.rows[] | select(.failed > 0)'\n"
         "# What would example.net be told?\n$ mailctl tlsrpt show example.net"},
        {"smtp", "Look at other mail servers, and ask them for mail",
         "probe connects to a mail server as this one would, says EHLO, starts TLS where it is "
         "offered, and shows what the server is called, what it offers, and whether its "
         "certificate is for that name and from a known authority. No message is sent, and nobody "
         "logs in. The exit status is 1 where the certificate does not do or the server refuses to "
         "talk, and 69 where nothing answers.\n\n"
         "etrn asks a server that keeps mail for a domain to send it now (RFC 1985), and prints "
         "what it answers. The mail comes the usual way, to the hosts that the other server's "
         "settings name. The exit status is 0 where it was taken, 75 where not now, 77 where the "
         "server does not keep that domain's mail, 69 where there was no connection or no ETRN.",
         "# Will mail to this host be encrypted?\n$ mailctl smtp probe mx.example.net --starttls\n"
         "# A submission port with TLS from the first octet, for a script\n"
         "$ mailctl smtp probe mail.example.net:465 --tls -o json\n"
         "# After the line was down\n$ mailctl smtp etrn backup.example.net example.org"},
        {"store", "Check, scrub, salvage, compact and move the store",
         "The store is one folder: server.data_dir. Every command but salvage and move works on a "
         "running server too.\n\n"
         "check compares counts, indexes and references with the messages themselves; scrub reads "
         "every body and verifies its checksum; salvage needs nothing but the files and copies out "
         "every message that can still be read; move copies the store to another folder or disk, "
         "compares every octet, and only then changes server.data_dir and removes the old one.",
         "# Once a week from cron: silent unless something is wrong\n"
         "$ mailctl -q store check && mailctl -q store scrub\n"
         "# After a disk failure\n"
         "$ mailctl store salvage /var/lib/mailctl /root/rescued"},
        {"log", "Change what the running server logs",
         "The level of an area holds until the next reload; the settings' log.levels say what is "
         "in force from the start. With --address or --user the level is for the lines about a "
         "peer or a user, whatever the area's, and ends by itself. Without arguments all levels "
         "are shown.\n\n"
         "Level wire shows what sessions that begin from then on and the server say to each other "
         "(SMTP, LMTP, IMAP, POP3), also under TLS: every line but passwords and other secrets of "
         "logins, which are ***, and the text of messages, of which only the length is told. Of a "
         "user that is what follows the login.",
         "# Follow one problem, then stop\n$ mailctl log level smtp debug\n"
         "$ mailctl log level smtp info\n"
         "# What does this telephone say?\n"
         "$ mailctl log level imap wire --user ann@example.org --for 10m\n"
         "$ mailctl log level all wire --address 192.0.2.7\n"
         "$ mailctl log level --address 192.0.2.7 --clear"},
        {"dkim", "Keys that sign mail, and signatures",
         "Mail that a user or a trusted peer sends to other servers is signed when it is accepted, "
         "with every active key of the domain of its From field: by one RSA and one Ed25519 key, "
         "so that all who verify can use one of them. Local copies are not signed. A name without "
         "keys of its own is signed for by the domain whose other name it is.\n\n"
         "A key is pending (made, to be published), active (signs), retired (does not sign any "
         "more; stays published while its mail is under way) or disabled. A domain has at most 12. "
         "Private keys are in the store, or in files (--file) that the server can read; such a "
         "file is read again after a change of the domain's keys or a restart. remove and alias "
         "remove of mailctl domain erase the keys of the name. After a rename the keys stay under "
         "the old name, where they are published, and sign its mail only: make others for the new "
         "name.\n\n"
         "With --rotate-every, the server looks every hour: a key of that age gets a successor of "
         "its kind and size, pending, and the log tells the record to publish; once the record is "
         "there (or after --activate-after), it signs and the other keys of its kind retire; after "
         "--overlap retired keys are erased. rotate does what is due at once, with --now though "
         "nothing is due.\n\n"
         "dns prints what to publish: zone lines, plain name and text, or host and value for a "
         "provider's form. check compares with the DNS and ends with 1 where something is off: a "
         "record is missing, differs, is of another key or has another test flag, or there are "
         "several.\n\n"
         "sign and verify are filters for any message file. A file whose lines end with LF alone "
         "is read as if they ended with CRLF, as the message is sent; one with both is refused. "
         "verify prints a line a signature and ends with 0 where one passes, else with 1. With "
         "--key (sign), --key-file or --zone (verify) neither needs settings or a store. "
         "Signatures by SHA-1 or by RSA keys under 1024 bits are never accepted.",
         "# Two keys, a record each; publish them, look, then sign with both\n"
         "$ mailctl dkim keygen example.org\n"
         "$ mailctl dkim keygen example.org --algorithm ed25519\n"
         "$ mailctl dkim check example.org\n"
         "$ mailctl dkim activate example.org 202611r\n"
         "# For a provider's web form\n$ mailctl dkim dns example.org --form paste\n"
         "# New keys every 90 days\n"
         "$ mailctl dkim set example.org --rotate-every 90d --overlap 14d\n"
         "# Bring a key along from another server\n"
         "$ mailctl dkim import example.org --selector mail --key mail.private --activate\n"
         "# Why was it not accepted?\n$ mailctl dkim verify message.eml\n"
         "# Sign a file without any server\n"
         "$ mailctl dkim sign message.eml --key key.pem --selector s1 --domain example.org"},
        {"tls", "Make and show keys and certificates",
         "new makes a self-signed certificate, csr a request for an authority to sign. Both use "
         "the key in the file that --key names, or make it. Nothing that exists is overwritten. "
         "show tells what is in the certificates that the settings name, or in a file.",
         "# A certificate for a test server\n"
         "$ mailctl tls new mail.example.org --key key.pem --certificate cert.pem\n"
         "# When does mine expire?\n$ mailctl tls show -o tsv | cut -f 1,6"},
        {"import", "Add or change users from files",
         "import users reads CSV: UTF-8 with or without a byte order mark, any separator, quoted "
         "fields, the columns in any order, named in the first row. Only the address is needed. "
         "Names of columns are taken as export users writes them and in the spellings of other "
         "servers (\"E-Mail Address\", \"Display Name\"); case, blanks, \"_\" and \"-\" do not "
         "count. --preset reads files of other servers that have no header row.\n\n"
         "Users that exist are left as they are and counted, unless --update is given: then fields "
         "with a value replace what is stored, and empty ones leave it. Rows that cannot be taken "
         "go to the reject file with their line and the reason; mended there, the file can be "
         "imported as it is. The exit status is 3 then. --dry-run checks everything the same way "
         "and changes nothing.\n\n"
         "Passwords may be plain, which takes their hashing time on all cores, or hashes of other "
         "servers: {BLF-CRYPT}, {SHA512-CRYPT}, {SHA256-CRYPT}, {MD5-CRYPT}, {SSHA}, {SSHA256}, "
         "{SSHA512}, {ARGON2ID}, {PBKDF2} and what crypt(3) writes. A hash is verified as it is "
         "and made anew at the next login.",
         "# What would happen?\n"
         "$ mailctl import users staff.csv --dry-run\n"
         "# New people, with passwords made for those who have none\n"
         "$ mailctl import users staff.csv --create-domains --random-passwords passwords.csv\n"
         "# Another spelling of the columns, separated by semicolons\n"
         "$ mailctl import users list.csv --separator ';' --map 'Login=address' --map 'Phone 2=-'\n"
         "# Every night from the personnel system\n"
         "$ hr-export | mailctl -q import users - --update"},
        {"export", "Write users, domains and aliases to files",
         "Writes CSV with a header row to standard output (or what -o says). What export users "
         "writes, import users reads; without --with-hashes nobody's password is in it.",
         "# All users of a domain, moved to another server with their passwords\n"
         "$ mailctl export users --domain example.org --with-hashes > users.csv\n"
         "# A telephone list\n"
         "$ mailctl export users --columns full_name,phone,mobile"},
        {"explain", "Tell what an exit status means",
         "Prints the meaning of an exit status of mailctl, and what to do about it.",
         "# What does 75 mean?\n$ mailctl explain 75"},
    };
    return all;
}

const std::vector<Command>& commands()
{
    static const std::vector<Command> all{
        {"serve", Needs::Config, add_serve},
        {"status", Needs::Server, add_status},
        {"service list", Needs::Server, add_service_list},
        {"service stop", Needs::Server, add_service_stop},
        {"service start", Needs::Server, add_service_start},
        {"session list", Needs::Server, add_session_list},
        {"session kick", Needs::Server, add_session_kick},
        {"session watch", Needs::Server, add_session_watch},
        {"conf init", Needs::Nothing, add_conf_init},
        {"conf check", Needs::Nothing, add_conf_check},
        {"conf show", Needs::Nothing, add_conf_show},
        {"conf describe", Needs::Nothing, add_conf_describe},
        {"conf set", Needs::Nothing, add_conf_set},
        {"conf plan", Needs::Read, add_conf_plan},
        {"conf apply", Needs::Change, add_conf_apply},
        {"conf confirm", Needs::Server, add_conf_confirm},
        {"control token", Needs::Nothing, add_control_token},
        {"domain add", Needs::Change, add_domain_add},
        {"domain list", Needs::Read, add_domain_list},
        {"domain show", Needs::Read, add_domain_show},
        {"domain set", Needs::Change, add_domain_set},
        {"domain enable", Needs::Change, add_domain_enable},
        {"domain disable", Needs::Change, add_domain_disable},
        {"domain remove", Needs::Change, add_domain_remove},
        {"domain rename", Needs::Change, add_domain_rename},
        {"domain alias", Needs::Change, add_domain_alias},
        {"domain dns", Needs::Read, add_domain_dns},
        {"user add", Needs::Change, add_user_add},
        {"user list", Needs::Read, add_user_list},
        {"user show", Needs::Read, add_user_show},
        {"user set", Needs::Change, add_user_set},
        {"user passwd", Needs::Change, add_user_passwd},
        {"user unlock", Needs::Change, add_user_unlock},
        {"user enable", Needs::Change, add_user_enable},
        {"user disable", Needs::Change, add_user_disable},
        {"user suspend", Needs::Change, add_user_suspend},
        {"user contain", Needs::Change, add_user_contain},
        {"user remove", Needs::Change, add_user_remove},
        {"user restore", Needs::Change, add_user_restore},
        {"user erase", Needs::Change, add_user_erase},
        {"user rename", Needs::Change, add_user_rename},
        {"user generate", Needs::Change, add_user_generate},
        {"user apppass add", Needs::Change, add_user_apppass_add},
        {"user apppass list", Needs::Read, add_user_apppass_list},
        {"user apppass revoke", Needs::Change, add_user_apppass_revoke},
        {"user cert add", Needs::Change, add_user_cert_add},
        {"user cert list", Needs::Read, add_user_cert_list},
        {"user cert revoke", Needs::Change, add_user_cert_revoke},
        {"quota list", Needs::Read, add_quota_list},
        {"quota recount", Needs::Change, add_quota_recount},
        {"mailbox list", Needs::Read, add_mailbox_list},
        {"mailbox show", Needs::Read, add_mailbox_show},
        {"mailbox create", Needs::Change, add_mailbox_create},
        {"mailbox rename", Needs::Change, add_mailbox_rename},
        {"mailbox delete", Needs::Change, add_mailbox_delete},
        {"mailbox subscribe", Needs::Change, add_mailbox_subscribe},
        {"mailbox search", Needs::Read, add_mailbox_search},
        {"mailbox cat", Needs::Read, add_mailbox_cat},
        {"mailbox flags", Needs::Change, add_mailbox_flags},
        {"mailbox copy", Needs::Change, add_mailbox_copy},
        {"mailbox move", Needs::Change, add_mailbox_move},
        {"mailbox empty", Needs::Change, add_mailbox_empty},
        {"mailbox deleted", Needs::Read, add_mailbox_deleted},
        {"mailbox undelete", Needs::Change, add_mailbox_undelete},
        {"mailbox retention", Needs::Change, add_mailbox_retention},
        {"mailbox acl list", Needs::Read, add_mailbox_acl_list},
        {"mailbox acl set", Needs::Change, add_mailbox_acl_set},
        {"mailbox acl remove", Needs::Change, add_mailbox_acl_remove},
        {"mailbox acl seen", Needs::Change, add_mailbox_acl_seen},
        {"mailbox unlock", Needs::Server, add_mailbox_unlock},
        {"fts status", Needs::Read, add_fts_status},
        {"fts update", Needs::Change, add_fts_update},
        {"fts rebuild", Needs::Change, add_fts_rebuild},
        {"fts erase", Needs::Change, add_fts_erase},
        {"alias add", Needs::Change, add_alias_add},
        {"alias list", Needs::Read, add_alias_list},
        {"alias show", Needs::Read, add_alias_show},
        {"alias set", Needs::Change, add_alias_set},
        {"alias remove", Needs::Change, add_alias_remove},
        {"address explain", Needs::Read, add_address_explain},
        {"address check", Needs::Read, add_address_check},
        {"ban list", Needs::Read, add_ban_list},
        {"ban add", Needs::Change, add_ban_add},
        {"ban remove", Needs::Change, add_ban_remove},
        {"ban clear", Needs::Change, add_ban_clear},
        {"queue list", Needs::Read, add_queue_list},
        {"queue show", Needs::Read, add_queue_show},
        {"queue cat", Needs::Read, add_queue_cat},
        {"queue headers", Needs::Read, add_queue_headers},
        {"queue hold", Needs::Change, add_queue_hold},
        {"queue release", Needs::Change, add_queue_release},
        {"queue retry", Needs::Change, add_queue_retry},
        {"queue reroute", Needs::Change, add_queue_reroute},
        {"queue fail", Needs::Change, add_queue_fail},
        {"queue drop", Needs::Change, add_queue_drop},
        {"queue priority", Needs::Change, add_queue_priority},
        {"queue shape", Needs::Read, add_queue_shape},
        {"queue report", Needs::Read, add_queue_report},
        {"queue top", Needs::Read, add_queue_top},
        {"queue history", Needs::Read, add_queue_history},
        {"queue rules list", Needs::Read, add_queue_rules_list},
        {"queue rules add", Needs::Change, add_queue_rules_add},
        {"queue rules remove", Needs::Change, add_queue_rules_remove},
        {"queue pause", Needs::Change, add_queue_pause},
        {"queue resume", Needs::Change, add_queue_resume},
        {"queue export", Needs::Read, add_queue_export},
        {"sending list", Needs::Change, add_sending_list},
        {"sending reset", Needs::Change, add_sending_reset},
        {"srs wrap", Needs::Change, add_srs_wrap},
        {"srs unwrap", Needs::Change, add_srs_unwrap},
        {"srs rotate", Needs::Change, add_srs_rotate},
        {"send", Needs::Change, add_send},
        {"sendmail", Needs::Change, add_sendmail},
        {"route explain", Needs::Read, add_route_explain},
        {"route list", Needs::Read, add_route_list},
        {"dns lookup", Needs::Read, add_dns_lookup},
        {"dns flush", Needs::Server, add_dns_flush},
        {"tlsrpt list", Needs::Read, add_tlsrpt_list},
        {"tlsrpt show", Needs::Read, add_tlsrpt_show},
        {"smtp probe", Needs::Config, add_smtp_probe},
        {"smtp etrn", Needs::Nothing, add_smtp_etrn},
        {"store stats", Needs::Read, add_store_stats},
        {"store check", Needs::Change, add_store_check},
        {"store scrub", Needs::Read, add_store_scrub},
        {"store salvage", Needs::Nothing, add_store_salvage},
        {"store compact", Needs::Change, add_store_compact},
        {"store move", Needs::Change, add_store_move},
        {"log level", Needs::Server, add_log_level},
        {"dkim keygen", Needs::Change, add_dkim_keygen},
        {"dkim import", Needs::Change, add_dkim_import},
        {"dkim list", Needs::Read, add_dkim_list},
        {"dkim show", Needs::Read, add_dkim_show},
        {"dkim dns", Needs::Read, add_dkim_dns},
        {"dkim check", Needs::Read, add_dkim_check},
        {"dkim enable", Needs::Change, add_dkim_enable},
        {"dkim disable", Needs::Change, add_dkim_disable},
        {"dkim activate", Needs::Change, add_dkim_activate},
        {"dkim retire", Needs::Change, add_dkim_retire},
        {"dkim delete", Needs::Change, add_dkim_delete},
        {"dkim set", Needs::Change, add_dkim_set},
        {"dkim rotate", Needs::Change, add_dkim_rotate},
        {"dkim sign", Needs::Read, add_dkim_sign, "--key"},
        {"dkim verify", Needs::Nothing, add_dkim_verify},
        {"tls new", Needs::Nothing, add_tls_new},
        {"tls csr", Needs::Nothing, add_tls_csr},
        {"tls show", Needs::Nothing, add_tls_show},
        {"import users", Needs::Change, add_import_users},
        {"export users", Needs::Read, add_export_users},
        {"export domains", Needs::Read, add_export_domains},
        {"export aliases", Needs::Read, add_export_aliases},
        {"explain", Needs::Nothing, add_explain},
    };
    return all;
}

} // namespace mailctl::cmd
