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
$ printf 'import imaplib, os, ssl\nfor who in ("ann@example.org", "bob@example.net"):\n    c = imaplib.IMAP4_SSL("127.0.0.1", int(os.environ["PORT_BASE"]) + 993, ssl_context=ssl._create_unverified_context())\n    c.login(who, "correct horse battery")\n    for subject, year in (("keep", 2020), ("go", 2020), ("go too", 2021), ("new", 2026)):\n        c.append("INBOX", None, chr(34) + "01-Nov-%%d 00:00:00 +0000" %% year + chr(34), b"Subject: " + subject.encode() + b"\\r\\n\\r\\nx\\r\\n")\n    c.logout()\n' > fill.py; python3 fill.py
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
$ printf '\n[[retention]]\nmailbox = "\\\\Bin"\nkeep = "30d"\n\n[[retention]]\nmailbox = "a"\nkeep = "30d"\nquery = "older:soon"\n' >> mailctl.toml; mailctl conf check
...retention[1].mailbox: no role ...Bin"; there are ...
...retention[2].query: query, column 7: ...
[78]
