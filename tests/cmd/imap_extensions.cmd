# IMAP extensions switched off, for all and for one user. IMA-03, IMA-02
$ mailctl domain add example.org -q; for u in ann bob; do echo 'correct horse battery' | mailctl user add $u@example.org --password-stdin -q; done; mailctl conf set 'listener[imap].plaintext_auth' always -q
$ mailctl conf set imap.disabled_extensions '["XLIST", "NOTIFI"]'
2> mailctl: ..."NOTIFI" is no extension of this server...
[78]
$ mailctl conf set imap.disabled_extensions '["XLIST", "thread=refs"]' -q
# server
$ cat > see.py
< import imaplib, os
< for name in ("ann", "bob"):
<     m = imaplib.IMAP4("127.0.0.1", int(os.environ["PORT_BASE"]) + 143)
<     m.login(name + "@example.org", "correct horse battery")
<     words = m.capability()[1][0].decode().split()
<     print(name, *(w for w in ("XLIST", "THREAD=REFS", "NOTIFY", "QRESYNC", "CONDSTORE") if w in words))
$ mailctl user set ann@example.org --setting imap.disabled_extensions=NOTIFY,CONDSTORE; python3 see.py
ann XLIST THREAD=REFS
bob NOTIFY QRESYNC CONDSTORE
$ mailctl user set ann@example.org --setting imap.disabled_extensions=none; python3 see.py
ann NOTIFY QRESYNC CONDSTORE
bob NOTIFY QRESYNC CONDSTORE
$ mailctl user set ann@example.org --setting imap.disabled_extensions=MOOVE
2> mailctl: ann@example.org: imap.disabled_extensions: MOOVE is no extension of this server
[65]
