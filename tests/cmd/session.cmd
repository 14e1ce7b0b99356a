# Who is connected, from where, doing what. LOG-06
$ mailctl domain add example.org -q
$ mailctl user add ann@example.org --password-stdin -q
< correct horse battery
$ mailctl session list
2> ...
[69]
# server
$ mailctl session list --protocol gopher
2> mailctl: gopher: no protocol of listeners
[65]
$ mailctl session list --address nonsense
2> mailctl: ...
[65]
$ cat > client.py
< import imaplib, os, smtplib, ssl, subprocess, sys
< b = int(os.environ["PORT_BASE"])
< t = ssl._create_unverified_context()
< i = imaplib.IMAP4_SSL("127.0.0.1", b + 993, ssl_context=t)
< i.login("ann@example.org", "correct horse battery")
< imaplib.Commands["ID"] = ("AUTH", "SELECTED")
< i._simple_command("ID", '("name" "Parrot" "version" "7")')
< i.select("Drafts")
< s = smtplib.SMTP("127.0.0.1", b + 25)
< s.ehlo("far.example")
< def shown(*words):
<     print(subprocess.run(["mailctl", "session", "list", "-o", "tsv", *words], capture_output=True, text=True).stdout, end="")
< s.mail("far@far.example")
< shown("--columns", "protocol,user,login,client,sender,state,mailbox,command,tls", "--address", "127.0.0.0/8")
< shown("--columns", "protocol,state", "--protocol", "smtp")
< shown("--columns", "protocol,mailbox", "--user", "ANN@example.org")
< shown("--columns", "user", "--address", "192.0.2.0/24")
< received = subprocess.run(["mailctl", "session", "list", "-o", "tsv", "--columns", "received,sent,cipher", "--protocol", "imap"], capture_output=True, text=True).stdout.splitlines()[1].split("\t")
< print(int(received[0]) > 50, int(received[1]) > 100, received[2].startswith("TLS_"))
< i.close()
< shown("--columns", "state,mailbox", "--protocol", "imap")
< print(subprocess.run(["mailctl", "session", "watch", "--count", "1", "--protocol", "smtp"], capture_output=True, text=True).stdout.split()[1])
< print(subprocess.run(["mailctl", "session", "list", "-o", "tsv", "--columns", "duration", "--protocol", "imap"], capture_output=True, text=True).stdout.split()[1][-1])
< subprocess.run(["mailctl", "session", "kick", "--protocol", "imap", "--ban", "--for", "1h", "--dry-run"])
< subprocess.run(["mailctl", "session", "kick", "--protocol", "imap", "--ban", "--for", "1h"])
< for _ in range(200): # a session ends in its own time
<     if "imap" not in subprocess.run(["mailctl", "session", "list", "-o", "tsv"], capture_output=True, text=True).stdout:
<         break
< shown("--columns", "protocol")
$ mailctl session kick --all --for 1h
2> mailctl: --for and --reason are about bans: give --ban too
[64]
$ mailctl session kick --all --ban --for ever
2> mailctl: ...
[64]
$ python3 client.py
protocol	user	login	client	sender	state	mailbox	command	tls
imap	ann@example.org	password	Parrot...		selected	Drafts	SELECT	TLS1.3
smtp			far.example	far@far.example	connected		MAIL	
protocol	state
smtp	connected
protocol	mailbox
imap	Drafts
user
True True True
state	mailbox
logged_in	
start
s
protocol
smtp
2> not banned: 127.0.0.1 is this machine
2> would end 1 session
2> not banned: 127.0.0.1 is this machine
2> ended 1 session
