# The exclusive lock of a POP3 session, ended by the operator. POP-03
$ mailctl domain add example.org -q
$ mailctl user add ann@example.org --password-stdin -q
< correct horse battery
$ mailctl mailbox unlock ann@example.org
2> mailctl: no server is running on ...
[69]
# server
$ mailctl mailbox unlock ann@example.org
2> ann@example.org: no POP3 session has the mailbox locked
[1]
$ mailctl mailbox unlock nobody@example.org
2> mailctl: no such address: nobody@example.org
[67]
$ printf 'import os, ssl, poplib, subprocess\nt = ssl._create_unverified_context()\ndef session():\n    p = poplib.POP3_SSL("127.0.0.1", int(os.environ["PORT_BASE"]) + 995, context=t)\n    p.user("ann@example.org")\n    print(p.pass_("correct horse battery").decode().split()[0])\n    return p\ndef refused():\n    try:\n        session()\n    except poplib.error_proto as e:\n        print(e.args[0].decode())\ndef unlock(*words):\n    print(subprocess.run(["mailctl", "mailbox", "unlock", "ann@example.org", *words], capture_output=True, text=True).stderr.strip())\n' > pop.py
$ printf 'From: a@far.example\r\nTo: ann@example.org\r\n\r\nhello\r\n' > mail; python3 -c "import os,smtplib; s=smtplib.SMTP('127.0.0.1',int(os.environ['PORT_BASE'])+25); s.sendmail('a@far.example',['ann@example.org'],open('mail').read()); s.quit()"
$ printf 'from pop import *\nfirst = session()\nfirst.dele(1)\nrefused()\nunlock("--dry-run")\nrefused()\nunlock()\ntry:\n    print(first.quit())\nexcept Exception as e:\n    print("gone")\nsecond = session()\nprint(second.stat()[0])\nsecond.quit()\nunlock()\n' > run.py; python3 run.py
+OK
-ERR [IN-USE] Another POP3 session has this mailbox open
would end the POP3 session of ann@example.org from 127.0.0.1, since ...Z
-ERR [IN-USE] Another POP3 session has this mailbox open
ended the POP3 session of ann@example.org from 127.0.0.1, since ...Z
gone
+OK
1
ann@example.org: no POP3 session has the mailbox locked
