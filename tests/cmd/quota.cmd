# How full mailboxes are, and counting again. QTA-01
$ mailctl domain add example.org --quota 1000 -q
$ for u in ann bob cat; do mailctl user add $u@example.org --no-password -q; done; mailctl user set bob@example.org --quota 1MiB --quota-messages 4 -q
# server
$ printf 'import os, smtplib\ns = smtplib.SMTP("127.0.0.1", int(os.environ["PORT_BASE"]) + 25)\nfor to, n in (("ann", 900), ("bob", 100), ("bob", 200)):\n    s.sendmail("far@far.example", [to + "@example.org"], "Subject: x\\r\\n\\r\\n" + "y" * (n // 2) + "\\r\\n")\ns.quit()\n' > send.py; python3 send.py
$ mailctl quota list -o tsv
address	used	quota	messages	quota_messages	percent
ann@example.org	...	1000	1		...
bob@example.org	...	1048576	2	4	50
cat@example.org	0	1000	0		0
$ mailctl quota list --over 50 -o tsv | cut -f 1
address
ann@example.org
bob@example.org
$ mailctl quota list --over 51 -o tsv | cut -f 1
address
ann@example.org
$ mailctl quota list bob@example.org -o tsv | cut -f 1
address
bob@example.org
$ mailctl quota recount -o tsv
2> counted 3 mailboxes; 0 corrected
address	recorded	found	recorded_messages	found_messages
$ mailctl quota recount ann@example.org --dry-run -o tsv
2> counted 1 mailbox; 0 would be corrected
address	recorded	found	recorded_messages	found_messages
$ mailctl quota recount nobody@example.org
2> mailctl: ...
[67]
