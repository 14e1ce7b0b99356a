# A user is told once that the mailbox fills up. QTA-03
$ mailctl domain add example.org -q; mailctl conf set server.postmaster postmaster@example.org -q
$ mailctl user add ann@example.org --no-password -q --quota-messages 10; mailctl user add bob@example.org --no-password -q --quota-messages 10 --setting quota.warn=50
$ mkdir templates; printf 'Subject: Voll: {percent} {level}\n\n{address} {messages}/{message_limit} {used} {limit}\n' > templates/quota.txt; mailctl conf set bounce.templates "$PWD/templates" -q
# server
$ printf 'import os, smtplib, sys\ns = smtplib.SMTP("127.0.0.1", int(os.environ["PORT_BASE"]) + 25)\nfor i in range(int(sys.argv[2])):\n    s.sendmail("far@far.example", [sys.argv[1]], "Subject: mail\\r\\n\\r\\nx\\r\\n")\ns.quit()\n' > send.py
$ printf 'import subprocess, sys, time\nfor i in range(200):\n    out = subprocess.run(["mailctl", "mailbox", "search", "--user", sys.argv[1], "subject:Voll", "-o", "tsv", "--columns", "subject"], capture_output=True, text=True).stdout.splitlines()[1:]\n    if len(out) == 1 and out[0].startswith("Voll: " + sys.argv[2]):\n        break\n    time.sleep(0.05)\nprint(*out, sep="\\n")\n' > told.py
$ python3 send.py ann@example.org 7; python3 send.py ann@example.org 1; python3 told.py ann@example.org "80 80"
Voll: 80 80
$ mailctl mailbox cat --user ann@example.org subject:Voll | tr -d '\r' | grep -e ann@ -e From -e Auto
From: MAILER-DAEMON@...
To: ann@example.org
Auto-Submitted: auto-generated
ann@example.org 8/10 ... -
# Its own warning is the ninth message, the next one the tenth: that passes the other level, and the
# second warning takes the place of the first.
$ python3 send.py ann@example.org 1; python3 told.py ann@example.org "100 95"
Voll: 100 95
$ python3 send.py bob@example.org 5; python3 told.py bob@example.org "50 50"
Voll: 50 50
# Room is made, and filled again: told anew after mail came while it was lower.
$ mailctl mailbox empty --user bob@example.org all --yes -q; python3 send.py bob@example.org 4; python3 send.py bob@example.org 1; python3 told.py bob@example.org "50 50"
Voll: 50 50
# A domain's postmaster is told that the domain fills up, from a template of his domain's own.
$ mkdir templates/example.net; printf 'Subject: Voll: {domain} {percent} {level}\n\n{used} {limit} {users}\n' > templates/example.net/domain_quota.txt
$ mailctl domain add example.net -q --max-octets 10KiB --postmaster root@example.net --setting quota.domain_warn=40,90; for u in root dora; do mailctl user add $u@example.net --no-password -q; done
$ mailctl domain set example.net --setting quota.domain_warn=0
2> mailctl: quota.domain_warn: 0 is no percentage from 1 to 100
[65]
$ printf 'Subject: large\n\n%5000s\n' x | mailctl sendmail dora@example.net; python3 told.py root@example.net "example.net 5" | cut -d ' ' -f 1,2,4
Voll: example.net 40
$ mailctl mailbox cat --user root@example.net subject:Voll | tr -d '\r' | tail -1 | cut -d ' ' -f 3-
10 KiB 2
