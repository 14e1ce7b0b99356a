# Certificates that this server signs for its users, and what they are demanded for. AUTH-12
$ mailctl conf set ban.delay 0s -q
$ mailctl domain add example.org -q
$ mailctl user add ann@example.org --name 'Ann Example' --password-stdin -q
< correct horse battery
$ mailctl user cert issue ann@example.org
2> mailctl: where shall the bundle go? Give --out FILE, --mail or both
[64]
$ mailctl user cert issue ann@example.org --out - --label x
2> mailctl: the bundle needs a file: standard output tells of it
[64]
$ mailctl user cert issue ann@example.org --csr none.csr --mail
2> mailctl: --csr has its key elsewhere: there is no bundle to mail, keep or protect
[64]
$ mailctl user cert issue ann@example.org --dry-run -o tsv -q | cut -f 1,3,8
address	subject	state
ann@example.org	CN = Ann Example	active
$ mailctl user cert list -o tsv | wc -l
1
$ mailctl user cert issue ann@example.org --out ann.p12 --label telephone --days 30 --mail -q -o tsv > made; cut -f 1,3,4,8 made; tail -n 1 made | cut -f 9 > secret; test -s secret; tail -n 1 made | cut -f 2 > print
address	subject	label	state
ann@example.org	CN = Ann Example	telephone	active
$ openssl pkcs12 -in ann.p12 -passin file:secret -nodes -out ann.pem && openssl x509 -in ann.pem -noout -subject -issuer -ext subjectAltName
subject=CN = Ann Example
issuer=CN = Mail users of ...
X509v3 Subject Alternative Name: 
    email:ann@example.org
$ mailctl user cert authority > ca.pem; openssl verify -CAfile ca.pem -purpose sslclient ann.pem
ann.pem: OK
$ mailctl mailbox list --user ann@example.org -o tsv | grep INBOX | cut -f 3
1
$ mailctl mailbox cat --user ann@example.org subject:certificate | grep -c 'application/x-pkcs12'
1
# The certificate is kept; the bundle only where that was asked for.
$ mailctl user cert export ann@example.org $(cat print) | openssl x509 -noout -subject
subject=CN = Ann Example
$ mailctl user cert export ann@example.org $(cat print) --pkcs12 --out again.p12
2> ...
2> mailctl: its bundle was not kept (user cert issue --keep)
[68]
$ printf 'swordfish\n' | mailctl user cert issue ann@example.org --out kept.p12 --keep --password-stdin -q -o tsv | tail -n 1 | cut -f 2,9 > kept; cut -f 2 kept; mailctl user cert export ann@example.org $(cut -f 1 kept) --pkcs12 --out again.p12; cmp kept.p12 again.p12 && openssl pkcs12 -in again.p12 -passin pass:swordfish -nokeys -clcerts | openssl x509 -noout -subject

subject=CN = Ann Example
# A request of a key that is elsewhere.
$ openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout own.key -out own.csr -subj /CN=root 2> made.err; mailctl user cert issue ann@example.org --csr own.csr --label laptop -q > own.pem; openssl x509 -in own.pem -noout -subject; cat own.key >> own.pem
subject=CN = Ann Example
$ mailctl user cert issue ann@example.org --csr ann.p12
2> mailctl: the signing request cannot be read...
[65]
$ openssl x509 -in own.pem -noout -fingerprint -sha256 | cut -d = -f 2 > own.print; mailctl user cert list -o tsv | cut -f 4 | grep . | sort
label
laptop
telephone
# An authority from elsewhere.
$ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out office.pem -days 30 -subj '/CN=The Office' 2> made.err; cat ca.key >> office.pem; mailctl conf set user.client_ca file:office.pem -q; mailctl user cert issue ann@example.org --out office.p12 -q -o tsv > made; mailctl user cert authority | openssl x509 -noout -subject
subject=CN = The Office
$ mailctl conf set user.auth both 2>&1 | cut -d : -f 5-
 user.auth: needs auth.client_certificates = true, or nobody can log in
$ mailctl user set ann@example.org --setting user.auth=both
2> user.auth=both lets nobody in while auth.client_certificates is off
2> changed 1 user
$ mailctl tls new mail.example.org --key server.key --certificate server.pem -q; mailctl conf set 'tls.certificate[0].certificate' server.pem -q; mailctl conf set 'tls.certificate[0].key' file:server.key -q; mailctl conf set auth.client_certificates true -q
# server
$ cat > see.py
< import imaplib, os, ssl
< def imap(pem):
<     t = ssl._create_unverified_context()
<     if pem:
<         t.load_cert_chain(pem)
<     return imaplib.IMAP4_SSL("127.0.0.1", int(os.environ["PORT_BASE"]) + 993, ssl_context=t)
< def said(what):
<     try:
<         what()
<         return "in"
<     except imaplib.IMAP4.error:
<         return "out"
< def ways(pem):
<     return [said(lambda: imap(pem).login("ann@example.org", "correct horse battery")), said(lambda: imap(pem).login("ann@example.org", "wrong")), said(lambda: imap(pem).authenticate("EXTERNAL", lambda _: b""))]
< for way in ("either", "password", "cert", "both", "off"):
<     os.system("mailctl user set ann@example.org -q --setting user.auth=" + way)
<     print(way, *ways(None), *ways("ann.pem"), *ways("own.pem"))
$ python3 see.py
either in out out in out in in out in
password in out out in out out in out out
cert out out out in out in in out in
both out out out in out out in out out
off out out out out out out out out out
$ mailctl user cert revoke ann@example.org $(cat own.print); mailctl user cert export ann@example.org $(cat own.print)
2> revoked 1 certificate of ann@example.org
2> mailctl: ann@example.org has no certificate ...
[68]
