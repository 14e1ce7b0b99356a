# [[retention]]: previewed, applied, per domain and by query. QTA-04
$ mailctl domain add example.org -q; mailctl domain add example.net -q
$ for u in ann@example.org bob@example.net; do mailctl user add $u --no-password -q; done
$ mailctl mailbox retention --all --dry-run
2> the settings have no [[retention]]
2> would expunge 0 messages
$ printf '\n[[retention]]\nmailbox = "INBOX"\nkeep = "1ms"\nquery = "not subject:keep"\ndomains = ["example.org"]\n' >> mailctl.toml; mailctl conf check
...
# server
$ printf 'import os, smtplib\ns = smtplib.SMTP("127.0.0.1", int(os.environ["PORT_BASE"]) + 25)\nfor subject in ("keep", "go", "go too"):\n    s.sendmail("far@far.example", ["ann@example.org", "bob@example.net"], "Subject: " + subject + "\\r\\n\\r\\nx\\r\\n")\ns.quit()\n' > send.py; python3 send.py
$ mailctl mailbox retention --all --dry-run -o tsv
2> would expunge 2 messages
user	mailbox	messages	octets	rule
ann@example.org	INBOX	2	...	mailbox:"INBOX" saved-older:1ms (not subject:keep)
$ mailctl mailbox retention --all -o tsv | cut -f 1,3
user	messages
ann@example.org	2
$ mailctl mailbox list --all all -o tsv | cut -f 1,2,3
user	mailbox	messages
bob@example.net	INBOX	3
ann@example.org	INBOX	1
$ printf '\n[[retention]]\nmailbox = "\\\\\\\\Bin"\nkeep = "30d"\n' >> mailctl.toml; mailctl conf check
2> ...no role "\Bin"; there are ...
[78]
$ printf '\n[[retention]]\nmailbox = "a"\nkeep = "30d"\nquery = "older:soon"\n' >> mailctl.toml; mailctl conf check
2> ...
2> ...retention[2].query: query, column 7: ...
[78]
