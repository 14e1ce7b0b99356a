# Work on mailboxes and their messages, first without a server, then with one.
$ mailctl domain add example.org -q
$ mailctl user add ann@example.org --password-stdin -q
< correct horse battery
$ mailctl user add bob@example.org --no-password -q
$ mailctl mailbox list --user ann@example.org -o tsv
user	mailbox	messages	unseen	octets	role	subscribed
ann@example.org	INBOX	0	0	0	inbox	true
ann@example.org	Archive	0	0	0	archive	true
...
$ mailctl mailbox list
2> offline: no server is running, reading the store itself
2> mailctl: whose mailboxes? Name them with --user, --domain or --where; --all is everybody's, --public are public folders
[64]
$ mailctl mailbox list ann@example.org
2> offline: no server is running, reading the store itself
2> mailctl: query, column 1: "ann@example.org" is no term: say text:WORD, or put " around a value with spaces; whose mailboxes it is, --user tells
[64]
$ mailctl mailbox create --user ann@example.org Projects/old --dry-run
2> would create Projects/old of ann@example.org
$ mailctl mailbox create --all Projects/old -v
2> created Projects/old of ann@example.org
2> created Projects/old of bob@example.org
$ mailctl mailbox create --user ann@example.org 'a*b'
2> mailctl: ann@example.org: ...
[65]
$ mailctl mailbox rename --user ann@example.org Projects/old Projects/new
$ mailctl mailbox show --user ann@example.org Projects/new -o json | grep -o '"recoverable":0'
"recoverable":0
$ mailctl mailbox subscribe --user ann@example.org Projects/new --off
$ mailctl mailbox list --user ann@example.org -o tsv | grep new | cut -f 7
false
# server
$ printf 'import os, smtplib\ns = smtplib.SMTP("127.0.0.1", int(os.environ["PORT_BASE"]) + 25)\nfor i, who in enumerate(("bob", "cat", "bob")):\n    s.sendmail(who + "@far.example", ["ann@example.org"], "From: %%s@far.example\\r\\nTo: ann@example.org\\r\\nSubject: letter %%d\\r\\nList-Id: <l%%d.far.example>\\r\\nMessage-ID: <%%d@far.example>\\r\\n\\r\\nFrom here: word%%d\\r\\n" %% (who, i, i, i, i))\ns.quit()\n' > send.py; python3 send.py
$ mailctl mailbox search --user ann@example.org from:bob -o tsv --columns mailbox,uid,from,subject
mailbox	uid	from	subject
INBOX	1	bob@far.example	letter 0
INBOX	3	bob@far.example	letter 2
$ mailctl mailbox search --all 'header:List-Id:l1 or body:word2' -o tsv --columns user,uid
user	uid
ann@example.org	2
ann@example.org	3
$ mailctl mailbox search --all --count -o tsv
user	mailbox	messages
ann@example.org	INBOX	3
$ mailctl mailbox search --fields -o tsv | grep -e ^from -e ^older
from	the sender's name or address holds it
older	it was received so long ago or longer: 30d, 12h
$ mailctl mailbox search --user ann@example.org 'frm:bob'
2> mailctl: query, column 1: no field "frm"; did you mean from?
[64]
$ mailctl mailbox cat --user ann@example.org subject:'"letter 1"' | tr -d '\r' | tail -2

