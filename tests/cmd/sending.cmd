# Limits of what users send, by settings and of their own.
$ mailctl conf set sending.account.recipients_per_day 3 -q; mailctl conf set sending.action refuse -q; mailctl conf set sending.notify root@example.org -q
$ mailctl domain add example.org -q; for u in ann root; do echo correct horse battery | mailctl user add $u@example.org --password-stdin -q; done
$ mailctl user set ann@example.org --sending-limit recipients_per_weekday=3
2> mailctl: ...: no sending limit; NAME=NUMBER with messages_per_minute, ...
[65]
# Nothing leaves while this looks at what waits.
$ mailctl queue pause
2> ...
# server
# At the limit, and one past it; root is told once.
$ printf 'Subject: x\n\nx\n' | mailctl sendmail -f ann a@far.example b@far.example c@far.example
$ printf 'Subject: x\n\nx\n' | mailctl sendmail -f ann d@far.example
2> mailctl: ann@example.org: 5.7.1 You have sent enough for now
[77]
$ printf 'Subject: x\n\nx\n' | mailctl sendmail -f ann d@far.example
2> mailctl: ann@example.org: 5.7.1 You have sent enough for now
[77]
$ mailctl user list -o tsv --columns address,messages --where address=root@example.org
address	messages
root@example.org	1
$ mailctl sending list ann@example.org -o tsv
who	window	used	limit	fired	action
ann@example.org	messages_per_minute	1			
ann@example.org	messages_per_hour	1			
ann@example.org	messages_per_day	1			
ann@example.org	recipients_per_minute	3			
ann@example.org	recipients_per_hour	3			
ann@example.org	recipients_per_day	3	3		
ann@example.org	octets_per_day	...			
ann@example.org	octets_per_hour	...			
ann@example.org	remote_recipients_per_hour	3			
ann@example.org	remote_recipients_per_day	3			
ann@example.org	remote_octets_per_day	...			
$ mailctl user show ann@example.org -o json | grep -o '"sending_windows":.*]'
"sending_windows":["messages_per_minute=1","messages_per_hour=1","messages_per_day=1","recipients_per_minute=3","recipients_per_hour=3","recipients_per_day=3/3","octets_per_day=..."]
$ mailctl user show root@example.org -o json | grep -o '"sending_windows":.*]'
"sending_windows":[]
$ mailctl user set ann@example.org --sending-limit recipients_per_day=4 -q; printf 'Subject: x\n\nx\n' | mailctl sendmail -f ann d@far.example
$ mailctl sending reset ann@example.org @example.org -q; mailctl sending list -o tsv
who	window	used	limit	fired	action
$ mailctl user show ann@example.org -o json | grep -o '"sending_windows":.*]'
"sending_windows":[]
$ mailctl export users --domain example.org --columns address,sending
address,sending
ann@example.org,recipients_per_day=4
root@example.org,
# An account in the wrong hands.
$ mailctl user contain ann@example.org --reason 'spam run' -o json
{"schema":"mailctl.user.contain/1","user":"ann@example.org","contained":true,"state":"no_login","reason":"contained: ann@example.org: spam run","app_passwords":[],"certificates":0,"sessions_ended":0,"messages_held":2,"messages_dropped":0,"messages_released":0,"queued_by_domain":["far.example=4"],"days":7,"messages_sent":0,"sent_by_domain":[],"last_logins":[],"bans":[]}
$ mailctl queue list -o tsv --account ann@example.org | cut -f 7
state
held
held
$ printf 'Subject: x\n\nx\n' | mailctl sendmail -f ann d@far.example
2> mailctl: ann@example.org: 5.7.1 Account may not send any more
[77]
$ mailctl user contain ann@example.org --undo -o tsv | grep -E 'state|released|^contained'
...
$ mailctl user show ann@example.org -o json | grep -o '"state":"active"'
"state":"active"
$ mailctl user contain ann@example.org --undo
2> mailctl: ann@example.org is not contained
[68]
$ printf 'Subject: x\n\nx\n' | mailctl sendmail -f ann d@far.example
# Others may use an alias's address, by name or as targets of another alias.
$ mailctl alias add team@example.org root@example.org --send-as staff@example.org -q; mailctl alias add staff@example.org ann@example.org -q; mailctl alias show team@example.org -o json | grep -o '"send_as":.*]'
"send_as":["staff@example.org"]
# ... and some may use any address.
$ mailctl user set root@example.org --send-as '*' -q; mailctl user show root@example.org -o json | grep -o '"send_as":\[[^]]*]'; mailctl export users --columns address,send_as --domain example.org | grep root
"send_as":["*"]
root@example.org,*
# Time to think: a user's own mail waits before it leaves.
$ mailctl user set root@example.org --setting queue.delay=2h -q; printf 'Subject: x\n\nx\n' | mailctl sendmail -f root later@far.example; next=$(mailctl queue list --to later@far.example -o csv --columns next_attempt | tail -1); [ $(date -d "$next" +%s) -gt $(date -d '+110 min' +%s) ] && echo it waits
it waits
# What was not asked for by its owner is not sent at all.
$ mailctl user contain root@example.org --drop
2> mailctl: ...--yes...
[64]
$ mailctl user contain root@example.org --drop --yes -o json | grep -o '"messages_held":[0-9]*,"messages_dropped":[0-9]*'
"messages_held":0,"messages_dropped":1
$ mailctl queue list --account root@example.org -o tsv --columns id
id
$ mailctl queue history --account root@example.org -o csv | grep -c dropped
1
$ mailctl user contain root@example.org --undo -q -o json | grep -o '"contained":false'
"contained":false
# Recipients of other servers apart from those of this one; octets as amounts.
$ echo correct horse battery | mailctl user add kim@example.org --password-stdin -q --sending-limit recipients_per_day=0 --sending-limit remote_recipients_per_hour=1 --sending-limit octets_per_hour=5GiB; printf 'Subject: x\n\nx\n' | mailctl sendmail -f kim root@example.org
$ printf 'Subject: x\n\nx\n' | mailctl sendmail -f kim e@far.example
$ printf 'Subject: x\n\nx\n' | mailctl sendmail -f kim e@far.example root@example.org
2> mailctl: e@far.example: 5.7.1 You have sent enough for now
[77]
$ printf 'Subject: x\n\nx\n' | mailctl sendmail -f kim root@example.org
$ mailctl sending list kim@example.org -o tsv | grep -E 'local_rec|remote_rec|octets_per_hour'
kim@example.org	octets_per_hour	...	5368709120		
kim@example.org	local_recipients_per_hour	...			
kim@example.org	local_recipients_per_day	...			
kim@example.org	remote_recipients_per_hour	1	1		
kim@example.org	remote_recipients_per_day	1			
$ mailctl domain set example.org --sending-limit remote_octets_per_day=lots
2> mailctl: ...: no sending limit; NAME=NUMBER with messages_per_minute, ...
[65]
# What a domain says of each of its users.
$ mailctl domain set example.org --sending-limit user.messages_per_hour=7 -q; mailctl sending list kim@example.org -o tsv | grep messages_per_hour
kim@example.org	messages_per_hour	...	7		
$ mailctl user set kim@example.org --sending-limit user.messages_per_hour=7
2> mailctl: ...: no sending limit; NAME=NUMBER with messages_per_minute, ...
[65]
# Counts of detections are those within the user's own window.
$ mailctl user set kim@example.org --setting abuse.detect.window=2h -q; mailctl user show kim@example.org -o json | grep -o 'abuse.detect.window=2h'
abuse.detect.window=2h
