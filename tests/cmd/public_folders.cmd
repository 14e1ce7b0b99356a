# Public folders by command: made, given an address, limited, and seen by IMAP clients. FLD-01
$ mailctl domain add example.org -q; mailctl domain add example.net -q; for u in ann@example.org dora@example.net; do echo 'correct horse battery' | mailctl user add $u --password-stdin -q; done
$ mailctl mailbox create --public --domain example.org News
2> mailctl: there are no public folders: sharing.public_owner is empty
[64]
$ mailctl conf set sharing.public_owner public -q; mailctl conf set sharing.public_root '#Public' -q
$ mailctl mailbox create --public News
2> mailctl: the public folders of which domain? Name it with --domain; --all is every domain's
[64]
$ mailctl mailbox create --public --user ann@example.org News
2> mailctl: --public goes with --domain or --all, not with --user and --where
[64]
$ mailctl mailbox create --public --domain example.org News/Today --dry-run
2> would make the user public@example.org for public folders
$ mailctl mailbox create --public --domain example.org News/Today
2> made the user public@example.org for public folders
$ mailctl mailbox list --public --all -q -o tsv | cut -f 1,2,3 | grep News
public@example.org	News	0
public@example.org	News/Today	0
$ mailctl user list --domain example.org -q -o tsv --columns address,state
address	state
ann@example.org	active
public@example.org	no_login
$ mailctl mailbox acl set public@example.org News anyone --preset read; mailctl mailbox acl set public@example.org News/Today anyone --preset read-write
# server
$ printf 'import imaplib, os, ssl, sys\nm = imaplib.IMAP4_SSL("127.0.0.1", int(os.environ["PORT_BASE"]) + 993, ssl_context=ssl._create_unverified_context())\nm.login(sys.argv[1], "correct horse battery")\nprint(m.namespace()[1][0].decode())\nfor line in m.list("\\"\\"", "\\"#Public/*\\"")[1]:\n    print(line.decode() if line else "nothing")\nfor n in sys.argv[2:]:\n    print("in", n, m.status(chr(34) + n + chr(34), "(MESSAGES)")[1][0].decode().rpartition("(")[2])\nm.logout()\n' > look.py; python3 look.py ann@example.org '#Public/News'
(("" "/")) (("Other Users/" "/")) ((#Public/ "/"))
(\HasChildren) "/" #Public/News
(\HasNoChildren) "/" #Public/News/Today
in #Public/News MESSAGES 0)
$ python3 look.py dora@example.net
(("" "/")) (("Other Users/" "/")) ((#Public/ "/"))
nothing
# Addresses.
$ mailctl mailbox address --public --domain example.org News --add news@example.org -v
2> made news@example.org an address of News of public@example.org
2> anyone has no right to post (p) to News: mail of those without it comes to INBOX of public@example.org
$ mailctl mailbox address --public --domain example.org News --add news@example.org
2> news@example.org is an address of News already
$ mailctl mailbox address --public --domain example.org News --add ann@example.org
2> mailctl: public@example.org: ann@example.org is a user
[73]
$ mailctl mailbox address --public --domain example.org News -o tsv | cut -f 1-3
user	mailbox	address
public@example.org	News	news@example.org
$ printf 'import os, smtplib, sys\ns = smtplib.SMTP("127.0.0.1", int(os.environ["PORT_BASE"]) + 25)\ns.sendmail("far@far.example", [sys.argv[1]], "Subject: x\\r\\n\\r\\ny\\r\\n")\ns.quit()\n' > send.py; python3 send.py news@example.org; mailctl mailbox list --public --domain example.org all -o tsv | cut -f 2,3
mailbox	messages
INBOX	1
$ mailctl mailbox acl set public@example.org News anyone +p; python3 send.py news@example.org; python3 look.py ann@example.org '#Public/News' | tail -1
in #Public/News MESSAGES 1)
# It stays its address under a new name.
$ mailctl mailbox rename --public --domain example.org News 'Old News'; python3 send.py news@example.org; python3 look.py ann@example.org '#Public/Old News' | tail -1
in #Public/Old News MESSAGES 2)
$ mailctl mailbox address --public --domain example.org 'Old News' --remove news@example.net
2> mailctl: public@example.org: news@example.net is no address of Old News
[68]
$ mailctl mailbox address --public --domain example.org 'Old News' --remove news@example.org; mailctl address check news@example.org
...
# Their quota, in octets and messages, is that of the user who has them.
$ mailctl user set public@example.org --quota 1MiB --quota-messages 4 -q; mailctl quota list public@example.org -o tsv | cut -f 4,5
messages	quota_messages
3	4
$ python3 send.py public@example.org; python3 send.py public@example.org 2>&1 | grep -o 'SMTPRecipientsRefused: .*'
SMTPRecipientsRefused: ...452...
$ mailctl mailbox delete --public --domain example.org 'Old News/Today' --yes
$ mailctl mailbox list --public --all -o tsv | grep -c News
1
# One user for all domains.
$ mailctl conf set sharing.public_owner folders@example.org -q; mailctl conf apply --yes -q; mailctl mailbox create --public Everywhere
2> made the user folders@example.org for public folders
$ mailctl mailbox acl set folders@example.org Everywhere anyone --preset lookup; python3 look.py dora@example.net
(("" "/")) (("Other Users/" "/")) ((#Public/ "/"))
(\HasNoChildren) "/" #Public/Everywhere