From here: word1
$ mailctl mailbox cat --user ann@example.org from:bob
2> mailctl: ann@example.org: more than one message is chosen: narrow the query, or write them all with --mbox
[65]
$ mailctl mailbox cat --user ann@example.org --mbox from:bob | grep -c '^From MAILER-DAEMON'
2
$ mailctl mailbox cat --user ann@example.org --mbox from:bob | grep '^>From'
>From here: word0
>From here: word2
$ mailctl mailbox flags --user ann@example.org subject:letter --add seen,'$Work' --dry-run
2> would change the flags of 3 messages of ann@example.org in INBOX
2> would change the flags of 3 messages
$ mailctl mailbox flags --user ann@example.org subject:letter --add seen,'$Work'
2> mailctl: ...
[64]
$ mailctl mailbox flags --user ann@example.org subject:letter --add seen,'$Work' --yes
2> changed the flags of 3 messages
$ mailctl mailbox flags --user ann@example.org uid:2 --remove '\Seen' --yes
2> changed the flags of 1 message
$ mailctl mailbox search --user ann@example.org 'flag:$work not flag:seen' -o tsv --columns uid,flags
uid	flags
2	$Work
$ mailctl mailbox copy --user ann@example.org uid:1 --to Nowhere
2> mailctl: ann@example.org, INBOX: no mailbox Nowhere; --create makes it
2> copied 0 messages
[68]
$ mailctl mailbox copy --user ann@example.org uid:1 --to Kept --create
2> copied 1 message
$ mailctl mailbox move --user ann@example.org 'mailbox:INBOX from:cat' --to Trash
2> moved 1 message
$ mailctl mailbox list --user ann@example.org from:far.example -o tsv | cut -f 2,3
mailbox	messages
INBOX	2
Kept	1
Trash	1
$ mailctl mailbox empty --user ann@example.org
2> mailctl: which messages? Say from:ADDRESS, older:30d and the like; all is every message
[64]
$ mailctl mailbox empty --user ann@example.org from:nobody
2> no message is chosen by that
[1]
$ mailctl mailbox empty --all 'mailbox:INBOX or role:trash' --yes
2> expunged 3 messages
$ mailctl mailbox delete --user ann@example.org Kept --dry-run
2> would delete Kept of ann@example.org with 1 message
$ mailctl mailbox delete --user ann@example.org Kept --yes
$ mailctl mailbox delete --user ann@example.org INBOX --yes
2> mailctl: ann@example.org: INBOX cannot be deleted; see mailbox empty
[77]
$ mailctl mailbox deleted --user ann@example.org -o tsv | cut -f 2,3,4,9
what	mailbox	uid	subject
mailbox	Kept		
message	INBOX	1	letter 0
message	INBOX	3	letter 2
message	Trash	1	letter 1
message	Kept	1	letter 0
$ mailctl mailbox undelete --user ann@example.org
2> mailctl: what? Say --since 2h, a query, or both; all is everything that was deleted
[64]
$ mailctl mailbox undelete --user ann@example.org --since 1h --dry-run
2> would bring back mailbox Kept of ann@example.org
2> would bring back 4 messages of ann@example.org
2> would bring back 4 messages and 1 mailbox
$ mailctl mailbox undelete --user ann@example.org 'mailbox:Trash' --into INBOX
2> brought back 1 message and 0 mailboxes
$ mailctl mailbox undelete --user ann@example.org --since 1h
2> brought back 3 messages and 1 mailbox
$ mailctl mailbox undelete --user ann@example.org --since 1h
2> brought back 0 messages and 0 mailboxes
[1]
$ mailctl mailbox list --user ann@example.org from:far.example -o tsv | cut -f 2,3
mailbox	messages
INBOX	3
Kept	1
# A client that deletes: what it expunged comes back, and it sees that.
$ printf 'import imaplib, os, ssl, subprocess\nc = imaplib.IMAP4_SSL("127.0.0.1", int(os.environ["PORT_BASE"]) + 993, ssl_context=ssl._create_unverified_context())\nc.login("ann@example.org", "correct horse battery")\nprint(c.select("INBOX")[1])\nc.store("1:3", "+FLAGS", "(\\\\Deleted)")\nprint(c.expunge()[1])\nprint(subprocess.run(["mailctl", "mailbox", "undelete", "--user", "ann@example.org", "--since", "1h"], capture_output=True, text=True).stderr.strip())\nc.noop()\nprint(c.response("EXISTS"))\nc.logout()\n' > client.py; python3 client.py
[b'3']
[b'1', b'1', b'1']
brought back 3 messages and 0 mailboxes
('EXISTS', [b'3', b'3'])
$ mailctl user set ann@example.org --setting deleted.keep=0s; mailctl mailbox empty --user ann@example.org all --yes
2> ...
2> expunged 4 messages
$ mailctl mailbox deleted --user ann@example.org -o tsv | wc -l
1
$ mailctl user set ann@example.org --setting deleted.keep=now
2> mailctl: ...
[65]
$ mailctl user show ann@example.org | grep -c deleted.keep=0s
1
$ mailctl store check
