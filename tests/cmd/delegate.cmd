# Users who let others send as them, and who may send as whom. AUTH-07
$ mailctl domain add example.org -q; mailctl domain add example.net -q; mailctl domain alias add example.org example.com -q; for u in ann bob cid; do echo correct horse battery | mailctl user add $u@example.org --password-stdin -q; done; mailctl user add dora@example.net --no-password -q
# Not allowed by itself.
$ mailctl user delegate add ann@example.org bob@example.org
2> mailctl: user.delegation is "off" for ann@example.org
[77]
$ mailctl domain set example.org --setting user.delegation=on-behalf -q; mailctl user set ann@example.org --setting user.delegation=send-as --setting user.activity_log=true -q; mailctl user set ann@example.org --setting user.delegation=sometimes
2> mailctl: ann@example.org: user.delegation: ...
[65]
$ mailctl user delegate add ann@example.org bob@example.com CID@example.org
2> bob@example.org may now send as ann@example.org
2> cid@example.org may now send as ann@example.org
$ mailctl user delegate add bob@example.org cid@example.org
2> mailctl: user.delegation is "on-behalf" for bob@example.org
[77]
$ mailctl user delegate add bob@example.org dora@example.net --on-behalf --dry-run; mailctl user delegate add bob@example.org dora@example.net --on-behalf
2> dora@example.net could then send on behalf of bob@example.org
2> dora@example.net may now send on behalf of bob@example.org
$ mailctl user delegate add bob@example.org dora@example.net --on-behalf
2> nothing changed
# Users of this server, and others than oneself.
$ mailctl user delegate add ann@example.org bob@far.example
2> mailctl: bob@far.example is no user of this server
[68]
$ mailctl user delegate add ann@example.org ann@example.com
2> mailctl: a user needs no leave of its own
[65]
$ mailctl user delegate list -o tsv | cut -f 1-4
address	delegate	given	in_force
ann@example.org	bob@example.org	send-as	send-as
ann@example.org	cid@example.org	send-as	send-as
bob@example.org	dora@example.net	on-behalf	on-behalf
$ mailctl user show bob@example.org -o json | grep -o '"delegates_send_as".*\]'; mailctl user show ann@example.org -o json | grep -o '"delegates_send_as":[^]]*\]'
"delegates_send_as":[],"delegates_on_behalf":["dora@example.net"],"sending_windows":[]
"delegates_send_as":["bob@example.org","cid@example.org"]
# What is allowed now holds for what was given before.
$ mailctl user set ann@example.org --setting user.delegation=none -q; mailctl user delegate list ann@example.org -o tsv | cut -f 2-4
delegate	given	in_force
bob@example.org	send-as	on-behalf
cid@example.org	send-as	on-behalf
# All the ways there are to send from another address.
$ mailctl user send-as add cid@example.org info@example.org '*@example.net' -q; mailctl alias add sales@example.org bob@example.org -q; mailctl alias add staff@example.org ann@example.org cid@example.com -q; mailctl alias add team@example.org bob@example.org --send-as staff@example.org --send-as '*@example.net' -q
$ mailctl user send-as list -o tsv | LC_ALL=C sort -k1,1 -k2,2
*@example.net	team@example.org	send-as	alias
address	sender	as	by
ann@example.org	staff@example.org	send-as	alias
ann@example.org	team@example.org	send-as	alias
bob@example.org	ann@example.org	on-behalf	user
bob@example.org	sales@example.org	send-as	alias
bob@example.org	team@example.org	send-as	alias
cid@example.org	*@example.net	send-as	administrator
cid@example.org	ann@example.org	on-behalf	user
cid@example.org	info@example.org	send-as	administrator
cid@example.org	staff@example.org	send-as	alias
cid@example.org	team@example.org	send-as	alias
dora@example.net	bob@example.org	on-behalf	user
$ mailctl user send-as list dora@example.net -o tsv
address	sender	as	by
dora@example.net	bob@example.org	on-behalf	user
*@example.net	team@example.org	send-as	alias
$ mailctl user send-as list --sender ann@example.org -o tsv
address	sender	as	by
bob@example.org	ann@example.org	on-behalf	user
cid@example.org	ann@example.org	on-behalf	user
$ mailctl user send-as remove cid@example.org '*@example.net'; mailctl user send-as remove cid@example.org '*@example.net'
2> changed 1 user
2> mailctl: cid@example.org: cid@example.org was not given *@example.net
[68]
$ mailctl user send-as list sales@example.org -q
2> mailctl: sales@example.org is an alias, no user
[68]
# Users do it themselves by IMAP, also with curl; it holds at the next message.
# server
$ curl -sk --url "imaps://127.0.0.1:$((PORT_BASE + 993))/" -u 'ann@example.org:correct horse battery' -X 'SETMETADATA "" (/private/vendor/mailctl/send-on-behalf "cid@example.org" /private/vendor/mailctl/send-as "")'; echo $?
0
$ mailctl user delegate list ann@example.org -o tsv | cut -f 2-4
delegate	given	in_force
cid@example.org	on-behalf	on-behalf
$ cat > send.py
< import os, smtplib, ssl, sys
< s = smtplib.SMTP("127.0.0.1", int(os.environ["PORT_BASE"]) + 587)
< s.starttls(context=ssl._create_unverified_context())
< s.login(sys.argv[1], "correct horse battery")
< try:
<     s.sendmail("ann@example.org", ["bob@example.org"], "From: Ann <ann@example.org>\r\nSubject: x\r\n\r\nx\r\n")
< except smtplib.SMTPSenderRefused as e:
<     print(e.smtp_code)
$ python3 send.py bob@example.org; python3 send.py cid@example.org; mailctl mailbox cat --user bob@example.org all --headers -q | tr -d '\r' | grep -E '^(From|Sender):'
553
Sender: cid@example.org
From: Ann <ann@example.org>
$ mailctl user delegate remove ann@example.org bob@example.org
2> mailctl: bob@example.org is no delegate of ann@example.org
[68]
$ mailctl user delegate remove ann@example.org; mailctl user delegate remove ann@example.org --all
2> mailctl: name delegates, or give --all
2> cid@example.org may no longer send as ann@example.org
$ python3 send.py cid@example.org
553
# Who did it, and from where.
$ mailctl user activity ann@example.org --kind delegate -o tsv --columns kind,what,service,peer,recipients
kind	what	service	peer	recipients
delegate	send-as	command		bob@example.org
delegate	send-as	command		cid@example.org
delegate	on-behalf	imap	127.0.0.1	cid@example.org
delegate	off	imap	127.0.0.1	bob@example.org
delegate	off	command		cid@example.org
$ mailctl user delegate add bob@example.org cid@example.org --on-behalf -q; mailctl user erase cid@example.org --yes -q; mailctl user delegate list bob@example.org -o tsv | cut -f 2-4
delegate	given	in_force
dora@example.net	on-behalf	on-behalf
# Who gets the address of an erased user gets no right with it.
$ echo correct horse battery | mailctl user add cid@example.org --password-stdin -q; python3 send.py cid@example.org
553
