# POP3 for users with wishes of their own, with Python's poplib. POP-02
$ mailctl domain add example.org -q --setting pop3.order=newest
$ mailctl user add ann@example.org --password-stdin -q --setting pop3.delete_retrieved=true
< correct horse battery
$ mailctl user add bob@example.org --password-stdin -q --setting pop3.order=oldest
< correct horse battery
$ mailctl user show ann@example.org | grep settings
...pop3.delete_retrieved=true
$ mailctl domain add example.net --setting pop3.order=sideways
2> mailctl: ...pop3.order: ...
[65]
# server
$ printf 'import os, smtplib\ns = smtplib.SMTP("127.0.0.1", int(os.environ["PORT_BASE"]) + 25)\nfor subject in ("one", "two", "three"):\n    s.sendmail("far@far.example", ["ann@example.org", "bob@example.org"], "Subject: " + subject + "\\r\\n\\r\\nx\\r\\n")\ns.quit()\n' > send.py; python3 send.py
$ printf 'import os, poplib, ssl, sys\np = poplib.POP3_SSL("127.0.0.1", int(os.environ["PORT_BASE"]) + 995, context=ssl._create_unverified_context())\np.user(sys.argv[1])\np.pass_("correct horse battery")\nprint(p.stat()[0], p.capa()["EXPIRE"], p._shortcmd("LAST").decode())\nprint([l for l in p.retr(1)[1] if l.startswith(b"Subject")], p._shortcmd("LAST").decode())\np.quit()\n' > pop.py; python3 pop.py ann@example.org; python3 pop.py ann@example.org; python3 pop.py bob@example.org
3 ['0'] +OK 0
[b'Subject: three'] +OK 1
2 ['0'] +OK 0
[b'Subject: two'] +OK 1
3 ['NEVER'] +OK 0
[b'Subject: one'] +OK 1
$ mailctl mailbox list --all all -o tsv | cut -f 1,3
user	messages
ann@example.org	1
bob@example.org	3
$ mailctl mailbox undelete --user ann@example.org --since 1h
2> brought back 2 messages and 0 mailboxes
# What was deleted counts in the quota where it shall.
$ mailctl conf set deleted.count_in_quota true -q; mailctl conf apply --yes -q; mailctl mailbox empty --user bob@example.org all --yes -q; mailctl quota list -o tsv | cut -f 1,4
address	messages
ann@example.org	3
bob@example.org	3
$ mailctl quota recount -o tsv
2> counted 2 mailboxes; 0 corrected
address	recorded	found	recorded_messages	found_messages
