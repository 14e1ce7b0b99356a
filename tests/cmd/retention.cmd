# [[retention]]: previewed, applied, per domain and by query. QTA-04
$ mailctl domain add example.org -q; mailctl domain add example.net -q
$ mailctl user add ann@example.org --password-stdin -q
< correct horse battery
$ mailctl user add bob@example.net --password-stdin -q
< correct horse battery
$ mailctl mailbox retention --all --dry-run
2> the settings have no [[retention]]
2> would expunge 0 messages
$ printf '\n[[retention]]\nmailbox = "INBOX"\nkeep = "365d"\nage = "received"\nquery = "not subject:keep"\ndomains = ["example.org"]\n' >> mailctl.toml; mailctl conf check
...
# server
$ printf 'import imaplib, os, ssl, time\nfor who in ("ann@example.org", "bob@example.net"):\n    c = imaplib.IMAP4_SSL("127.0.0.1", int(os.environ["PORT_BASE"]) + 993, ssl_context=ssl._create_unverified_context())\n    c.login(who, "correct horse battery")\n    for subject, year in (("keep", 2020), ("go", 2020), ("go too", 2021), ("new", time.gmtime().tm_year)):\n        c.append("INBOX", None, chr(34) + "01-Nov-%%d 00:00:00 +0000" %% year + chr(34), b"Subject: " + subject.encode() + b"\\r\\n\\r\\nx\\r\\n")\n    c.logout()\n' > fill.py; python3 fill.py
$ mailctl mailbox retention --all --dry-run -o tsv
2> would expunge 2 messages
user	mailbox	messages	octets	rule
ann@example.org	INBOX	2	...	mailbox:"INBOX" older:365d (not subject:keep)
$ mailctl mailbox retention --all -o tsv | cut -f 1,3
user	messages
ann@example.org	2
$ mailctl mailbox list --all all -o tsv | cut -f 1,2,3
user	mailbox	messages
bob@example.net	INBOX	4
ann@example.org	INBOX	2
# By number and size, the oldest first; whoever is named is told by mail.
$ mailctl user add postmaster@example.org --no-password -q; printf '\n[[retention]]\nmailbox = "INBOX"\nage = "received"\nkeep_count = 3\nusers = ["bob@*"]\n\n[[retention]]\nmailbox = "INBOX"\nkeep_size = "1KiB"\ndomains = ["example.net"]\nquery = "not flag:seen"\n' >> mailctl.toml; mailctl conf set upkeep.report postmaster@example.org -q; mailctl conf apply --yes -q
$ mailctl mailbox retention --all --dry-run -o tsv | cut -f 1,2,3,5
2> would expunge 1 message
user	mailbox	messages	rule
bob@example.net	INBOX	1	mailbox:"INBOX"; keep_count 3
$ mailctl mailbox search --user postmaster@example.org --count -o tsv | wc -l
1
$ mailctl mailbox retention --all -q -o tsv | cut -f 1,3
user	messages
bob@example.net	1
$ mailctl mailbox search --user bob@example.net -o tsv --columns subject
subject
go
go too
new
$ mailctl mailbox cat --user postmaster@example.org all | tr -d '\r' | grep -e Subject -e bob
Subject: Retention ended 1 messages
bob@example.net, INBOX: 1 (...) by mailbox:"INBOX"; keep_count 3
$ mailctl mailbox retention --user ann@example.org -o tsv
2> expunged 0 messages
user	mailbox	messages	octets	rule
$ mailctl mailbox search --user postmaster@example.org --count -o tsv | wc -l
2
$ printf '\n[[retention]]\nmailbox = "\\\\Bin"\nkeep = "30d"\n\n[[retention]]\nmailbox = "a"\nkeep = "30d"\nquery = "older:soon"\n' >> mailctl.toml; mailctl conf check
...retention[3].mailbox: no role ...Bin"; there are ...
...retention[4].query: query, column 7: ...
[78]
