# Full-text indexes: made, told of, dropped; searches find the same with them as without.
$ mailctl domain add example.org -q; mailctl user add bob@example.org --no-password -q; mailctl conf set fts.least_messages 1 -q; mailctl conf set 'listener[imap].plaintext_auth' always -q
$ mailctl user add ann@example.org --password-stdin -q
< a long pass phrase
# server
$ printf 'import os, smtplib\ns = smtplib.SMTP("127.0.0.1", int(os.environ["PORT_BASE"]) + 25)\nfor word in ("invoice", "voiceless", "nothing"):\n    s.sendmail("far@far.example", ["ann@example.org"], "Subject: " + word + "\\r\\n\\r\\nA letter.\\r\\n")\ns.quit()\n' > send.py; python3 send.py
$ printf 'import imaplib, os, sys\nc = imaplib.IMAP4("127.0.0.1", int(os.environ["PORT_BASE"]) + 143)\nc.login("ann@example.org", "a long pass phrase")\nc.select()\nprint(c.search(None, *sys.argv[1:])[1][0].decode())\n' > search.py; python3 search.py TEXT voice
1 2
$ mailctl fts update ann@example.org
2> indexed 1 mailbox
$ mailctl fts status -o tsv
address	indexed	messages	waiting	octets
ann@example.org	yes	3	0	...
bob@example.org	no	0	0	0
$ python3 search.py TEXT voice; python3 search.py SUBJECT less; python3 search.py FUZZY SUBJECT invoise
1 2
2
1
$ python3 send.py; python3 search.py SUBJECT voice
1 2 4 5
$ mailctl fts rebuild ann@example.org --dry-run
2> would rebuild ann@example.org
$ mailctl fts rebuild
2> indexed 2 mailboxes
$ python3 search.py SUBJECT voice
1 2 4 5
$ mailctl fts erase ann@example.org
2> erased 1 index
$ mailctl fts status ann@example.org -o tsv | cut -f 2,3
indexed	messages
no	0
$ mailctl fts status nobody@example.org
2> mailctl: ...
[67]
