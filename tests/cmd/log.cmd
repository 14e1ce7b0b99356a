# Levels of the running server's log: areas, one address, one user; level wire. LOG-01
$ mailctl log level
2> mailctl: no server is running on ...
[69]
$ mailctl domain add example.org -q; mailctl user add ann@example.org --password-stdin -q
< correct horse battery
$ mailctl user add bob@example.org --password-stdin -q
< correct horse battery
$ mailctl conf set log.target file -q && mailctl conf set log.file data/log -q
# server
$ printf 'import os, ssl, imaplib, sys\nt = ssl._create_unverified_context()\nfor who in ("ann", "bob"):\n    c = imaplib.IMAP4_SSL("127.0.0.1", int(os.environ["PORT_BASE"]) + 993, ssl_context=t)\n    c.login(who + "@example.org", "correct horse battery")\n    c.select("INBOX")\n    c.logout()\n' > see.py
$ python3 see.py; grep -c ' wire ' data/log
0
[1]
$ mailctl log level imap wire --user ANN@example.org --for 10m
2> ann@example.org: wire until ...
$ mailctl log level -o tsv | grep -e ^imap -e ann
imap	info		
imap	wire	ann@example.org	...Z
$ python3 see.py; grep -c 'wire imap C:.*SELECT INBOX' data/log; grep wire data/log | grep -c bob; grep -c horse data/log
1
0
0
[1]
$ mailctl log level --user ann@example.org --clear; mailctl log level --user ann@example.org --clear
2> ann@example.org: has no level of its own
[1]
$ mailctl log level all wire --address 192.0.2.0/24 -q; python3 see.py; grep -c 'wire imap C:.*SELECT INBOX' data/log
1
$ mailctl log level all wire --address 127.0.0.1 -q; python3 see.py; grep -c 'wire imap C:.*SELECT INBOX' data/log; grep -c 'wire imap C:.*LOGIN \*\*\*' data/log; grep -c horse data/log
3
2
0
[1]
$ mailctl log level --address 127.0.0.1 --clear; mailctl log level imap wire; python3 see.py; grep -c 'wire imap C:.*SELECT INBOX' data/log; mailctl log level imap info
5
$ mailctl log level nothing debug
2> mailctl: "nothing" is no area; there are all, ...
[64]
$ mailctl log level imap loud
2> mailctl: "loud": wire, debug, info, warn, error or off
[64]
$ mailctl log level all wire --address nonsense
2> mailctl: ...
[65]
$ mailctl log level all wire --user ann@example.org --address 127.0.0.1
2> mailctl: --address or --user, not both
[64]
$ mailctl log level all debug --address ::1 --for 30d -q; mailctl log level all debug --address ::1 --for 721h
2> mailctl: --for: over 0 and at most 30d
[64]
$ for i in $(seq 1 98); do mailctl log level all warn --address 192.0.2.$i -q; done; mailctl log level -o tsv | grep -c 'Z$'
100
$ mailctl log level all warn --address 192.0.2.99
2> mailctl: there are 100 levels of addresses and users already
[65]
