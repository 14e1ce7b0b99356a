# TLS client certificates are asked for listener by listener. AUTH-12
$ mailctl domain add example.org -q; echo 'correct horse battery' | mailctl user add ann@example.org --password-stdin -q
$ mailctl tls new mail.example.org --key server.key --certificate server.pem -q; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ann.key -out ann.pem -days 30 -subj /CN=Ann/emailAddress=ann@example.org 2> made.err; mailctl user cert add ann@example.org ann.pem -q > added
$ mailctl conf set 'tls.certificate[0].certificate' server.pem -q; mailctl conf set 'tls.certificate[0].key' file:server.key -q; mailctl conf set auth.client_certificates true -q
# server
$ cat > asked.py
< import imaplib, os, poplib, smtplib, ssl, subprocess
< b = int(os.environ["PORT_BASE"])
< t = ssl._create_unverified_context()
< t.load_cert_chain("ann.pem", "ann.key")
< def asked(port, starttls=None):
<     how = ["-starttls", starttls] if starttls else []
<     done = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{b + port}", *how], stdin=subprocess.DEVNULL, capture_output=True)
<     return b"\nRequested Signature Algorithms" in done.stdout
< print("imaps", asked(993), "AUTH=EXTERNAL" in imaplib.IMAP4_SSL("127.0.0.1", b + 993, ssl_context=t).capabilities)
< imap = imaplib.IMAP4("127.0.0.1", b + 143)
< imap.starttls(t)
< print("imap", asked(143, "imap"), "AUTH=EXTERNAL" in imap.capabilities)
< print("pop3s", asked(995))
< print("submission", asked(587, "smtp"))
< print("smtp", asked(25, "smtp"))
# Where one may log in, and so not on port 25.
$ python3 asked.py
imaps True True
imap True True
pop3s True
submission True
smtp False
$ mailctl conf set 'listener[imaps].client_certificates' none -q; mailctl conf set 'listener[submission].client_certificates' none -q; mailctl conf set 'listener[smtp].auth' true -q; mailctl conf apply -q; python3 asked.py
imaps False False
imap True True
pop3s True
submission False
smtp True
$ mailctl conf set auth.client_certificates false -q; mailctl conf apply -q; python3 asked.py
imaps False False
imap False False
pop3s False
submission False
smtp False
