# server
# The same commands, run inside a running server: what they change holds at once.
$ mailctl domain add example.net -q && mailctl domain list -o tsv --columns domain --where domain=example.net
domain
example.net
$ mailctl user add ann@example.net --password-stdin
< correct horse battery
2> added ann@example.net
$ printf 'another good one\n' > secret; mailctl user passwd ann@example.net --password-file secret -q
$ mailctl user passwd ann@example.net --password-fd 3 3< secret -q
$ mailctl user list --domain example.net -o ndjson --columns address,state,used
{"address":"ann@example.net","state":"active","used":0}
$ printf 'From: a@far.example\r\nTo: ann@example.net\r\nSubject: one\r\n\r\nhello\r\n' > mail; python3 -c "import os,smtplib; s=smtplib.SMTP('127.0.0.1',int(os.environ['PORT_BASE'])+25); s.sendmail('a@far.example',['ann@example.net'],open('mail').read()); s.quit()"
$ mailctl user list --domain example.net -o tsv --columns address,messages
address	messages
ann@example.net	1
$ mailctl user disable ann@example.net
2> changed 1 user
$ python3 -c "import os,smtplib; s=smtplib.SMTP('127.0.0.1',int(os.environ['PORT_BASE'])+25); s.sendmail('a@far.example',['ann@example.net'],open('mail').read())" 2>&1 | tail -1
smtplib.SMTPRecipientsRefused: {'ann@example.net': (550, b'5.2.1 ...')}
$ mailctl user erase ann@example.net --yes
2> ann@example.net: 1 messages, ...
2> erased 1 user, 1 messages, ...
$ mailctl ban add 192.0.2.1 --for 1h -q && mailctl ban list -o tsv --where network=192.0.2.1 | wc -l
2
$ mailctl store check
...
