# Mail for and from full mailboxes, by quota.action and quota.block_sending. QTA-02
$ mailctl domain add example.org -q; mailctl conf set quota.warn '[]' -q
$ mailctl user add ann@example.org --password-stdin --quota-messages 1 -q
< correct horse battery
$ mailctl user add postmaster@example.org --no-password -q
$ printf 'import os, ssl, smtplib, imaplib, sys\nb = int(os.environ["PORT_BASE"])\nt = ssl._create_unverified_context()\ns = smtplib.SMTP("127.0.0.1", b + 25)\ntry:\n    s.sendmail("far@far.example", ["ann@example.org"], "Subject: x\\r\\n\\r\\ny\\r\\n")\n    print("in", end=" ")\nexcept smtplib.SMTPRecipientsRefused as e:\n    print(*[code for code, text in e.recipients.values()], end=" ")\ns.quit()\ns = smtplib.SMTP_SSL("127.0.0.1", b + 465, context=t)\ns.login("ann@example.org", "correct horse battery")\nprint("sends" if s.mail("ann@example.org")[0] == 250 else s.mail("ann@example.org"), end=" ")\ns.quit()\nc = imaplib.IMAP4_SSL("127.0.0.1", b + 993, ssl_context=t)\nc.login("ann@example.org", "correct horse battery")\nprint(c.append("INBOX", None, None, b"Subject: z\\r\\n\\r\\n")[1][0].decode()[:11] if len(sys.argv) > 1 else "", end="")\nprint()\n' > try.py
# server
$ python3 try.py
in sends 
$ python3 try.py imap
452 sends [OVERQUOTA]
$ mailctl conf set smtp.over_quota refuse -q; mailctl conf apply --yes -q; python3 try.py
552 sends 
$ mailctl conf set quota.action redirect -q; mailctl conf apply --yes -q; python3 try.py; mailctl quota list -o tsv | cut -f 1,4; mailctl address explain ann@example.org | tail -1
in sends 
address	messages
ann@example.org	1
postmaster@example.org	1
...mailbox ...
$ mailctl conf set quota.action accept -q; mailctl conf set quota.block_sending true -q; mailctl conf apply --yes -q; python3 try.py imap; mailctl quota list -o tsv | cut -f 1,4,6
in (552, b'5.2.2 Your mailbox is full: make room before you send') [OVERQUOTA]
address	messages	percent
ann@example.org	2	200
postmaster@example.org	1	
