# Who may do what in whose mailboxes, by command and by IMAP. FLD-02, FLD-03
$ mailctl domain add example.org -q
$ for u in ann bob public; do echo 'correct horse battery' | mailctl user add $u@example.org --password-stdin -q; done; mailctl alias add team@example.org bob@example.org -q
$ mailctl mailbox acl list ann@example.org -o tsv
mailbox	who	rights	seen
$ mailctl mailbox acl set ann@example.org Archive team lrs
$ mailctl mailbox acl set ann@example.org Archive @example.org l
$ mailctl mailbox acl set ann@example.org inbox bob --preset read
$ mailctl mailbox acl set ann@example.org INBOX bob +w -v
2> changed the rights of bob in INBOX of ann@example.org
$ mailctl mailbox acl set ann@example.org INBOX bob --take s
$ mailctl mailbox acl set ann@example.org INBOX anyone --preset full --dry-run
2> would change the rights of anyone in INBOX of ann@example.org
$ mailctl mailbox acl list ann@example.org -o tsv
mailbox	who	rights	seen
INBOX	bob@example.org	lrw	shared
Archive	team@example.org	lrs	shared
Archive	@example.org	l	shared
$ mailctl mailbox acl seen ann@example.org archive own -v
2> mailctl: archive: ...
[68]
$ mailctl mailbox acl seen ann@example.org Archive own -v
2> \Seen is own in Archive
$ mailctl mailbox acl list ann@example.org Archive -o csv
mailbox,who,rights,seen
Archive,team@example.org,lrs,own
Archive,@example.org,l,own
$ mailctl mailbox acl seen ann@example.org Archive shared --dry-run
2> would make \Seen shared in Archive
# Rights by name.
$ for p in none lookup read read-write read-write-delete full; do mailctl mailbox acl set ann@example.org Archive @example.org --preset $p; mailctl mailbox acl list ann@example.org Archive -o tsv | grep @example.org.*own | grep -v team | cut -f 3; done

l
lrs
lrswip
lrswipte
lrswipkxtea
$ mailctl mailbox acl set ann@example.org Archive @example.org --preset l 2>&1 | grep -o 'not in.*'
...
$ mailctl mailbox acl set ann@example.org Archive @example.org l
# What does not work says why.
$ mailctl mailbox acl set ann@example.org Archive bob lrz
2> mailctl: "z" is no right; rights are letters of lrswipkxtea
[64]
$ mailctl mailbox acl set ann@example.org Archive bob
2> mailctl: which rights? Letters, or --take, or --preset
[64]
$ mailctl mailbox acl set ann@example.org Nowhere bob l
2> mailctl: Nowhere: ...
[68]
$ mailctl mailbox acl set ann@example.org Archive eve l
2> mailctl: eve@example.org: ...
[68]
$ mailctl mailbox acl set ann@example.org Archive ann l
2> mailctl: ...
[77]
$ mailctl mailbox acl list team@example.org
2> ...
2> mailctl: team@example.org is an alias, which has no mailboxes
[68]
# The same with a server, whose clients see it at once.
# server
$ printf 'import imaplib, os, ssl\nm = imaplib.IMAP4_SSL("127.0.0.1", int(os.environ["PORT_BASE"]) + 993, ssl_context=ssl._create_unverified_context())\nm.login("bob@example.org", "correct horse battery")\nprint(m.namespace()[1][0].decode())\nfor line in m.list("\\"\\"", "\\"Other Users/*\\"")[1]:\n    print(line.decode() if line else "nothing")\nn = "\\"Other Users/ann@example.org/INBOX\\""\nprint(m.select(n)[0])\nif m.state == "SELECTED":\n    print(m.myrights(n)[1][0].decode())\n    print(m.append(n, None, None, b"Subject: x")[0])\nm.logout()\n' > look.py; python3 look.py
(("" "/")) (("Other Users/" "/")) NIL
(\HasChildren \Noselect) "/" "Other Users/ann@example.org"
(\HasNoChildren) "/" "Other Users/ann@example.org/Archive"
(\HasNoChildren) "/" "Other Users/ann@example.org/INBOX"
OK
"Other Users/ann@example.org/INBOX" lrw
NO
$ mailctl mailbox acl remove ann@example.org INBOX bob
$ mailctl mailbox acl remove ann@example.org Archive team@example.org; mailctl mailbox acl remove ann@example.org Archive @example.org
$ mailctl mailbox acl list ann@example.org -o tsv
mailbox	who	rights	seen
$ python3 look.py
(("" "/")) (("Other Users/" "/")) NIL
nothing
NO
# The user's own entry comes before those of his groups, those before the domain's, and that before anyone's.
$ mailctl mailbox acl set ann@example.org INBOX anyone --preset full; mailctl mailbox acl set ann@example.org INBOX @example.org lrs; mailctl mailbox acl set ann@example.org INBOX team@example.org lrw; python3 look.py | tail -2
"Other Users/ann@example.org/INBOX" lrw
NO
$ mailctl mailbox acl set ann@example.org INBOX bob lrt; python3 look.py | tail -2
"Other Users/ann@example.org/INBOX" lrtd
NO
$ mailctl mailbox acl set ann@example.org INBOX bob --preset none; python3 look.py | tail -2
nothing
NO
$ for w in bob team; do mailctl mailbox acl remove ann@example.org INBOX $w; done; python3 look.py | tail -2
"Other Users/ann@example.org/INBOX" lrs
NO
# A domain left out of sharing, and a user in it who is not.
$ mailctl domain set example.org --setting sharing.users=false -q; python3 look.py
(("" "/")) NIL NIL
nothing
NO
$ mailctl user set bob@example.org --setting sharing.users=true -q; python3 look.py | tail -2
nothing
NO
$ mailctl user set ann@example.org --setting sharing.users=true -q; python3 look.py | tail -2
"Other Users/ann@example.org/INBOX" lrs
NO
$ for w in anyone @example.org; do mailctl mailbox acl remove ann@example.org INBOX $w; done
# Mail to a mailbox by its name, for those who may post to it; others' reaches the inbox.
$ printf 'import imaplib, os, smtplib, ssl\nb = int(os.environ["PORT_BASE"])\ns = smtplib.SMTP("127.0.0.1", b + 25)\ns.sendmail("far@far.example", ["ann+archive@example.org"], "Subject: x\\r\\n\\r\\ny\\r\\n")\ns.quit()\nm = imaplib.IMAP4_SSL("127.0.0.1", b + 993, ssl_context=ssl._create_unverified_context())\nm.login("ann@example.org", "correct horse battery")\nfor name in ("INBOX", "Archive"):\n    print(m.status(name, "(MESSAGES)")[1][0].decode())\nm.logout()\n' > post.py; python3 post.py
INBOX (MESSAGES 1)
Archive (MESSAGES 0)
$ mailctl mailbox acl set ann@example.org Archive anyone p
$ python3 post.py
INBOX (MESSAGES 1)
Archive (MESSAGES 1)
