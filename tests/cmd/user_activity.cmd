# What users did, where their settings have it recorded. LOG-13
$ mailctl conf set ban.delay 0s -q; mailctl domain add example.org -q --setting queue.delay=1h
$ mailctl user add ann@example.org --password-stdin -q --setting user.activity_log=true
< correct horse battery
$ mailctl user add bob@example.org --password-stdin -q
< correct horse battery
$ mailctl user apppass add ann@example.org telephone -o tsv -q | tail -n 1 | cut -f 7 > secret
# server
$ cat > work.py
< import imaplib, os, poplib, smtplib, ssl
< b = int(os.environ["PORT_BASE"])
< t = ssl._create_unverified_context()
< for who in ("ann@example.org", "bob@example.org"):
<     s = smtplib.SMTP("127.0.0.1", b + 587)
<     s.starttls(context=t)
<     s.login(who, "correct horse battery")
<     s.sendmail(who, ["ann@example.org", "bob@example.org", "far@far.example"], "Subject: hello\r\n\r\nx\r\n")
<     s.quit()
< i = imaplib.IMAP4_SSL("127.0.0.1", b + 993, ssl_context=t)
< for wrong in ("wrong", "wrong"):
<     try:
<         i.login("ann@example.org", wrong)
<     except imaplib.IMAP4.error:
<         pass
< i.login("ann@example.org", open("secret").read().strip())
< i.append("INBOX", None, None, b"Subject: kept\r\n\r\nx\r\n")
< i.create("Kept")
< i.select()
< i.uid("MOVE", "3", "Kept")
< i.uid("MOVE", "3", "Kept")
< i.store("1", "+FLAGS.SILENT", "\\Deleted")
< i.expunge()
< i.create("Old")
< i.delete("Old")
< i.logout()
< p = poplib.POP3_SSL("127.0.0.1", b + 995, context=t)
< p.user("ann@example.org")
< p.pass_("correct horse battery")
< p.dele(1)
< p.quit()
< try:
<     smtplib.SMTP_SSL("127.0.0.1", b + 465, context=t).login("ann@example.org", "again wrong")
< except smtplib.SMTPAuthenticationError:
<     pass
$ python3 work.py; printf 'new horse battery\n' | mailctl user passwd ann@example.org --password-stdin -q
$ mailctl user activity -o tsv --columns address,kind,what,service,method,secret,tls,sender,recipients,local,remote,mailbox,messages
address	kind	what	service	method	secret	tls	sender	recipients	local	remote	mailbox	messages
ann@example.org	secret	app password added	command		telephone							
ann@example.org	login	password	smtp	...		true						
ann@example.org	receive		smtp				ann@example.org	ann@example.org				
ann@example.org	send		smtp			true	ann@example.org	ann@example.org,bob@example.org,far@far.example	2	1		
ann@example.org	receive		smtp				bob@example.org	ann@example.org				
ann@example.org	refused	wrong password	imap	password		true						
ann@example.org	login	app password	imap	password	telephone	true						
ann@example.org	move		imap								INBOX	1
ann@example.org	delete	expunged	imap								INBOX	1
ann@example.org	delete	mailbox deleted	imap								Old	0
ann@example.org	login	password	pop3	password		true						
ann@example.org	delete	expunged	pop3								INBOX	1
ann@example.org	refused	wrong p...
ann@example.org	secret	password changed	command									
$ mailctl user activity ann@example.org --kind move,refused -o tsv --columns kind,what,service,mailbox,target,messages
kind	what	service	mailbox	target	messages
refused	wrong password	imap			
move		imap	INBOX	Kept	1
refused	wrong pass...
$ mailctl user activity bob@example.org -o tsv | wc -l
1
2> bob@example.org: user.activity_log is off, nothing is recorded now
$ mailctl user activity --totals --since 1d -o tsv --columns address,logins,sent,local,remote,received,deleted
address	logins	sent	local	remote	received	deleted
ann@example.org	3	1	2	1	2	2
bob@example.org	0	0	0	0	0	0
$ mailctl user activity ann@example.org --kind send,delete --limit 1 --csv --columns kind,mailbox
kind,mailbox
delete,INBOX
$ mailctl user activity ann@example.org --since 1h --until 0s --kind secret -o tsv --columns what,octets
what	octets
app password added	
password changed	
$ mailctl user activity ann@example.org --since 2099-01-01 -o json
{"schema":"mailctl.user.activity/1","rows":[]}
$ mailctl user activity ann@example.org --kind nap
2> mailctl: nap: no kind; there are login, refused, send, receive, move, delete, secret and delegate
[64]
$ mailctl user activity ann@example.org --since yesterday
2> mailctl: ...
[64]
$ mailctl user activity ann@example.org --columns subject
2> mailctl: no such column: subject
[64]
