# What users submit and delete is kept for them where they want it. IMA-06, IMA-07
$ mailctl domain add example.org -q --setting user.save_sent=true --setting queue.delay=1h
$ mailctl user add ann@example.org --password-stdin -q
< correct horse battery
$ mailctl user add bob@example.org --password-stdin -q --setting user.save_sent=false
< correct horse battery
# server
$ cat > work.py
< import imaplib, os, smtplib, ssl
< b = int(os.environ["PORT_BASE"])
< t = ssl._create_unverified_context()
< def letter(id, size=1):
<     return ("Message-ID: <%s@example.org>\r\nSubject: %s\r\n\r\n" % (id, id) + "x" * 70 + "\r\n" * 1 + ("y" * 70 + "\r\n") * size).encode()
< def send(who, message, to=("ann@example.org", "far@far.example")):
<     s = smtplib.SMTP("127.0.0.1", b + 587)
<     s.starttls(context=t)
<     s.login(who, "correct horse battery")
<     s.sendmail(who, to, message)
<     s.quit()
< def imap(who):
<     i = imaplib.IMAP4_SSL("127.0.0.1", b + 993, ssl_context=t)
<     i.login(who, "correct horse battery")
<     return i
< def sent(who):
<     i = imap(who)
<     if i.select("Sent")[1] == [b"0"]:
<         return "nothing"
<     found = [p[1].decode().strip() for p in i.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1] if isinstance(p, tuple)]
<     return [f.split()[-1] for f in found], i.fetch("1:*", "FLAGS")[1]
< i = imap("ann@example.org")
< send("ann@example.org", letter("server-first"))
< print(sent("ann@example.org"))
< print(i.append("Sent", "\\Seen", None, letter("server-first"))[1][0].decode().split()[0])
< print(sent("ann@example.org")[0])
< i.append("Sent", "\\Seen", None, letter("client-first"))
< send("ann@example.org", letter("client-first"))
< send("ann@example.org", letter("large", 10000))
< send("ann@example.org", letter("large", 10000))
< print(sent("ann@example.org")[0])
< i.select("Sent")
< print(len(i.fetch("3", "(BODY.PEEK[])")[1][0][1]) > 700000)
< send("bob@example.org", letter("bob"))
< print(sent("bob@example.org"))
$ python3 work.py
(['server-first'], [b'1 (FLAGS (\\Seen...))'])
[APPENDUID
['server-first']
['server-first', 'client-first', 'large']
True
nothing
# Mail that nobody logged in for is nobody's to keep.
$ printf 'Subject: cron\n\nx\n' | mailctl sendmail -f ann@example.org bob@example.org; mailctl mailbox list --user ann@example.org -o tsv | grep Sent | cut -f 3
3
# A full mailbox keeps nobody from sending.
$ mailctl user set ann@example.org --quota 1KiB -q; printf 'from work import *\n' > /dev/null; python3 -c 'import re; s = open("work.py").read(); s = s[:s.index("i = imap(\"ann")]; open("base.py", "w").write(s)'; printf 'from base import *\nsend("ann@example.org", letter("full"), ("bob@example.org",))\nprint("sent")\n' > full.py; python3 full.py; mailctl mailbox list --user bob@example.org -o tsv | grep INBOX | cut -f 3
sent
2
$ mailctl user set ann@example.org --setting user.delete=expunge
2> user.delete=expunge breaks RFC 9051: mail that a client only marks is gone at once
2> changed 1 user
$ mailctl user set ann@example.org --setting user.delete=away
2> mailctl: ...user.delete...
[65]
# POP3 with user.delete=trash
$ mailctl user set bob@example.org --setting user.delete=trash -q; printf 'import poplib\nfrom base import *\np = poplib.POP3_SSL("127.0.0.1", b + 995, context=t)\np.user("bob@example.org")\np.pass_("correct horse battery")\np.dele(1)\np.quit()\n' > pop.py; python3 pop.py; mailctl mailbox list --user bob@example.org -o tsv | grep -E 'INBOX|Trash' | cut -f 2,3
INBOX	1
Trash	1
