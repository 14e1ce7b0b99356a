# States of a user as clients and senders see them, and services kept to networks. USR-02, USR-05
$ mailctl domain add example.org -q
$ mailctl user add ann@example.org --password-stdin --state pending -q
< correct horse battery
$ mailctl user suspend ann@example.org
2> mailctl: --reason is required
2> ...
[64]
$ mailctl user set ann@example.org --state asleep
2> ...
[64]
$ mailctl user set ann@example.org --access imap=allow:nonsense
2> mailctl: ...
[65]
$ mailctl user set ann@example.org --state suspended --reason "$(printf %01000d 0)" -q && mailctl user set ann@example.org --reason "$(printf %01001d 0)"
2> mailctl: ...the reason is over 1000 octets long
2> ...
[65]
# server
$ printf 'import os, ssl, imaplib, poplib, smtplib, sys\nb = int(os.environ["PORT_BASE"])\nt = ssl._create_unverified_context()\nw = ("ann@example.org", "correct horse battery")\ndef imap():\n    c = imaplib.IMAP4_SSL("127.0.0.1", b + 993, ssl_context=t)\n    try:\n        c.login(*w)\n        return c\n    except imaplib.IMAP4.error:\n        return None\ndef pop():\n    c = poplib.POP3_SSL("127.0.0.1", b + 995, context=t)\n    c.user(w[0])\n    c.pass_(w[1])\n    return c\ndef mail():\n    s = smtplib.SMTP("127.0.0.1", b + 25)\n    s.helo("x")\n    s.mail("far@far.example")\n    answer = s.rcpt(w[0])\n    if answer[0] == 250:\n        s.data("Subject: hello\\r\\n\\r\\ntext\\r\\n")\n    return answer[0]\nprint(mail(), "in" if imap() else "out")\n' > see.py; python3 see.py
450 out
$ mailctl user set ann@example.org --state pending -q; python3 see.py
450 out
$ mailctl user list --columns state,reason -o tsv
state	reason
pending	
$ mailctl user enable ann@example.org -q; python3 see.py
250 in
$ mailctl user set ann@example.org --state no-login -q; python3 see.py
250 out
$ mailctl user set ann@example.org --state disabled -q; python3 see.py
550 out
$ mailctl user suspend ann@example.org --reason 'ticket 4711' -q; python3 see.py; mailctl user list -o tsv --columns state,reason
450 out
state	reason
suspended	ticket 4711
$ mailctl address explain ann@example.org
...
...suspended...
[1]
# Read-only: logs in and reads, and nothing changes.
$ mailctl user set ann@example.org --state read-only -q; python3 see.py
550 in
$ printf 'from see import *\nc = imap()\ntry:\n    c.select("INBOX")\nexcept imaplib.IMAP4.readonly:\n    print("SELECT is read-only")\nc.is_readonly = True\nfor what in [("fetch", "1", "(BODY[] FLAGS)"), ("store", "1", "+FLAGS", "\\\\Seen"), ("copy", "1", "Trash"), ("create", "New"), ("rename", "Trash", "Bin"), ("delete", "Trash"), ("append", "INBOX", None, None, b"Subject: x\\r\\n\\r\\n"), ("expunge",), ("uid", "MOVE", "1", "Trash")]:\n    try:\n        r = getattr(c, what[0])(*what[1:])\n        print(what[0], r[0], "" if r[0] == "OK" else r[1][0].decode())\n    except imaplib.IMAP4.error as e:\n        print(what[0], e)\nprint(c.fetch("1", "FLAGS")[1][0].decode())\np = pop()\nprint(p.stat()[0], p.retr(1)[0].decode()[:3])\ntry:\n    p.dele(1)\nexcept poplib.error_proto as e:\n    print(e.args[0].decode())\np.quit()\n' > read.py; python3 read.py | grep -v '^550'
SELECT is read-only
fetch OK 
store NO [READ-ONLY] Mailbox is read-only
copy NO [NOPERM] Your mailboxes are read-only
create NO [NOPERM] Your mailboxes are read-only
rename NO [NOPERM] Your mailboxes are read-only
delete NO [NOPERM] Your mailboxes are read-only
append NO [NOPERM] Your mailboxes are read-only
expunge NO [READ-ONLY] Mailbox is read-only
uid NO [NOPERM] Your mailboxes are read-only
1 (FLAGS (...))
2 +OK
-ERR The mailbox is read-only
# From where a service may be used.
$ mailctl user enable ann@example.org -q; mailctl user set ann@example.org --access imap=deny:127.0.0.1,::1 --access pop3=allow:192.0.2.0/24 -q; python3 see.py; mailctl user list --columns access -o tsv
250 out
access
imap=deny:127.0.0.1,::1,pop3=allow:192.0.2.0/24
$ mailctl user set ann@example.org --access imap=any -q; python3 see.py
250 in
$ mailctl export users --columns address,state,reason,access | tee users.csv; sed -i 's/,active,/,suspended,/' users.csv; mailctl import users users.csv --update -q -o tsv | cut -f 3; mailctl user list -o tsv --columns state,access
address,state,reason,access
ann@example.org,active,,pop3=allow:192.0.2.0/24
updated
1
state	access
suspended	pop3=allow:192.0.2.0/24
$ mailctl domain set example.org --abuse far@far.example --require-auth true -q; mailctl domain list --columns abuse,require_auth -o tsv; mailctl address explain abuse@example.org
abuse	require_auth
far@far.example	true
...
...abuse -> far@far.example
...
