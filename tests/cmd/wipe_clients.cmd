# A lost telephone: what knew a secret before finds nothing. USR-12
$ mailctl conf set ban.delay 0s -q && mailctl conf check
$ mailctl domain add example.org -q
$ mailctl user add ann@example.org --password-stdin -q --setting user.old_password=empty
< correct horse battery
$ mailctl user add bob@example.org --password-stdin -q
< correct horse battery
$ mailctl user apppass add ann@example.org telephone -o tsv -q | tail -n 1 | cut -f 7 > secret
# server
$ cat > see.py
< import imaplib, os, poplib, smtplib, ssl, subprocess, sys
< b = int(os.environ["PORT_BASE"])
< def tls():
<     return ssl._create_unverified_context()
< def send(who):
<     s = smtplib.SMTP("127.0.0.1", b + 25)
<     s.sendmail("far@far.example", [who], "Subject: hello\r\n\r\nx\r\n")
< def imap(who, word):
<     i = imaplib.IMAP4_SSL("127.0.0.1", b + 993, ssl_context=tls())
<     i.login(who, word)
<     return i
< def held(who, word):
<     out = []
<     try:
<         i = imap(who, word)
<         out.append("imap " + i.select(readonly=True)[1][0].decode())
<         out.append(i.append("INBOX", None, None, b"Subject: x\r\n\r\nx\r\n")[0])
<         out.append(str(len(i.list()[1])))
<     except imaplib.IMAP4.error:
<         out.append("imap out")
<     try:
<         p = poplib.POP3_SSL("127.0.0.1", b + 995, context=tls())
<         p.user(who)
<         p.pass_(word)
<         out.append("pop3 %d" % p.stat()[0])
<         p.quit()
<     except poplib.error_proto:
<         out.append("pop3 out")
<     try:
<         s = smtplib.SMTP("127.0.0.1", b + 587)
<         s.starttls(context=tls())
<         s.login(who, word)
<         out.append("smtp in")
<     except smtplib.SMTPException:
<         out.append("smtp out")
<     print(*out)
$ cat > one.py
< from see import *
< send("ann@example.org")
< send("bob@example.org")
< open_one = imap("ann@example.org", "correct horse battery")
< open_two = imap("ann@example.org", open("secret").read().strip())
< print(subprocess.run(["mailctl", "user", "wipe-clients", "ann@example.org", "--password-stdin", "-o", "tsv"], input="new horse battery\n", capture_output=True, text=True).stdout, end="")
< def ended(i):
<     try:
<         i.noop()
<         return False
<     except (imaplib.IMAP4.error, OSError):
<         return True
< print(ended(open_one), ended(open_two))
< held("ann@example.org", "new horse battery")
< held("ann@example.org", "correct horse battery")
< held("ann@example.org", open("secret").read().strip())
< held("ann@example.org", "never a password")
$ python3 one.py
address	app_passwords_ended	certificates_ended	sessions_ended	password_changed	password
ann@example.org	1	0	2	true	
True True
imap 1 OK 6 pop3 2 smtp in
imap 0 NO 6 pop3 0 smtp out
imap 0 NO 6 pop3 0 smtp out
imap out pop3 out smtp out
$ mailctl mailbox list --user ann@example.org -o tsv | grep INBOX | cut -f 3
2
# Without the setting an old password is a wrong one; and what was kept is forgotten.
$ mailctl user set ann@example.org --setting user.old_password=none -q; printf 'third horse battery\n' | mailctl user passwd ann@example.org --password-stdin -q; printf 'from see import *\nheld("ann@example.org", "new horse battery")\n' > two.py; python3 two.py
imap out pop3 out smtp out
$ mailctl user set ann@example.org --setting user.old_password=empty -q; python3 two.py
imap out pop3 out smtp out
$ mailctl user wipe-clients bob@example.org -o tsv
address	app_passwords_ended	certificates_ended	sessions_ended	password_changed	password
bob@example.org	0	0	0	false	
2> the password of bob@example.org is as before: who knows it still logs in
$ mailctl user wipe-clients nobody@example.org
2> mailctl: ...
[67]
# Sessions end with what let them in, unless the setting lets them go on.
$ cat > three.py
< from see import *
< def ends(*command, word="correct horse battery", stdin=None):
<     i = imap("bob@example.org", word)
<     subprocess.run(["mailctl", *command, "-q"], input=stdin, text=True, stdout=subprocess.DEVNULL)
<     try:
<         i.noop()
<         i.logout()
<         return "goes on"
<     except (imaplib.IMAP4.error, OSError):
<         return "ends"
< print(ends("user", "set", "bob@example.org", "--comment", "x"))
< print(ends("user", "disable", "bob@example.org"))
< os.system("mailctl user enable bob@example.org -q")
< print(ends("user", "passwd", "bob@example.org", "--password-stdin", stdin="second horse battery\n"))
< os.system("mailctl user apppass add bob@example.org tv -o tsv -q | tail -n 1 | cut -f 7 > tv")
< print(ends("user", "apppass", "revoke", "bob@example.org", "--all", word=open("tv").read().strip()))
< os.system("mailctl user set bob@example.org --setting user.end_sessions=false -q")
< print(ends("user", "passwd", "bob@example.org", "--password-stdin", word="second horse battery", stdin="third horse battery\n"))
< os.system("mailctl user set bob@example.org --setting none -q")
< print(ends("user", "remove", "bob@example.org", word="third horse battery"))
$ python3 three.py
goes on
ends
ends
ends
goes on
ends
