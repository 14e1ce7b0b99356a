# Accounts locked by failed logins: locks live in the running server. ABU-05
$ mailctl domain add example.org -q
$ mailctl user add ann@example.org --password-stdin -q && mailctl user add bob@example.org --no-password -q
< correct horse battery
$ mailctl user unlock ann@example.org
2> no server is running: locks live in its memory, so there is nothing to unlock
[1]
$ mailctl user unlock
2> mailctl: which users? Name them, or choose with --domain or --where
[64]
$ mailctl conf set ban.account_failures 3 -q && mailctl conf set ban.delay 0s -q
# server
$ printf 'import os, sys, ssl, imaplib\nt = ssl._create_unverified_context()\nfor word in sys.argv[2:]:\n    c = imaplib.IMAP4_SSL("127.0.0.1", int(os.environ["PORT_BASE"]) + 993, ssl_context=t)\n    try:\n        print(c.login(sys.argv[1], word)[0])\n    except imaplib.IMAP4.error:\n        print("refused")\n    c.logout()\n' > login.py
# One failure below the limit is no lock.
$ python3 login.py ann@example.org one two
refused
refused
$ mailctl user list -o tsv --columns address,locked_until
address	locked_until
ann@example.org	
bob@example.org	
$ mailctl user unlock ann@example.org
2> ann@example.org is not locked
2> unlocked 0 users
[1]
# The limit is.
$ python3 login.py ann@example.org three 'correct horse battery'
refused
refused
$ mailctl user list -o tsv --columns address,locked_until
address	locked_until
ann@example.org	2...Z
bob@example.org	
$ mailctl user show ann@example.org | grep locked
locked until...2...Z
$ mailctl user unlock --domain example.org --dry-run -v
2> would unlock ann@example.org
2> would unlock 1 user
$ python3 login.py ann@example.org 'correct horse battery'
refused
$ mailctl user unlock ann@example.org bob@example.org
2> bob@example.org is not locked
2> unlocked 1 user
$ python3 login.py ann@example.org 'correct horse battery'
OK
$ mailctl user unlock nobody@example.org
2> mailctl: no such address: nobody@example.org
[67]
$ mailctl user unlock --where 'locked_until>2000'
2> unlocked 0 users
[1]
