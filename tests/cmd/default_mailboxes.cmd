# The mailboxes a new account begins with, for users made with and without a running server. IMA-04
$ mailctl domain add example.org -q; mailctl conf set 'listener[imap].plaintext_auth' always -q
$ mailctl conf set imap.default_mailboxes '["Sent", "Work//Offers"]'
2> mailctl: ..."Work//Offers" is no name of a mailbox...
[78]
$ mailctl conf set imap.default_mailboxes '["Sent", "Work/Offers", "Grüße"]' -q
$ echo 'correct horse battery' | mailctl user add ann@example.org --password-stdin -q
# server
$ echo 'correct horse battery' | mailctl user add bob@example.org --password-stdin -q
$ cat > see.py
< import imaplib, os
< for name in ("ann", "bob"):
<     m = imaplib.IMAP4("127.0.0.1", int(os.environ["PORT_BASE"]) + 143)
<     m.login(name + "@example.org", "correct horse battery")
<     print(name, *(line.decode().split(' "/" ')[1] for line in m.list()[1]))
$ python3 see.py
ann Gr&APwA3w-e INBOX Sent Work Work/Offers
bob Gr&APwA3w-e INBOX Sent Work Work/Offers
