# Messages into other users' mailboxes and to other addresses, first without a server, then with one. USR-13
$ mailctl domain add example.org -q; for u in ann bob; do mailctl user add $u@example.org --no-password -q; done; mailctl alias add team@example.org bob@example.org -q
$ for i in 1 2 3 4; do printf "From: far@far.example\nTo: ann@example.org\nSubject: letter $i\n\nword$i\n" | mailctl sendmail -f far@far.example ann@example.org; done
$ mailctl mailbox list --user ann@example.org subject:letter -o tsv -q | cut -f 2-4
mailbox	messages	unseen
INBOX	4	4
$ mailctl mailbox search --user ann@example.org --last 2 -q -o tsv --columns uid,subject
uid	subject
3	letter 3
4	letter 4
$ mailctl mailbox cat --user ann@example.org uid:2 --headers -q | tr -d '\r' | tail -4 | head -3
From: far@far.example
To: ann@example.org
Subject: letter 2
$ mailctl mailbox flags --user ann@example.org uid:1 --add flagged,'$Work' -q
$ mailctl mailbox copy --user ann@example.org uid:1:2 --to-user bob@example.org --to Ann --yes
2> mailctl: ann@example.org, INBOX: no mailbox Ann; --create makes it
2> copied 0 messages
[68]
$ mailctl mailbox copy --user ann@example.org uid:1:2 --to-user bob@example.org --to Ann --create --dry-run
2> would copy 2 messages of ann@example.org in INBOX
2> would copy 2 messages
$ mailctl mailbox copy --user ann@example.org uid:1:2 --to-user bob@example.org --to Ann --create --yes
2> copied 2 messages
$ mailctl mailbox search --user bob@example.org -q -o tsv --columns mailbox,uid,flags,subject
mailbox	uid	flags	subject
Ann	1	flagged,$Work	letter 1
Ann	2		letter 2
$ mailctl mailbox move --user ann@example.org uid:1:2 --to-user bob@example.org --to Ann --yes
2> moved 2 messages
$ mailctl mailbox list --all subject:letter -q -o tsv | cut -f 1-3
user	mailbox	messages
ann@example.org	INBOX	2
bob@example.org	Ann	4
# A full mailbox takes none of them, and the others' mail stays.
$ mailctl user set bob@example.org --quota-messages 5 -q; mailctl mailbox move --user ann@example.org mailbox:INBOX --to-user bob@example.org --to INBOX --yes
2> mailctl: ann@example.org, INBOX: ...
2> moved 0 messages
[65]
$ mailctl mailbox list --all subject:letter -q -o tsv | cut -f 1-3
user	mailbox	messages
ann@example.org	INBOX	2
bob@example.org	Ann	4
$ mailctl user set bob@example.org --quota-messages none -q
$ mailctl mailbox move --user ann@example.org mailbox:INBOX --to-user team@example.org --to INBOX
2> mailctl: team@example.org is an alias, which has no mailboxes
[68]
$ mailctl mailbox move --user ann@example.org mailbox:INBOX --to-user eve@example.org --to INBOX
2> mailctl: eve@example.org: ...
[68]
# RFC 5322 §3.6.6: sent again as it is, here and elsewhere.
$ mailctl mailbox resend --user ann@example.org mailbox:INBOX --to bob@example.org --dry-run
2> would resend 2 messages of ann@example.org in INBOX
2> would resend 2 messages
$ mailctl mailbox resend --user ann@example.org mailbox:INBOX --to bob@example.org --yes
2> resent 2 messages
$ mailctl mailbox cat --user bob@example.org mailbox:INBOX subject:'"letter 3"' -q | tr -d '\r' | grep -e ^Resent -e ^From: -e ^To: -e ^Subject -e word
Resent-Date: ...
Resent-From: ann@example.org
Resent-To: bob@example.org
Resent-Message-ID: <...
From: far@far.example
To: ann@example.org
Subject: letter 3
word3
$ mailctl mailbox resend --user ann@example.org uid:3 --to far@far.example --from bob@example.org --delete
2> resent 1 message
$ mailctl queue list -q -o tsv --columns sender,recipients
sender	recipients
bob@example.org	far@far.example
$ mailctl mailbox list --user ann@example.org subject:letter -q -o tsv | cut -f 2,3
mailbox	messages
INBOX	1
$ mailctl mailbox resend --user ann@example.org uid:4 --to 'not an address'
2> mailctl: --to: ...
[64]
$ mailctl mailbox resend --user ann@example.org uid:4 --to nobody@example.org
2> mailctl: nobody@example.org: ...
2> mailctl: stopped at message 4 of ann@example.org in INBOX
2> resent 0 messages
[3]
# Nothing is sent in the name of a locked account.
$ mailctl user suspend ann@example.org --reason x -q; mailctl mailbox resend --user ann@example.org uid:4 --to bob@example.org --delete
2> mailctl: ann@example.org, INBOX: ann@example.org is suspended: nothing is sent in its name
2> resent 0 messages
[77]
$ mailctl user enable ann@example.org -q; mailctl user contain bob@example.org --reason x -q > /dev/null; mailctl mailbox resend --user ann@example.org uid:4 --from bob@example.org --to ann@example.org
2> mailctl: bob@example.org is contained: nothing is sent in its name
[77]
$ mailctl mailbox search --user ann@example.org --count -q -o tsv
user	mailbox	messages
ann@example.org	INBOX	1
# server
$ mailctl user contain bob@example.org --undo -q > /dev/null; mailctl mailbox resend --user ann@example.org uid:4 --to ann@example.org
2> resent 1 message
$ mailctl mailbox search --user ann@example.org --last 1 -o tsv --columns uid,subject
uid	subject
5	letter 4
$ mailctl mailbox move --user bob@example.org 'mailbox:Ann uid:1' --to-user ann@example.org --to Back --create
2> moved 1 message
$ mailctl mailbox search --user ann@example.org mailbox:Back -o tsv --columns mailbox,flags,subject
mailbox	flags	subject
Back	flagged,$Work	letter 1
$ mailctl store check
# A message of many pieces arrives as it was, and one without a text.
$ { printf 'From: far@far.example\nSubject: long\n\n'; seq 100000 270000; } > long; mailctl sendmail -f '<>' ann@example.org < long; printf 'Subject: bare\n\n' | mailctl sendmail -f '<>' ann@example.org
$ mailctl mailbox resend --user ann@example.org subject:long --to bob@example.org; mailctl mailbox resend --user ann@example.org subject:bare --to bob@example.org
2> resent 1 message
2> resent 1 message
$ mailctl mailbox cat --user bob@example.org subject:long -q | tr -d '\r' | sed '1,/^$/d' > heard; sed '1,/^$/d' long | cmp - heard && wc -l < heard
170001
$ mailctl mailbox cat --user bob@example.org subject:bare --headers -q | grep -c '^Resent-To: bob@example.org'
1
