# Mail from programs of this machine: by the store where no server runs.
$ mailctl domain add example.org -q
$ mailctl user add ann@example.org --password-stdin -q
< correct horse battery
$ printf 'Subject: offline\n\nhello\n' | mailctl sendmail -f ann@example.org ann@example.org
$ mailctl user list -o tsv --columns address,messages --where address=ann@example.org
2> ...
address	messages
ann@example.org	1
# Names without a domain are in the default domain; who is not there is told by exit status 67.
$ printf 'Subject: x\n\nx\n' | mailctl sendmail -i -f ann nobody ann
2> mailctl: nobody@example.org: 5.1.1 No such user here
[67]
$ printf 'Subject: x\n\nx\n' | mailctl sendmail -f ann
2> mailctl: no recipients: name them, or take them from the header with -t
[64]
$ mailctl sendmail -bz ann
2> mailctl: sendmail -bz is not supported: -bm, -bs, -bp and -bi are
[64]
$ mailctl sendmail -bp
Mail queue is empty
# Nothing leaves while this looks at what waits.
$ mailctl queue pause
2> ...
# server
# The header names the recipients with -t, and Bcc goes; another domain's address is queued.
$ printf 'To: Ann <ann@example.org>\nBcc: far@far.example\nSubject: both\n\n.. two dots\nend\n.\nnot read\n' | mailctl sendmail -t -oem -F 'Cron "root"' -fann -N success,failure -R hdrs -V 'id 1'
$ mailctl queue list -o ndjson
{"id":"q_...","arrived":"...","size":...,"sender":"ann@example.org","recipients":["far@far.example"],"done":"0/1","state":"waiting","attempts":0,"next_attempt":"...","priority":5,"destination":["far.example"],"last_reply":""}
$ mailctl queue cat $(mailctl queue list -o tsv | tail -1 | cut -f 1) | tr -d '\r'
...
From: "Cron \"root\"" <ann@example.org>
To: Ann <ann@example.org>
Subject: both

.. two dots
end
$ mailctl queue show $(mailctl queue list -o tsv | tail -1 | cut -f 1) -o json | grep -c 'id 1'
1
$ ln -s $(command -v mailctl) mailq && ./mailq
-Queue ID-           --Size-- ----Arrival Time---- -Sender/Recipient-------
q_... ann@example.org
...far@far.example

-- 1 Kbytes in 1 Request.
# SMTP on standard input and output; no login is needed.
$ printf 'EHLO x\r\nMAIL FROM:<ann@example.org>\r\nRCPT TO:<ann@example.org>\r\nDATA\r\nSubject: bs\r\n\r\nx\r\n.\r\nQUIT\r\n' | mailctl sendmail -bs | tr -d '\r'
220 ...
250-...
...
250 2.1.0 Sender accepted
250 2.1.5 Recipient accepted
354 ...
250 2.0.0 Accepted as ...
221 2.0.0 Bye
# A message out of options.
$ printf 'file\n' > 'list 1.txt'; mailctl send --from ann@example.org --to ann@example.org --bcc far@far.example --subject 'Grüße' --body 'Hällo' --attach 'list 1.txt'
$ mailctl queue cat $(mailctl queue list -o tsv | tail -1 | cut -f 1) | tr -d '\r'
...
From: ann@example.org
To: ann@example.org
Subject: =?utf-8?B?R3LDvMOfZQ==?=
Date: ...
MIME-Version: 1.0
Content-Type: multipart/mixed;
 boundary="=_..."

--=_...
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

H=C3=A4llo

--=_...
Content-Type: application/octet-stream
Content-Transfer-Encoding: base64
Content-Disposition: attachment;
 filename="list 1.txt"

ZmlsZQo=

--=_...--
# At a time.
$ mailctl send --from ann@example.org --to ann@example.org --to far@far.example --subject 'Happy new year' --body y --at +200d
$ mailctl queue list -o tsv --columns sender,recipients,state,subject | grep year; mailctl queue show $(mailctl queue list --to far@far.example -o tsv --columns id,subject | grep year | cut -f 1) -o json | grep -o '"not_before":"2...'
ann@example.org	ann@example.org,far@far.example	waiting	Happy new year
"not_before":"2...
$ mailctl send --from ann@example.org --to ann@example.org --subject x --body y --at 2020-01-01T00:00:00Z
2> mailctl: --at: 2020-01-01T00:00:00Z has passed
[64]
$ mailctl send --from ann@example.org --to ann@example.org --subject x --body y --at +800d
2> mailctl: ann@example.org: 5.5.4 Bad parameter value
[65]
$ mailctl send --from ann@example.org --subject x --body y
2> mailctl: to whom? Give --to, --cc or --bcc
[64]
