# Passwords for one program each, and certificates, as programs use them. AUTH-11, AUTH-12
$ mailctl conf set ban.delay 0s -q
$ mailctl domain add example.org -q
$ mailctl user add ann@example.org --password-stdin -q
< correct horse battery
$ mailctl user apppass add ann@example.org telephone --service fax
2> mailctl: "fax" is none of imap, pop3 and smtp
[65]
$ mailctl user apppass add ann@example.org telephone --network 192.0.2.0/99
2> mailctl: ...
[65]
$ mailctl user apppass add ann@example.org telephone --expires 2020-01-01
2> mailctl: it would have expired already
[65]
$ mailctl user apppass add nobody@example.org telephone
2> mailctl: ...
[67]
$ mailctl user apppass add ann@example.org telephone --dry-run
2> would add an app password to ann@example.org
$ mailctl user apppass revoke ann@example.org
2> mailctl: name app passwords by their ids, or give --all
[64]
$ mailctl user apppass add ann@example.org 'Ann, her telephone' --service imap,smtp -o tsv > made; cut -f 1,3-6 made; tail -n 1 made | cut -f 7 > secret; tail -n 1 made | cut -f 2 > id; wc -c < secret
address	label	services	networks	expires
ann@example.org	Ann, her telephone	imap,smtp		
25
$ mailctl user apppass list -o tsv --quiet | cut -f 1,3-5,7-10
address	label	services	networks	expires	state	last_used	last_address
ann@example.org	Ann, her telephone	imap,smtp			active		
$ mailctl user apppass add ann@example.org office --service imap --network 192.0.2.0/24 -o tsv | tail -n 1 | cut -f 7 > office
$ mailctl tls new mail.example.org --key server.key --certificate server.pem -q; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ann.key -out ann.pem -days 30 -subj /CN=Ann/emailAddress=ann@example.org 2> made.err; mailctl tls new stranger.example --key stranger.key --certificate stranger.pem -q
$ mailctl conf set 'tls.certificate[0].certificate' server.pem -q; mailctl conf set 'tls.certificate[0].key' file:server.key -q; mailctl conf set auth.client_certificates true -q
$ mailctl user cert add ann@example.org server.key
2> mailctl: ...certificate...
[65]
# The largest file that is looked into, and one past it.
$ head -c 65536 /dev/zero > large; mailctl user cert add ann@example.org large
2> mailctl: ...certificate...
[65]
$ head -c 65537 /dev/zero > large; mailctl user cert add ann@example.org large
2> mailctl: large: over 65536 octets
[65]
$ mailctl user cert add ann@example.org ann.pem --label laptop -o tsv | cut -f 1,3,4,8
address	subject	label	state
ann@example.org	...	laptop	active
$ mailctl user cert add ann@example.org ann.pem
2> mailctl: the user has this certificate already
[73]
# server
$ cat > see.py
< import base64, imaplib, os, poplib, smtplib, ssl, sys
< b = int(os.environ["PORT_BASE"])
< def tls(pem=None):
<     t = ssl._create_unverified_context()
<     if pem:
<         t.load_cert_chain(pem + ".pem", pem + ".key")
<     return t
< def said(what):
<     try:
<         what()
<         return "in"
<     except (imaplib.IMAP4.error, poplib.error_proto, smtplib.SMTPException):
<         return "out"
< def imap(pem=None):
<     return imaplib.IMAP4_SSL("127.0.0.1", b + 993, ssl_context=tls(pem))
< def smtp(pem=None):
<     s = smtplib.SMTP("127.0.0.1", b + 587)
<     s.starttls(context=tls(pem))
<     s.ehlo()
<     return s
< def pop(pem=None):
<     return poplib.POP3_SSL("127.0.0.1", b + 995, context=tls(pem))
< def by_password(word):
<     def read():
<         p = pop()
<         p.user("ann@example.org")
<         p.pass_(word)
<     return [said(lambda: imap().login("ann@example.org", word)), said(read), said(lambda: smtp().login("ann@example.org", word))]
< def external(pem, name):
<     message = base64.b64encode(name.encode()).decode() or "="
<     def read():
<         p = pop(pem)
<         p._shortcmd("AUTH EXTERNAL " + message)
<     def send():
<         code, text = smtp(pem).docmd("AUTH", "EXTERNAL " + message)
<         if code != 235:
<             raise smtplib.SMTPException(text)
<     return [said(lambda: imap(pem).authenticate("EXTERNAL", lambda _: name.encode())), said(read), said(send)]
$ printf 'from see import *\nword = open("secret").read().strip()\nprint("imap pop3 smtp")\nprint(*by_password("correct horse battery"), "own")\nprint(*by_password(word), "app")\nprint(*by_password(open("office").read().strip()), "elsewhere")\nprint(*external("ann", "ann@example.org"), "certificate")\nprint(*external("ann", ""), "certificate alone")\nprint(*external("stranger", "ann@example.org"), "stranger")\nprint("AUTH=EXTERNAL" in imap().capabilities, "AUTH=EXTERNAL" in imap("ann").capabilities)\n' > try.py; python3 try.py
imap pop3 smtp
in in in own
in out in app
out out out elsewhere
in in in certificate
in in in certificate alone
out out out stranger
False True
$ mailctl user apppass list ann@example.org -o tsv | cut -f 3,8,10 | grep Ann
Ann, her telephone	active	127.0.0.1
# A service may refuse the user's own password.
$ mailctl conf set auth.app_passwords_only '["imap", "smtp"]' -q; mailctl conf apply -q; printf 'from see import *\nprint(*by_password("correct horse battery"))\nprint(*by_password(open("secret").read().strip()))\n' > two.py; python3 two.py
out in out
in out in
# An account in the wrong hands.
$ mailctl user contain ann@example.org -o json | grep -o '"app_passwords": *\[[^]]*\]'; python3 two.py; mailctl user apppass list -o tsv | cut -f 3,8
"app_passwords":...
out out out
out out out
label	state
Ann, her telephone	contained
office	contained
$ mailctl user contain ann@example.org --undo -q > undone; python3 two.py
out in out
in out in
# Another server takes them over as hashes.
$ mailctl export users --with-hashes > users.csv; grep -c "$(cat secret)" users.csv; mailctl user erase ann@example.org --yes -q; mailctl import users users.csv -q > counts; python3 two.py; mailctl user cert list -o tsv | cut -f 1,4,8
0
out in out
in out in
address	label	state
ann@example.org	laptop	active
$ mailctl user apppass revoke ann@example.org $(cat id); python3 two.py
2> revoked 1 app password of ann@example.org
out in out
out out out
$ mailctl user apppass revoke ann@example.org nosuch
2> mailctl: ann@example.org has no app password nosuch
[68]
$ mailctl user cert revoke ann@example.org 00
2> mailctl: a fingerprint needs at least its first 8 digits
[65]
$ mailctl user cert revoke ann@example.org --all; printf 'from see import *\nprint(*external("ann", ""))\n' > three.py; python3 three.py
2> revoked 1 certificate of ann@example.org
out out out
$ printf 'new password 4711\n' | mailctl user passwd ann@example.org --password-stdin --revoke-app-passwords -q; mailctl user apppass list -o tsv | wc -l
1
